"""Read a scenario file and the files it extends."""

from __future__ import annotations

import os
from pathlib import Path

from sim.scenario.problems import Problems
from sim.scenario.reader import neighbour, read
from sim.scenario.tree import Node

__all__ = ["chain"]


def chain(path: str | os.PathLike[str]) -> list[Node]:
    """Return the trees of a file and of those it extends, the first of all first.

    Raises
    ------
    ScenarioError
        A file cannot be read, is missing, or extends itself by way of others.
    """
    file = os.fspath(path)
    trees: list[Node] = []
    seen: dict[str, str] = {}
    problems = Problems()
    while True:
        root = read(file)
        seen[os.path.realpath(file)] = file
        trees.insert(0, root)
        if "format" not in root.items:
            problems.add("missing-key", root.start, "missing key 'format'", "write `format: 1`")
        parent = _parent(file, root, seen, problems)
        if parent is None:
            break
        file = parent
    problems.raise_errors()
    return trees


def _parent(file: str, root: Node, seen: dict[str, str], problems: Problems) -> str | None:
    """Return the file that this one extends; None without one or after a mistake."""
    node = root.items.get("extends")
    if node is None:
        return None
    if not isinstance(node.value, str):
        problems.add("bad-value", node.place, "`extends` names one file", "write `extends: x.yaml`")
        return None
    parent = os.path.normpath(Path(file).parent / node.value)
    if os.path.realpath(parent) in seen:
        names = [*seen.values(), parent]
        circle = " → ".join(Path(name).name for name in names)
        problems.add(
            "circular-extends",
            node.place,
            f"the files extend each other in a circle: {circle}",
            "let the first of them extend nothing",
        )
        return None
    if not Path(parent).is_file():
        near = neighbour(Path(parent))
        hint = f"did you mean '{near}'?" if near else f"the folder is {Path(parent).parent}"
        problems.add("no-such-file", node.place, f"'{node.value}' does not exist", hint)
        return None
    return parent
