"""Argument checks of public functions, derived from their annotations.

:func:`checked_arguments` wraps a function once; each call then costs some microseconds. What it
raises is of the program's own tree, and also a ValueError or a TypeError:

- a value of another type: :class:`~sim.errors.ArgumentTypeError`;
- a value that no call can use, such as NaN for a number or an unknown word: ArgumentError.

Numbers of NumPy are accepted where Python's are and passed on as ``int`` and ``float``. Truth
values are no numbers, and texts are no sequences.
"""

from __future__ import annotations

import inspect
import math
import numbers
import operator
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, fields
from functools import cache, wraps
from pathlib import Path
from types import UnionType
from typing import (
    Any,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arrays import Floats, Ints
from sim.errors import ArgumentError, ArgumentTypeError

__all__ = [
    "check_fields",
    "checked_arguments",
    "durations_array",
    "numeric_array",
    "times_array",
    "whole_array",
]


P = ParamSpec("P")
T = TypeVar("T")

_SOURCES = {
    "Scenario": "sim.load(path)",
    "Plan": "sim.build_plan(scenario)",
    "Workload": "sim.draw(plan, replication)",
    "Journeys": "sim.simulate(plan, workload)",
    "Results": "sim.run(scenario)",
    "StoredResults": "sim.open_results(folder)",
    "Sample": "sim.compare.sample(results)",
    "Quantity": "sim.compare.Quantity.parse(text)",
    "Observation": "sim.validate.read_observed(path, plan)",
}
"""What returns an instance of a class, to name as the remedy."""


def checked_arguments(function: Callable[P, T]) -> Callable[P, T]:
    """Check the arguments of each call against the annotations of ``function``.

    Raises
    ------
    ArgumentTypeError
        From the wrapped function: an argument is missing, unknown or of another type.
    ArgumentError
        From the wrapped function: a number is NaN, or a word is none of those allowed.
    """
    signature = inspect.signature(function)
    name, parameters = function.__qualname__, signature.parameters.values()
    simple = all(one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY) for one in parameters)
    placed = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    needed = [one.name for one in parameters if one.default is one.empty]

    def convert(values: dict[str, Any]) -> dict[str, Any]:
        kinds = _kinds(function)
        for parameter, value in values.items():
            if parameter in kinds:
                try:
                    values[parameter] = kinds[parameter].convert(value)
                except _MismatchError as error:
                    kind = kinds[parameter]
                    raise _refusal(f"{name}(): {parameter}", kind, value, error) from None
        return values

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        values = dict(zip(placed, args, strict=False)) | kwargs
        if (  # a tenth of the time of binding
            simple
            and len(values) == len(args) + len(kwargs)
            and kwargs.keys() <= signature.parameters.keys()
            and all(one in values for one in needed)
        ):
            return cast("Callable[..., T]", function)(**convert(values))
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ArgumentTypeError(f"{name}(): {error}") from None
        convert(bound.arguments)
        return function(*bound.args, **bound.kwargs)

    return call


def check_fields(instance: object) -> None:
    """Check and convert the fields of a frozen dataclass, from its ``__post_init__``.

    Raises
    ------
    ArgumentError
        As :func:`checked_arguments`.
    """
    cls: type[Any] = type(instance)
    for field, kind in _fields(cls).items():
        value = getattr(instance, field)
        try:
            object.__setattr__(instance, field, kind.convert(value))
        except _MismatchError as error:
            raise _refusal(f"{cls.__name__}(): {field}", kind, value, error) from None


def numeric_array(name: str, value: Any) -> Floats:
    """Return times or durations as floats, not copied where they are; ``name`` is for messages.

    Raises
    ------
    ArgumentTypeError
        It holds truth values, texts, moments or other objects, or rows of different length.
    """
    try:
        array = _to_array(value)
        if array.dtype.kind == "b":
            raise _MismatchError
    except _MismatchError as error:
        raise _refusal(name, _NUMBERS, value, error) from None
    return array.astype(np.float64, copy=False)


def times_array(name: str, value: Any) -> Floats:
    """As :func:`numeric_array`, and no number is NaN or minus infinity; ``inf`` is never.

    Raises
    ------
    ArgumentError
        As said, or as :func:`numeric_array`.
    """
    array = numeric_array(name, value)
    if not array.min(initial=np.inf) > -np.inf:
        raise ArgumentError(f"{name} must not hold NaN or minus infinity")
    return array


def durations_array(name: str, value: Any) -> Floats:
    """As :func:`times_array`, and no number is negative.

    Raises
    ------
    ArgumentError
        As said, or as :func:`numeric_array`.
    """
    array = numeric_array(name, value)
    if not array.min(initial=np.inf) >= 0.0:
        raise ArgumentError(f"{name} must not be negative or NaN")
    return array


def whole_array(name: str, value: Any) -> Ints:
    """Return whole numbers as 64-bit integers; ``name`` is for messages.

    Raises
    ------
    ArgumentTypeError
        Some are of another type.
    """
    array = np.asarray(value)
    if array.size and array.dtype.kind not in "iu":
        raise ArgumentTypeError(f"{name} must be whole numbers, not an array of {array.dtype}")
    return array.astype(np.int64, copy=False)


class _MismatchError(Exception):
    """A value is not of a kind; the message may say why, and what to write instead."""


@dataclass(frozen=True)
class _Kind:
    """What an argument may be, in words that follow "must be", and how it is converted."""

    words: str
    convert: Callable[[Any], Any]


def _refusal(name: str, kind: _Kind, value: Any, error: _MismatchError) -> ArgumentError:
    """Say what an argument must be; of the right type but no usable value is a ValueError."""
    shown = repr(value) if not isinstance(value, np.ndarray) else f"an array of {value.dtype}"
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    hint = f"; {error}" if str(error) else ""
    cls = ArgumentError if isinstance(error, _UnusableError) else ArgumentTypeError
    return cls(f"{name} must be {kind.words}, not {shown}{hint}")


class _UnusableError(_MismatchError):
    """A value is of the right type, and yet none of those allowed."""


_FIELDS: dict[type, dict[str, _Kind]] = {}


def _fields(cls: type[Any]) -> dict[str, _Kind]:
    """Kinds of the fields of a dataclass that its constructor takes, by name."""
    if cls not in _FIELDS:
        hints = get_type_hints(cls)
        kinds = {field.name: _kind(hints[field.name]) for field in fields(cls) if field.init}
        _FIELDS[cls] = {name: kind for name, kind in kinds.items() if kind is not None}
    return _FIELDS[cls]


@cache
def _kinds(function: Callable[..., Any]) -> dict[str, _Kind]:
    """Kinds of the arguments that are checked, by name."""
    hints = get_type_hints(function)
    kinds = {}
    for name, parameter in inspect.signature(function).parameters.items():
        kind = _kind(hints[name]) if name in hints else None
        if kind is not None:
            several = parameter.kind is parameter.VAR_POSITIONAL
            kinds[name] = _collection(tuple, kind) if several else kind
    return kinds


def _kind(hint: Any) -> _Kind | None:
    """The kind that an annotation asks for; None where anything goes."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(inner)
    if origin is Literal:
        return _Kind(f"one of {', '.join(map(repr, inner))}", lambda value: _choose(inner, value))
    if origin is np.ndarray:
        return _NUMBERS
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Callable or hint is Callable:
        return _Kind("a function", _to_callable)
    if origin in (Sequence, Collection, Iterable, list, tuple, set, frozenset):
        kinds = [_kind(one) for one in inner if one is not Ellipsis]
        return _collection(origin, *kinds)
    if origin in (Mapping, dict):
        return _mapping(*map(_kind, inner))
    kind = origin or hint
    if kind in (Any, object) or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return None
    return _instance(kind)


def _union(options: tuple[Any, ...]) -> _Kind | None:
    """Any of several kinds, the first that suits."""
    arrays = set(options) >= _ARRAY_LIKE  # which a union with others spreads out
    kinds = [_kind(one) for one in options if not (arrays and one in _ARRAY_LIKE)]
    if arrays:
        kinds.append(_NUMBERS)
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
            except _MismatchError as error:
                reasons.append(error)
        unusable = [error for error in reasons if isinstance(error, _UnusableError)]
        raise unusable[0] if unusable else max(reasons, key=lambda error: len(str(error)))

    return _Kind(" or ".join(dict.fromkeys(kind.words for kind in known)), convert)


def _collection(origin: Any, *kinds: _Kind | None) -> _Kind:
    """A sequence, set or stream whose members are of a kind; a stream is read once."""
    members = kinds[0] if kinds else None
    build: Callable[[Iterable[Any]], Any] = origin if origin in (set, frozenset) else tuple

    def convert(value: Any) -> Any:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            raise _MismatchError
        if origin is not Iterable and not isinstance(value, Sized):
            raise _MismatchError
        found = list(value)
        if len(kinds) > 1 and len(found) != len(kinds):
            raise _MismatchError(f"it takes {len(kinds)} members")
        each = kinds if len(kinds) > 1 else (members,) * len(found)
        pairs = zip(each, found, strict=True)
        return build(one if kind is None else kind.convert(one) for kind, one in pairs)

    of = f", each {members.words}" if members is not None else ""
    return _Kind(f"a {'list' if build is tuple else 'set'}{of}", convert)


def _mapping(key: _Kind | None, item: _Kind | None) -> _Kind:
    """A dictionary with keys and values of a kind."""

    def convert(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _MismatchError
        if key is not None:
            for part in value:
                key.convert(part)
        if item is not None:
            for part in value.values():
                item.convert(part)
        return value

    of = f" of {key.words} to {item.words}" if key is not None and item is not None else ""
    return _Kind(f"a dictionary{of}", convert)


def _instance(cls: type) -> _Kind:
    """An instance of a class, as some function returns it."""
    name = cls.__name__
    source = f", as {_SOURCES[name]} returns it" if name in _SOURCES else ""

    def convert(value: Any) -> Any:
        if not isinstance(value, cls):
            raise _MismatchError
        return value

    return _Kind(f"a {name}{source}", convert)


def _to_whole(value: Any) -> int:
    if isinstance(value, bool | np.bool_ | np.ndarray):
        raise _MismatchError
    try:
        return operator.index(value)
    except TypeError:
        raise _MismatchError from None


def _to_number(value: Any) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise _MismatchError
    try:
        number = float(value)
    except OverflowError:
        raise _UnusableError from None
    if math.isnan(number):
        raise _UnusableError
    return number


def _to_truth(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _MismatchError
    return bool(value)


def _to_text(value: Any) -> str:
    if not isinstance(value, str):
        raise _MismatchError
    return value


def _to_none(value: Any) -> None:
    if value is not None:
        raise _MismatchError


def _to_path(value: Any) -> Path:
    if not isinstance(value, str | os.PathLike):
        raise _MismatchError
    return Path(value)


def _to_callable(value: Any) -> Any:
    if not callable(value):
        raise _MismatchError
    return value


def _choose(allowed: tuple[Any, ...], value: Any) -> Any:
    if not isinstance(value, str):
        raise _MismatchError
    if value not in allowed:
        raise _UnusableError
    return value


def _to_array(value: Any) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise _MismatchError("its rows differ in length") from None
    if array.dtype.kind in "iufb":
        return array
    if array.dtype.kind in "mM" or (array.size and hasattr(array.flat[0], "isoformat")):
        raise _MismatchError("convert moments, e.g. (moments - first) / np.timedelta64(1, 'm')")
    raise _MismatchError


_NUMBERS = _Kind("numbers", _to_array)
_ARRAY_LIKE = frozenset(get_args(ArrayLike))
_PLAIN = {
    int: _Kind("a whole number", _to_whole),
    float: _Kind("a number", _to_number),
    bool: _Kind("True or False", _to_truth),
    str: _Kind("a text", _to_text),
    type(None): _Kind("None", _to_none),
    Path: _Kind("a path", _to_path),
    os.PathLike[str]: _Kind("a path", _to_path),
}
