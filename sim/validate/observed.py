"""Observed figures, from a CSV file with a figure on each line.

Columns, in any order: ``gate`` (an id, several as ``huu_nghi+tan_thanh``, or ``all`` road gates),
``quantity``, ``value`` (a number, or a range as ``80-100``), and if wanted ``day`` (the date of a
bulletin; empty for the mean of the measured days), ``until`` (the last day of a sum of flows from
``day`` on), ``time`` (of a stock, ``06:30``; else 20:00), ``use`` (``calibrated`` if the scenario
was set by this figure, else ``predicted``), ``source`` and ``note``. A file of ``gate``, ``date``,
``count`` and if wanted ``direction`` is read as what arrived, or was imported. So is the first
sheet of a workbook.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence

from sim.arguments import checked_arguments
from sim.errors import UnitError
from sim.measures.backlog import STEP
from sim.measures.bulletin import BULLETIN
from sim.plan import Plan
from sim.scenario import Place
from sim.scenario.source.diagnostics import Problems, did_you_mean, listed
from sim.scenario.source.shipped import OBSERVED, locate
from sim.sentences import NOTHING, Sentence
from sim.units import parse_number, point_is_clear
from sim.validate.cells import CsvCell, read_cells
from sim.validate.counts import as_figures
from sim.validate.observation import (
    ALL,
    BACKLOG,
    FORECAST,
    USES,
    Observation,
    bulletin_days,
    gates_of,
    stock_days,
)
from sim.validate.quantities import QUANTITIES, TURNED_BACK
from sim.validate.workbooks import SUFFIXES, workbook_cells

__all__ = [
    "ALL",
    "BACKLOG",
    "FORECAST",
    "USES",
    "Observation",
    "bulletin_days",
    "gates_of",
    "read_observed",
    "stock_days",
    "written_days",
]

_NEEDED = ("gate", "quantity", "value")
_COLUMNS = ("day", "until", "time", *_NEEDED, "source", "note", "use")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_RANGE = re.compile(r"(?P<low>[0-9.,_]+) *(?:-|–|to|đến) *(?P<high>[0-9.,_]+)")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:h]([0-5][0-9])?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


@checked_arguments
def read_observed(path: str | os.PathLike[str], plan: Plan) -> tuple[Observation, ...]:
    """Read the figures of a file, in its order, for a run of ``plan``.

    ``path`` is a file, or the name of one that ships with langson, as in ``july-2025``.

    Raises
    ------
    ScenarioError
        With everything that is wrong in the file, by line and column: an unknown gate or
        quantity, wagons at a road gate, what is not a number, a day without a bulletin, a
        time at which no stock is kept, a figure given twice.
    """
    problems = Problems()
    header, *rows = _rows(path, problems)
    heading = Problems()
    columns = _columns(header, heading)
    heading.raise_errors()
    reader = _Reader(plan, problems)
    observations = [reader.row(_named(row, columns, problems), row[0]) for row in rows]
    if not rows:
        place = Place(header[0].place.file)
        problems.add("empty-file", place, Sentence("the file has a header but no figures"))
    problems.raise_errors()
    return tuple(observation for observation in observations if observation is not None)


@checked_arguments
def written_days(path: str | os.PathLike[str]) -> list[dt.date]:
    """Return the dates that a file gives, in its order; what is no date is left to the reader.

    Raises
    ------
    ScenarioError
        The file cannot be read.
    """
    header, *rows = _rows(path, Problems())
    columns = [n for n, cell in enumerate(header) if cell.text.lower() in ("day", "until")]
    texts = [row[n].text for row in rows for n in columns if n < len(row)]
    return [day for text in texts if (day := _date(text)) is not None]


def _rows(path: str | os.PathLike[str], problems: Problems) -> list[list[CsvCell]]:
    """Read the rows of a file of figures, or of counts per gate and day."""
    file = locate(path, Problems(), OBSERVED)
    rows = workbook_cells(file) if file.suffix.lower() in SUFFIXES else read_cells(file)
    return as_figures(rows, problems)


def _date(text: str) -> dt.date | None:
    """Read a date; None where it is none."""
    written = _DAY.fullmatch(text)
    try:
        return dt.date(*map(int, written.groups())) if written else None
    except ValueError:
        return None


def _columns(header: Sequence[CsvCell], problems: Problems) -> list[str]:
    """Names of the columns; empty where a column has none."""
    place = header[0].place
    if len(header) == 1 and re.search("[;\t]", place.excerpt):
        mark = Sentence("semicolons") if ";" in place.excerpt else Sentence("tabs")
        hint = Sentence("save it as CSV with commas and a decimal point")
        problems.add(
            "separator", place, Sentence("the columns are separated by {mark}", mark=mark), hint
        )
        return []
    names: list[str] = []
    for cell in header:
        name = cell.text.lower()
        if name and name not in _COLUMNS:
            hint = did_you_mean(name, _COLUMNS)
            problems.add(
                "unknown-column",
                cell.place,
                Sentence("unknown column '{text}'", text=cell.text),
                hint,
            )
        elif name in names and name:
            problems.add(
                "repeated-column", cell.place, Sentence("column '{name}' stands twice", name=name)
            )
        names.append(name)
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        hint = Sentence(
            "the columns are {columns}; the first line names them", columns=listed(_COLUMNS)
        )
        problems.add(
            "missing-column", place, Sentence("no column {missing}", missing=listed(missing)), hint
        )
    return names


def _named(
    row: Sequence[CsvCell], columns: Sequence[str], problems: Problems
) -> dict[str, CsvCell]:
    """Cells of a row by the names of their columns; a short row ends with empty ones."""
    for cell in row[len(columns) :]:
        if cell.text:
            message = Sentence("more cells than the {count} columns", count=len(columns))
            problems.add(
                "extra-cell", cell.place, message, Sentence("a cell with commas stands in quotes")
            )
            break
    return dict(zip(columns, row, strict=False))


class _Reader:
    """Turn rows into observations and note what is wrong."""

    def __init__(self, plan: Plan, problems: Problems) -> None:
        self.plan = plan
        self.gates = [gate.id for gate in plan.gates]
        self.roads = {gate.id for gate in plan.gates if gate.mode == "road"}
        self.bulletins = bulletin_days(plan)
        self.problems = problems
        self.lines: dict[tuple[object, ...], int] = {}

    def row(self, cells: Mapping[str, CsvCell], first: CsvCell) -> Observation | None:
        """Return a row's figure, or None after a recorded problem."""
        before = len(self.problems.entries)
        absent = [name for name in _NEEDED if name not in cells or not cells[name].text]
        if absent:
            hint = Sentence(
                "a figure has {needed} and {needed2}",
                needed=", ".join(_NEEDED[:-1]),
                needed2=_NEEDED[-1],
            )
            self._wrong(
                "missing-value",
                cells.get(absent[0], first),
                Sentence("no {absent}", absent=listed(absent)),
                hint,
            )
            return None
        given = {name: cells[name] for name in _COLUMNS if name in cells and cells[name].text}
        self._gate(given["gate"], given["quantity"])
        self._known(given["quantity"], Sentence("quantity"), QUANTITIES)
        if "use" in given:
            self._known(given["use"], Sentence("use"), USES)
        low, high = self._values(given["value"])
        name = given["quantity"].text
        time = self._time(given, name) if name in QUANTITIES else BULLETIN
        day, until = self._span(given, name, time) if name in QUANTITIES else (None, None)
        gate = "+".join(dict.fromkeys(given["gate"].text.replace(" ", "").split("+")))
        key = (day, until, time, frozenset(gate.split("+")), name)
        if key in self.lines:
            message = Sentence("this figure is already on line {lines}", lines=self.lines[key])
            self._wrong(
                "repeated-figure", given["quantity"], message, Sentence("keep one of the two")
            )
        self.lines.setdefault(key, first.place.line)
        if len(self.problems.entries) > before:
            return None
        source, note, use = (given[c].text if c in given else "" for c in ("source", "note", "use"))
        place, use = given["value"].place, use or "predicted"
        return Observation(day, gate, name, low, source, note, use, place, high, until, time)

    def _known(self, cell: CsvCell, what: Sentence, options: Iterable[str]) -> None:
        if cell.text not in options:
            hint = did_you_mean(cell.text, options)
            self._wrong(
                f"unknown-{what}",
                cell,
                Sentence("unknown {what} '{text}'", what=what, text=cell.text),
                hint,
            )

    def _gate(self, cell: CsvCell, quantity: CsvCell) -> None:
        """Check the ids of one gate, of several, or ``all``."""
        names = [name.strip() for name in cell.text.split("+")]
        for name in names:
            if name not in (self.gates if len(names) > 1 else [*self.gates, ALL]):
                hint = did_you_mean(name, self.gates)
                if name == ALL:
                    hint = Sentence("`all` stands alone")
                self._wrong(
                    "unknown-gate", cell, Sentence("unknown gate '{name}'", name=name), hint
                )
            if name in self.roads and quantity.text.startswith("wagons"):
                message = Sentence("no wagons cross at {name}, a road gate", name=name)
                self._wrong("no-wagons", quantity, message, Sentence("name a rail gate, or all"))

    def _values(self, cell: CsvCell) -> tuple[float, float | None]:
        """Read a number, or the two of a range; NaN after a mistake."""
        ends = _RANGE.fullmatch(cell.text)
        if ends is None:
            return self._value(cell, cell.text), None
        low, high = self._value(cell, ends["low"]), self._value(cell, ends["high"])
        if low > high:
            message = Sentence("the range '{text}' begins above its end", text=cell.text)
            self._wrong("range-reversed", cell, message, Sentence("write the smaller number first"))
        return low, high

    def _value(self, cell: CsvCell, text: str) -> float:
        """Read a number of at least zero; NaN after a recorded problem."""
        if not point_is_clear(text):
            decimals, grouped = f"{float(text):g}", text.replace(".", "")
            message = Sentence(
                "'{text}': {decimals} or {replace}?",
                text=text,
                decimals=decimals,
                replace=text.replace(".", ","),
            )
            hint = Sentence("write {decimals} or {grouped}", decimals=decimals, grouped=grouped)
            self._wrong("two-readings", cell, message, hint)
            return math.nan
        try:
            value = float(text) if _NUMBER.fullmatch(text) else parse_number(text)
        except UnitError:
            value = math.nan
        if math.isnan(value):
            hint = Sentence("write it plain, as 1259 or 3.5, or as a range, as 80-100")
            self._wrong("not-a-number", cell, Sentence("'{text}' is not a number", text=text), hint)
        elif not 0.0 <= value < math.inf:
            self._wrong(
                "out-of-range",
                cell,
                Sentence("{text} cannot have been counted", text=text),
                Sentence("write 0 or more"),
            )
        return value

    def _time(self, given: Mapping[str, CsvCell], name: str) -> float:
        """Read the time of a stock: a full or half hour, as the backlog is kept."""
        cell, quantity = given.get("time"), QUANTITIES[name]
        if cell is None:
            return BULLETIN
        written = _TIME.fullmatch(cell.text)
        minute = float(int(written[1]) * 60 + int(written[2] or 0)) if written else math.nan
        if quantity.kind != "stock":
            self._wrong(
                "time-of-no-stock",
                cell,
                Sentence("{name} is no stock", name=name),
                Sentence("leave the time empty"),
            )
        elif written is None:
            self._wrong(
                "not-a-time",
                cell,
                Sentence("'{text}' is not a time", text=cell.text),
                Sentence("write it as 06:30"),
            )
        elif minute % STEP:
            message = Sentence(
                "stocks are kept every {step:g} minutes, and not at {text}",
                step=STEP,
                text=cell.text,
            )
            self._wrong(
                "time-between", cell, message, Sentence("write the nearest full or half hour")
            )
        elif minute != BULLETIN and (quantity.column not in BACKLOG or quantity.less):
            message = Sentence(
                "{name} is counted at 20:00 alone, not at {text}", name=name, text=cell.text
            )
            others = [n for n, q in QUANTITIES.items() if q.column in BACKLOG and not q.less]
            self._wrong(
                "time-of-bulletin",
                cell,
                message,
                Sentence("at other times give {others}", others=listed(others)),
            )
        return minute

    def _span(
        self, given: Mapping[str, CsvCell], name: str, time: float
    ) -> tuple[dt.date | None, dt.date | None]:
        """Read the day of a figure and the last one of a sum, which the run must have."""
        kind = QUANTITIES[name].kind
        if kind == "time" or name == TURNED_BACK:
            for column in ("day", "until"):
                if column in given:
                    message = Sentence("{name} is a mean over the run", name=name)
                    self._wrong(
                        "day-of-a-mean",
                        given[column],
                        message,
                        Sentence("leave {column} empty", column=column),
                    )
            return None, None
        days = self._days(name, time)
        if "until" in given and ("day" not in given or kind == "stock"):
            message = Sentence("a sum of days needs a flow and its first day")
            self._wrong(
                "until-alone", given["until"], message, Sentence("leave until empty, or give day")
            )
        if "day" not in given:
            if not days:
                message = Sentence(
                    "the run is too short for a bulletin, which needs 24 hours before a 20:00"
                )
                self._wrong("no-bulletin", given["quantity"], message, Sentence("use more --days"))
            return None, None
        day = self._day(given["day"], name, days)
        until = self._day(given["until"], name, days) if "until" in given else None
        if day and until and until <= day:
            message = Sentence("{until} is not after {day}", until=until, day=day)
            self._wrong(
                "until-before", given["until"], message, Sentence("give the last day of the sum")
            )
        return day, until

    def _days(self, name: str, time: float) -> Sequence[dt.date]:
        """Days for which the run has a quantity."""
        quantity = QUANTITIES[name]
        if quantity.column in BACKLOG and quantity.less is None:
            return stock_days(self.plan, time)
        return self.bulletins

    def _day(self, cell: CsvCell, name: str, days: Sequence[dt.date]) -> dt.date | None:
        """Read a day that has a quantity."""
        day = _date(cell.text)
        if day is None:
            message = Sentence("'{text}' is not a date", text=cell.text)
            self._wrong("not-a-date", cell, message, Sentence("write it as 2025-11-11"))
            return None
        if day not in days:
            span = Sentence("of no day")
            if days:
                span = Sentence("from {first} to {last}", first=days[0], last=days[-1])
            hint = Sentence(
                "the run has {name} {span}; change run.start or --days", name=name, span=span
            )
            message = Sentence("{day} is not simulated", day=day)
            self._wrong("day-not-simulated", cell, message, hint)
        return day

    def _wrong(self, code: str, cell: CsvCell, message: Sentence, hint: Sentence = NOTHING) -> None:
        self.problems.add(code, cell.place, message, hint)
