"""Kinds of arguments: the noun that names an annotation, and the conversion of a value.

Only :mod:`sim.arguments` uses them.
"""

from __future__ import annotations

import math
import numbers
import operator
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import ArgumentError, ArgumentTypeError
from sim.sentences import Sentence

__all__ = [
    "NUMBERS",
    "Kind",
    "MismatchError",
    "array_of",
    "collection_of",
    "kind_of",
    "refusal",
]

_SOURCES = {
    "Scenario": "sim.load(path)",
    "Plan": "sim.build_plan(scenario)",
    "Workload": "sim.draw(plan, replication)",
    "Journeys": "sim.simulate(plan, workload)",
    "Results": "sim.run(scenario)",
    "StoredResults": "sim.open_results(folder)",
    "ScenarioResults": "sim.compare.scenario_results(results)",
    "Quantity": "sim.compare.Quantity.parse(text)",
    "Observation": "sim.validate.read_observed(path, plan)",
}
"""What returns an instance of a class, to name as the remedy."""


class MismatchError(Exception):
    """A value is not of a kind; the message may say why, and what to write instead."""


@dataclass(frozen=True)
class Kind:
    """Kind of argument: the words that follow "must be", and the conversion of a value."""

    words: str
    convert: Callable[[Any], Any]


def refusal(name: str, kind: Kind, value: Any, error: MismatchError) -> ArgumentError:
    """Say what an argument must be; of the right type but no usable value is a ValueError."""
    shown = repr(value) if not isinstance(value, np.ndarray) else f"an array of {value.dtype}"
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    hint = f"; {error}" if str(error) else ""
    cls = ArgumentError if isinstance(error, UnusableError) else ArgumentTypeError
    return cls(
        Sentence(
            "{name} must be {words}, not {shown}{hint}",
            name=name,
            words=kind.words,
            shown=shown,
            hint=hint,
        )
    )


class UnusableError(MismatchError):
    """A value is of the right type, and yet none of those allowed."""


def kind_of(hint: Any) -> Kind | None:
    """The kind that an annotation asks for; None where anything goes."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(inner)
    if origin is Literal:
        return Kind(f"one of {', '.join(map(repr, inner))}", lambda value: _choose(inner, value))
    if origin is np.ndarray:
        return NUMBERS
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Callable or hint is Callable:
        return Kind("a function", _to_callable)
    if origin in (Sequence, Collection, Iterable, list, tuple, set, frozenset):
        kinds = [kind_of(member) for member in inner if member is not Ellipsis]
        return collection_of(origin, *kinds)
    if origin in (Mapping, dict):
        return _mapping(*map(kind_of, inner))
    kind = origin or hint
    if kind in (Any, object) or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return None
    return _instance(kind)


def _union(options: tuple[Any, ...]) -> Kind | None:
    """Any of several kinds, the first that suits."""
    arrays = set(options) >= _ARRAY_LIKE  # which a union with others spreads out
    kinds = [kind_of(option) for option in options if not (arrays and option in _ARRAY_LIKE)]
    if arrays:
        kinds.append(NUMBERS)
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds):  # one of them is anything
        return None

    def convert(value: Any) -> Any:
        if value is None and type(None) in options:
            return None
        reasons = []
        for kind in known:
            try:
                return kind.convert(value)
            except MismatchError as error:
                reasons.append(error)
        unusable = [error for error in reasons if isinstance(error, UnusableError)]
        raise unusable[0] if unusable else max(reasons, key=lambda error: len(str(error)))

    return Kind(" or ".join(dict.fromkeys(kind.words for kind in known)), convert)


def collection_of(origin: Any, *kinds: Kind | None) -> Kind:
    """Return the kind of a sequence, set or stream whose members are of a kind."""
    members = kinds[0] if kinds else None
    build: Callable[[Iterable[Any]], Any] = origin if origin in (set, frozenset) else tuple

    def convert(value: Any) -> Any:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            raise MismatchError
        if origin is not Iterable and not isinstance(value, Sized):
            raise MismatchError
        values = list(value)
        if len(kinds) > 1 and len(values) != len(kinds):
            raise MismatchError(f"it takes {len(kinds)} members")
        member_kinds = kinds if len(kinds) > 1 else (members,) * len(values)
        pairs = zip(member_kinds, values, strict=True)
        return build(member if kind is None else kind.convert(member) for kind, member in pairs)

    of = f", each {members.words}" if members is not None else ""
    return Kind(f"a {'list' if build is tuple else 'set'}{of}", convert)


def _mapping(key: Kind | None, item: Kind | None) -> Kind:
    """A dictionary with keys and values of a kind."""

    def convert(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise MismatchError
        if key is not None:
            for part in value:
                key.convert(part)
        if item is not None:
            for part in value.values():
                item.convert(part)
        return value

    of = f" of {key.words} to {item.words}" if key is not None and item is not None else ""
    return Kind(f"a dictionary{of}", convert)


def _instance(cls: type) -> Kind:
    """An instance of a class, as some function returns it."""
    name = cls.__name__
    source = f", as {_SOURCES[name]} returns it" if name in _SOURCES else ""

    def convert(value: Any) -> Any:
        if not isinstance(value, cls):
            raise MismatchError
        return value

    return Kind(f"a {name}{source}", convert)


def _to_whole(value: Any) -> int:
    if isinstance(value, bool | np.bool_ | np.ndarray):
        raise MismatchError
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return int(value)  # counts that went through a table of numbers
    try:
        return operator.index(value)
    except TypeError:
        raise MismatchError from None


def _to_number(value: Any) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise MismatchError
    try:
        number = float(value)
    except OverflowError:
        raise UnusableError from None
    if math.isnan(number):
        raise UnusableError
    return number


def _to_truth(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise MismatchError
    return bool(value)


def _to_text(value: Any) -> str:
    if not isinstance(value, str):
        raise MismatchError
    return value


def _to_none(value: Any) -> None:
    if value is not None:
        raise MismatchError


def _to_path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike):
        raise MismatchError
    return Path(value)


def _to_callable(value: Any) -> Any:
    if not callable(value):
        raise MismatchError
    return value


def _choose(allowed: tuple[Any, ...], value: Any) -> Any:
    if not isinstance(value, str):
        raise MismatchError
    if value not in allowed:
        raise UnusableError
    return value


def array_of(value: Any) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise MismatchError("its rows differ in length") from None
    if array.dtype.kind in "iufb":
        return array
    if array.dtype.kind in "mM" or (array.size and hasattr(array.flat[0], "isoformat")):
        raise MismatchError("convert moments, e.g. (moments - first) / np.timedelta64(1, 'm')")
    raise MismatchError


NUMBERS = Kind("numbers", array_of)
_ARRAY_LIKE = frozenset(get_args(ArrayLike))
_PLAIN = {
    int: Kind("a whole number", _to_whole),
    float: Kind("a number", _to_number),
    bool: Kind("True or False", _to_truth),
    str: Kind("a text", _to_text),
    type(None): Kind("None", _to_none),
    Path: Kind("a path", _to_path),
    os.PathLike[str]: Kind("a path", _to_path),
}
