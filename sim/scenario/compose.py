"""Put files, upgrades and settings on top of each other in their order.

    the file that extends nothing
    └─ its upgrades, in order
       └─ the next file's upgrades, in order
          └─ what the next file says at its top level
             └─ --set

Later wins, with one exception: two upgrades that set one value differently are an error,
unless a scenario decides by setting that value itself. Where the run names a year, upgrades
that open later are left out, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath

from sim.scenario.blocks import keys_of
from sim.scenario.evidence import attach
from sim.scenario.merge import Layer, overlay, redirected
from sim.scenario.model import FILE_KEYS, SECTIONS, UpgradeBlock
from sim.scenario.opening import Opening, opening
from sim.scenario.problems import Problems, did_you_mean
from sim.scenario.templates import expand
from sim.scenario.tree import Node, Path, dotted, leaves
from sim.units import nearest

__all__ = ["Composed", "compose", "put_together"]

_META = frozenset(keys_of(UpgradeBlock))


def compose(files: list[Node], settings: list[Node], problems: Problems) -> Node:
    """Return the tree of the whole scenario.

    Parameters
    ----------
    files:
        Trees as read, the one that extends nothing first.
    settings:
        Trees of single values, applied last.
    """
    until = opening([*files, *settings])
    return put_together(files, until, problems).with_settings(settings, problems)


@dataclass(frozen=True)
class Composed:
    """Files put on top of each other, before any setting; many settings can follow."""

    tree: Node
    name: str
    conflicts: _Conflicts
    left_out: frozenset[str]

    def with_settings(self, settings: list[Node], problems: Problems) -> Node:
        """Return the whole tree; record what two upgrades leave undecided."""
        tree, conflicts = self.tree, self.conflicts.copy()
        for setting in settings:
            if not self._is_of_no_upgrade(setting, problems):
                tree = _laid(tree, setting, self.name, conflicts, problems)
        conflicts.report(problems)
        return tree

    def _is_of_no_upgrade(self, setting: Node, problems: Problems) -> bool:
        """Whether a setting is of an upgrade that is left out, or of none at all."""
        named = setting.find(("upgrades",))
        there = self.tree.find(("upgrades",))
        known = there.items.keys() if there is not None else frozenset[str]()
        missing = (named.items.keys() if named is not None else frozenset[str]()) - known
        for name in missing - self.left_out:
            hint = did_you_mean(name, known | self.left_out) or "there are no upgrades here"
            problems.add("unknown-upgrade", setting.place, f"no upgrade '{name}'", hint)
        return bool(missing)


def put_together(files: list[Node], until: Opening | None, problems: Problems) -> Composed:
    """Put files (as read, the one that extends nothing first) on top of each other.

    Upgrades that have not opened ``until`` then are left out.
    """
    templates: dict[str, Node] = {}
    conflicts = _Conflicts()
    left_out: frozenset[str] = frozenset()
    tree: Node | None = None
    name = ""
    for number, root in enumerate(files):
        under, name = name, FilePath(root.place.file).name
        own_templates = root.items.get("templates")
        templates |= own_templates.items if own_templates is not None else {}
        body = attach(expand(_body(root), templates, problems))
        own = body.with_items({k: v for k, v in body.items.items() if k != "upgrades"})
        upgrades = body.items.get("upgrades")
        tree = own if tree is None else tree
        if upgrades is not None:
            every = upgrades.items.keys()
            upgrades = _opened(upgrades, until, problems)
            left_out |= every - upgrades.items.keys()
            tree = _upgraded(tree, upgrades, under or name, conflicts, problems)
        if number:
            tree = _laid(tree, own, under, conflicts, problems)
    assert tree is not None
    return Composed(tree, name, conflicts, left_out)


def _body(root: Node) -> Node:
    apart = (*FILE_KEYS, "sweep")
    return root.with_items({key: node for key, node in root.items.items() if key not in apart})


def _laid(tree: Node, own: Node, under: str, conflicts: _Conflicts, problems: Problems) -> Node:
    """Lay a file's own settings over the tree; they decide between its upgrades."""
    own = redirected(own, tree, problems)
    conflicts.decided |= {path for path, _ in leaves(own)}
    conflicts.settle()
    return overlay(tree, Layer(own, under), problems)


def _opened(upgrades: Node, until: Opening | None, problems: Problems) -> Node:
    """Leave out the upgrades that open after the simulated year's month, and say so."""
    if until is None or not isinstance(upgrades.value, dict):
        return upgrades
    items = {}
    for name, upgrade in upgrades.items.items():
        date = until.still_to_come(name, upgrade)
        if date is None:
            items[name] = upgrade
        else:
            problems.warn(
                "not-yet-open",
                date.place,
                f"upgrade '{name}' opens {date.text}, after {until}, and is left out",
                "run a later year, or leave out run.year",
            )
    return upgrades.with_items(items)


def _upgraded(
    tree: Node, upgrades: Node, under: str, conflicts: _Conflicts, problems: Problems
) -> Node:
    """Apply a file's upgrades, and keep their titles, costs and dates."""
    added: frozenset[Path] = frozenset()
    facts: dict[str, Node] = {}
    for name, upgrade in upgrades.items.items():
        changes, facts[name] = _parted(upgrade, problems)
        changes = redirected(changes, tree, problems)
        conflicts.record(name, changes)
        tree = overlay(tree, Layer(changes, under, added), problems)
        added |= _additions(changes)
    entry = upgrades.with_items(facts) if isinstance(upgrades.value, dict) else upgrades
    return overlay(tree, Layer(tree.with_items({"upgrades": entry}), under), problems)


def _parted(upgrade: Node, problems: Problems) -> tuple[Node, Node]:
    """Part an upgrade into what it changes and what is said about it."""
    changes: dict[str, Node] = {}
    facts: dict[str, Node] = {}
    for key, node in upgrade.items.items():
        meant = nearest(key, (*_META, *SECTIONS))
        if key in SECTIONS:
            changes[key] = node
        elif key not in _META and meant in SECTIONS:
            hint = f"did you mean '{meant}'?"
            problems.add("unknown-key", node.start, f"unknown key '{key}'", hint)
            changes[meant] = node
        else:
            facts[key] = node
    rest = upgrade.with_items(facts) if isinstance(upgrade.value, dict) else upgrade
    return upgrade.with_items(changes), rest


def _additions(tree: Node, path: Path = ()) -> frozenset[Path]:
    """Paths of the blocks that say ``add: true``."""
    found = frozenset((path,)) if "add" in tree.items else frozenset()
    for key, node in tree.items.items():
        found |= _additions(node, (*path, key))
    return found


@dataclass
class _Conflicts:
    """Watches for values that two upgrades set differently."""

    written: dict[Path, tuple[str, Node]] = field(default_factory=dict)
    open: dict[Path, tuple[str, Node, str, Node]] = field(default_factory=dict)
    decided: set[Path] = field(default_factory=set)

    def copy(self) -> _Conflicts:
        """Return the same conflicts, to be decided apart from these."""
        return _Conflicts(dict(self.written), dict(self.open), set(self.decided))

    def record(self, upgrade: str, changes: Node) -> None:
        """Take note of what an upgrade sets."""
        for path, node in _values(changes):
            for other, first in self._same_place(path):
                if other != upgrade and first.plain() != node.plain():
                    self.open[path] = (other, first, upgrade, node)
            self.written[path] = (upgrade, node)

    def _same_place(self, path: Path) -> list[tuple[str, Node]]:
        """Return what is written at a path, above it or below it."""
        return [entry for other, entry in self.written.items() if _related(path, other)]

    def settle(self) -> None:
        """Drop the conflicts that the values set since have decided."""
        self.open = {
            path: entry
            for path, entry in self.open.items()
            if not any(_related(path, decided) for decided in self.decided)
        }
        self.decided.clear()

    def report(self, problems: Problems) -> None:
        """Record the conflicts that nobody decided."""
        for path, (one, first, two, second) in self.open.items():
            problems.add(
                "upgrades-conflict",
                second.start,
                f"{dotted(path)}: upgrades '{one}' and '{two}' set this differently: "
                f"{_brief(first)} ({first.start}) and {_brief(second)}",
                "decide by setting it at the top level of this scenario",
            )


def _values(tree: Node, path: Path = ()) -> list[tuple[Path, Node]]:
    """List what a tree sets; the windows of a day profile are one value, evidence is none."""
    if path[-1:] in (("evidence",), ("add",)):
        return []
    if not isinstance(tree.value, dict) or path[-1:] == ("shares",):
        return [(path, tree)]
    return [pair for key, node in tree.items.items() for pair in _values(node, (*path, key))]


def _related(one: Path, other: Path) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _brief(node: Node) -> str:
    text = str(node.plain())
    return text if len(text) <= 40 else f"{text[:39]}…"
