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
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, get_type_hints

import numpy as np

from sim.arguments.kinds import (
    NUMBERS,
    Kind,
    MismatchError,
    array_of,
    collection_of,
    kind_of,
    refusal,
)
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError, ArgumentTypeError
from sim.sentences import Sentence

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "check_fields",
    "checked_arguments",
    "durations_array",
    "numeric_array",
    "require_columns",
    "times_array",
    "whole_array",
]


P = ParamSpec("P")
T = TypeVar("T")


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
    simple = all(
        parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        for parameter in parameters
    )
    placed = [
        parameter.name
        for parameter in parameters
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    needed = [parameter.name for parameter in parameters if parameter.default is parameter.empty]

    def convert(values: dict[str, Any]) -> dict[str, Any]:
        kinds = _kinds(function)
        for parameter, value in values.items():
            if parameter in kinds:
                try:
                    values[parameter] = kinds[parameter].convert(value)
                except MismatchError as error:
                    kind = kinds[parameter]
                    raise refusal(f"{name}(): {parameter}", kind, value, error) from None
        return values

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        values = dict(zip(placed, args, strict=False)) | kwargs
        if (  # a tenth of the time of binding
            simple
            and len(values) == len(args) + len(kwargs)
            and kwargs.keys() <= signature.parameters.keys()
            and all(name in values for name in needed)
        ):
            return cast("Callable[..., T]", function)(**convert(values))
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ArgumentTypeError(Sentence("{name}(): {error}", name=name, error=error)) from None
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
        except MismatchError as error:
            raise refusal(f"{cls.__name__}(): {field}", kind, value, error) from None


def numeric_array(name: str, value: Any) -> Floats:
    """Return times or durations as floats, not copied where they are; ``name`` is for messages.

    Raises
    ------
    ArgumentTypeError
        It holds truth values, texts, moments or other objects, or rows of different length.
    """
    try:
        array = array_of(value)
        if array.dtype.kind == "b":
            raise MismatchError
    except MismatchError as error:
        raise refusal(name, NUMBERS, value, error) from None
    return array.astype(np.float64, copy=False)


def times_array(name: str, value: Any) -> Floats:
    """Convert as :func:`numeric_array`; no number is NaN or minus infinity; ``inf`` is never.

    Raises
    ------
    ArgumentError
        As said, or as :func:`numeric_array`.
    """
    array = numeric_array(name, value)
    if not array.min(initial=np.inf) > -np.inf:
        raise ArgumentError(Sentence("{name} must not hold NaN or minus infinity", name=name))
    return array


def durations_array(name: str, value: Any) -> Floats:
    """Convert as :func:`times_array`; no number is negative.

    Raises
    ------
    ArgumentError
        As said, or as :func:`numeric_array`.
    """
    array = numeric_array(name, value)
    if not array.min(initial=np.inf) >= 0.0:
        raise ArgumentError(Sentence("{name} must not be negative or NaN", name=name))
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
        raise ArgumentTypeError(
            Sentence(
                "{name} must be whole numbers, not an array of {dtype}",
                name=name,
                dtype=array.dtype,
            )
        )
    return array.astype(np.int64, copy=False)


def require_columns(
    name: str, frame: pl.DataFrame, columns: Sequence[str], numeric: Sequence[str] = ()
) -> None:
    """Require that a table has some columns; those of ``numeric`` with numbers or truth values.

    Raises
    ------
    ArgumentError
        One is missing, or holds something else; the message names those that are there.
    """
    missing = [column for column in (*columns, *numeric) if column not in frame.columns]
    if missing:
        present = ", ".join(frame.columns) or "none"
        raise ArgumentError(
            Sentence(
                "{name} has no column {missing!r}; its columns are: {present}",
                name=name,
                missing=missing[0],
                present=present,
            )
        )
    for column in numeric:
        kind = frame.schema[column]
        if not (kind.is_numeric() or str(kind) in ("Boolean", "Null")):
            raise ArgumentTypeError(
                Sentence(
                    "{name}[{column!r}] must hold numbers, not {kind}",
                    name=name,
                    column=column,
                    kind=kind,
                )
            )


_FIELDS: dict[type, dict[str, Kind]] = {}


def _fields(cls: type[Any]) -> dict[str, Kind]:
    """Kinds of the fields of a dataclass that its constructor takes, by name."""
    if cls not in _FIELDS:
        hints = get_type_hints(cls)
        kinds = {field.name: kind_of(hints[field.name]) for field in fields(cls) if field.init}
        _FIELDS[cls] = {name: kind for name, kind in kinds.items() if kind is not None}
    return _FIELDS[cls]


@cache
def _kinds(function: Callable[..., Any]) -> dict[str, Kind]:
    """Kinds of the arguments that are checked, by name."""
    hints = get_type_hints(function)
    kinds = {}
    for name, parameter in inspect.signature(function).parameters.items():
        kind = kind_of(hints[name]) if name in hints else None
        if kind is not None:
            several = parameter.kind is parameter.VAR_POSITIONAL
            kinds[name] = collection_of(tuple, kind) if several else kind
    return kinds
