"""Variants of a scenario: files read once, composed anew for each set of values.

Each is known by a fingerprint of its values, which is the same whatever the order of the
keys, the titles, the notes and the evidence, and however often a number is written anew.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as FilePath

from sim.errors import Problem
from sim.scenario.compose.composition import Composed, compose_base
from sim.scenario.compose.evidence import affects_results
from sim.scenario.compose.extends import chain
from sim.scenario.compose.merge import collection
from sim.scenario.compose.pinning import Beside, Find, pinned
from sim.scenario.compose.settings import as_trees, moved
from sim.scenario.compose.upgrade_dates import OpeningMonth, opening_month
from sim.scenario.loader import Scenario, checked, own_sections
from sim.scenario.schema.sweep import SweepBlock, Value
from sim.scenario.schema.validation import Validated
from sim.scenario.source.data import Data
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.reader import read
from sim.scenario.source.shipped import locate
from sim.scenario.source.tree import Node, Path, Place, Scalar

__all__ = ["Variant", "Variants"]


@dataclass(frozen=True)
class Variant:
    """Changes that define one variant: values by path, and upgrades left out."""

    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Variants:
    """A scenario's files, and the scenarios that come of changing a few of its values.

    ``files`` are trees as read, the one that extends nothing first; ``notes`` is what was found
    wrong on the way to them. ``data`` knows the data files that values name, and ``finders`` find
    those of each file; those of changes are found as those of the last file.
    """

    path: FilePath
    files: tuple[Node, ...]
    notes: tuple[Problem, ...] = ()
    data: Data = field(default_factory=Data, repr=False)
    finders: tuple[Find, ...] = ()
    _bases: dict[tuple[frozenset[str], OpeningMonth | None], _Base] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Variants:
        """Read a scenario, by path or name, with those it extends; errors as :func:`sim.load`."""
        problems = Problems()
        file = locate(path, problems)
        trees = chain(file)
        finders: list[Find] = [Beside(FilePath(tree.place.file).parent) for tree in trees]
        return cls._pinned(file, trees, finders, problems)

    @classmethod
    def of_files(cls, files: Sequence[FilePath], finders: Sequence[Find], name: str) -> Variants:
        """Read the files of a scenario, the one that extends nothing first.

        ``finders`` find the data files of each.
        """
        return cls._pinned(FilePath(name), [read(file) for file in files], finders, Problems())

    @classmethod
    def _pinned(
        cls, path: FilePath, trees: Sequence[Node], finders: Sequence[Find], problems: Problems
    ) -> Variants:
        data = Data()
        files = [
            pinned(tree, data, find, problems) for tree, find in zip(trees, finders, strict=True)
        ]
        return cls(path, tuple(files), tuple(problems.entries), data, tuple(finders))

    @cached_property
    def base(self) -> Scenario:
        """The scenario as it is written, with its sections `sweep:` and `optimise:` checked.

        Raises
        ------
        ScenarioError
            With every problem.
        """
        problems = Problems(list(self.notes))
        tree, _ = self._tree(Variant(), problems)
        scenario = checked(self.path, tree, problems, self.data, own_sections(self.files[-1]))
        return replace(scenario, layers=self._layers)

    @property
    def _layers(self) -> tuple[str, ...]:
        return tuple(file.place.file for file in self.files)

    @property
    def sweep(self) -> SweepBlock | None:
        """The `sweep:` section, or None."""
        return self.base.model.sweep

    def scenario(self, variant: Variant, place: Place | None = None) -> Scenario:
        """Return one scenario, checked; its own values stand at ``place`` in messages.

        Raises
        ------
        ScenarioError
            With every problem.
        """
        problems = Problems()
        tree, base = self._tree(variant, problems, place)
        scenario = checked(self.path, tree, problems, self.data, before=base.validated)
        base.validated = Validated(tree, scenario.model)
        return replace(scenario, layers=self._layers)

    def fingerprint(self, variant: Variant) -> str:
        """Return the SHA-256 of all values of a variant but texts and replications.

        Raises
        ------
        ScenarioError
            The files do not fit together with these values.
        """
        problems = Problems()
        tree, base = self._tree(variant, problems)
        problems.raise_errors()
        return base.digest(_without_replications(tree), ()).hex()

    def _tree(
        self, variant: Variant, problems: Problems, place: Place | None = None
    ) -> tuple[Node, _Base]:
        """Return the tree of one scenario, and the base that it was made from."""
        settings = [
            pinned(setting, self.data, self.finders[-1], problems)
            for setting in as_trees(variant.values.items(), problems)
        ]
        if place is not None:
            settings = [moved(setting, place) for setting in settings]
        until = opening_month([*self.files, *settings])
        key = variant.without, until
        if key not in self._bases:
            files = [_without_upgrades(file, variant.without) for file in self.files]
            base = _Base(compose_base(files, until, problems))
            problems.raise_errors()
            base.digest(_without_replications(base.composed.tree), (), remember=True)
            self._bases[key] = base
        base = self._bases[key]
        return base.composed.with_settings(settings, problems), base


@dataclass(eq=False)
class _Base:
    """Composed files, with what settings leave as it is: the digests of their parts, and models.

    ``validated`` is the variant that was validated last.
    """

    composed: Composed
    validated: Validated | None = None
    known: dict[tuple[int, str | None], tuple[Node, bytes]] = field(default_factory=dict)

    def digest(self, node: Node, path: Path, *, remember: bool = False) -> bytes:
        """SHA-256 of a value or, for a block, of its keys and their digests."""
        if not isinstance(node.value, dict):
            return hashlib.sha256(_text(node).encode()).digest()
        ids = collection(path)
        key = (id(node), ids)
        if key in self.known:
            return self.known[key][1]
        digest = hashlib.sha256(b"{")
        for name in sorted(key for key in node.value if ids or affects_results((key,))):
            digest.update(f"{len(name)}:{name}".encode())
            digest.update(self.digest(node.value[name], (*path, name), remember=remember))
        if remember:
            # The node is kept, so that its id stays its own.
            self.known[key] = node, digest.digest()
        return digest.digest()


def _text(node: Node) -> str:
    """Write a scalar or a list so that equal values have equal texts, and others not."""
    if isinstance(node.value, list):
        return f"[{','.join(_text(below) for below in node.value)}]"
    if isinstance(node.value, dict):
        return f"{{{','.join(f'{key!r}:{_text(node.value[key])}' for key in sorted(node.value))}}}"
    return _scalar(node.value)


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) else repr(float(value))
    return repr(unicodedata.normalize("NFC", " ".join(value.split())))


def _without_replications(tree: Node) -> Node:
    """Drop the number of replications, which does not tell scenarios apart."""
    run = tree.items.get("run")
    if run is None or not run.items:  # which is said when the scenario is checked
        return tree
    rest = {key: node for key, node in run.items.items() if key != "replications"}
    return tree.with_items({**tree.items, "run": run.with_items(rest)})


def _without_upgrades(file: Node, without: frozenset[str]) -> Node:
    upgrades = file.items.get("upgrades")
    if upgrades is None or without.isdisjoint(upgrades.items):
        return file
    rest = {name: node for name, node in upgrades.items.items() if name not in without}
    return file.with_items({**file.items, "upgrades": upgrades.with_items(rest)})
