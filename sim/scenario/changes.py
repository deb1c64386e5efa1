"""Differences between two scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.arguments import checked_arguments
from sim.scenario.compose.evidence import affects_results
from sim.scenario.loader import Scenario
from sim.scenario.source.tree import Node, Path, Place, dotted, leaves

__all__ = ["Change", "diff", "written"]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs: as written before and after (None where there is none).

    ``place`` is where the second scenario says so, or the first where the value is gone.
    """

    path: str
    before: Any
    after: Any
    place: Place


@checked_arguments
def diff(first: Scenario, second: Scenario) -> list[Change]:
    """Return the values in which two scenarios differ, in the order of the files.

    Titles, notes, sources, evidence and targets are left out: they change no result.
    """
    before, after = _values(first.tree), _values(second.tree)
    gone = [path for path in before if path not in after]
    changes = [
        Change(dotted(path), _plain(before.get(path)), node.plain(), node.place)
        for path, node in after.items()
        if path not in before or before[path].plain() != node.plain()
    ]
    lost = [Change(dotted(path), before[path].plain(), None, before[path].place) for path in gone]
    return changes + lost


def _plain(node: Node | None) -> Any:
    return None if node is None else node.plain()


def _values(tree: Node) -> dict[Path, Node]:
    return {path: node for path, node in leaves(tree) if affects_results(path)}


def written(value: Any) -> str:
    """Write a value as in a file; a missing one is a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return str(value)
