"""The event table: who was at which stage from when to when, whatever it was read from.

Times are float64 minutes since midnight, Vietnam time, of the first day of the period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sim.arrays import Floats
from sim.clock import DAY
from sim.fitting.exposure import exposure_until

__all__ = ["CLASSES", "COLUMNS", "Events", "Source"]

#: Columns by which service times and shares of a scenario may go.
CLASSES = ("channel", "cargo", "direction", "trusted")

COLUMNS = {
    "vehicle": pl.Int64,
    "flow": pl.String,
    "route": pl.String,
    "stage": pl.String,
    "direction": pl.String,
    "cargo": pl.String,
    "channel": pl.String,
    "trusted": pl.String,
    "arrive": pl.Float64,
    "start": pl.Float64,
    "finish": pl.Float64,
    "server": pl.String,
    "grid": pl.Float64,
}
"""Columns of :attr:`Events.frame`: ``route`` is ``gate.route``, ``stage`` ``gate.route.stage``,
``flow`` ``gate.route.flow``; ``grid`` is the rounding of the stamps in minutes."""


@dataclass(frozen=True)
class Source:
    """A file that was read: how it is cited, and what stands in it."""

    id: str
    title: str
    rows: int


@dataclass(frozen=True, eq=False)
class Events:
    """What was observed.

    Attributes
    ----------
    frame:
        One row per vehicle and stage; columns as :data:`COLUMNS`, null where not known.
    start:
        First day of the period.
    end:
        Minutes from its midnight to the end of the observation.
    sampled:
        Share of the vehicles that was timed; 1 for all.
    counted:
        Arrivals by full counts beside the timed vehicles, in the same columns: a row for each
        vehicle, evenly over the time of its count; None where nobody counted.
    exposure:
        Shape ``(days, 24)``: the share of each hour in which arrivals were observed; None where
        all were, until the end.
    simulated:
        Whether langson wrote it: every vehicle and stage is in it, without error.
    """

    frame: pl.DataFrame
    start: dt.date
    end: float
    sources: Sequence[Source]
    sampled: float = 1.0
    counted: pl.DataFrame | None = None
    exposure: Floats | None = None
    simulated: bool = False

    @property
    def observed(self) -> Floats:
        """Share of each hour of each day in which arrivals were observed, ``(days, 24)``."""
        return exposure_until(self.end) if self.exposure is None else self.exposure

    @property
    def is_full(self) -> bool:
        """Whether every vehicle was timed."""
        return self.sampled >= 1.0

    @property
    def days(self) -> int:
        """Days of the period, the last whole or not."""
        return max(1, -int(-self.end // DAY))

    @property
    def last(self) -> dt.date:
        """Last day of the period."""
        return self.start + dt.timedelta(days=self.days - 1)

    @property
    def rounding(self) -> float:
        """Coarsest grid of the stamps, minutes; 0 where all are exact."""
        coarsest = self.frame["grid"].max()
        return float(coarsest) if isinstance(coarsest, float) else 0.0

    def vehicles(self) -> int:
        """Number of vehicles."""
        return self.frame["vehicle"].n_unique()
