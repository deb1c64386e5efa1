"""Read a survey sheet as cells of text: CSV with any usual separator, or Excel."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sim.errors import ScenarioError
from sim.files import read_file
from sim.fitting.headings import named_columns
from sim.scenario import Place
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.textfile import DATA, read_text
from sim.sentences import Sentence

__all__ = ["Sheet", "read_sheet"]

_EXCEL = (".xlsx", ".xls", ".xlsb", ".ods")
"""Endings of the workbooks that can be read, of which the first sheet with a table is."""

_MOST_CELLS = 4_000_000
_SEPARATORS = ";\t|,"

_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Marks at the beginning of UTF-16."""

_Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet: its header, and rows of cells as text, each with its line from 1.

    ``groups`` is what stands above the name of each column, as a stage above its start and end;
    empty where nothing does.
    """

    file: str
    header: Sequence[str]
    groups: Sequence[str]
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
    """Read a CSV file, or the first sheet of a workbook that has a table.

    Raises
    ------
    ScenarioError
        It cannot be read, has no header with columns, or no rows.
    """
    file = os.fspath(path)
    if Path(file).suffix.lower() in _EXCEL:
        table = _workbook(file, problems)
    else:
        file, text = _text_of(file, problems)
        table = _separated(file, text, problems)
    cells = _stripped(table)
    if sum(len(row) for _, row in cells) > _MOST_CELLS:
        message = Sentence("more than {most_cells:,} cells", most_cells=_MOST_CELLS)
        problems.stop("too-many-cells", Place(file, 1, 1), message, DATA.remedy)
    named = named_columns([row for _, row in cells])
    if named is None or len(cells) < named.rows + 1:
        hint = Sentence(
            "the first line names the columns, and each line below is a vehicle or a visit"
        )
        problems.stop(
            "empty-file", Place(file, 1, 1), Sentence("there is no table in this file"), hint
        )
    line = cells[named.rows - 1][0]
    if named.looks_like_data:
        hint = Sentence(
            "put a line above it with a name for each column, as plate, stage, start, end"
        )
        message = Sentence("there is a time where the names of the columns should stand")
        problems.stop("no-header", Place(file, line, 1), message, hint)
    wide = len(named.header)
    rows = [(number, row[:wide] + [""] * (wide - len(row))) for number, row in cells[named.rows :]]
    for number, row in cells[named.rows :]:
        if any(row[wide:]):
            column = next(n for n, cell in enumerate(row) if n >= wide and cell)
            place = Place(file, number, column + 1)
            problems.warn(
                "extra-cell",
                place,
                Sentence("'{row}' stands in no column", row=row[column]),
                Sentence("left out"),
            )
    return Sheet(
        file, named.header, named.groups, line, [row for _, row in rows], [n for n, _ in rows]
    )


def _stripped(table: _Rows) -> _Rows:
    """Return rows that are not empty, without spaces about their cells."""
    cells = [(line, [cell.strip() for cell in row]) for line, row in table]
    return [(line, row) for line, row in cells if any(row)]


def _text_of(file: str, problems: Problems) -> tuple[str, str]:
    """Return the path and the text of a file: in UTF-8, or as spreadsheets in Vietnam save it.

    Excel's "Unicode text" is UTF-16, its CSV the code page of the computer.
    """
    try:
        return read_text(file, DATA)
    except ScenarioError as error:
        if any(problem.code not in ("encoding", "binary") for problem in error.problems):
            raise
        content = read_file(Path(file), DATA.most_bytes)
        wide = next((name for sign, name in _WIDE.items() if content.startswith(sign)), None)
        wide = wide or {1: "utf-16-le", 0: "utf-16-be"}.get(content[:2].find(b"\0"))
        if wide is not None and content.count(b"\0") > len(content) // 4:
            return file, content.decode(wide, errors="replace")
        if b"\0" in content:
            raise
        first = error.problems[0]
        place = Place(file, first.line, first.column)
        message = Sentence("this character is not UTF-8")
        problems.warn(
            "encoding", place, message, Sentence("the sheet is read as Vietnamese (Windows-1258)")
        )
        return file, unicodedata.normalize("NFC", content.decode("cp1258", errors="replace"))


def _separated(file: str, text: str, problems: Problems) -> _Rows:
    """Cut text at the separator that its first lines have most of."""
    head = text[:20_000].splitlines()[:20]
    mark = max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in head))
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=mark)
    rows, line = [], 1
    try:
        for row in reader:
            column = next((n for n, c in enumerate(row) if "\n" in c.strip() and mark in c), None)
            if column is not None:
                _unclosed(file, line, column, problems)
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error:  # a cell of more than 131,072 characters
        _unclosed(file, line, 0, problems)
    return rows


def _unclosed(file: str, line: int, column: int, problems: Problems) -> NoReturn:
    message = Sentence("a quotation mark that opens here is not closed in its line")
    hint = Sentence("leave it out, or write it twice")
    problems.stop("quotation-mark", Place(file, line, column + 1), message, hint)


def _workbook(file: str, problems: Problems) -> _Rows:
    """Read the first sheet of a workbook that has a table, with python-calamine."""
    place = Place(file, 1, 1)
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        hint = Sentence("install langson[excel], or save the sheet as CSV")
        problems.stop("no-excel", place, Sentence("reading Excel takes the extra 'excel'"), hint)
    try:
        content = read_file(file, DATA.most_bytes)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for number, name in enumerate(book.sheet_names):
            rows = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
            table = [
                (line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=1)
            ]
            if len([row for _, row in _stripped(table) if sum(map(bool, row)) > 1]) > 1:
                if number:
                    message = Sentence("the sheets before '{name}' have no table", name=name)
                    problems.warn(
                        "later-sheet", place, message, Sentence("'{name}' is read", name=name)
                    )
                return table
    except (OSError, CalamineError, IndexError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = Sentence("check its name, or save the sheet as CSV")
        problems.stop(
            "unreadable",
            place,
            Sentence("the workbook cannot be read: {reason}", reason=reason),
            hint,
        )
    return []


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
