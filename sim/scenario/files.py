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

    A file may extend several, which are then put on top of each other in their order; one
    that is reached twice stands where it is reached first.

    Raises
    ------
    ScenarioError
        A file cannot be read, is missing, or extends itself by way of others.
    """
    problems = Problems()
    trees: dict[str, Node] = {}
    _collect(os.fspath(path), trees, (), problems)
    problems.raise_errors()
    return list(trees.values())


def _collect(file: str, trees: dict[str, Node], way: tuple[str, ...], problems: Problems) -> None:
    """Add what a file extends, then the file; ``way`` are the files that led to it."""
    if os.path.realpath(file) in trees:
        return
    root = read(file)
    if "format" not in root.items:
        problems.add("missing-key", root.start, "missing key 'format'", "write `format: 1`")
    way = (*way, file)
    for name in _parents(root, problems):
        parent = _parent(file, name, way, problems)
        if parent is not None:
            _collect(parent, trees, way, problems)
    trees[os.path.realpath(file)] = root


def _parents(root: Node, problems: Problems) -> list[Node]:
    """Nodes of the names of the files that a file extends."""
    node = root.items.get("extends")
    if node is None:
        return []
    names = node.value if isinstance(node.value, list) else [node]
    if not names or not all(isinstance(name.value, str) for name in names):
        hint = "write `extends: x.yaml`, or `extends: [x.yaml, y.yaml]`"
        problems.add("bad-value", node.place, "`extends` names one file or several", hint)
        return []
    return names


def _parent(file: str, name: Node, way: tuple[str, ...], problems: Problems) -> str | None:
    """Return the path of a file that this one extends; None after a mistake."""
    parent = os.path.normpath(Path(file).parent / str(name.value))
    if os.path.realpath(parent) in map(os.path.realpath, way):
        circle = " → ".join(Path(one).name for one in (*way, parent))
        problems.add(
            "circular-extends",
            name.place,
            f"the files extend each other in a circle: {circle}",
            "let the first of them extend nothing",
        )
        return None
    if not Path(parent).is_file():
        near = neighbour(Path(parent))
        hint = f"did you mean '{near}'?" if near else f"the folder is {Path(parent).parent}"
        problems.add("no-such-file", name.place, f"'{name.value}' does not exist", hint)
        return None
    return parent
