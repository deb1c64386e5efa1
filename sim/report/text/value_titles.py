"""Values of a scenario in words: ``Hữu Nghị · Customs counters: servers``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.messages import Messages, catalogue
from sim.scenario import ScenarioModel
from sim.scenario.schema.base import Block
from sim.scenario.schema.model import FlowBlock, RouteBlock

__all__ = ["value_title"]


def value_title(model: ScenarioModel, path: str, messages: Messages) -> str:
    """Name the value at a path of a scenario by titles, from the gate inwards, and quantity.

    Keys without a word or a title stay as they are written.
    """
    keys, titles, named = path.split("."), [], 0
    for depth, block in enumerate(_along(model, keys), 1):
        if title := _title(model, block, messages):
            titles.append(title)
            named = depth
    quantity = ", ".join(_key(model, key, messages) for key in keys[named:])
    return ": ".join(part for part in (" · ".join(titles), quantity) if part)


def _along(block: Any, keys: list[str]) -> Iterator[Any]:
    """The blocks that a path leads through, one for each key as far as there are any."""
    for key in keys:
        block = block.get(key) if isinstance(block, Mapping) else getattr(block, key, None)
        if not isinstance(block, Block | Mapping):
            return
        yield block


def _title(model: ScenarioModel, block: Any, messages: Messages) -> str:
    """Title of a block; nothing for one without a title and for a gate's only route."""
    if isinstance(block, FlowBlock):
        cargo = messages.pick(model.cargo[block.cargo].title.model_dump())
        return f"{messages.text(f'direction.{block.direction}')}, {cargo}"
    title = getattr(block, "title", None)
    if title is None:
        return ""
    if isinstance(block, RouteBlock):
        gate = next(gate for gate in model.gates.values() if block in gate.routes.values())
        if sum(route.alias_of is None for route in gate.routes.values()) < 2:
            return ""
    return messages.pick(title.model_dump())


def _key(model: ScenarioModel, key: str, messages: Messages) -> str:
    """A key of the file in words: a quantity, a cargo class, or the key itself."""
    if f"value.{key}" in catalogue():
        return messages.text(f"value.{key}")
    if key in model.cargo:
        return messages.pick(model.cargo[key].title.model_dump())
    return key.replace("_", " ")
