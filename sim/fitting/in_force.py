"""Values in force by date: opening hours and lanes that are unlike those of a scenario.

A file ``in-force.csv`` beside the scenario has the columns ``from``, ``until``, ``path``,
``value``, ``source``, ``note`` and ``note_vi``: on these days, the first and the last included, the
value at the path was this. Either end may be empty. ``source`` is the id of a source of the
scenario, or its address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sim.errors import Problem, ScenarioError
from sim.scenario import Place, Scenario
from sim.sentences import Sentence
from sim.validate.cells import CsvCell, read_cells

__all__ = ["ValueInForce", "values_in_force"]

IN_FORCE = "in-force.csv"
"""Name of the file."""

_COLUMNS = ("from", "until", "path", "value", "source", "note", "note_vi")


@dataclass(frozen=True)
class ValueInForce:
    """A value of the scenario on some days, as it is written, and where that stands."""

    path: str
    value: str
    source: str
    note: dict[str, str]
    place: Place


def values_in_force(scenario: Scenario, day: dt.date) -> list[ValueInForce]:
    """Return the values in force on a day, of the file beside a scenario; none without a file.

    Raises
    ------
    ScenarioError
        The file has other columns, a date or a path is none, or two rows say a value of one day.
    """
    file = scenario.path.parent / IN_FORCE
    if not file.is_file():
        return []
    head, *rows = read_cells(file)
    if tuple(cell.text for cell in head) != _COLUMNS:
        hint = Sentence("begin with {columns}", columns=",".join(_COLUMNS))
        message = Sentence("its columns are others")
        raise ScenarioError([_problem("columns", head[0].place, message, hint)])
    problems: list[Problem] = []
    values: dict[str, ValueInForce] = {}
    known = scenario.leaves()
    for row in rows:
        cells = dict(zip(_COLUMNS, row, strict=False))
        wrong = _mistake(cells, known)
        if wrong is not None:
            problems.append(wrong)
        elif _date(cells["from"], dt.date.min) <= day <= _date(cells["until"], dt.date.max):
            path = cells["path"]
            if path.text in values:
                message = Sentence("{path} has two values on {day}", path=path.text, day=day)
                line = values[path.text].place.line
                hint = Sentence("line {line} says another: end one before the other", line=line)
                problems.append(_problem("two-values", path.place, message, hint))
            value, source, english, vietnamese = (cells[name].text for name in _COLUMNS[3:])
            note = {"en": english, "vi": vietnamese or english}
            values[path.text] = ValueInForce(path.text, value, source, note, path.place)
    if problems:
        raise ScenarioError(problems)
    return list(values.values())


def _mistake(cells: Mapping[str, CsvCell], known: Mapping[str, object]) -> Problem | None:
    """Return what is wrong with a row, if anything is."""
    first = next(iter(cells.values()))
    if len(cells) < len(_COLUMNS):
        hint = Sentence("give {columns}; dates may be empty", columns=", ".join(_COLUMNS))
        message = Sentence("a row of {n} cells", n=len(cells))
        return _problem("short-row", first.place, message, hint)
    for name in ("from", "until"):
        try:
            _date(cells[name], dt.date.min)
        except ValueError:
            message = Sentence("'{text}' is no date", text=cells[name].text)
            hint = Sentence("write it as 2024-03-16")
            return _problem("bad-date", cells[name].place, message, hint)
    path = cells["path"]
    if path.text not in known:
        message = Sentence("'{path}' is no value of the scenario", path=path.text)
        hint = Sentence("`langson show --merged` lists all paths")
        return _problem("unknown-path", path.place, message, hint)
    return None


def _date(cell: CsvCell, empty: dt.date) -> dt.date:
    return dt.date.fromisoformat(cell.text) if cell.text else empty


def _problem(code: str, place: Place, message: Sentence, hint: Sentence) -> Problem:
    return Problem(code, message, hint, place.file, place.line, place.column)
