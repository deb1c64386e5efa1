"""Open hours of a scenario's calendars."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from sim import clock
from sim.scenario.schema.model import ScenarioModel

__all__ = ["ALWAYS", "open_intervals"]

#: The calendar that never closes; every scenario has it.
ALWAYS = "always"


def open_intervals(model: ScenarioModel, name: str) -> clock.Intervals:
    """Return when a calendar is open, from the day before the run to two weeks after it.

    These are sorted opens and closes in minutes since midnight of the first day, shape
    ``(k,)`` each, read-only. ``name`` is an id under `calendars` whose parts exist.
    """
    return _intervals(_hours(model, name))


class _Hours(NamedTuple):
    """What the open hours of a calendar follow from; ``both`` are those of its parts."""

    start: dt.date
    days: int
    windows: tuple[tuple[float, float], ...]
    weekdays: frozenset[int]
    holidays: tuple[tuple[dt.date, dt.date], ...]
    closures: tuple[tuple[dt.datetime, dt.datetime], ...]
    beijing: bool
    both: tuple[_Hours, ...]


def _hours(model: ScenarioModel, name: str) -> _Hours:
    block = model.calendars[name]
    country = model.countries.get(block.country) if block.country is not None else None
    return _Hours(
        start=model.run.start,
        days=len(model.run.dates),
        windows=((0.0, clock.DAY),) if block.hours is None else tuple(block.hours),
        weekdays=frozenset(block.days),
        holidays=tuple((h.start, h.end) for h in country.holidays.values()) if country else (),
        closures=tuple((c.start, c.end) for c in block.closures.values()),
        beijing=block.country == "china",
        both=tuple(_hours(model, part) for part in block.both or ()),
    )


@lru_cache(maxsize=512)
def _intervals(hours: _Hours) -> clock.Intervals:
    """Compute open hours; the checks and the plan of a scenario, and of its edits, share them."""
    own = clock.open_intervals(
        hours.start,
        hours.days,
        hours.windows,
        hours.weekdays,
        hours.holidays,
        hours.closures,
        beijing=hours.beijing,
    )
    intervals = clock.intersect([own, *map(_intervals, hours.both)])
    for times in intervals:
        times.flags.writeable = False
    return intervals
