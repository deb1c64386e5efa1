"""Read a scenario file and the files it extends."""

from __future__ import annotations

import os
from pathlib import Path

from sim.scenario.blocks import keys_of
from sim.scenario.model import FILE_KEYS, ScenarioModel
from sim.scenario.problems import Problems
from sim.scenario.reader import neighbour, read
from sim.scenario.tree import Node
from sim.units import nearest, shown

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
    _check_own(root, problems)
    way = (*way, file)
    for name in _parents(root, problems):
        parent = _parent(file, name, way, problems)
        if parent is not None:
            _collect(parent, trees, way, problems)
    trees[os.path.realpath(file)] = root


def _check_own(root: Node, problems: Problems) -> None:
    """Check what cannot be seen in the scenario that the files make together."""
    if "format" not in root.items:
        problems.add("missing-key", root.start, "missing key 'format'", "write `format: 1`")
    known = (*keys_of(ScenarioModel), *FILE_KEYS)
    for key, node in root.items.items():
        if key not in known and (meant := nearest(key, known)) in FILE_KEYS:
            problems.add(
                "unknown-key", node.start, f"unknown key '{key}'", f"did you mean '{meant}'?"
            )
    templates = root.items.get("templates")
    if templates is None:
        return
    for node in (templates, *templates.items.values()):
        if not isinstance(node.value, dict):
            hint = "write e.g. `templates: {counter: {side: vietnam, servers: 2}}`, or leave it out"
            problems.add("bad-value", node.place, f"{shown(node.plain())} is not a block", hint)


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
    if Path(parent).is_dir():
        message = f"'{name.value}' is a folder"
        problems.add("not-a-file", name.place, message, "name a scenario file in it")
        return None
    if not Path(parent).is_file():
        near = neighbour(Path(parent))
        hint = f"did you mean '{near}'?" if near else f"the folder is {Path(parent).parent}"
        problems.add("no-such-file", name.place, f"'{name.value}' does not exist", hint)
        return None
    return parent
