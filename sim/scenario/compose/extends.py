"""Read a scenario file and the files it extends."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario.schema.lookup import keys_of
from sim.scenario.schema.model import FILE_KEYS, ScenarioModel
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.reader import read
from sim.scenario.source.shipped import by_name, files_in, is_name, shipped
from sim.scenario.source.textfile import SCENARIO
from sim.scenario.source.tree import Node
from sim.sentences import Sentence
from sim.units import nearest, shown, suggestion

__all__ = ["chain"]

#: Files that one scenario may extend, all in all.
_MOST_FILES = 30


def chain(path: str | os.PathLike[str]) -> list[Node]:
    """Return the trees of a file and of those it extends, the first of all first.

    A file may extend several, which are then put on top of each other in their order; one
    that is reached twice stands where it is reached first.

    Raises
    ------
    ScenarioError
        A file cannot be read, is missing, or extends itself by way of others; or there are more
        files, or longer ones, than any scenario has.
    """
    collector = _Collector()
    collector.add(read(path), ())
    collector.problems.raise_errors()
    return list(collector.trees.values())


@dataclass
class _Collector:
    """Gathers files, each after those that it extends."""

    trees: dict[str, Node] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    read: int = 0

    def add(self, root: Node, way: tuple[str, ...]) -> None:
        """Add what a file extends, then the file; ``way`` are the files that led to it."""
        real = os.path.realpath(root.place.file)
        if real in self.trees:
            return
        _check_own(root, self.problems)
        for name in _parents(root, self.problems):
            parent = self.parent(root.place.file, name, (*way, real))
            if parent is not None:
                self.add(parent, (*way, real))
        self.trees[real] = root

    def parent(self, file: str, name: Node, way: tuple[str, ...]) -> Node | None:
        """Return the tree of an extended file; None after a recorded problem, or if collected."""
        path = _named(file, name, self.problems)
        if path is None or os.path.realpath(path) in self.trees:
            return None
        self.read += 1
        if self.read > _MOST_FILES:
            hint = Sentence("put some of them together")
            message = Sentence("more than {most_files} files are extended", most_files=_MOST_FILES)
            self.problems.stop("too-many-files", name.place, message, hint)
        try:
            root = read(path, name.place)
        except ScenarioError as error:
            self.problems.entries.extend(error.problems)
            return None
        real = os.path.realpath(root.place.file)
        if real in way:
            circle = " → ".join(Path(file).name for file in (*way, real))
            message = Sentence("the files extend each other in a circle: {circle}", circle=circle)
            hint = Sentence("let the first of them extend nothing")
            self.problems.add("circular-extends", name.place, message, hint)
            return None
        return root


def _named(file: str, name: Node, problems: Problems) -> str | None:
    """Return the path that a file means by what it extends; None after a recorded problem.

    A name without folder and ending is one that :func:`sim.load` takes, and not of ``file``.
    """
    text = str(name.value)
    path = os.path.normpath(Path(file).parent / text)
    if os.path.lexists(path):
        return path
    if not is_name(text):
        if Path(text).stem in shipped() and Path(text).suffix in SCENARIO.endings:
            message = Sentence("'{name}' does not exist", name=Path(text).name)
            hint = Sentence(
                "to extend the scenario that ships with langson write `{name}`, without folder and "
                "ending",
                name=Path(text).stem,
            )
            problems.add("no-such-file", name.place, message, hint)
            return None
        return path
    beside = files_in(Path(file).parent)
    own = [other for other in beside if os.path.realpath(other) != os.path.realpath(file)]
    located = by_name(text, own, name.place, problems)
    return None if located is None else str(located)


def _check_own(root: Node, problems: Problems) -> None:
    """Check what cannot be seen in the scenario that the files make together."""
    if "format" not in root.items:
        problems.add(
            "missing-key",
            root.start,
            Sentence("missing key 'format'"),
            Sentence("write `format: 1`"),
        )
    known = (*keys_of(ScenarioModel), *FILE_KEYS)
    for key, node in root.items.items():
        if key not in known and nearest(key, known) in FILE_KEYS:
            hint = suggestion(key, known)
            problems.add("unknown-key", node.start, Sentence("unknown key '{key}'", key=key), hint)
    templates = root.items.get("templates")
    if templates is None:
        return
    for node in (templates, *templates.items.values()):
        if not isinstance(node.value, dict):
            hint = Sentence(
                "write e.g. `templates: {counter: {side: vietnam, servers: 2}}`, or leave it out"
            )
            problems.add(
                "bad-value",
                node.place,
                Sentence("{plain} is not a block", plain=shown(node.plain())),
                hint,
            )


def _parents(root: Node, problems: Problems) -> list[Node]:
    """Nodes of the names of the files that a file extends."""
    node = root.items.get("extends")
    if node is None:
        return []
    names = node.value if isinstance(node.value, list) else [node]
    if not names or not all(isinstance(name.value, str) for name in names):
        hint = Sentence("write `extends: x.yaml`, or `extends: [x.yaml, y.yaml]`")
        problems.add("bad-value", node.place, Sentence("`extends` names one file or several"), hint)
        return []
    return names
