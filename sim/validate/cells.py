"""Comma-separated text as cells that know where they stand."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario.problems import Problems
from sim.scenario.tree import Place
from sim.units import nearest

__all__ = ["Cell", "read_cells"]

# A cell in quotes, in which a quote is doubled, or one without; then a comma or the end.
_CELL = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"\s*|(?P<bare>[^,]*))(?P<end>,|$)')


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of one cell, without quotes and spaces around it, and its place."""

    text: str
    place: Place


def read_cells(path: str | os.PathLike[str]) -> list[list[Cell]]:
    """Read the rows of a file that hold any text; a byte order mark is passed over.

    Raises
    ------
    ScenarioError
        The file cannot be read, is not UTF-8, is empty, or a quote is never closed.
    """
    file, problems = os.fspath(path), Problems()
    text = _text(Path(file), problems)
    lines = enumerate(text.splitlines(), start=1)
    rows = [_cells(line, file, number, problems) for number, line in lines if line.strip()]
    if not rows and not problems.found:
        hint = "the first line is gate,quantity,value"
        problems.add("empty-file", Place(file), "the file is empty", hint)
    problems.raise_errors()
    return [row for row in rows if any(cell.text for cell in row)]


def _text(path: Path, problems: Problems) -> str:
    """Content of a file; a reason why not is raised."""
    whole = Place(str(path))
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        near = nearest(path.name, (file.name for file in path.parent.glob("*.csv")))
        hint = f"did you mean '{path.with_name(near)}'?" if near else "check the name and folder"
        problems.add("no-such-file", whole, "the file does not exist", hint)
    except UnicodeDecodeError:
        problems.add("encoding", whole, "the file is not UTF-8", "save it as CSV UTF-8")
    except OSError as error:
        problems.add("unreadable", whole, f"the file cannot be read: {error.strerror}")
    raise ScenarioError(problems.found)


def _cells(line: str, file: str, number: int, problems: Problems) -> list[Cell]:
    """Cut a line into cells; the rest of a line with an open quote is left out."""
    cells: list[Cell] = []
    start = 0
    while True:
        found = _CELL.match(line, start)
        if found is None or (found["bare"] or "").startswith('"'):
            place = Place(file, number, start + 1, number, len(line) + 1, line)
            hint = "a cell with commas stands in quotes, and a quote in it is doubled"
            problems.add("open-quote", place, "a quote that does not close its cell", hint)
            return cells
        group = "bare" if found["quoted"] is None else "quoted"
        begin, end = found.span(group)
        text = found[group].replace('""', '"') if group == "quoted" else found[group]
        place = Place(file, number, begin + 1, number, max(end, begin + 1) + 1, line)
        cells.append(Cell(text.strip(), place))
        if found["end"] == "":
            return cells
        start = found.end()
