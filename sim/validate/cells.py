"""Cells of comma-separated text (RFC 4180), each with its place."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass

from sim.scenario import Place
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.textfile import CSV, read_text
from sim.sentences import Sentence

__all__ = ["CsvCell", "read_cells"]

_MOST_CELLS = 100_000

_END = re.compile("\r\n|\r|\n")
# A cell in quotes, in which a quote is doubled and lines may end, or one without; then its end.
_CELL = re.compile(
    r'[ \t]*(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"[ \t]*|(?P<bare>[^,\r\n]*))(?P<end>,|\r\n|\r|\n|\Z)'
)


@dataclass(frozen=True, slots=True)
class CsvCell:
    """Text of one cell, without quotes and spaces around it, and its place."""

    text: str
    place: Place


def read_cells(path: str | os.PathLike[str]) -> list[list[CsvCell]]:
    """Read the rows of a file that hold any text; a byte order mark is passed over.

    Raises
    ------
    ScenarioError
        The file cannot be read, is not UTF-8, is empty, or a quote is never closed.
    """
    file, text = read_text(os.fspath(path), CSV)
    problems = Problems()
    rows = _Text(file, text).rows(problems)
    if not rows and not problems.entries:
        problems.add("empty-file", Place(file), Sentence("the file is empty"), CSV.begin)
    problems.raise_errors()
    return rows


class _Text:
    """A text with the places of its lines."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.lines = _END.split(text)
        self.starts = [0, *(match.end() for match in _END.finditer(text))]

    def rows(self, problems: Problems) -> list[list[CsvCell]]:
        """Cut into rows that hold any text; the line of a quote that stays open is left out."""
        rows: list[list[CsvCell]] = []
        row: list[CsvCell] = []
        start = cells = 0
        while start < len(self.text) or row:
            match = _CELL.match(self.text, start)
            if match is None or (match["bare"] or "").startswith('"'):
                start = self.open_quote(start, problems)
                row = []
                continue
            row.append(self.cell(match))
            cells += 1
            if cells > _MOST_CELLS:
                message = Sentence("more than {most_cells:,} cells", most_cells=_MOST_CELLS)
                problems.stop("too-many-cells", row[-1].place, message, CSV.remedy)
            start = match.end()
            if match["end"] != ",":
                rows.append(row)
                row = []
        return [row for row in rows if any(cell.text for cell in row)]

    def cell(self, match: re.Match[str]) -> CsvCell:
        """Return a cell; the line breaks in quotes are spaces."""
        group = "bare" if match["quoted"] is None else "quoted"
        text = match[group].replace('""', '"') if group == "quoted" else match[group]
        first, last = match.span(group)
        return CsvCell(" ".join(_END.split(text.strip())), self.place(first, max(last, first + 1)))

    def open_quote(self, start: int, problems: Problems) -> int:
        """Record a quote that does not close its cell; return where the next line begins."""
        following = _END.search(self.text, start)
        end = following.start() if following else len(self.text)
        hint = Sentence("a cell with commas stands in quotes, and a quote in it is doubled")
        message = Sentence("a quote that does not close its cell")
        problems.add("open-quote", self.place(start, end), message, hint)
        return following.end() if following else len(self.text)

    def place(self, first: int, last: int) -> Place:
        """Return where a stretch of the text stands, as far as it is on its first line."""
        line = bisect_right(self.starts, first)
        excerpt = self.lines[line - 1]
        column = first - self.starts[line - 1] + 1
        end = min(last - self.starts[line - 1], len(excerpt)) + 1
        return Place(self.file, line, column, line, max(end, column + 1), excerpt)
