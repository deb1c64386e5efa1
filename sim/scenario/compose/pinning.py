"""Values that stand in data files beside the scenario: `empirical(times.csv)`.

When a scenario is read, the name of each such file gets the beginning of the SHA-256 of what is
in it: `empirical(times.csv#3f9a52c07b1d4e68)`. From then on it is the value: merging, hashes,
results folders and sweeps know by it whether the data are the same.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol, runtime_checkable

import numpy as np

from sim.arrays import Floats
from sim.distributions import FORMS, Constant, Empirical
from sim.errors import ScenarioError, UnitError
from sim.scenario.compose.evidence import affects_results
from sim.scenario.source.data import MOST_FILES, MOST_SIZE, Data, is_empirical
from sim.scenario.source.data_files import DataFile, DataTable, parquet_text
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.textfile import DATA, read_text
from sim.scenario.source.tree import Node, Place
from sim.scenario.source.tree import Path as Keys
from sim.sentences import Sentence
from sim.units import parse_duration, shown

__all__ = ["Beside", "Find", "pinned"]

_EMPIRICAL = re.compile(
    r"\s*empirical\s*\(\s*(?P<name>[^,#()]*[^,#()\s])(?:#(?P<pin>[0-9a-f]{16}))?\s*"
    r"(?:,\s*(?P<column>[^,#]*?[^,#\s])(?:\s+in\s+(?P<unit>[a-z]+))?\s*)?\)\s*"
)

_ARRIVALS = ("arrivals", "file")
"""The last keys of values that are the name of a file and nothing else."""

_INSTEAD = "0 min"
"""What a value is read as after a mistake in it, which is recorded."""


@runtime_checkable
class Find(Protocol):
    """Find a data file; two that find the same files are equal."""

    def __call__(self, name: str, pin: str, place: Place) -> tuple[str, str]:
        """Return the path and the text of a file.

        ``pin`` is the beginning of its SHA-256, or empty; ``place`` is where it is named.

        Raises
        ------
        ScenarioError
            There is none, or it cannot be read.
        """

    def __hash__(self) -> int:
        """Of equal finders the same."""


@dataclass(frozen=True)
class Beside:
    """Finds data files in a folder and in folders below it."""

    folder: Path

    def __call__(self, name: str, pin: str, place: Place) -> tuple[str, str]:  # noqa: ARG002
        """Return the path and the text of a file; ScenarioError if it cannot be read.

        A Parquet file is read as the text of a CSV file.
        """
        path = self.folder / name
        return (
            parquet_text(path, place)
            if path.suffix == ".parquet"
            else read_text(str(path), DATA, place)
        )


def pinned(tree: Node, data: Data, find: Find, problems: Problems) -> Node:
    """Return a tree with the SHA-256 at each name of a file; record what is wrong in the files."""
    return _Pinning(data, find, problems).node(tree, ())


def _is_ensemble(path: Keys) -> bool:
    """Return whether the value at a path is the file of an ensemble."""
    return len(path) == 3 and path[0] == "inputs" and path[2] == "file"


@dataclass(frozen=True)
class _Pinning:
    """One pass over a tree."""

    data: Data
    find: Find
    problems: Problems

    def node(self, node: Node, path: Keys) -> Node:
        if isinstance(node.value, dict):
            items = {key: self.node(below, (*path, key)) for key, below in node.value.items()}
            same = all(items[key] is below for key, below in node.value.items())
            return node if same else node.with_items(items)
        if isinstance(node.value, str) and is_empirical(node.value) and affects_results(path):
            plain = path[:1] in (("sweep",), ("inputs",))
            return replace(node, value=self.empirical(node, plain=plain))
        if isinstance(node.value, str) and (path[-2:] == _ARRIVALS or _is_ensemble(path)):
            return replace(node, value=self.table(node))
        return node

    def table(self, node: Node) -> str:
        """Return the key of the file that a value names; empty after a mistake."""
        name, _, pin = str(node.value).strip().partition("#")
        file = self.file(name, pin, node.place)
        return "" if file is None or self.data.table(file, self.problems) is None else file.key

    def empirical(self, node: Node, *, plain: bool) -> str:
        """Return a value with its file's SHA-256, and keep what it means."""
        match = _EMPIRICAL.fullmatch(str(node.value))
        if match is None:
            message = Sentence(
                "{value} does not name a file, or a file and a column", value=shown(node.value)
            )
            self.problems.add(
                "bad-value",
                node.place,
                message,
                Sentence("write e.g. {forms}", forms=FORMS["empirical"]),
            )
            return _INSTEAD
        file = self.file(match["name"], match["pin"] or "", node.place)
        if file is None:
            return _INSTEAD
        column, unit = match["column"], match["unit"]
        more = "" if column is None else f", {column}" + (f" in {unit}" if unit else "")
        text = f"empirical({file.key}{more})"
        if (text, plain) not in self.data.distributions:
            values = self.values(file, column, unit, node.place, plain=plain)
            known = Constant(0.0) if values is None else Empirical(np.sort(values), text)
            self.data.distributions[text, plain] = known
        return text

    def file(self, name: str, pin: str, place: Place) -> DataFile | None:
        """Return the file of a name; None after a mistake."""
        if (self.find, name) not in self.data.by_name:
            self.data.by_name[self.find, name] = self.read(name, pin, place)
        file = self.data.by_name[self.find, name]
        if file is not None and not file.sha256.startswith(pin):
            message = Sentence(
                "'{name}' is not the file that is meant: its SHA-256 is another", name=name
            )
            hint = Sentence("leave out '#{pin}' to take it as it is", pin=pin)
            self.problems.add("other-data", place, message, hint)
        return file

    def read(self, name: str, pin: str, place: Place) -> DataFile | None:
        plain = PurePosixPath(name)
        if plain.is_absolute() or ".." in plain.parts or "\\" in name or ":" in name:
            message = Sentence("'{name}' is not beside the scenario", name=name)
            hint = Sentence(
                "put the file into the scenario's folder, or one below, with '/' between"
            )
            self.problems.add("outside-folder", place, message, hint)
            return None
        given = self.data.given
        try:
            path, text = (name, given[name]) if name in given else self.find(name, pin, place)
        except ScenarioError as error:
            self.problems.entries.extend(error.problems)
            return None
        file = DataFile(name, path, text)
        if not self.data.add(file):
            message = Sentence(
                "the scenario names more than {most_files} data files or {most_size:g} MB",
                most_files=MOST_FILES,
                most_size=MOST_SIZE / 1e6,
            )
            self.problems.stop("too-large", place, message, DATA.remedy)
        return file

    def values(
        self, file: DataFile, column: str | None, unit: str | None, place: Place, *, plain: bool
    ) -> Floats | None:
        """Return the values of a column; None after a mistake."""
        table = self.data.table(file, self.problems)
        meant = None if table is None else self.column(table, column, unit, place, plain)
        if table is None or meant is None:
            return None
        name, size = meant
        before = len(self.problems.errors)
        numbers = [self.value(table, name, line, text) for line, text in table.cells(name)]
        if not numbers:
            message, hint = (
                Sentence("column '{name}' has no values", name=name),
                Sentence("name another column"),
            )
            self.problems.add("empty-column", file.place(1), message, hint)
        return None if len(self.problems.errors) > before else size * np.array(numbers)

    def value(self, table: DataTable, column: str, line: int, text: str) -> float:
        """Return a number of at least 0; NaN after a mistake."""
        try:
            number = table.number(text)
        except ValueError:
            number = math.nan
        if number >= 0.0 and number < math.inf:
            return number
        message = Sentence("{text} is not a number", text=shown(text))
        if number < 0.0:
            message = Sentence("{text} is negative", text=shown(text))
        hint = Sentence(
            "write plain numbers in column '{column}', or leave the cell empty", column=column
        )
        self.problems.add(
            "not-a-number",
            table.file.place(line),
            message,
            hint,
        )
        return math.nan

    def column(
        self, table: DataTable, column: str | None, unit: str | None, place: Place, plain: bool
    ) -> tuple[str, float] | None:
        """Return the column that is meant and the minutes of its unit; None after a mistake."""
        if column is not None and not table.known(column, self.problems):
            return None
        if plain:
            if unit is not None or (column is None and len(table.columns) > 1):
                hint = Sentence(
                    "write e.g. 'empirical({file}, {columns})'",
                    file=table.file.name,
                    columns=table.columns[0],
                )
                self.problems.add(
                    "bad-value", place, Sentence("a factor names a column of plain numbers"), hint
                )
                return None
            return column or table.columns[0], 1.0
        if unit is not None and column is not None:
            size = _minutes(unit)
            if size is not None:
                return column, size
            message = Sentence("unknown time unit '{unit}'", unit=unit)
            self.problems.add("bad-value", place, message, Sentence("use s, min, h or days"))
            return None
        named = [column] if column is not None else table.columns
        known = {name: size for name in named if (size := _minutes(name)) is not None}
        if len(known) == 1:
            return next(iter(known.items()))
        hint = Sentence(
            "write e.g. 'empirical({file}, {named} in min)'", file=table.file.name, named=named[0]
        )
        message = Sentence("no unit is said for the values of '{file}'", file=table.file.name)
        self.problems.add("no-unit", place, message, hint)
        return None


def _minutes(unit: str) -> float | None:
    """Minutes of a unit of time; None for other words."""
    try:
        return parse_duration(f"1 {unit}")
    except UnitError:
        return None
