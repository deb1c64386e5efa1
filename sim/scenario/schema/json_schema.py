"""JSON Schema of scenario files, for editors."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from sim.arguments import checked_arguments
from sim.scenario.schema.base import Block
from sim.scenario.schema.model import SECTIONS, ScenarioModel

__all__ = ["json_schema"]

Json = dict[str, Any]

#: Blocks of which a template may hold the rest.
_FROM_TEMPLATES = ("RouteBlock", "StageBlock", "ShiftBlock", "HoldBlock", "PathBlock", "FlowBlock")
#: Blocks that an overlay adds with `add: true`.
_ADDABLE = (
    *("GateBlock", "RouteBlock", "StageBlock", "ShiftBlock", "HoldBlock", "PathBlock"),
    *("FlowBlock", "CalendarBlock", "CargoBlock"),
    *("DayProfileBlock", "WeekProfileBlock", "SeasonProfileBlock", "GrowthProfileBlock"),
    "OutageBlock",
)
_PARTIAL = "Partial"
_LIKE = {"type": "string", "description": "Template whose keys stand under these."}
_ADD = {"const": True, "description": "This block is new: the base has none with its id."}
_EXTENDS = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
    "description": "File that this one changes, or several to put on top of each other.",
}
_TEMPLATES = {
    "type": "object",
    "additionalProperties": {"type": "object"},
    "description": "Blocks to share within the file, by id; taken with `like:`.",
}


@checked_arguments
def json_schema(*, overlay: bool = False) -> Json:
    """Return the JSON Schema (draft 7) of a scenario file.

    Parameters
    ----------
    overlay:
        For files that extend another one: nothing but `format` and `extends` is required.
    """
    whole = ScenarioModel.model_json_schema(by_alias=True)
    for block in _subclasses(Block):
        described = whole if block is ScenarioModel else whole["$defs"].get(block.__name__)
        if described is not None:
            _describe(described["properties"], block)
    whole = _tidy(whole)
    blocks: Json = whole.pop("$defs")
    for block in blocks.values():
        if "properties" in block:
            block["properties"]["like"] = _LIKE
    partial = {f"{_PARTIAL}{name}": _partial(name, block) for name, block in blocks.items()}
    for name in _FROM_TEMPLATES:
        blocks[name].pop("required", None)
    part = _redirected(whole)
    changes = {key: part["properties"][key] for key in SECTIONS}
    partial["PartialUpgradeBlock"]["properties"] |= changes
    blocks["UpgradeBlock"]["properties"] |= changes
    root = part if overlay else whole
    root["required"] = ["format", "extends"] if overlay else whole["required"]
    root["properties"] |= {"templates": _TEMPLATES} | ({"extends": _EXTENDS} if overlay else {})
    title = "langson scenario that extends another one" if overlay else "langson scenario"
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **root,
        "title": title,
        "definitions": partial if overlay else blocks | partial,
    }


def _subclasses(block: type[Block]) -> Iterator[type[Block]]:
    """Yield every class below one."""
    for below in block.__subclasses__():
        yield below
        yield from _subclasses(below)


def _describe(properties: Json, block: type[Block]) -> None:
    """Add the docstrings of a block's fields, its own and those that it inherits."""
    texts = {key: text for base in reversed(block.__mro__) for key, text in _docstrings(base)}
    for name, field in block.model_fields.items():
        if name in texts:
            properties[field.alias or name]["description"] = texts[name]


def _docstrings(block: type) -> Iterator[tuple[str, str]]:
    """Yield the fields of a class with the texts that stand under them in its source."""
    if not issubclass(block, Block):
        return
    for field, below in pairwise(_bodies(block.__module__)[block.__name__]):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield field.target.id, inspect.cleandoc(str(below.value.value))


@cache
def _bodies(module: str) -> dict[str, list[ast.stmt]]:
    """Statements of each class of a module, by its name."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}


def _partial(name: str, block: Json) -> Json:
    """Return the same block for an overlay: nothing is required."""
    partial: Json = _redirected(block)
    partial.pop("required", None)
    if name in _ADDABLE:
        partial["properties"]["add"] = _ADD
    return partial


def _redirected(value: Any) -> Any:
    """Copy, with references to blocks turned to their partial forms."""
    if isinstance(value, dict):
        return {
            key: item.replace("/definitions/", f"/definitions/{_PARTIAL}")
            if key == "$ref"
            else _redirected(item)
            for key, item in value.items()
        }
    return [_redirected(item) for item in value] if isinstance(value, list) else value


def _tidy(value: Any) -> Any:
    """Turn pydantic's schema (draft 2020-12) into draft 7, without its noise.

    A `$ref` of draft 7 silences its neighbours, so it goes into an `allOf`. Titles that
    only repeat the key, and defaults that are numbers where people write text, go.
    """
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    tidied: Json = {key: _tidy(item) for key, item in value.items() if not _is_noise(key, item)}
    if "oneOf" in tidied:
        tidied["anyOf"] = tidied.pop("oneOf")
    if "$ref" in tidied:
        tidied["$ref"] = tidied["$ref"].replace("/$defs/", "/definitions/")
        if len(tidied) > 1:
            tidied["allOf"] = [{"$ref": tidied.pop("$ref")}]
    return tidied


def _is_noise(key: str, item: Any) -> bool:
    return (key == "title" and isinstance(item, str)) or key == "default"
