"""Compile the calendars of a scenario: each once, and only those that stages use."""

from __future__ import annotations

from sim import clock
from sim.queues.calendars import Calendar
from sim.scenario.model import CalendarBlock, ScenarioModel

__all__ = ["ALWAYS", "Calendars"]

#: The calendar that never closes; every scenario has it.
ALWAYS = "always"


class Calendars:
    """Numbered calendars of one plan, compiled when first asked for."""

    def __init__(self, model: ScenarioModel, days: int) -> None:
        self._model = model
        self._days = days
        self._numbers: dict[str, int] = {}
        self._compiled: list[Calendar] = []

    def number(self, name: str) -> int:
        """Index of a calendar in :attr:`Plan.calendars`."""
        if name not in self._numbers:
            compiled = self._compile(name)
            self._numbers[name] = len(self._compiled)
            self._compiled.append(compiled)
        return self._numbers[name]

    def calendar(self, number: int) -> Calendar:
        """The calendar with this index."""
        return self._compiled[number]

    def compiled(self) -> tuple[Calendar, ...]:
        """All calendars in the order of their numbers."""
        return tuple(self._compiled)

    def _compile(self, name: str) -> Calendar:
        if name == ALWAYS:
            return Calendar.always()
        return Calendar(*self._intervals(self._model.calendars[name]))

    def _intervals(self, block: CalendarBlock) -> clock.Intervals:
        if block.both is not None:
            return clock.intersect(
                [self._intervals(self._model.calendars[part]) for part in block.both]
            )
        country = self._model.countries.get(block.country) if block.country else None
        return clock.open_intervals(
            start=self._model.run.start,
            days=self._days,
            windows=block.hours or (),
            weekdays=block.days,
            holidays=[(h.start, h.end) for h in country.holidays.values()] if country else [],
            beijing=block.country == "china",
            closures=[(c.start, c.end) for c in block.closures.values()],
        )
