"""Read the uncertain inputs of a file by itself: its section `inputs:`, or an ensemble."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.reader import read
from sim.scenario.source.shipped import locate
from sim.scenario.source.tree import Node, Place
from sim.sentences import Sentence

__all__ = ["inputs_layer"]

_ENSEMBLES = (".csv", ".parquet")


def inputs_layer(path: str | os.PathLike[str], problems: Problems) -> Node:
    """Return a tree with nothing but the section `inputs` of a file.

    ``path`` is a scenario, by path or name, or an ensemble in a CSV or Parquet file.

    Raises
    ------
    ScenarioError
        It cannot be read, or has no such section.
    """
    file = Path(path)
    place = Place(os.fspath(path), 1, 1)
    if file.suffix in _ENSEMBLES:
        name = re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_") or "ensemble"
        entry = Node({"file": Node(file.name, place, place)}, place, place)
        return Node({"inputs": Node({name: entry}, place, place)}, place)
    root = read(locate(path, problems))
    section = root.items.get("inputs")
    if section is None:
        hint = Sentence(
            "write `inputs:` and below it paths with distributions, or name a CSV file of sets"
        )
        problems.stop("no-inputs", root.place, Sentence("this file has no section 'inputs'"), hint)
    return root.with_items({"inputs": section})
