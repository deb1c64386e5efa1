"""Conflicts: values that two upgrades set differently, until a scenario decides."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, Path, dotted, leaves
from sim.sentences import Sentence

__all__ = ["Conflicts"]


@dataclass
class Conflicts:
    """Watches for values that two upgrades set differently.

    ``written`` is who last set what; ``open`` what is undecided: the earlier upgrade with its
    value, and the later.
    """

    written: dict[Path, tuple[str, Node]] = field(default_factory=dict)
    open: dict[Path, tuple[str, Node, str, Node]] = field(default_factory=dict)

    def copy(self) -> Conflicts:
        """Return the same conflicts, to be decided apart from these."""
        return Conflicts(dict(self.written), dict(self.open))

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

    def decide(self, tree: Node) -> None:
        """Drop the conflicts about values that a tree sets."""
        decided = [path for path, _ in leaves(tree)]
        self.open = {
            path: entry
            for path, entry in self.open.items()
            if not any(_related(path, other) for other in decided)
        }

    def report(self, problems: Problems) -> None:
        """Record the undecided conflicts."""
        for path, (own, first, two, second) in self.open.items():
            problems.add(
                "upgrades-conflict",
                second.start,
                Sentence(
                    "{path}: upgrades '{own}' and '{two}' set this differently: {brief} "
                    "({start}) and "
                    "{brief2}",
                    path=dotted(path),
                    own=own,
                    two=two,
                    brief=_brief(first),
                    start=first.start,
                    brief2=_brief(second),
                ),
                Sentence("decide by setting it at the top level of this scenario"),
            )


def _values(tree: Node, path: Path = ()) -> list[tuple[Path, Node]]:
    """List what a tree sets; the windows of a day profile are one value, evidence is none."""
    if path[-1:] in (("evidence",), ("add",)):
        return []
    if not isinstance(tree.value, dict) or path[-1:] == ("shares",):
        return [(path, tree)]
    return [pair for key, node in tree.items.items() for pair in _values(node, (*path, key))]


def _related(path: Path, other: Path) -> bool:
    shared = min(len(path), len(other))
    return path[:shared] == other[:shared]


def _brief(node: Node) -> str:
    text = str(node.plain())
    return text if len(text) <= 40 else f"{text[:39]}…"
