"""The event table: who was at which stage from when to when, whatever it was read from.

Times are float64 minutes since midnight, Vietnam time, of the first day of the period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from sim.clock import DAY

__all__ = [
    "CLASSES",
    "COLUMNS",
    "Events",
    "Source",
]

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
    "place": pl.Int64,
}
"""Columns of :attr:`Events.frame`: ``route`` is ``gate.route``, ``stage`` ``gate.route.stage``,
``flow`` ``gate.route.flow``; ``place`` is the line of the source, 0 for a log of langson's."""


@dataclass(frozen=True)
class Source:
    """A file that was read: how it is cited, and what stands in it."""

    id: str
    title: str
    rows: int


@dataclass(frozen=True, eq=False)
class Counts:
    """Vehicles counted at a gate in windows of time.

    ``frame`` has a row for each window: ``route``, ``direction`` and ``cargo`` (null for all),
    ``start`` and ``end`` in minutes, ``vehicles``.
    """

    frame: pl.DataFrame


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
    rounding:
        Minutes of the grid of the stamps; 0 where they are exact.
    counts:
        Full counts beside the timed vehicles, if there are any.
    simulated:
        Whether langson wrote it: every vehicle and stage is in it, without error.
    """

    frame: pl.DataFrame
    start: dt.date
    end: float
    sources: Sequence[Source]
    sampled: float = 1.0
    rounding: float = 0.0
    counts: Counts | None = None
    simulated: bool = False
    initially_queued: bool = field(default=False)

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

    def vehicles(self) -> int:
        """Number of vehicles."""
        return self.frame["vehicle"].n_unique()


def empty_frame() -> pl.DataFrame:
    """Return an event table without rows."""
    return pl.DataFrame(schema=COLUMNS)
