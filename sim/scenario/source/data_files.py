"""Data files: CSV tables that a scenario names, such as observed service times.

The first line names the columns. Columns are separated by commas, semicolons or tabs; with
semicolons or tabs a comma in a number is a decimal comma. A point always parts decimals.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.errors import ArgumentTypeError
from sim.files import read_file
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.textfile import DATA, LINE_BREAK
from sim.scenario.source.tree import Place
from sim.sentences import Sentence

__all__ = ["DataFile", "DataTable", "csv_text", "parquet_text", "read_table"]

_SEPARATORS = ",;\t"

_DIGITS = 16
"""Hexadecimal digits of the SHA-256 in a file's key."""


@dataclass(frozen=True, eq=False)
class DataFile:
    """A file by its name in the scenario; ``path`` is where it was read, ``text`` what it says."""

    name: str
    path: str
    text: str = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def key(self) -> str:
        """Name and the beginning of the SHA-256, ``times.csv#3f9a…``: equal keys, equal data."""
        return f"{self.name}#{self.sha256[:_DIGITS]}"

    @cached_property
    def _lines(self) -> list[str]:
        return LINE_BREAK.split(self.text)

    def place(self, line: int) -> Place:
        """Return where a line stands, counted from 1."""
        excerpt = self._lines[line - 1] if line <= len(self._lines) else ""
        return Place(self.path, line, 1, line, len(excerpt) + 1, excerpt)


@dataclass(frozen=True, eq=False)
class DataTable:
    """The cells of a data file; ``lines`` has the line on which each row ends."""

    file: DataFile
    columns: list[str]
    rows: list[list[str]]
    lines: list[int]
    decimal_comma: bool

    def cells(
        self, column: str, where: Mapping[str, str] = MappingProxyType({})
    ) -> Iterator[tuple[int, str]]:
        """Yield line and text of each cell of a column that has any, spaces around it cut.

        ``where`` has the texts that other columns of its row must have.
        """
        number = self.columns.index(column)
        wanted = [(self.columns.index(name), text) for name, text in where.items()]
        for line, row in zip(self.lines, self.rows, strict=True):
            if all(_text(row, at) == text for at, text in wanted) and (text := _text(row, number)):
                yield line, text

    def known(self, column: str, problems: Problems) -> bool:
        """Return whether there is such a column; record that there is none."""
        if column in self.columns:
            return True
        message = Sentence("no column '{column}'", column=column)
        problems.add(
            "unknown-column", self.file.place(1), message, did_you_mean(column, self.columns)
        )
        return False

    def number(self, text: str) -> float:
        """Return a number, not finite ones included.

        Raises
        ------
        ValueError
            It is none.
        """
        if "_" in text:
            raise ValueError(text)
        return float(text.replace(",", ".") if self.decimal_comma else text)


def _text(row: list[str], number: int) -> str:
    """Text of a cell; a short row ends with empty ones."""
    return row[number].strip() if number < len(row) else ""


def parquet_text(path: Path, place: Place) -> tuple[str, str]:
    """Return the path of a Parquet file, and its table as the text of a CSV file.

    Raises
    ------
    ScenarioError
        It cannot be read; ``place`` is where it is named.
    """
    import polars as pl

    try:
        content = io.BytesIO(read_file(path, DATA.most_bytes))
        table = pl.read_parquet(content)  # noqa: TID251 -- bytes have no patterns
        return str(path), table.write_csv()
    except (OSError, pl.exceptions.PolarsError) as error:
        message = Sentence(
            "'{path}' cannot be read as Parquet: {error}", path=path.name, error=error
        )
        hint = Sentence("check its name, or save it as CSV with plain columns")
        Problems().stop("unreadable", place, message, hint)


def csv_text(name: str, table: Any) -> str:
    """Return a table as the text of a CSV file.

    Raises
    ------
    ArgumentTypeError
        It is no table of polars or pandas, no mapping of columns and no text.
    """
    if isinstance(table, str):
        return table
    if hasattr(table, "to_csv"):  # pandas
        return str(table.to_csv(index=False))
    if isinstance(table, Mapping):
        import polars as pl

        table = pl.DataFrame({column: list(values) for column, values in table.items()})
    if hasattr(table, "write_csv"):  # polars
        return str(table.write_csv())
    raise ArgumentTypeError(
        Sentence(
            "load(): data[{name!r}] must be a table of polars or pandas, columns by name, or the "
            "text of a CSV file, not {kind}",
            name=name,
            kind=type(table).__name__,
        )
    )


def read_table(file: DataFile, problems: Problems) -> DataTable | None:
    """Cut a file into cells; None after a mistake, which is recorded with its line."""
    first = LINE_BREAK.split(file.text, maxsplit=1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        hint = Sentence("a cell with separators stands in quotes, and a quote in it is doubled")
        problems.add(
            "not-csv",
            file.place(reader.line_num),
            Sentence("this is not CSV: {error}", error=error),
            hint,
        )
        return None
    if len(rows) < 2:
        message = (
            Sentence("the file is empty")
            if not rows
            else Sentence("the file has columns but no rows")
        )
        problems.add("empty-file", file.place(1), message, DATA.begin)
        return None
    columns = [name.strip() for name in rows[0]]
    if repeated := {name for name in columns if name and columns.count(name) > 1}:
        message = Sentence("column '{repeated}' stands twice", repeated=min(repeated))
        problems.add(
            "repeated-column", file.place(lines[0]), message, Sentence("rename one of them")
        )
        return None
    for line, row in zip(lines[1:], rows[1:], strict=True):
        if any(cell.strip() for cell in row[len(columns) :]):
            message = Sentence("more cells than the {count} columns", count=len(columns))
            hint = Sentence("a cell with separators stands in quotes")
            problems.add("extra-cell", file.place(line), message, hint)
            return None
    return DataTable(file, columns, rows[1:], lines[1:], separator != ",")
