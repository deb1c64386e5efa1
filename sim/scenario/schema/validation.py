"""Validate a merged scenario against the schema.

Pydantic does the checking; its errors carry the path of the value, which the tree turns
into a place in a file.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.scenario.schema.base import Block
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.schema.validation_errors import keys_along, record, unknown_key
from sim.scenario.source.data import Data
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, Path

__all__ = ["Validated", "validate"]

_TRIES = 4


@dataclass(frozen=True, eq=False)
class Validated:
    """A tree, and the model that it was validated to."""

    tree: Node
    model: ScenarioModel


def validate(
    tree: Node, problems: Problems, data: Data, before: Validated | None = None
) -> ScenarioModel | None:
    """Turn a merged tree into models; record every violation of the schema.

    A mistyped key is read as the key that was probably meant, so that its value is
    checked in the same pass and the right key is not called missing as well. ``data`` knows the
    files that values name. Blocks of which ``before`` holds the very nodes are taken from it.
    Returns None where a value is wrong or missing.
    """
    if before is not None:
        values = _reused(tree, before.tree, before.model)
        with suppress(ValidationError):  # of which the whole tree is to tell
            return ScenarioModel.model_validate(values, context={"data": data})
    for _ in range(_TRIES):
        try:
            return ScenarioModel.model_validate(tree.plain(), context={"data": data})
        except ValidationError as error:
            details = error.errors(include_url=False)
        unknown = [keys_along(tree, e["loc"]) for e in details if e["type"] == "extra_forbidden"]
        if not unknown:
            for detail in details:
                record(tree, detail, problems)
            return None
        for path in unknown:
            tree = _corrected(tree, path, problems)
    return None


def _reused(node: Node, before: Node | None, value: Any) -> Any:
    """Return a tree's plain values, with validated blocks where ``before`` has the same nodes."""
    if before is None or not isinstance(node.value, dict):
        return node.plain()
    if isinstance(value, Block):
        if node is before:
            return value
        fields = type(value).model_fields.items()
        known = {field.alias or name: getattr(value, name) for name, field in fields}
    elif isinstance(value, dict):
        known = value
    else:
        return node.plain()
    items = before.items
    return {
        key: _reused(below, items.get(key), known.get(key)) for key, below in node.value.items()
    }


def _corrected(tree: Node, path: Path, problems: Problems) -> Node:
    """Record an unknown key, and return the tree with the key that was meant."""
    *above, key = path
    meant = unknown_key(tree, path, problems)
    parent = tree.nearest(tuple(above))
    items = {name: child for name, child in parent.items.items() if name != key}
    if meant and meant not in items:
        items[meant] = parent.items[key]
    return _replaced(tree, tuple(above), parent.with_items(items))


def _replaced(node: Node, path: Path, new: Node) -> Node:
    if not path:
        return new
    key, *rest = path
    return node.with_items({**node.items, key: _replaced(node.items[key], tuple(rest), new)})
