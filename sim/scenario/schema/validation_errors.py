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
from sim.sentences import NOTHING, Sentence
from sim.units import duration_text, join_words, nearest, shown, suggestion

__all__ = ["keys_along", "record", "unknown_key"]

_HOURS_OF_A_HOLD = Sentence(
    "a hold has no hours: before `first` write a stage with them, "
    "`{servers: unlimited, service: 0 min, calendar: …}`"
)
#: Keys that a block may have beside its own.
_BESIDE: dict[type[Block], tuple[str, ...]] = {
    ScenarioModel: FILE_KEYS,
    UpgradeBlock: SECTIONS,
}
#: What to write in place of a key that is not where one may look for it.
_INSTEAD: dict[tuple[type[Block], str], Sentence] = {
    (HoldBlock, "calendar"): _HOURS_OF_A_HOLD,
    (HoldBlock, "hours"): _HOURS_OF_A_HOLD,
}
#: What to do in place of a setting of what only files have.
_OF_FILES = {
    "extends": Sentence(
        "only a file can say so: a setting is one value, on top of all files and upgrades"
    ),
    "templates": Sentence(
        "a setting is laid over what templates have become: set the value where one is "
        "used, as in gates.…; `langson show FILE --merged` lists every path"
    ),
}
_ADD = Sentence(
    "leave it out: `add: true` is for a block that is not in the file that this one extends"
)


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
        hint = Sentence("keys here: {keys}", keys=listed((*known, *_BESIDE.get(block, ()))))
        comma = Sentence("put text with a comma in quotes;") if node.value is None else NOTHING
        first = suggestion(key, known, comma)
        if first:
            hint = Sentence("{first} {keys}", first=first, keys=hint)
    problems.add("unknown-key", node.start, Sentence("unknown key '{key}'", key=key), hint)
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
        problems.add(
            "missing-key",
            node.start,
            Sentence("missing key '{key}'", key=key),
            hint,
            path=tuple(above),
        )
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


def _example(block: type[Block] | None, key: str) -> Sentence:
    """Say how a key that is missing may be written."""
    whole: dict[str, Any] = {} if block is None else block.model_json_schema()
    value = whole.get("properties", {}).get(key, {})
    if "$ref" in value:
        below = whole["$defs"][value["$ref"].rpartition("/")[2]]
        needed = below.get("required", below.get("properties", ()))
        return Sentence("write `{key}:` and below it {keys}", key=key, keys=listed(needed, 6))
    if value.get("type") == "object":
        return Sentence("write `{key}:` and below it ids of your own", key=key)
    if value.get("type") == "array":
        return Sentence("write e.g. `{key}: [a, b]`", key=key)
    forms = [value, *value.get("anyOf", ())]
    examples = (e for form in forms for k in ("enum", "examples") for e in form.get(k, ()))
    example = next(examples, value.get("const", "…"))
    return Sentence("write e.g. `{key}: {example}`", key=key, example=example)


def _bad_key(detail: ErrorDetails) -> tuple[str, Sentence, Sentence]:
    key = str(detail["input"])
    if detail["type"] == "value_error":
        return _bad_value(detail)
    if detail["type"] == "literal_error":
        message = Sentence("unknown key '{key}'", key=key)
        return "unknown-id", message, did_you_mean(key, _options(detail))
    letters = unicodedata.normalize("NFD", key.lower().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    example = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "chi_ma"
    return (
        "bad-id",
        Sentence("'{key}' is not an id", key=key),
        Sentence("use small letters, digits and underscores, e.g. '{example}'", example=example),
    )


def _bad_value(detail: ErrorDetails) -> tuple[str, Sentence, Sentence]:
    """Return code, message and hint for a value of the wrong kind."""
    value, kind = detail["input"], detail["type"]
    written = shown(value)
    context = detail.get("ctx", {})
    if kind == "value_error":
        cause = context["error"]
        hint = cause.hint if isinstance(cause, UnitError) else NOTHING
        return "bad-value", Sentence("{cause}", cause=cause), hint
    if kind == "literal_error":
        options = _options(detail)
        message = Sentence(
            "{value} is not allowed; expected {options}",
            value=written,
            options=join_words([f"'{option}'" for option in options]),
        )
        if str(value) in options:
            return "bad-choice", message, Sentence("write {value} without quotes", value=value)
        choice = Sentence("write {option}", option=options[0])
        if len(options) > 1:
            choice = Sentence("write one of these")
        return "bad-choice", message, suggestion(str(value), options, choice)
    if kind in ("greater_than_equal", "less_than_equal"):
        low = kind == "greater_than_equal"
        limit = context["ge" if low else "le"]
        if isinstance(limit, float):  # counts have whole limits, durations minutes
            limit = duration_text(limit)
        if low:
            small = Sentence("{value} is too small", value=written)
            return "out-of-range", small, Sentence("write at least {limit}", limit=limit)
        large = Sentence("{value} is too large", value=written)
        return "out-of-range", large, Sentence("write at most {limit}", limit=limit)
    other = Sentence(detail["msg"].lower()), Sentence("see the other scenario files")
    wanted, hint = _WANTED.get(kind, other)
    if context.get("class_name") == "BilingualText" and isinstance(value, str):
        wanted = Sentence("a text in both languages")
        hint = Sentence("write {en: …, vi: …}")
    return "bad-value", Sentence("{value} is not {what}", value=written, what=wanted), hint


_KEYS = (
    Sentence("a block"),
    Sentence("write keys below it, each with two more spaces, or leave it out"),
)
_IDS = (
    Sentence("a block"),
    Sentence("write ids below it, each with two more spaces, or leave it out"),
)
_LIST = Sentence("a list"), Sentence("write [a, b]")
_WANTED = {
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "dict_type": _IDS,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "string_type": (
        Sentence("text"),
        Sentence("write one word or sentence, in quotes if need be"),
    ),
    "bool_type": (Sentence("true or false"), Sentence("write true or false")),
    "string_pattern_mismatch": (
        Sentence("an id"),
        Sentence("use small letters, digits and underscores"),
    ),
}


def _options(detail: ErrorDetails) -> list[str]:
    expected = detail.get("ctx", {}).get("expected", "")
    return [word.strip("'") for word in re.findall(r"'[^']*'|\d+", expected)]
