"""Sign of a difference over sets of uncertain inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.compare.scenario_results import ScenarioResults
from sim.parameter_sets import sets_of

__all__ = ["Sign", "sign_over_sets"]


@dataclass(frozen=True)
class Sign:
    """Sets of inputs, and those of them in which a scenario has more or less than the first."""

    sets: int
    more: int
    less: int


@checked_arguments
def sign_over_sets(base: ScenarioResults, other: ScenarioResults, quantity: Quantity) -> Sign:
    """Count the signs of the difference of a quantity over the sets that both have.

    That of a set is the mean of its replication, its repeat and its exchange.
    """
    exact = quantity.resolved(base.known)
    key = ["replication"]
    before, after = (
        sample.headline.filter(measure=exact.measure, **exact.scope).select(*key, "value")
        for sample in (base, other)
    )
    number, gap = pl.col("replication"), pl.col("value_right") - pl.col("value")
    both = before.join(after, on=key).select(sets_of(number).alias("set"), gap.alias("gap"))
    gaps = both.drop_nulls("gap").group_by("set").agg(pl.col("gap").mean())["gap"].to_numpy()
    return Sign(len(gaps), int(np.sum(gaps > 0.0)), int(np.sum(gaps < 0.0)))
