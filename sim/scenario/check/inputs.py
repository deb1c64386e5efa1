"""Check the `inputs:` section: paths, distributions and every cell of its ensembles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import ValidationError

from sim.scenario.check.context import Context
from sim.scenario.check.paths import is_path
from sim.scenario.compose.settings import as_trees, moved
from sim.scenario.derive.inputs import WEIGHT, ensemble_columns, spread_of
from sim.scenario.schema.inputs import InputBlock
from sim.scenario.schema.lookup import block_at
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.schema.validation_errors import record
from sim.scenario.source.data import Data
from sim.scenario.source.data_files import DataTable
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, Path, Place
from sim.sentences import Sentence

__all__ = ["check_inputs"]

_TRIED = (0.001, 0.25, 0.5, 0.75, 0.999)
"""Probabilities at which the values of a distribution are checked."""

_FIXED = ("format", "title", "run", "sources", "targets", "upgrades", "inputs", "sweep", "optimise")
"""Sections whose values are no uncertain numbers about the world."""


def check_inputs(model: ScenarioModel, tree: Node, problems: Problems, data: Data) -> None:
    """Record what does not fit in the section ``inputs``, by file, row and column."""
    checks = _Checks(Context(model, tree, problems), data)
    for key, form in model.inputs.items():
        if isinstance(form, InputBlock) and form.file is not None:
            checks.ensemble(key, form)
        else:
            checks.spread(key)


@dataclass(frozen=True)
class _Checks:
    context: Context
    data: Data

    def spread(self, key: str) -> None:
        """Check one distribution: its paths, its form, and some of its values at each path."""
        entry, context = ("inputs", key), self.context
        paths, block = spread_of(context.model.inputs[key], key)
        if block.distribution is None or not paths:
            hint = Sentence(
                "write `file: sets.csv`, or `path: gates.…` and `distribution: uniform(2, 6)`"
            )
            message = Sentence("an uncertain input has a file, or a path and a distribution")
            context.error("bad-input", entry, message, hint)
            return
        if block.write.count("{}") != 1:
            hint = Sentence('write e.g. `write: "{} %"`')
            context.error(
                "bad-value",
                (*entry, "write"),
                Sentence("exactly one {} stands for the value"),
                hint,
            )
            return
        place = context.place(entry)
        for path in paths:
            if self._path(path, place):
                texts = dict.fromkeys(block.written(u) for u in _TRIED)
                self._first_wrong((path, text, place) for text in texts)

    def ensemble(self, key: str, block: InputBlock) -> None:
        """Check a file of sets: its columns, and each of its cells at the path of its column."""
        entry = ("inputs", key)
        further = sorted(block.model_fields_set - {"file", "evidence"})
        for name in further:
            message = Sentence("'{name}' says nothing about an ensemble", name=name)
            self.context.error("unused-key", (*entry, name), message, Sentence("leave it out"))
        table = self.data.table_of(block.file or "")
        paths = ensemble_columns(table)
        if table.rows and not paths:
            hint = Sentence("name each column by the path of its value, as after --set")
            self.context.problems.add(
                "empty-file", table.file.place(1), Sentence("no column names a path"), hint
            )
        for path in paths:
            if self._path(path, table.file.place(1)):
                self._cells(table, path)
        if WEIGHT in table.columns:
            self._weights(table)

    def _path(self, path: str, place: Place) -> bool:
        if path.split(".", maxsplit=1)[0] in _FIXED:
            hint = Sentence("name a number about the world, as in gates.… or calendars.…")
            self.context.problems.add(
                "bad-input", place, Sentence("'{path}' is not uncertain", path=path), hint
            )
            return False
        return is_path(self.context, path, place)

    def _cells(self, table: DataTable, path: str) -> None:
        """Check the cells of one column; equal ones once."""
        number, seen = table.columns.index(path), set()
        for line, row in zip(table.lines, table.rows, strict=True):
            text = row[number].strip() if number < len(row) else ""
            place = _cell(table, line, text)
            if not text:
                hint = Sentence("a set has a value in each column")
                message = Sentence("column '{path}' has no value in this row", path=path)
                self.context.problems.add("missing-value", place, message, hint)
            elif text not in seen:
                seen.add(text)
                self._first_wrong(iter([(path, text, place)]))

    def _weights(self, table: DataTable) -> None:
        """Check that weights are numbers of at least 0, and not all 0."""
        number, total = table.columns.index(WEIGHT), 0.0
        for line, row in zip(table.lines, table.rows, strict=True):
            text = row[number].strip() if number < len(row) else ""
            try:
                weight = table.number(text)
            except ValueError:
                weight = math.nan
            if not 0.0 <= weight < math.inf:
                message = Sentence("column 'weight': '{text}' is no weight", text=text)
                hint = Sentence("write a number of at least 0")
                self.context.problems.add("not-a-number", _cell(table, line, text), message, hint)
                return
            total += weight
        if total == 0.0:
            hint = Sentence("leave the column out for equal weights")
            self.context.problems.add(
                "no-weight", table.file.place(1), Sentence("all sets have the weight 0"), hint
            )

    def _first_wrong(self, values: Iterator[tuple[str, str, Place]]) -> None:
        """Record the first value that its block cannot have."""
        problems = self.context.problems
        before = len(problems.entries)
        for path, text, place in values:
            for setting in as_trees([(path, text)], problems):
                self._try(tuple(path.split(".")), moved(setting, place), problems)
            if len(problems.entries) > before:
                return

    def _try(self, keys: Path, setting: Node, problems: Problems) -> None:
        """Validate the innermost block around a value with the value in it."""
        tree = self.context.tree
        above = next(
            keys[:depth]
            for depth in range(len(keys) - 1, -1, -1)
            if block_at(keys[:depth]) is not None and tree.find(keys[:depth]) is not None
        )
        block, value = block_at(above), setting.find(keys)
        assert block is not None  # it was looked for
        assert value is not None  # a setting has a value at its path
        changed = _with(tree, keys, value)
        inner = changed.find(above)
        assert inner is not None
        try:
            block.model_validate(inner.plain(), context={"data": self.data})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                detail["loc"] = (*above, *detail["loc"])
                record(changed, detail, problems)


def _cell(table: DataTable, line: int, text: str) -> Place:
    """Return where a cell stands, as far as its text tells."""
    place = table.file.place(line)
    column = max(place.excerpt.find(text), 0) + 1
    return replace(place, column=column, end_column=column + max(len(text), 1))


def _with(node: Node, keys: Path, value: Node) -> Node:
    """Return a tree with another value at a path."""
    if not keys:
        return value
    key, *rest = keys
    below = node.items.get(key, replace(value, value={}))
    return node.with_items({**node.items, key: _with(below, tuple(rest), value)})
