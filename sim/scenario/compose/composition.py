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

from dataclasses import dataclass
from pathlib import Path as FilePath

from sim.scenario.compose.conflicts import Conflicts
from sim.scenario.compose.evidence import attach
from sim.scenario.compose.merge import Layer, overlay, redirected
from sim.scenario.compose.templates import expand
from sim.scenario.compose.upgrade_dates import OpeningMonth
from sim.scenario.schema.lookup import keys_of
from sim.scenario.schema.model import FILE_KEYS, SECTIONS, UpgradeBlock
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.tree import Node, Path
from sim.sentences import Sentence
from sim.units import nearest, suggestion

__all__ = ["OWN_SECTIONS", "Composed", "compose_base"]

OWN_SECTIONS = ("sweep", "optimise")
"""Sections that hold for the file in which they stand, and are not inherited."""

_META = frozenset(keys_of(UpgradeBlock))


@dataclass(frozen=True)
class Composed:
    """Files put on top of each other, before any setting; many settings can follow."""

    tree: Node
    name: str
    conflicts: Conflicts
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
        """Return whether a setting's upgrade is absent or not selected."""
        named = setting.find(("upgrades",))
        upgrades = self.tree.find(("upgrades",))
        known = upgrades.items.keys() if upgrades is not None else frozenset[str]()
        missing = (named.items.keys() if named is not None else frozenset[str]()) - known
        for name in missing - self.left_out:
            hint = did_you_mean(name, known | self.left_out) or Sentence(
                "there are no upgrades here"
            )
            problems.add(
                "unknown-upgrade", setting.place, Sentence("no upgrade '{name}'", name=name), hint
            )
        return bool(missing)


def compose_base(files: list[Node], until: OpeningMonth | None, problems: Problems) -> Composed:
    """Put files (as read, the one that extends nothing first) on top of each other.

    Upgrades that have not opened ``until`` then are left out.
    """
    templates: dict[str, Node] = {}
    conflicts = Conflicts()
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
    apart = (*FILE_KEYS, *OWN_SECTIONS)
    return root.with_items({key: node for key, node in root.items.items() if key not in apart})


def _laid(tree: Node, own: Node, under: str, conflicts: Conflicts, problems: Problems) -> Node:
    """Lay a file's own settings over the tree; they decide between its upgrades."""
    own = redirected(own, tree, problems)
    conflicts.decide(own)
    return overlay(tree, Layer(own, under), problems)


def _opened(upgrades: Node, until: OpeningMonth | None, problems: Problems) -> Node:
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
                Sentence(
                    "upgrade '{name}' opens {text}, after {until}, and is left out",
                    name=name,
                    text=date.text,
                    until=until,
                ),
                Sentence("run a later year, or leave out run.year"),
            )
    return upgrades.with_items(items)


def _upgraded(
    tree: Node, upgrades: Node, under: str, conflicts: Conflicts, problems: Problems
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
    """Separate the changes that an upgrade makes from its metadata."""
    changes: dict[str, Node] = {}
    facts: dict[str, Node] = {}
    for key, node in upgrade.items.items():
        meant = nearest(key, (*_META, *SECTIONS))
        if key in SECTIONS:
            changes[key] = node
        elif key not in _META and meant in SECTIONS:
            hint = suggestion(key, (meant,))
            problems.add("unknown-key", node.start, Sentence("unknown key '{key}'", key=key), hint)
            changes[meant] = node
        else:
            facts[key] = node
    rest = upgrade.with_items(facts) if isinstance(upgrade.value, dict) else upgrade
    return upgrade.with_items(changes), rest


def _additions(tree: Node, path: Path = ()) -> frozenset[Path]:
    """Paths of the blocks that say ``add: true``."""
    paths = frozenset((path,)) if "add" in tree.items else frozenset()
    for key, node in tree.items.items():
        paths |= _additions(node, (*path, key))
    return paths
