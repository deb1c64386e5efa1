"""Cells of the first sheet of a workbook: Excel's ``.xlsx`` and ``.xls``, and ``.ods``."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

from sim.errors import system_reason
from sim.files import read_file
from sim.scenario import Place
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.textfile import CSV
from sim.sentences import Sentence
from sim.validate.cells import CsvCell

__all__ = ["SUFFIXES", "workbook_cells"]

SUFFIXES = (".xlsx", ".xls", ".xlsm", ".ods")
"""Endings of workbooks."""


def workbook_cells(path: Path) -> list[list[CsvCell]]:
    """Read the rows of the first sheet that hold anything, each cell with its row and column.

    Raises
    ------
    ScenarioError
        It cannot be read, is empty, or the extra ``excel`` is not installed.
    """
    problems, place = Problems(), Place(str(path), 1, 1)
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        hint = Sentence("install langson[excel], or save the sheet as CSV")
        problems.stop("no-excel", place, Sentence("reading Excel takes the extra 'excel'"), hint)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(read_file(path, CSV.most_bytes)))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (OSError, CalamineError, IndexError) as error:
        reason = Sentence("{error}", error=error)
        if isinstance(error, OSError):
            reason = system_reason(error)
        message = Sentence("the workbook cannot be read: {reason}", reason=reason)
        hint = Sentence("check its name, or save the sheet as CSV")
        problems.stop("unreadable", place, message, hint)
    cells = [
        [
            CsvCell(_text(value), Place(str(path), line, column))
            for column, value in enumerate(row, 1)
        ]
        for line, row in enumerate(rows, 1)
    ]
    kept = [row for row in cells if any(cell.text for cell in row)]
    if not kept:
        problems.stop("empty-file", place, Sentence("the file is empty"), CSV.begin)
    return kept


def _text(value: Any) -> str:
    """Write a cell as a CSV file has it: whole numbers without a point, dates as 2025-07-07."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return " ".join(str(value).split())
