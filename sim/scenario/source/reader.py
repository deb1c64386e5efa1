"""Read a scenario file from the disk."""

from __future__ import annotations

import os
from dataclasses import replace

from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.parser import parse
from sim.scenario.source.textfile import SCENARIO, TextKind, read_text
from sim.scenario.source.tree import Node, Place
from sim.sentences import Sentence

__all__ = ["read"]


def read(path: str | os.PathLike[str], at: Place | None = None, kind: TextKind = SCENARIO) -> Node:
    """Read a scenario file; ``at`` is where another file names it.

    Returns
    -------
    Node: a mapping.

    Raises
    ------
    ScenarioError
        The file cannot be read, is not YAML, or is not a mapping.
    """
    file, text = read_text(os.fspath(path), kind, at)
    root = parse(text, file)
    if not isinstance(root.value, dict):
        place = replace(root.place, end_line=root.place.line, end_column=root.place.column)
        message = Sentence("{kind} is a mapping of keys", kind=kind.name)
        Problems().stop("not-a-mapping", place, message, kind.begin)
    return root
