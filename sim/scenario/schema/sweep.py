"""Schema of the `sweep:` section: the values of a scenario that vary, and the design.

It belongs to the file in which it stands: files that extend that one do not inherit it.
"""

# ruff: noqa: RUF012  pydantic copies mutable defaults
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from sim import units
from sim.distributions import Distribution, parse_distribution
from sim.scenario.schema.base import Block
from sim.scenario.schema.fields import Count, Id, Measured, Paths, as_text, data_of
from sim.scenario.source.data import is_empirical

__all__ = ["SAMPLED", "FactorBlock", "SweepBlock", "Value"]

#: Designs that draw their points; the others list them.
SAMPLED = ("latin-hypercube", "sobol")

Value = bool | int | float | str


def _spread(value: object, info: ValidationInfo) -> Distribution:
    """Read a distribution of plain numbers."""
    if is_empirical(value):
        return data_of(info).distribution(str(value), plain=True)
    return parse_distribution(value, units.parse_number)


Spread = Annotated[
    Distribution,
    BeforeValidator(_spread),
    as_text(
        r"[a-z]+ ?\(.*\)", "uniform(10, 60)", "triangular(10, 30, 60)", "discrete(20 % 2, 80 % 4)"
    ),
]


class FactorBlock(Block):
    """One thing that is varied: a value of the scenario, or an upgrade on and off."""

    path: Paths = ()
    """Where it is written, as after --set; a list of paths gets the same value at each."""
    upgrade: str | None = None
    """An upgrade of this scenario to leave out or let in."""
    values: list[Value] = []
    """Values to try, best as plain numbers; a sampled design takes each as often."""
    distribution: Spread | None = None
    """What an uncertain value is drawn from in a sampled design, in plain numbers."""
    digits: Annotated[Count, Field(ge=0, le=12)] = 6
    """Decimals kept of a number drawn from the distribution; 0 for whole numbers."""
    write: str = "{}"
    """How the value stands in the scenario, with {} for the number, e.g. `"{} %"`."""


class SweepBlock(Block):
    """Points to simulate, each a scenario of its own."""

    design: Literal["grid", "list", "latin-hypercube", "sobol"] = "grid"
    """grid: every combination of the values; list: the first of each, the second of each and
    so on; latin-hypercube and sobol: points drawn from the distributions."""
    factors: dict[Id, FactorBlock]
    """What is varied, by a name of your own: the columns of the results."""
    measures: list[Measured] = []
    """What each point keeps beside the standard measures, as wait.p95[tan_thanh, export]."""
    points: Annotated[Count, Field(ge=1, le=1_000_000)] | None = None
    """How many points a sampled design draws."""
    seed: Annotated[Count, Field(ge=0)] = 1
    """Root of the draw of a sampled design; the vehicles have `run.seed`."""
    replications: Annotated[Count, Field(ge=1, le=1_000_000)] | None = None
    """Replications of each point, else as under `run`."""
