"""Observed figure: what one is, which gates it covers, and of which days a run has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sim.clock import DAY
from sim.measures.bulletin import BULLETIN, bulletin_times
from sim.plan import Plan
from sim.scenario import Place

__all__ = [
    "ALL",
    "BACKLOG",
    "FORECAST",
    "USES",
    "Observation",
    "bulletin_days",
    "gates_of",
    "stock_days",
]

ALL = "all"
"""In place of a gate: all road gates together; for wagons all rail gates."""

BACKLOG = ("waiting", "queued_import")
"""Columns of the table ``backlog``: stocks of each half hour, which need no bulletin."""

FORECAST = "predicted"
"""Use of a figure by which nothing of the scenario was set."""

USES = (FORECAST, "calibrated")


@dataclass(frozen=True)
class Observation:
    """One observed figure.

    Attributes
    ----------
    day:
        None for the mean of the measured days.
    gate:
        As in the file; :func:`gates_of` tells which these are.
    value, high:
        One number, or the ends of a range.
    until:
        Last day of a sum from ``day`` on; None for one day.
    time:
        Minute of the day of a stock.
    place:
        Where it stands in its file.
    """

    day: dt.date | None
    gate: str
    quantity: str
    value: float
    source: str
    note: str
    use: str
    place: Place = field(default=Place(""), compare=False)
    high: float | None = None
    until: dt.date | None = None
    time: float = BULLETIN

    @property
    def top(self) -> float:
        """The largest value that it allows."""
        return self.value if self.high is None else self.high

    @property
    def middle(self) -> float:
        """Its value, or the middle of its range."""
        return (self.value + self.top) / 2.0

    def gap(self, simulated: float) -> float:
        """Return how far a value lies above it, or below as a negative number; 0 in its range."""
        return simulated - min(max(simulated, self.value), self.top)


def gates_of(plan: Plan, gate: str, quantity: str) -> list[str]:
    """Ids of the gates that a figure covers."""
    if gate != ALL:
        return gate.split("+")
    mode = "rail" if quantity.startswith("wagons") else "road"
    return [gate.id for gate in plan.gates if gate.mode == mode]


def bulletin_days(plan: Plan) -> list[dt.date]:
    """Dates of the bulletins of a run."""
    return [plan.start + dt.timedelta(days=int(t // DAY)) for t in bulletin_times(plan).tolist()]


def stock_days(plan: Plan, time: float) -> list[dt.date]:
    """Dates on which a time of the day lies within the measured window."""
    days = range(int(plan.horizon // DAY) + 1)
    inside = [day for day in days if plan.warm_up <= day * DAY + time <= plan.horizon]
    return [plan.start + dt.timedelta(days=day) for day in inside]
