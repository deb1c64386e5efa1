"""Restore a scenario from its resolved values, as a results folder stores them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.arguments import checked_arguments
from sim.scenario.compose.pinning import Find, pinned
from sim.scenario.compose.settings import Setting
from sim.scenario.loader import Scenario
from sim.scenario.schema.base import Evidence
from sim.scenario.schema.validation import validate
from sim.scenario.source.data import Data
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, Place, dotted
from sim.scenario.source.tree import Path as Keys

__all__ = ["restore"]

#: Place and evidence of values by their paths.
Marks = Mapping[str, tuple[Place, Evidence | None]]


@checked_arguments
def restore(
    name: str,
    resolved: Mapping[str, Any],
    marks: Marks,
    source: str,
    data: Find,
    settings: Sequence[Setting] = (),
) -> Scenario:
    """Return the scenario that :meth:`Scenario.resolved` described, with its ``settings``.

    ``marks`` say where values were written and on what evidence they rest; the others
    count as written in ``source``. ``data`` finds the data files that values name. Only the
    shape is checked, since the whole was checked before it ran.

    Raises
    ------
    ScenarioError
        A data file is missing or is another one, or the values have a shape that this version
        does not know.
    """
    tree = _node(dict(resolved), (), marks, Place(source))
    problems = Problems()
    known = Data()
    tree = pinned(tree, known, data, problems)
    model = validate(tree, problems, known)
    problems.raise_errors()
    assert model is not None  # an error was recorded otherwise
    return Scenario(
        name,
        Path(source),
        model,
        (),
        tree,
        settings=tuple(settings),
        data=known.used(tree),
        known=known,
    )


def _node(value: Any, path: Keys, marks: Marks, otherwise: Place) -> Node:
    """Return a tree in which marked values stand where they stood."""
    if isinstance(value, dict):
        items = {key: _node(below, (*path, key), marks, otherwise) for key, below in value.items()}
        return Node(items, otherwise)
    place, evidence = marks.get(dotted(path), (otherwise, None))
    known = None if evidence is None else _leaf(evidence.model_dump(), place)
    if isinstance(value, list):
        return Node([_leaf(item, place) for item in value], place, evidence=known)
    return Node(value, place, evidence=known)


def _leaf(value: Any, place: Place) -> Node:
    """Return a node all of which stands at one place."""
    if isinstance(value, dict):
        return Node({key: _leaf(below, place) for key, below in value.items()}, place)
    if isinstance(value, list | tuple):
        return Node([_leaf(item, place) for item in value], place)
    return Node(value, place)
