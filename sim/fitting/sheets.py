"""Read a survey sheet as cells of text: CSV with any usual separator, or Excel."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.files import read_file
from sim.scenario import Place
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.textfile import DATA, read_text

__all__ = ["Sheet", "read_sheet"]

_EXCEL = (".xlsx", ".xls", ".xlsb", ".ods")
"""Endings of the workbooks that can be read, of which the first sheet is."""

_MOST_CELLS = 4_000_000
_SEPARATORS = ";\t|,"


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet: its header, and rows of cells as text, each with its line from 1."""

    file: str
    header: Sequence[str]
    line: int
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def place(self, row: int, column: int) -> Place:
        """Return where a cell stands: the line of its row, and its column from 1."""
        return Place(self.file, self.lines[row], column + 1)

    def top(self, column: int) -> Place:
        """Return where the name of a column stands."""
        return Place(self.file, self.line, column + 1)


def read_sheet(path: str | os.PathLike[str], problems: Problems) -> Sheet:
    """Read a CSV file or the first sheet of a workbook.

    Raises
    ------
    ScenarioError
        It cannot be read, has no header with columns, or no rows.
    """
    file = os.fspath(path)
    if Path(file).suffix.lower() in _EXCEL:
        table = _workbook(file, problems)
    else:
        file, text = read_text(file, DATA)
        table = _separated(text)
    cells = [(line, [cell.strip() for cell in row]) for line, row in table]
    cells = [(line, row) for line, row in cells if any(row)]
    if sum(len(row) for _, row in cells) > _MOST_CELLS:
        message = f"more than {_MOST_CELLS:,} cells"
        problems.stop("too-many-cells", Place(file, 1, 1), message, DATA.remedy)
    at = _header(cells)
    if at is None or len(cells) < at + 2:
        hint = "the first line names the columns, and each line below is a vehicle or a visit"
        problems.stop("empty-file", Place(file, 1, 1), "there is no table in this file", hint)
    line, header = cells[at]
    while header and not header[-1]:
        header.pop()
    wide = len(header)
    rows = [(number, row[:wide] + [""] * (wide - len(row))) for number, row in cells[at + 1 :]]
    return Sheet(file, header, line, [row for _, row in rows], [number for number, _ in rows])


def _header(cells: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """Return which row names the columns: the first that is about as wide as the table.

    Titles above a table fill a cell or two.
    """
    widest = max((sum(map(bool, row)) for _, row in cells), default=0)
    return next(
        (
            number
            for number, (_, row) in enumerate(cells)
            if widest > 1 and sum(map(bool, row)) >= max(2, 0.6 * widest)
        ),
        None,
    )


def _separated(text: str) -> list[tuple[int, list[str]]]:
    """Cut text at the separator that its first lines have most of."""
    head = text[:20_000].splitlines()[:20]
    mark = max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows, line = [], 1
    for row in reader:
        rows.append((line, row))
        line = reader.line_num + 1
    return rows


def _workbook(file: str, problems: Problems) -> list[tuple[int, list[str]]]:
    """Read the first sheet of a workbook with python-calamine."""
    place = Place(file, 1, 1)
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        hint = "install langson[excel], or save the sheet as CSV"
        problems.stop("no-excel", place, "reading Excel takes the extra 'excel'", hint)
    try:
        content = read_file(file, DATA.most_bytes)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (OSError, CalamineError, IndexError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "check its name, or save the sheet as CSV"
        problems.stop("unreadable", place, f"the workbook cannot be read: {reason}", hint)
    return [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _text(cell: object) -> str:
    """Write a cell of a workbook as a sheet of text would have it."""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(dt.timedelta(seconds=round(cell.total_seconds())))
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell)
