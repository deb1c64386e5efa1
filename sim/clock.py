"""Clock: from dates and opening hours to minutes.

All times are float64 minutes since midnight, Vietnam time, of the first simulated day.
China keeps Beijing time, one hour ahead all year; neither country has summer time, so a
day is always 1440 minutes long.

Intervals are a pair ``(opens, closes)`` of float64 arrays of shape ``(k,)``, sorted and
apart: open at ``t`` when ``opens[i] <= t < closes[i]`` for some ``i``. ``k`` may be 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Bools, Floats, Ints
from sim.errors import ArgumentError
from sim.sentences import Sentence
from sim.units import BEIJING_AHEAD

__all__ = [
    "DAY",
    "MARGIN_DAYS",
    "Intervals",
    "beijing",
    "intersect",
    "minutes",
    "moment",
    "months_after",
    "open_intervals",
    "weekday",
]

Intervals: TypeAlias = tuple[Floats, Floats]

#: Minutes in a day.
DAY = 1440.0
#: Days of calendar after the last simulated day, so that late services find their finish.
MARGIN_DAYS = 14

_ALL_WEEK = frozenset(range(7))


def minutes(when: dt.datetime, start: dt.date) -> float:
    """Minutes from midnight of ``start`` to ``when`` (naive, Vietnam time)."""
    return (when - _midnight(start)) / dt.timedelta(minutes=1)


def moment(time: float, start: dt.date) -> dt.datetime:
    """The naive Vietnam time that is ``time`` minutes after midnight of ``start``."""
    return _midnight(start) + dt.timedelta(minutes=time)


def months_after(date: dt.date, years: float) -> dt.date:
    """Return the first day of the month so many years, to the whole month, after that of a date.

    Raises
    ------
    ArgumentError
        That is beyond the year 9999.
    """
    months = date.year * 12 + date.month - 1 + round(years * 12)
    if not dt.MINYEAR * 12 <= months < (dt.MAXYEAR + 1) * 12:
        raise ArgumentError(
            Sentence("{years} years after {date} is beyond the calendar", years=years, date=date)
        )
    return dt.date(months // 12, months % 12 + 1, 1)


def beijing(time: float) -> float:
    """Return the same instant in minutes of the clock in China."""
    return time + BEIJING_AHEAD


def weekday(times: ArrayLike, start: dt.date) -> Ints:
    """Vietnam's weekday at each time, Monday 0; shape of ``times``."""
    days = np.floor(np.asarray(times, dtype=np.float64) / DAY).astype(np.int64)
    return np.asarray((days + start.weekday()) % 7)


def open_intervals(
    start: dt.date,
    days: int,
    windows: Iterable[tuple[float, float]],
    weekdays: frozenset[int] = _ALL_WEEK,
    holidays: Iterable[tuple[dt.date, dt.date]] = (),
    closures: Iterable[tuple[dt.datetime, dt.datetime]] = (),
    *,
    beijing: bool = False,
) -> Intervals:
    """Return the open intervals from the day before ``start`` to 14 days past the last day.

    Parameters
    ----------
    start, days:
        First simulated day, and simulated days in all (warm-up included).
    windows:
        Daily hours: minutes after midnight, Vietnam time, within ``[0, 1440]``.
    weekdays, holidays:
        Weekdays with service (Monday 0) and spans of days without, both ends included.
        They count by the local date: with ``beijing``, by the date in China, whose day
        begins at 23:00 in Vietnam. So hours that pass midnight belong to two dates.
    closures:
        Spans without service, naive Vietnam times.

    Raises
    ------
    ArgumentError
        A window, holiday or closure ends before it starts.
    """
    shift = BEIJING_AHEAD if beijing else 0.0
    day = np.arange(-1, days + MARGIN_DAYS, dtype=np.float64) * DAY
    dates = np.append(day, day[-1] + DAY)  # China's last date begins within the range
    served = dates[np.isin(weekday(dates, start), list(weekdays))] - shift
    hours = [(day + first, day + last) for first, last in windows]
    midnights = [(_midnight(a), _midnight(b) + dt.timedelta(days=1)) for a, b in holidays]
    shut = [_span(a, b, start, shift) for a, b in midnights]
    shut += [_span(a, b, start, 0.0) for a, b in closures]
    return _where([_join(hours), (served, served + DAY)], without=_join(shut))


def intersect(parts: Sequence[Intervals]) -> Intervals:
    """Return the times at which all parts are open: a crossing needs both countries.

    Raises :class:`~sim.errors.ArgumentError` where there are no parts.
    """
    if not parts:
        raise ArgumentError(Sentence("nothing to intersect"))
    return _where(parts, without=_join([]))


def _where(parts: Sequence[Intervals], without: Intervals) -> Intervals:
    """Intervals inside all ``parts`` and outside ``without``.

    Between two neighbouring edges nothing changes, so the middle decides.
    """
    for opens, closes in (*parts, without):
        if np.any(opens >= closes):
            raise ArgumentError(Sentence("an interval ends before it starts"))
    edges = np.unique(np.concatenate([*(edge for part in parts for edge in part), *without]))
    middle = (edges[:-1] + edges[1:]) / 2
    keep = ~_inside(middle, without)
    for part in parts:
        keep &= _inside(middle, part)
    change = np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8))
    return edges[np.flatnonzero(change == 1)], edges[np.flatnonzero(change == -1)]


def _inside(times: Floats, intervals: Intervals) -> Bools:
    """Return whether each time lies in an interval; these may overlap and need no order."""
    opens, closes = intervals
    begun = np.searchsorted(np.sort(opens), times, side="right")
    ended = np.searchsorted(np.sort(closes), times, side="right")
    return np.asarray(begun > ended)


def _join(spans: Sequence[tuple[ArrayLike, ArrayLike]]) -> Intervals:
    """Return all opens and all closes, each in one array."""
    none = np.empty(0)
    opens = np.concatenate([none, *(np.ravel(first) for first, _ in spans)])
    return opens, np.concatenate([none, *(np.ravel(last) for _, last in spans)])


def _span(
    first: dt.datetime, last: dt.datetime, start: dt.date, shift: float
) -> tuple[float, float]:
    """Two moments on a clock ``shift`` minutes ahead, in minutes."""
    return minutes(first, start) - shift, minutes(last, start) - shift


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time())
