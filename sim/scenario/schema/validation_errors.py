"""Turn a pydantic error into a message with its position and a remedy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from sim.errors import UnitError
from sim.scenario.schema.base import Block, Evidence
from sim.scenario.schema.lookup import block_at, keys_of
from sim.scenario.schema.model import FILE_KEYS, SECTIONS, HoldBlock, ScenarioModel, UpgradeBlock
from sim.scenario.source.diagnostics import Problems, did_you_mean, listed
from sim.scenario.source.tree import Node, Path
from sim.units import duration_text, nearest, shown, suggestion

__all__ = ["keys_along", "record", "unknown_key"]

_HOURS_OF_A_HOLD = (
    "a hold has no hours: before `first` write a stage with them, "
    "`{servers: unlimited, service: 0 min, calendar: …}`"
)
#: Keys that a block may have beside its own.
_BESIDE: dict[type[Block], tuple[str, ...]] = {
    ScenarioModel: FILE_KEYS,
    UpgradeBlock: SECTIONS,
}
#: What to write in place of a key that is not where one may look for it.
_INSTEAD: dict[tuple[type[Block], str], str] = {
    (HoldBlock, "calendar"): _HOURS_OF_A_HOLD,
    (HoldBlock, "hours"): _HOURS_OF_A_HOLD,
}
#: What to do in place of a setting of what only files have.
_OF_FILES = {
    "extends": "only a file can say so: a setting is one value, on top of all files and upgrades",
    "templates": "a setting is laid over what templates have become: set the value where one is "
    "used, as in gates.…; `langson show FILE --merged` lists every path",
}
_ADD = "leave it out: `add: true` is for a block that is not in the file that this one extends"


def keys_along(tree: Node, loc: Sequence[str | int]) -> Path:
    """Return the keys along pydantic's path to an error, without the tags of its unions."""
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


def unknown_key(tree: Node, path: Path, problems: Problems) -> str | None:
    """Record a key that its block does not have; return the one that was meant, if any is."""
    *above, key = path
    node, block = tree.nearest(path), block_at(tuple(above)) or Evidence
    known = keys_of(block)
    meant = nearest(key, known)
    if key == "add":
        hint = _ADD
    elif key in _BESIDE.get(block, ()):
        hint = _OF_FILES.get(key, _OF_FILES["extends"])
    elif (block, key) in _INSTEAD:
        hint, meant = _INSTEAD[block, key], None
    else:
        keys = f"keys here: {listed((*known, *_BESIDE.get(block, ())))}"
        comma = "put text with a comma in quotes;" if node.value is None else ""
        hint = f"{suggestion(key, known, comma)} {keys}".lstrip()
    problems.add("unknown-key", node.start, f"unknown key '{key}'", hint)
    return meant


def record(tree: Node, detail: ErrorDetails, problems: Problems) -> None:
    """Record a pydantic error at its place."""
    loc = detail["loc"]
    path = keys_along(tree, loc)
    node = tree.nearest(path)
    kind = detail["type"]
    if kind == "extra_forbidden":
        unknown_key(tree, path, problems)
        return
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
        choice = "one of these" if len(options) > 1 else options[0]
        return "bad-choice", message, suggestion(str(value), options, f"write {choice}")
    if kind in ("greater_than_equal", "less_than_equal"):
        low = kind == "greater_than_equal"
        limit = context["ge" if low else "le"]
        size, bound = ("small", "least") if low else ("large", "most")
        if isinstance(limit, float):  # counts have whole limits, durations minutes
            limit = duration_text(limit)
        return "out-of-range", f"{written} is too {size}", f"write at {bound} {limit}"
    wanted, hint = _WANTED.get(kind, (detail["msg"].lower(), "see the other scenario files"))
    if context.get("class_name") == "BilingualText" and isinstance(value, str):
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
