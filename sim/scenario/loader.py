"""Load a scenario: read, compose, validate, check."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.arguments import checked_arguments
from sim.errors import ArgumentError, Problem, UnknownPathError
from sim.notebook import html_table, reader
from sim.scenario.check import check, check_inputs, check_optimise, check_sweep
from sim.scenario.compose import evidence
from sim.scenario.compose.composition import OWN_SECTIONS, Composed, compose_base
from sim.scenario.compose.extends import chain
from sim.scenario.compose.inputs_file import inputs_layer
from sim.scenario.compose.pinning import Beside, pinned
from sim.scenario.compose.settings import Setting, Settings, applied, as_pairs, as_trees
from sim.scenario.compose.upgrade_dates import OpeningMonth, opening_month
from sim.scenario.schema.base import Evidence
from sim.scenario.schema.model import ScenarioModel, UpgradeBlock
from sim.scenario.schema.validation import Validated, validate
from sim.scenario.source.data import Data
from sim.scenario.source.data_files import DataFile, csv_text
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.shipped import locate
from sim.scenario.source.tree import Node, Place, dotted, leaves
from sim.sentences import Sentence

__all__ = ["Scenario", "checked", "load", "own_sections"]


@checked_arguments
def load(
    path: str | os.PathLike[str],
    set: Settings | None = None,  # noqa: A002
    data: Mapping[str, Any] | None = None,
    inputs: str | os.PathLike[str] | None = None,
) -> Scenario:
    """Load a scenario file with the files it extends.

    Parameters
    ----------
    path:
        A baseline or an overlay: its path, or the name of a scenario that ships with langson or
        lies here or in ``scenarios``, as in ``baseline-2025``.
    set:
        Values to change after everything else: ``{"run.days": 14}`` or
        ``["run.days=14", "gates.chi_ma.routes.main.stages.documents.servers=6"]``.

    data:
        Tables that stand for data files, by name: of polars or pandas, columns by name, or the
        text of a CSV file. A value `empirical(times.csv)` takes ``data["times.csv"]`` where that
        is given, and else a file beside the scenario.
    inputs:
        Uncertain inputs: a scenario whose section `inputs:` is taken, or an ensemble in a CSV or
        Parquet file. They vary the baseline: what overlays and ``set`` say stays as it is.

    Raises
    ------
    ScenarioError
        With every problem that can be found in one pass, by file, line and column.
    ArgumentTypeError
        Something in ``data`` is no table.
    """
    problems = Problems()
    file = locate(path, problems)
    known = Data(given={name: csv_text(name, table) for name, table in (data or {}).items()})
    files = [pinned(root, known, Beside(_folder(root)), problems) for root in chain(file)]
    own, sections = Beside(_folder(files[-1])), own_sections(files[-1])
    if inputs is not None:
        layer = inputs_layer(inputs, problems)
        files.insert(1, pinned(layer, known, Beside(_folder(layer)), problems))
    source = _Source(file, tuple(files), own, sections, known.copy(), problems.copy())
    return source.scenario(as_pairs(set, problems), problems, known)


def _folder(root: Node) -> Path:
    return Path(root.place.file).parent


@dataclass(frozen=True, eq=False)
class _Source:
    """Files of a scenario as they were read, and what was found wrong in them.

    ``own`` finds the data files that settings name; ``sections`` are those of :func:`own_sections`.
    ``composed`` are the files put on top of each other, by the month that ends their upgrades.
    """

    path: Path
    files: tuple[Node, ...]
    own: Beside
    sections: Mapping[str, Node]
    data: Data
    notes: Problems
    composed: dict[OpeningMonth | None, Composed] = field(default_factory=dict)

    def scenario(
        self,
        settings: Sequence[tuple[str, Any]],
        problems: Problems,
        data: Data,
        before: Validated | None = None,
    ) -> Scenario:
        """Return the scenario with some settings, checked; ``before`` is one much like it."""
        pairs = as_trees(settings, problems)
        trees = [pinned(tree, data, self.own, problems) for tree in pairs]
        composed = self._composed(trees, problems)
        tree = composed.with_settings(trees, problems)
        scenario = checked(self.path, tree, problems, data, self.sections, before)
        return replace(
            scenario,
            settings=applied(composed.tree, tree),
            layers=tuple(root.place.file for root in self.files),
            _source=self,
            _set=tuple(settings),
        )

    def _composed(self, trees: Sequence[Node], problems: Problems) -> Composed:
        """Compose the files; those in which nothing is wrong are composed once."""
        until = opening_month([*self.files, *trees])
        if until in self.composed:
            return self.composed[until]
        before = len(problems.entries)
        composed = compose_base(list(self.files), until, problems)
        if len(problems.entries) == before:
            self.composed[until] = composed
        return composed


def checked(
    path: Path,
    tree: Node,
    problems: Problems,
    data: Data,
    sections: Mapping[str, Node] | None = None,
    before: Validated | None = None,
) -> Scenario:
    """Return the scenario of a composed tree; ``sections`` are those of :func:`own_sections`.

    ``data`` knows the files that its values name. Blocks that ``before`` shares with the tree
    are not validated again.

    Raises
    ------
    ScenarioError
        With every problem of ``problems`` and of the tree.
    """
    apart = sections or {}
    whole = _whole(tree, apart)
    model = validate(whole, problems, data, before)
    if model is not None:
        check(model, tree, problems)
        check_inputs(model, tree, problems, data)
        check_sweep(model, whole, problems)
        check_optimise(model, whole, problems)
    problems.raise_errors()
    assert model is not None  # an error was recorded otherwise
    warnings = tuple(problems.warnings)
    used = data.used(tree)
    return Scenario(path.stem, path, model, warnings, tree, apart, data=used, known=data)


def own_sections(file: Node) -> dict[str, Node]:
    """Return the sections that hold for one file alone: what it sweeps, and what it decides."""
    return {key: file.items[key] for key in OWN_SECTIONS if key in file.items}


def _whole(tree: Node, sections: Mapping[str, Node]) -> Node:
    return tree.with_items({**tree.items, **sections}) if sections else tree


@dataclass(frozen=True, eq=False)
class Scenario:
    """A whole scenario, checked; every value knows where it was written.

    Attributes
    ----------
    name:
        Name of the file without its ending.
    model:
        The values as numbers.
    warnings:
        What looks wrong but can be run, by file, line and column.
    tree, sections:
        The resolved values; and the file's sections `sweep:` and `optimise:`, no part of them.
    settings:
        What was set on the command line, or in ``load``, and is unlike the file.
    data:
        The data files that values name, by name and the beginning of their SHA-256.
    layers:
        Files that it is put together from, the one that extends nothing first.
    known:
        What its values mean that stand in data files.
    """

    name: str
    path: Path
    model: ScenarioModel
    warnings: tuple[Problem, ...]
    tree: Node = field(repr=False)
    sections: Mapping[str, Node] = field(default_factory=dict, repr=False)
    settings: tuple[Setting, ...] = ()
    data: Mapping[str, DataFile] = field(default_factory=dict, repr=False)
    layers: tuple[str, ...] = field(default=(), repr=False)
    known: Data = field(default_factory=Data, repr=False)
    _source: _Source | None = field(default=None, repr=False)
    _set: tuple[tuple[str, Any], ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.model.title.en} ({self.path})>"

    def _repr_html_(self) -> str:
        """Show the run, the gates and the upgrades in a notebook."""
        language, run = reader(), self.model.run
        facts = {
            "gates": len(self.model.gates),
            "upgrades": len(self.upgrades),
            "start": language.date(run.start),
            "days": run.days,
            "replications": run.replications,
            "assumptions": len(self.assumptions()),
        }
        rows = [[language.text(f"notebook.{key}"), value] for key, value in facts.items()]
        caption = f"{language.pick(self.model.title.model_dump())} ({self.name})"
        return html_table(caption, ["", ""], rows, str(self.path))

    @property
    def upgrades(self) -> dict[str, UpgradeBlock]:
        """Titles, costs and dates of the upgrades in force, by id, in their order."""
        return self.model.upgrades

    @checked_arguments
    def edited(self, set: Settings) -> Scenario:  # noqa: A002
        """Return the scenario with further values changed, as :func:`load` would load it.

        No file is read again, and only the blocks that the values stand in are validated anew.

        Parameters
        ----------
        set:
            Values by path, as for :func:`load`. They come after those set before; of two for
            one path the last holds.

        Raises
        ------
        ScenarioError
            With every problem, as :func:`load`.
        ArgumentError
            The scenario was not loaded but, say, restored from a results folder.
        """
        if self._source is None:
            raise ArgumentError(
                Sentence("only a scenario that sim.load(path) returned can be edited")
            )
        source, problems = self._source, self._source.notes.copy()
        further = as_pairs(set, problems)
        again = {name for name, _ in further}
        settings = [pair for pair in self._set if pair[0] not in again] + further
        known = Validated(_whole(self.tree, self.sections), self.model)
        return source.scenario(settings, problems, source.data.copy(), known)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the resolved scenario: equal texts of all values, equal hash."""
        text = json.dumps(self.resolved(), sort_keys=True, ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def resolved(self) -> dict[str, Any]:
        """Return all values as they are written, after merging; ready for JSON."""
        plain: dict[str, Any] = self.tree.plain()
        return plain

    def leaves(self) -> dict[str, Any]:
        """Return every value as it is written (a list is one value) by its path."""
        return {dotted(path): node.plain() for path, node in leaves(self.tree)}

    @checked_arguments
    def origin(self, path: str) -> Place:
        """Return where the value at a path was written; for a block, where its key stands.

        Raises
        ------
        UnknownPathError
            The scenario has no such path.
        """
        node = self._node(path)
        return node.start if isinstance(node.value, dict) else node.place

    @checked_arguments
    def evidence_of(self, path: str) -> Evidence:
        """Return the nearest evidence for a value; an unstated one is an assumption.

        Raises
        ------
        UnknownPathError
            The scenario has no such path.
        """
        return evidence.of(self._node(path)) or evidence.UNSTATED

    def inputs(self) -> dict[str, Any]:
        """Return every value that can change a result by its path, as it is written."""
        return {
            dotted(path): node.plain()
            for path, node in leaves(self.tree)
            if evidence.affects_results(path)
        }

    @checked_arguments
    def needs_evidence(self, path: str) -> bool:
        """Return whether the value at a path is a number about the world."""
        return evidence.is_input(tuple(path.split(".")))

    def assumptions(self) -> list[str]:
        """Return the paths of all numbers that rest on an assumption."""
        return [path for path, stated in self.evidence.items() if stated.kind == "assumption"]

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """Evidence of each number about the world that has a value, by path."""
        read: dict[int, Evidence] = {}  # many values share the evidence of their block
        stated = {}
        for path, node in leaves(self.tree):
            if node.value is not None and evidence.is_input(path):
                key = id(node.evidence)
                if key not in read:
                    read[key] = evidence.of(node) or evidence.UNSTATED
                if evidence.affects_results(path):
                    stated[dotted(path)] = read[key]
        return stated

    def _node(self, path: str) -> Node:
        node, rest = self.tree, path
        while rest:
            if rest in node.items:  # a key of `inputs:` is itself a path
                return node.items[rest]
            key = rest.partition(".")[0]
            if key not in node.items:
                key = next((key for key in node.items if rest.startswith(f"{key}.")), "")
            if not key:
                hint = did_you_mean(rest.partition(".")[0], node.items)
                raise UnknownPathError(
                    Sentence("no value at '{path}'; {hint}", path=path, hint=hint)
                )
            node, rest = node.items[key], rest[len(key) + 1 :]
        return node
