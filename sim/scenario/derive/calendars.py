"""Open hours of a scenario's calendars."""

from __future__ import annotations

from sim import clock
from sim.scenario.schema.model import ScenarioModel

__all__ = ["ALWAYS", "open_intervals"]

#: The calendar that never closes; every scenario has it.
ALWAYS = "always"


def open_intervals(model: ScenarioModel, name: str) -> clock.Intervals:
    """Return when a calendar is open, from the day before the run to two weeks after it.

    These are sorted opens and closes in minutes since midnight of the first day, shape
    ``(k,)`` each. ``name`` is an id under `calendars` whose parts exist.
    """
    block = model.calendars[name]
    country = model.countries.get(block.country) if block.country is not None else None
    own = clock.open_intervals(
        start=model.run.start,
        days=len(model.run.dates),
        windows=[(0.0, clock.DAY)] if block.hours is None else block.hours,
        weekdays=block.days,
        holidays=[(h.start, h.end) for h in country.holidays.values()] if country else [],
        closures=[(c.start, c.end) for c in block.closures.values()],
        beijing=block.country == "china",
    )
    return clock.intersect([own, *(open_intervals(model, part) for part in block.both or ())])
