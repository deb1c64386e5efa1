"""Observed figures: a CSV file with a figure on each line.

Columns, in any order: ``gate`` (an id, or ``all`` road gates), ``quantity``, ``value``,
and if wanted ``day`` (the date of a bulletin; empty for the mean of the measured days),
``use`` (``calibrated`` if the scenario was set by this figure, else ``predicted``),
``source`` and ``note``.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.arguments import checked_arguments
from sim.clock import DAY
from sim.errors import UnitError
from sim.measures.bulletin import BULLETIN, bulletin_times
from sim.plan.model import Plan
from sim.scenario.source.diagnostics import Problems, did_you_mean, listed
from sim.scenario.source.shipped import OBSERVED, locate
from sim.scenario.source.tree import Place
from sim.units import parse_number, point_is_clear
from sim.validate.cells import Cell, read_cells

__all__ = [
    "ALL",
    "EVENING",
    "QUANTITIES",
    "USES",
    "Observation",
    "bulletin_days",
    "evenings",
    "read_observed",
]

ALL = "all"
"""In place of a gate: all road gates together; for wagons all rail gates."""

QUANTITIES = {
    "exported": "flow",
    "exported_fruit": "flow",
    "imported": "flow",
    "imported_new_cars": "flow",
    "arrived": "flow",
    "waiting": "stock",
    "waiting_fruit": "stock",
    "wagons_exported": "flow",
    "wagons_imported": "flow",
    "vietnam_time_h": "time",
}
"""What can be observed and its kind: the bulletin's columns, and the mean hours of
vehicles of both directions on the Vietnamese side."""

EVENING = "waiting"
"""A stock of which the first evening counts too, though no bulletin closes there."""

USES = ("predicted", "calibrated")

_NEEDED = ("gate", "quantity", "value")
_COLUMNS = ("day", *_NEEDED, "source", "note", "use")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_RANGE = re.compile(r"[0-9.,_]+ *(-|–|to|đến) *[0-9.,_]+")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


@dataclass(frozen=True)
class Observation:
    """One observed figure; ``day`` is None for the mean of the measured days.

    ``place`` is where it stands in its file.
    """

    day: dt.date | None
    gate: str
    quantity: str
    value: float
    source: str
    note: str
    use: str
    place: Place = field(default=Place(""), compare=False)


def bulletin_days(plan: Plan) -> list[dt.date]:
    """Dates of the bulletins of a run."""
    return [plan.start + dt.timedelta(days=int(t // DAY)) for t in bulletin_times(plan).tolist()]


def evenings(plan: Plan) -> list[dt.date]:
    """Dates whose 20:00 lies within the measured window: a stock needs no day before it."""
    days = (plan.start + dt.timedelta(days=day) for day in itertools.count())
    times = itertools.takewhile(lambda t: t <= plan.horizon, itertools.count(BULLETIN, DAY))
    return [day for time, day in zip(times, days, strict=False) if time >= plan.warm_up]


@checked_arguments
def read_observed(path: str | os.PathLike[str], plan: Plan) -> tuple[Observation, ...]:
    """Read the figures of a file, in its order, for a run of ``plan``.

    ``path`` is a file, or the name of one that ships with langson, as in ``july-2025``.

    Raises
    ------
    ScenarioError
        With everything that is wrong in the file, by line and column: an unknown gate or
        quantity, wagons at a road gate, what is not a number, a day without a bulletin, a
        figure given twice.
    """
    header, *rows = read_cells(locate(path, Problems(), OBSERVED))
    problems = Problems()
    columns = _columns(header, problems)
    problems.raise_errors()
    reader = _Reader(plan, bulletin_days(plan), problems)
    found = [reader.row(_named(row, columns, problems), row[0]) for row in rows]
    if not rows:
        place = Place(header[0].place.file)
        problems.add("empty-file", place, "the file has a header but no figures")
    problems.raise_errors()
    return tuple(observation for observation in found if observation is not None)


def _columns(header: Sequence[Cell], problems: Problems) -> list[str]:
    """Names of the columns; empty where a column has none."""
    place = header[0].place
    if len(header) == 1 and re.search("[;\t]", place.excerpt):
        mark = "semicolons" if ";" in place.excerpt else "tabs"
        hint = "save it as CSV with commas and a decimal point"
        problems.add("separator", place, f"the columns are separated by {mark}", hint)
        return []
    names: list[str] = []
    for cell in header:
        name = cell.text.lower()
        if name and name not in _COLUMNS:
            hint = did_you_mean(name, _COLUMNS)
            problems.add("unknown-column", cell.place, f"unknown column '{cell.text}'", hint)
        elif name in names and name:
            problems.add("repeated-column", cell.place, f"column '{name}' stands twice")
        names.append(name)
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        hint = f"the columns are {listed(_COLUMNS)}; the first line names them"
        problems.add("missing-column", place, f"no column {listed(missing)}", hint)
    return names


def _named(row: Sequence[Cell], columns: Sequence[str], problems: Problems) -> dict[str, Cell]:
    """Cells of a row by the names of their columns; a short row ends with empty ones."""
    for cell in row[len(columns) :]:
        if cell.text:
            message = f"more cells than the {len(columns)} columns"
            problems.add("extra-cell", cell.place, message, "a cell with commas stands in quotes")
            break
    return dict(zip(columns, row, strict=False))


class _Reader:
    """Turn rows into observations and note what is wrong."""

    def __init__(self, plan: Plan, days: Sequence[dt.date], problems: Problems) -> None:
        self.gates = [gate.id for gate in plan.gates]
        self.roads = {gate.id for gate in plan.gates if gate.mode == "road"}
        self.days = days
        self.evenings = evenings(plan)
        self.problems = problems
        self.lines: dict[tuple[dt.date | None, str, str], int] = {}

    def row(self, cells: Mapping[str, Cell], first: Cell) -> Observation | None:
        """Return a row's figure, or None if it has a mistake."""
        before = len(self.problems.found)
        absent = [name for name in _NEEDED if name not in cells or not cells[name].text]
        if absent:
            hint = f"a figure has {', '.join(_NEEDED[:-1])} and {_NEEDED[-1]}"
            self._wrong("missing-value", cells.get(absent[0], first), f"no {listed(absent)}", hint)
            return None
        text = {name: cells[name].text if name in cells else "" for name in _COLUMNS}
        self._known(cells["gate"], "gate", [*self.gates, ALL])
        self._known(cells["quantity"], "quantity", QUANTITIES)
        if text["gate"] in self.roads and text["quantity"].startswith("wagons"):
            message = f"no wagons cross at {text['gate']}, a road gate"
            self._wrong("no-wagons", cells["quantity"], message, "name a rail gate, or all")
        if text["use"]:
            self._known(cells["use"], "use", USES)
        value = self._value(cells["value"])
        day = self._day(cells["day"], text["quantity"]) if text["day"] else None
        key = (day, text["gate"], text["quantity"])
        timed = QUANTITIES.get(text["quantity"]) == "time"
        if not text["day"] and not timed and not self._days(text["quantity"]):
            message = "the run is too short for a bulletin, which needs 24 hours before a 20:00"
            self._wrong("no-bulletin", cells["quantity"], message, "use more --days")
        elif key in self.lines:
            message = f"this figure is already on line {self.lines[key]}"
            self._wrong("repeated-figure", cells["quantity"], message, "keep one of the two")
        self.lines.setdefault(key, first.place.line)
        if len(self.problems.found) > before:
            return None
        use = text["use"] or "predicted"
        return Observation(
            day,
            text["gate"],
            text["quantity"],
            value,
            text["source"],
            text["note"],
            use,
            cells["value"].place,
        )

    def _days(self, quantity: str) -> Sequence[dt.date]:
        """Days for which the run has a quantity."""
        return self.evenings if quantity == EVENING else self.days

    def _known(self, cell: Cell, what: str, options: Iterable[str]) -> None:
        if cell.text not in options:
            hint = did_you_mean(cell.text, options)
            self._wrong(f"unknown-{what}", cell, f"unknown {what} '{cell.text}'", hint)

    def _value(self, cell: Cell) -> float:
        """Read a number of at least zero; NaN after a mistake."""
        text = cell.text
        if not point_is_clear(text):
            decimals, grouped = f"{float(text):g}", text.replace(".", "")
            message = f"'{text}': {decimals} or {text.replace('.', ',')}?"
            hint = f"write {decimals} or {grouped}"
            self._wrong("two-readings", cell, message, hint)
            return math.nan
        try:
            value = float(text) if _NUMBER.fullmatch(text) else parse_number(text)
        except UnitError:
            value = math.nan
        if math.isnan(value):
            hint = "write it plain, as 1259 or 3.5"
            if _RANGE.fullmatch(text):
                hint = "write one figure, and the range in `note`"
            self._wrong("not-a-number", cell, f"'{text}' is not a number", hint)
        elif not 0.0 <= value < math.inf:
            message = f"{cell.text} cannot have been counted"
            self._wrong("out-of-range", cell, message, "write 0 or more")
        return value

    def _day(self, cell: Cell, quantity: str) -> dt.date | None:
        """Read a day that has a bulletin."""
        if QUANTITIES.get(quantity) == "time":
            message = f"{quantity} is a mean over the run"
            self._wrong("day-of-a-mean", cell, message, "leave the day empty")
            return None
        written = _DAY.fullmatch(cell.text)
        try:
            day = dt.date(*map(int, written.groups())) if written else None
        except ValueError:
            day = None
        if day is None:
            message = f"'{cell.text}' is not a date"
            self._wrong("not-a-date", cell, message, "write it as 2025-11-11")
            return None
        days = self._days(quantity)
        if day not in days:
            span = f"from {days[0]} to {days[-1]}" if days else "of no day"
            hint = f"the run has {quantity} {span}; change run.start or --days"
            self._wrong("day-not-simulated", cell, f"{day} is not simulated", hint)
        return day

    def _wrong(self, code: str, cell: Cell, message: str, hint: str = "") -> None:
        self.problems.add(code, cell.place, message, hint)
