"""Check the shape of a merged scenario, and say what is wrong in our own words.

Pydantic does the checking; its errors carry the path of the value, which the tree turns
into a place in a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.errors import UnitError
from sim.scenario.base import Block
from sim.scenario.model import FILE_KEYS, SECTIONS, HoldBlock, ScenarioModel, UpgradeBlock
from sim.scenario.problems import Problems, did_you_mean, listed
from sim.scenario.tree import Node, Path
from sim.units import duration_text, nearest, shown, suggestion

__all__ = ["block_at", "keys_of", "record", "validate"]

_TRIES = 4

_HOURS_OF_A_HOLD = (
    "a hold has no hours: before `first` write a stage with them, "
    "`{servers: unlimited, service: 0 min, calendar: …}`"
)
#: Keys that a block may have beside its own.
_BESIDE: dict[type[Block] | None, tuple[str, ...]] = {
    ScenarioModel: FILE_KEYS,
    UpgradeBlock: SECTIONS,
}
#: What to write in place of a key that is not where one may look for it.
_INSTEAD: dict[tuple[type[Block], str], str] = {
    (HoldBlock, "calendar"): _HOURS_OF_A_HOLD,
    (HoldBlock, "hours"): _HOURS_OF_A_HOLD,
}
_ADD = "leave it out: `add: true` is for a block that is not in the file that this one extends"


def validate(tree: Node, problems: Problems) -> ScenarioModel | None:
    """Turn a merged tree into models; record every mistake of shape.

    A mistyped key is read as the key that was probably meant, so that its value is
    checked in the same pass and the right key is not called missing as well. Returns
    None where a value is wrong or missing.
    """
    for _ in range(_TRIES):
        try:
            return ScenarioModel.model_validate(tree.plain())
        except ValidationError as error:
            details = error.errors(include_url=False)
        unknown = [_keys(tree, e["loc"]) for e in details if e["type"] == "extra_forbidden"]
        if not unknown:
            for detail in details:
                record(tree, detail, problems)
            return None
        for path in unknown:
            tree = _mended(tree, path, problems)
    return None


def block_at(path: Path) -> type[Block] | None:
    """Return the class of the block at a path, or None where there is none."""
    kind: Any = ScenarioModel
    for key in path:
        kind = _below(kind, key)
    return kind if isinstance(kind, type) and issubclass(kind, Block) else None


def keys_of(block: type[Block]) -> list[str]:
    """Return the keys that a block may have, as they are written."""
    return [field.alias or name for name, field in block.model_fields.items()]


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
        found = (_mapping_or_block(part) for part in get_args(annotation))
        return next((part for part in found if part is not None), None)
    if get_origin(annotation) is dict:
        return annotation
    is_block = isinstance(annotation, type) and issubclass(annotation, Block)
    return annotation if is_block else None


def _keys(tree: Node, loc: Sequence[str | int]) -> Path:
    """Return the keys of pydantic's path, without the tags of its unions."""
    return tuple(_walk(tree, loc))


def _walk(node: Node, loc: Sequence[str | int]) -> Iterator[str]:
    for piece in loc:
        if piece in node.items:
            yield str(piece)
            node = node.items[str(piece)]
        elif isinstance(node.value, list) and isinstance(piece, int):
            node = node.value[piece]
        elif not str(piece).startswith(("<", "[")):
            yield str(piece)
            return


def _mended(tree: Node, path: Path, problems: Problems) -> Node:
    """Record an unknown key, and return the tree with the key that was meant."""
    *above, key = path
    parent = tree.find(tuple(above))
    node = tree.find(path)
    assert parent is not None
    assert node is not None
    block = block_at(tuple(above))
    known = keys_of(block) if block is not None else ["kind", "source", "note"]
    meant = nearest(key, known)
    if key == "add":
        hint = _ADD
    elif block is not None and (block, key) in _INSTEAD:
        hint, meant = _INSTEAD[block, key], None
    else:
        here = [*known, *_BESIDE.get(block, ())]
        hint = f"{suggestion(key, known)} keys here: {listed(here)}".lstrip()
    problems.add("unknown-key", node.start, f"unknown key '{key}'", hint)
    items = {name: child for name, child in parent.items.items() if name != key}
    if meant and meant not in items:
        items[meant] = node
    return _replaced(tree, tuple(above), parent.with_items(items))


def _replaced(node: Node, path: Path, new: Node) -> Node:
    if not path:
        return new
    key, *rest = path
    return node.with_items({**node.items, key: _replaced(node.items[key], tuple(rest), new)})


def record(tree: Node, detail: ErrorDetails, problems: Problems) -> None:
    """Record one of pydantic's errors in our words and at its place."""
    loc = detail["loc"]
    path = _keys(tree, loc)
    node = tree.nearest(path)
    kind = detail["type"]
    if kind == "missing":
        *above, key = path
        hint = _example(block_at(tuple(above)), key)
        problems.add("missing-key", node.start, f"missing key '{key}'", hint, path=tuple(above))
        return
    if loc[-1] == "[key]":
        code, message, hint = _bad_key(detail)
        problems.add(code, node.start, message, hint, path=path[:-1])
        return
    place = node.place
    if isinstance(node.value, list):
        number = next((piece for piece in reversed(loc) if isinstance(piece, int)), None)
        if number is not None:
            place = node.value[number].place
    code, message, hint = _bad_value(detail)
    problems.add(code, place, message, hint, path=path)


def _example(block: type[Block] | None, key: str) -> str:
    """Say how a key that is missing may be written."""
    whole: dict[str, Any] = {} if block is None else block.model_json_schema()
    value = whole.get("properties", {}).get(key, {})
    if "$ref" in value:
        below = whole["$defs"][value["$ref"].rpartition("/")[2]]
        needed = below.get("required", below.get("properties", ()))
        return f"write `{key}:` and below it {listed(needed, 6)}"
    if value.get("type") == "object":
        return f"write `{key}:` and below it ids of your own"
    if value.get("type") == "array":
        return f"write e.g. `{key}: [a, b]`"
    forms = [value, *value.get("anyOf", ())]
    examples = (e for form in forms for k in ("enum", "examples") for e in form.get(k, ()))
    return f"write e.g. `{key}: {next(examples, value.get('const', '…'))}`"


def _bad_key(detail: ErrorDetails) -> tuple[str, str, str]:
    key = str(detail["input"])
    if detail["type"] == "value_error":
        return _bad_value(detail)
    if detail["type"] == "literal_error":
        return "unknown-id", f"unknown key '{key}'", did_you_mean(key, _options(detail))
    letters = unicodedata.normalize("NFD", key.lower().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    example = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "chi_ma"
    return (
        "bad-id",
        f"'{key}' is not an id",
        f"use small letters, digits and underscores, e.g. '{example}'",
    )


def _bad_value(detail: ErrorDetails) -> tuple[str, str, str]:
    """Return code, message and hint for a value of the wrong kind."""
    value, kind = detail["input"], detail["type"]
    written = shown(value)
    context = detail.get("ctx", {})
    if kind == "value_error":
        cause = context["error"]
        hint = cause.hint if isinstance(cause, UnitError) else ""
        return "bad-value", str(cause), hint
    if kind == "literal_error":
        message = f"{written} is not allowed; expected {context['expected']}"
        options = _options(detail)
        if str(value) in options:
            return "bad-choice", message, f"write {value} without quotes"
        one = "one of these" if len(options) > 1 else options[0]
        return "bad-choice", message, suggestion(str(value), options, f"write {one}")
    if kind in ("greater_than_equal", "less_than_equal"):
        low = kind == "greater_than_equal"
        limit = context["ge" if low else "le"]
        size, bound = ("small", "least") if low else ("large", "most")
        if isinstance(limit, float):  # counts have whole limits, durations minutes
            limit = duration_text(limit)
        return "out-of-range", f"{written} is too {size}", f"write at {bound} {limit}"
    wanted, hint = _WANTED.get(kind, (detail["msg"].lower(), "see the other scenario files"))
    if context.get("class_name") == "Words" and isinstance(value, str):
        wanted, hint = "a text in both languages", "write {en: …, vi: …}"
    return "bad-value", f"{written} is not {wanted}", hint


_BELOW = "write {} below it, each with two more spaces, or leave it out"
_WANTED = {
    "model_type": ("a block", _BELOW.format("keys")),
    "model_attributes_type": ("a block", _BELOW.format("keys")),
    "dict_type": ("a block", _BELOW.format("ids")),
    "list_type": ("a list", "write [a, b]"),
    "tuple_type": ("a list", "write [a, b]"),
    "string_type": ("text", "write one word or sentence, in quotes if need be"),
    "bool_type": ("true or false", "write true or false"),
    "string_pattern_mismatch": ("an id", "use small letters, digits and underscores"),
}


def _options(detail: ErrorDetails) -> list[str]:
    expected = detail.get("ctx", {}).get("expected", "")
    return [word.strip("'") for word in re.findall(r"'[^']*'|\d+", expected)]
