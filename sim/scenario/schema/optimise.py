"""Schema of the `optimise:` section: what is decided, at which prices, for what, within what.

It belongs to the file in which it stands: files that extend that one do not inherit it.
"""

# ruff: noqa: RUF012  pydantic copies mutable defaults
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.base import BilingualText, Block, Evidenced
from sim.scenario.schema.economics import Capital, Running
from sim.scenario.schema.fields import Count, Flag, Fraction, Id, Ids, Measured, Money, Paths
from sim.scenario.schema.sweep import Value

__all__ = ["DecisionBlock", "OptimiseBlock"]


class DecisionBlock(Evidenced):
    """One thing that is decided: a number of the scenario with its unit price, or an upgrade.

    The evidence is that of the prices.
    """

    title: BilingualText | None = None
    """What it is called in the answer, else its id."""
    path: Paths = ()
    """Where the number is written, as after --set; a list of paths gets the same at each."""
    upgrade: str | None = None
    """An upgrade of this scenario to build or not, at its own cost."""
    least: float | None = None
    """Smallest number that is tried."""
    most: float | None = None
    """Largest number that is tried."""
    step: Annotated[float, Field(gt=0.0)] = 1.0
    """From one number tried to the next."""
    values: list[Value] = []
    """The numbers that are tried, in place of `least`, `most` and `step`."""
    present: float | None = None
    """Number from which prices count, else that of the scenario without any upgrade decided."""
    write: str = "{}"
    """How the number stands in the scenario, with {} for the number, e.g. `"{} %"`."""
    capex: Capital | None = None
    """Capital cost of each unit more than at present, 2025 prices; fewer units give none back."""
    opex: Running | None = None
    """Running cost of each unit more, or saved by each unit less, than at present."""
    china: Flag = False
    """China decides this; without `china: true` its stages are no decision."""


class OptimiseBlock(Block):
    """What to choose, what for, and within which limits."""

    minimise: str | None = None
    """A measure, as wait.mean[huu_nghi, export]; or capex, opex, or spending: the yearly cost of
    what is built, capital spread over its life."""
    maximise: str | None = None
    """A measure, as within(2 h)[huu_nghi]; or net_benefit: yearly savings of time and goods
    against building nothing, less the yearly cost of what is built."""
    decisions: dict[Id, DecisionBlock] = {}
    """What is decided, by a name of your own."""
    upgrades: Literal["all"] | Ids = ()
    """Upgrades to build or not, each at its own cost; `all` takes those that change no stage of
    China, and leaves the others out."""
    subject_to: list[str] = []
    """Limits, as `within(2 h)[huu_nghi, export] >= 95 %`, `spending <= 40 bn VND/year`, or
    of a value of the scenario, `gates.….china_bay.share.fresh_fruit >= 30 %`."""
    budget: Money | None = None
    """Most capital cost."""
    confidence: Fraction = 0.95
    """Probability that the choice keeps its limits and is the best of its kind."""
    indifference: str | None = None
    """Difference of what is minimised or maximised that does not matter, in its unit."""
    margin: str | None = None
    """By how much a limit of a share may be kept and a choice yet be refused, as `1 %`."""
    first: Annotated[Count, Field(ge=3, le=10_000)] | None = None
    """Replications of each choice before the first is dropped: 10, or 20 of more than eight."""
    most: Annotated[Count, Field(ge=3, le=1_000_000)] = 400
    """Replications of a choice at most."""
    front: Measured | None = None
    """Measure that is set against cost, else the one that is optimised or limited."""
