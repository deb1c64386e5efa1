"""Look up the block at a path of the schema, and the keys of a block."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from sim.scenario.schema.base import Block
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.source.tree import Path

__all__ = ["block_at", "holds_blocks", "keys_of"]


@cache
def block_at(path: Path) -> type[Block] | None:
    """Return the class of the block at a path, or None where there is none."""
    kind: Any = ScenarioModel
    for key in path:
        kind = _below(kind, key)
    return kind if isinstance(kind, type) and issubclass(kind, Block) else None


def keys_of(block: type[Block]) -> list[str]:
    """Return the keys that a block may have, as they are written."""
    return [field.alias or name for name, field in block.model_fields.items()]


def holds_blocks(annotation: Any) -> bool:
    """Return whether values of an annotation may be blocks, or hold some."""
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return True
    return any(holds_blocks(part) for part in get_args(annotation))


def _below(kind: Any, key: str) -> Any:
    """Return the class or mapping type of the value under a key."""
    if isinstance(kind, type) and issubclass(kind, Block):
        for name, field in kind.model_fields.items():
            if key == (field.alias or name):
                return _mapping_or_block(field.annotation)
        return None
    return _mapping_or_block(get_args(kind)[1]) if get_origin(kind) is dict else None


def _mapping_or_block(annotation: Any) -> Any:
    """Find the block or the mapping of blocks within an annotation."""
    if get_origin(annotation) is Annotated:
        return _mapping_or_block(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        blocks = (_mapping_or_block(part) for part in get_args(annotation))
        return next((part for part in blocks if part is not None), None)
    if get_origin(annotation) is dict:
        return annotation
    is_block = isinstance(annotation, type) and issubclass(annotation, Block)
    return annotation if is_block else None
