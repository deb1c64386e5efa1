"""One quantity of several scenarios, each held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Floats
from sim.catalogue import Quantity
from sim.compare.runs import compare_runs
from sim.compare.scenario_results import ScenarioResults

__all__ = ["Pairs", "all_pairs"]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Differences between scenarios; shape ``(scenarios, scenarios)``.

    Attributes
    ----------
    difference:
        Row less column, mean over replications; 0 where it is unknown.
    low, high:
        Ends of the interval of each difference by itself: what a row exceeds a column by at
        least and at most; infinite where there is no interval.
    """

    difference: Floats
    low: Floats
    high: Floats


def all_pairs(samples: Sequence[ScenarioResults], quantity: Quantity, confidence: float) -> Pairs:
    """Compare every scenario with every other, paired or, where seeds differ, by Welch.

    ``confidence`` is that of each interval by itself, between 0 and 1.
    """
    size = len(samples)
    difference, low, high = np.zeros((3, size, size))
    short = [_alone(sample, quantity) for sample in samples]
    for column in range(size - 1):
        rows = range(column + 1, size)
        # which splits its error among the alternatives
        level = 1.0 - (1.0 - confidence) * len(rows)
        names = [str(number) for number in range(column, size)]
        table = compare_runs(short[column:], names, level).table
        known = {row["alternative"]: row for row in table.iter_rows(named=True)}
        for row in rows:
            gap, least, most = (
                known.get(str(row), {}).get(key) for key in ("difference", "low", "high")
            )
            difference[row, column] = gap or 0.0
            low[row, column] = -np.inf if least is None else least
            high[row, column] = np.inf if most is None else most
    return Pairs(difference - difference.T, low - high.T, high - low.T)


def _alone(sample: ScenarioResults, quantity: Quantity) -> ScenarioResults:
    """A scenario with this quantity and no other."""
    exact = quantity.resolved(sample.known)
    rows = sample.headline.filter(measure=exact.measure, **exact.scope)
    return replace(sample, tables={"headline": rows})
