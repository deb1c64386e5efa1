"""Values of a scenario that stand in data files: `empirical(times.csv)`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.distributions import FORMS, Distribution
from sim.errors import UnitError
from sim.scenario.source.data_files import DataFile, DataTable, read_table
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, leaves
from sim.sentences import Sentence
from sim.units import shown

__all__ = ["MOST_FILES", "MOST_SIZE", "Data", "is_empirical"]

MOST_FILES, MOST_SIZE = 100, 200_000_000
"""Data files of a scenario, and characters in them."""

_BEGIN = re.compile(r"\s*empirical\s*\(")
_KEY = re.compile(r"[^(,#]+#[0-9a-f]{16}")


def is_empirical(value: object) -> bool:
    """Return whether a value is written as `empirical(…)`."""
    return isinstance(value, str) and _BEGIN.match(value) is not None


@dataclass(eq=False)
class Data:
    """Values of a scenario that stand in data files.

    Attributes
    ----------
    given:
        Texts that stand for files, by name: they are used before any file.
    files:
        The files read, by :attr:`DataFile.key`.
    distributions:
        Meaning of each value `empirical(…)`, by its text with the SHA-256 and whether its numbers
        are plain ones rather than durations.
    by_name:
        The files read, by what finds them and name; None where there is none.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    files: dict[str, DataFile] = field(default_factory=dict)
    distributions: dict[tuple[str, bool], Distribution] = field(default_factory=dict)
    by_name: dict[tuple[object, str], DataFile | None] = field(default_factory=dict, repr=False)
    _tables: dict[str, DataTable | None] = field(default_factory=dict)

    def copy(self) -> Data:
        """Return the same files, to which more can be added."""
        files, by_name = dict(self.files), dict(self.by_name)
        return Data(self.given, files, dict(self.distributions), by_name, dict(self._tables))

    def used(self, tree: Node) -> dict[str, DataFile]:
        """Return the files that the values of a tree name, by their keys."""
        if not self.files:
            return {}
        names = {key for _, node in leaves(tree) for key in _KEY.findall(str(node.value))}
        return {key: file for key, file in self.files.items() if key in names}

    def distribution(self, text: str, *, plain: bool) -> Distribution:
        """Return what a value `empirical(…)` means.

        Raises
        ------
        UnitError
            It names no file that was read.
        """
        known = self.distributions.get((text, plain))
        if known is None:
            message = Sentence("{text} names no file that is there", text=shown(text))
            raise UnitError(message, Sentence("write e.g. {forms}", forms=FORMS["empirical"]))
        return known

    def table_of(self, key: str) -> DataTable:
        """Return the table of a file by its key; an empty one in place of a mistake (``""``).

        Raises
        ------
        UnitError
            There is no such file.
        """
        if key and key not in self.files:
            raise UnitError(
                Sentence("{key} names no file that is there", key=shown(key)),
                Sentence("write e.g. 'arrivals.csv'"),
            )
        return self._tables.get(key) or DataTable(DataFile("", "", ""), [], [], [], False)

    def add(self, file: DataFile) -> bool:
        """Keep a file; return whether that is within the limits of a scenario."""
        self.files[file.key] = file
        size = sum(len(file.text) for file in self.files.values())
        return len(self.files) <= MOST_FILES and size <= MOST_SIZE

    def table(self, file: DataFile, problems: Problems) -> DataTable | None:
        """Return a file's cells, read once; None after a mistake."""
        if file.key not in self._tables:
            self._tables[file.key] = read_table(file, problems)
        return self._tables[file.key]
