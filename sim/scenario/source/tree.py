"""Syntax tree: values with the place where each was written.

A scenario file becomes a tree of nodes: mappings, lists and scalars, each with its place
in a file. Merging moves nodes, so that every value of a merged scenario still knows the
line it came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Node", "Path", "Place", "Scalar", "dotted", "leaves"]

Scalar = str | int | float | bool | None
#: Keys from the root to a value.
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text in a file.

    Lines and columns count from 1; a whole file is 1:1, and ``--set`` has none (0). The end
    is just past the last character. ``excerpt`` is the line it begins on.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    excerpt: str = ""

    @property
    def width(self) -> int:
        """Characters on the first line, at least 1."""
        end = self.end_column if self.end_line == self.line else len(self.excerpt) + 1
        return max(end - self.column, 1)

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping, a list or a scalar.

    ``place`` is where the value stands and ``key`` where the key before it stands.
    ``evidence`` is the evidence that the file gives for it: see
    :mod:`sim.scenario.compose.evidence`.
    """

    value: Scalar | list[Node] | dict[str, Node]
    place: Place
    key: Place | None = None
    evidence: Node | None = None

    @property
    def start(self) -> Place:
        """Place of the whole entry: its key, if it has one."""
        return self.key or self.place

    @property
    def items(self) -> dict[str, Node]:
        """Entries of a mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def with_items(self, items: dict[str, Node]) -> Node:
        """Return the same node with other entries."""
        return Node(items, self.place, self.key, self.evidence)

    def find(self, path: Path) -> Node | None:
        """Return the node at a path below this one, or None."""
        node: Node | None = self
        for key in path:
            node = node.items.get(key) if node is not None else None
        return node

    def nearest(self, path: Path) -> Node:
        """Return the deepest node that exists along a path."""
        node = self
        for key in path:
            below = node.items.get(key)
            if below is None:
                break
            node = below
        return node

    def plain(self) -> Any:
        """Return the value as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Return every scalar and list below a node with its path, in file order."""
    settings: list[tuple[Path, Node]] = []
    _gather(node, path, settings)
    return iter(settings)


def _gather(node: Node, path: Path, settings: list[tuple[Path, Node]]) -> None:
    if not isinstance(node.value, dict):
        settings.append((path, node))
        return
    for key, below in node.value.items():
        _gather(below, (*path, key), settings)


def dotted(path: Path) -> str:
    """Write a path as users do: ``gates.chi_ma.class``."""
    return ".".join(path)
