"""Overloads of stages, with their dates, found from the loads of each day.

The work that a stage has left at the end of a day is that of Newell's fluid queue (*Applications
of Queueing Theory*, 2nd ed., chapter 2), ``V = max(0, V + offered - capacity)``, on means over
replications and open days alone. Its rises are told from noise as in Page's cumulative sum test
(*Biometrika* 41, 1954): a rise ends at its last peak, once the queue has fallen from there by a
quarter of a day's capacity, and counts if it is as high as that. It is an overload if

- it takes three open days or more, and the queue is not back within seven days of its begin,
  so that weekdays and days of repair do not count; or it is what the whole run is;
- the load, ``sum(offered) / sum(capacity)`` of its days, lies above 1 beyond doubt: so does its
  interval over replications;
- demand, by the time at which vehicles would come if nobody waited before, is above capacity
  too: a wave that stages before let go at once is not an overload of this one;
- on its last open day there are, at any time and beyond doubt, vehicles waiting.

Where stages behind one pool of places are overloaded at once the most loaded is named. A queue
may grow with no stage overloaded, where a pool of places or a lane is too small: it is told if the
fewest waiting in the last week (half the run, if that is shorter) are beyond doubt more than in
the one before, on a stage and gate without any closure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.results.estimates import REPLICATION, estimate
from sim.results.intervals import Caution

__all__ = ["DAILY", "OVERLOADS", "Overload", "find_overloads", "overloads_table"]


DAILY = "daily"
"""Name of the table of measures that tells loads by day."""

OVERLOADS = "overloads"
"""Name of the table of overloads."""

_RISE = 0.25
"""Days of capacity by which the fluid queue has to rise, or to fall, to count."""

_OPEN_DAYS = 3
"""Open days that an overload takes at least."""

_WEEK = 7
"""Days within which a queue that is back is of the week."""

_BACK = 0.1
"""Share of a queue down to which it has to fall to be called back."""

_GROWN = 5.0
"""Vehicles by which a queue without an overload has to grow to be told."""


@dataclass(frozen=True)
class Overload:
    """An overloaded stage: demand above capacity, or a growing queue.

    Attributes
    ----------
    gate, stage:
        Ids.
    kind:
        ``part`` of the run, or to a closure that lasts to its end; ``lasting`` to its end, so
        that there is no steady state; or
        ``queue``, which grows to the end though no stage is overloaded.
    first, last:
        Days of the rise, both included.
    load, load_half_width:
        Offered work over capacity of these days (1 is all that can be served), mean and
        half-width over replications; None for ``queue``.
    queue, queue_half_width:
        Vehicles waiting at the end of the last day; half-widths are None where a sample
        promises no interval.
    per_day:
        Vehicles by which the fewest waiting in a day grow, per day.
    back:
        First day on which the queue is down again to a tenth of it; None if not by the end.
    """

    gate: str
    stage: str
    kind: str
    first: dt.date
    last: dt.date
    load: float | None
    load_half_width: float | None
    queue: float
    queue_half_width: float | None
    per_day: float
    back: dt.date | None


_SCHEMA = {
    **dict.fromkeys(("gate", "stage", "kind"), pl.String),
    **dict.fromkeys(("first", "last"), pl.Date),
    **dict.fromkeys(("load", "load_half_width", "queue", "queue_half_width"), pl.Float64),
    "per_day": pl.Float64,
    "back": pl.Date,
}


def overloads_table(overloads: Sequence[Overload]) -> pl.DataFrame:
    """One row for each overload; columns as :class:`Overload` has attributes."""
    return pl.DataFrame([asdict(overload) for overload in overloads], schema=_SCHEMA)


def find_overloads(daily: pl.DataFrame) -> list[Overload]:
    """Overloads of all stages, those to the end of the run first, the most loaded first.

    ``daily`` is that of :func:`sim.measures.daily.daily_table`, of several replications, with a
    column ``replication``. One replication has no interval, so nothing is beyond doubt.
    """
    if daily.is_empty() or daily[REPLICATION].n_unique() < 2:
        return []
    daily = daily.with_columns(pl.col(_NUMBERS).cast(pl.Float64).fill_null(float("nan")))
    stages = [_Days.of(rows) for rows in daily.partition_by("stage", maintain_order=True)]
    overloads = [overload for days in stages for overload in _overloads(days)]
    overloads = [overload for overload in overloads if not _hidden(overload, overloads, stages)]
    named = {overload.gate for overload in overloads}
    overloads += [
        growing
        for days in stages
        if days.gate not in named and (growing := _growing(days, stages)) is not None
    ]
    return sorted(
        overloads, key=lambda overload: (overload.kind == "part", -(overload.load or 0.0))
    )


_NUMBERS = ("offered", "demand", "capacity", "queue", "queue_least", "closed")
"""Columns of the table that are arrays of :class:`_Days`, in their order."""


@dataclass(frozen=True, eq=False)
class _Days:
    """One stage; arrays have shape ``(replications, days)``.

    ``pool`` is the hold whose places are kept until after the stage, empty if none.
    """

    gate: str
    stage: str
    pool: str
    dates: list[dt.date]
    offered: Floats
    demand: Floats
    capacity: Floats
    queue: Floats
    least: Floats
    closed: Floats

    @classmethod
    def of(cls, rows: pl.DataFrame) -> _Days:
        """Take the rows of a stage, sorted by replication and date."""
        replications = rows[REPLICATION].n_unique()

        def values(column: str) -> Floats:
            return np.asarray(rows[column].to_numpy(), dtype=np.float64).reshape(replications, -1)

        first = rows.row(0, named=True)
        return cls(
            first["gate"],
            first["stage"],
            first["pool"] or "",
            rows["date"].to_list()[: rows.height // replications],
            *map(values, _NUMBERS),
        )

    def ratio(self, above: Floats, days: Ints) -> Floats:
        """Quotient of some days' work and capacity, shape ``(replications,)``."""
        below = self.capacity[:, days].sum(axis=1)
        quotient = np.full(len(below), np.nan)
        np.divide(above[:, days].sum(axis=1), below, out=quotient, where=below > 0)
        return quotient


def _overloads(days: _Days) -> Iterator[Overload]:
    """Overloads of one stage, in order of time."""
    if np.isnan(days.capacity).all():
        return
    capacity = days.capacity.mean(axis=0)
    opened = np.flatnonzero(capacity > 0)
    if not len(opened):
        return
    net = (days.offered.mean(axis=0) - capacity)[opened]
    for first, last, ended in _rises(net, _RISE * float(capacity[opened].mean())):
        span = opened[first : last + 1]
        back = _back(days, int(span[-1])) if ended else None
        whole = not ended and _above(days.ratio(days.offered, opened), 1.0)
        until = back or days.dates[-1] + dt.timedelta(days=1)
        lasts = len(span) >= _OPEN_DAYS and (until - days.dates[span[0]]).days > _WEEK
        load, least = days.ratio(days.offered, span), days.least[:, span[-1]]
        demanded = days.ratio(days.demand, span)
        if (
            (whole or lasts)
            and _above(load, 1.0)
            and np.nanmean(demanded) > 1.0
            and _above(least, 0.0)
            and least.mean() >= 1.0
        ):
            shut = days.closed[:, span[-1] + 1 :].any()
            yield _overload(days, "part" if ended or shut else "lasting", span, load, back)


def _rises(net: Floats, height: float) -> Iterator[tuple[int, int, bool]]:
    """First and last day of each rise of the fluid queue, and whether it fell again.

    ``net`` is work less capacity of each open day, shape ``(days,)``; a rise that has not
    fallen goes on to the last day.
    """
    level, low, first = 0.0, 0.0, 0
    peak: tuple[float, int] | None = None
    for day, change in enumerate(net.tolist()):
        level = max(0.0, level + change)
        if peak is None:
            if level <= low:
                low, first = level, day + 1
            elif level - low >= height:
                peak = level, day
        elif level > peak[0]:
            peak = level, day
        elif peak[0] - level >= height:
            yield first, peak[1], True
            low, first, peak = level, day + 1, None
    if peak is not None:
        yield first, len(net) - 1, False


def _overload(
    days: _Days, kind: str, span: Ints, load: Floats | None, back: dt.date | None
) -> Overload:
    """Facts on some days of a stage, for warnings."""
    first, last = int(span[0]), int(span[-1])
    before = days.least[:, first - 1].mean() if first else 0.0
    queue, length = days.queue[:, last], (days.dates[last] - days.dates[first]).days + 1
    return Overload(
        days.gate,
        days.stage,
        kind,
        days.dates[first],
        days.dates[last],
        None if load is None else float(np.nanmean(load)),
        None if load is None else estimate(load).half_width,
        float(queue.mean()),
        estimate(queue).half_width,
        float(days.least[:, last].mean() - before) / length,
        back,
    )


def _above(values: Floats, limit: float) -> bool:
    """Whether the interval of a mean over replications lies above a limit."""
    estimated = estimate(values)
    equal = estimated.mean if estimated.caution is Caution.EQUAL else None
    return estimated.side(limit) > 0 or (equal is not None and equal > limit)


def _back(days: _Days, last: int) -> dt.date | None:
    """First day after ``last`` on which the queue is down to a tenth of what it was."""
    least = days.least.mean(axis=0)
    later = np.flatnonzero(least[last + 1 :] <= _BACK * least[last])
    return days.dates[last + 1 + int(later[0])] if len(later) else None


def _hidden(overload: Overload, overloads: Sequence[Overload], stages: Sequence[_Days]) -> bool:
    """Whether a more loaded stage behind the same pool of places is overloaded at that time."""
    pool = {days.stage: days.pool for days in stages}
    return pool[overload.stage] != "" and any(
        pool[other.stage] == pool[overload.stage]
        and (other.load or 0.0) > (overload.load or 0.0)
        and other.first <= overload.last
        and overload.first <= other.last
        for other in overloads
    )


def _growing(days: _Days, stages: Sequence[_Days]) -> Overload | None:
    """A queue that grows over the last weeks though its gate has no overload and no closure."""
    length = len(days.dates)
    span = _WEEK if length >= 2 * _WEEK else length // 2
    if span == 0:
        return None
    recent = range(length - 2 * span, length)
    if any(other.gate == days.gate and np.nansum(other.closed[:, recent]) for other in stages):
        return None
    before, last = (days.least[:, recent][:, part] for part in (slice(span), slice(span, None)))
    grown = last.min(axis=1) - before.min(axis=1)
    if grown.mean() < _GROWN or not _above(grown, 0.0):
        return None
    return _overload(days, "queue", np.array([length - span, length - 1]), None, None)
