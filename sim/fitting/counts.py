"""Turn the rows of a sheet of hourly counts into counts, and note every cell that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.clock import DAY
from sim.fitting.hour_spans import hour_span
from sim.fitting.mapping import SheetMap
from sim.fitting.records import Reader
from sim.fitting.sheets import Sheet
from sim.scenario import Scenario
from sim.scenario.source.diagnostics import Problems
from sim.sentences import Sentence

__all__ = ["Count", "read_counts"]

_THOUSANDS = re.compile(r"\d{1,3}(?:[ .,]\d{3})+")
_WHOLE = re.compile(r"\d{1,9}(?:[.,]0+)?")


@dataclass(frozen=True)
class Count:
    """Vehicles that were counted on a route from ``start`` to ``end``, minutes since the year 1."""

    route: str
    classes: Mapping[str, str]
    start: float
    end: float
    vehicles: int

    def moments(self) -> Sequence[float]:
        """Return arrivals spread evenly over the time of the count."""
        step = (self.end - self.start) / max(self.vehicles, 1)
        return [self.start + (number + 0.5) * step for number in range(self.vehicles)]


def read_counts(sheet: Sheet, how: SheetMap, scenario: Scenario, problems: Problems) -> list[Count]:
    """Return the counts of a sheet."""
    reader = Reader(sheet, how, scenario, problems)
    counts = []
    for row in range(len(sheet.rows)):
        route, day, classes = reader.route(row), reader.day(row), reader.classes(row)
        for role, text, span in _cells(reader, row):
            number = _whole(text)
            if number is None:
                place = sheet.place(row, reader.at[role])
                problems.warn(
                    "not-a-count",
                    place,
                    Sentence("'{text}' is no whole number", text=text),
                    Sentence("left out"),
                )
            elif route is None or day is None or span is None:
                hint = Sentence("left out; a count has a date and an hour, as in 08:00-09:00")
                problems.warn(
                    "no-time", sheet.place(row, 0), Sentence("this count has no time"), hint
                )
            else:
                since = day.toordinal() * DAY
                counts.append(Count(route, classes, since + span[0], since + span[1], number))
    return counts


def _cells(reader: Reader, row: int) -> Iterator[tuple[str, str, tuple[float, float] | None]]:
    """Yield the counts of a row that are there: role, text and minutes of the day."""
    if reader.text(row, "count"):
        hour, start, end = (reader.text(row, name) for name in ("hour", "start", "end"))
        yield "count", reader.text(row, "count"), hour_span(hour, start, end)
    for role in reader.at:
        kind, _, hour = role.partition(" ")
        if kind == "count" and hour and reader.text(row, role):
            yield role, reader.text(row, role), hour_span(hour)


def _whole(text: str) -> int | None:
    """Return a whole number, with or without separators of thousands; None where it is none."""
    if _THOUSANDS.fullmatch(text):
        return int(re.sub(r"\D", "", text))
    return int(re.split("[.,]", text)[0]) if _WHOLE.fullmatch(text) else None
