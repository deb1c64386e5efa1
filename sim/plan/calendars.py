"""Compile the calendars of a scenario: each once, and only those that stages use."""

from __future__ import annotations

from sim.queues.calendars import Calendar
from sim.scenario.derive.calendars import ALWAYS, open_intervals
from sim.scenario.schema.model import ScenarioModel

__all__ = ["Calendars"]


class Calendars:
    """Numbered calendars of one plan, compiled when first asked for."""

    def __init__(self, model: ScenarioModel) -> None:
        self._model = model
        self._numbers: dict[str, int] = {}
        self._compiled: list[Calendar] = []

    def number(self, name: str) -> int:
        """Index of a calendar in :attr:`Plan.calendars`."""
        if name not in self._numbers:
            self._numbers[name] = len(self._compiled)
            self._compiled.append(self._compile(name))
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
        return Calendar(*open_intervals(self._model, name))
