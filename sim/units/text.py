"""Parse numbers with units, and word the errors.

A number is digits with an optional sign and decimal point; thousands are grouped with
``_`` or ``,`` in threes. A space inside a number is a mistake, never a separator:
`1 200/day` must not become 200 a day. Three digits after a point, as in `1.250`, are decimals to
some and thousands to others, and are refused: `1.25`, `1.2500` and `1_250` are clear. Values stay
exact fractions until the last step, so `52.48 %` is the float nearest to 0.5248.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import NoReturn

from sim.errors import UnitError
from sim.units.display import number_text, point_is_clear

__all__ = [
    "join_words",
    "nearest",
    "number_and_unit",
    "plain_number",
    "scaled",
    "shown",
    "suggestion",
]

_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:_\d{3})+|\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    r"(?P<exponent>[eE][+-]?\d{1,2}(?![\w.]))?(?![\d_.,])",
    re.ASCII,
)
_SPACED = re.compile(r"\d\s+[\d_.,]")
_LONGEST = 25  # digits before the point; more would overflow a float or be a slip
_SHOWN = 60  # characters of a value in a message
_THOUSANDS = "thousands as 1_200 or 1,200, decimals with a point: 1.5"


def shown(value: object) -> str:
    """The value as the file shows it, quoted, on one line; blocks, lists and gaps by name."""
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    if isinstance(value, (str, int, float)):
        text = " ".join(str(value).split())
        return f"'{text}'" if len(text) <= _SHOWN else f"'{text[: _SHOWN - 1]}…'"
    return "a list" if isinstance(value, (list, tuple)) else "a block"


def join_words(words: Iterable[str]) -> str:
    """``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    candidates = {name.lower(): name for name in known}
    cutoff = 0.5 if len(word) < 4 else 0.6
    near = get_close_matches(word.lower(), candidates, n=1, cutoff=cutoff)
    return candidates[near[0]] if near else None


def suggestion(
    word: str, known: Iterable[str], otherwise: str = "", written: Mapping[str, str] | None = None
) -> str:
    """``did you mean 'min'?``, or ``otherwise`` where nothing known is near ``word``.

    ``written`` is how a known word is written out, where that is more than the word. A letter that
    looks like another, or like nothing, is named: the two words would look the same.
    """
    near = nearest(word, known)
    if near is None or near == word:
        return otherwise
    meant = near if written is None else written[near]
    odd = next((sign for sign in word if sign not in near and not _looks_itself(sign)), None)
    if odd is None:
        return f"did you mean '{meant}'?"
    name = unicodedata.name(odd, "no letter").lower()
    return f"did you mean '{meant}'? U+{ord(odd):04X} in yours is {name}"


def _looks_itself(sign: str) -> bool:
    """Return whether a character is unambiguous: ASCII, or a Latin letter with its marks."""
    return sign.isascii() or unicodedata.name(sign, "").startswith("LATIN ")


def number_and_unit(
    value: object, what: str, example: str, most: float = math.inf
) -> tuple[Fraction, str]:
    """Split ``12 min`` into 12 and ``min``; the unit is empty where none is written.

    ``what`` names the kind of value (``a duration``) and ``example`` shows one, quoted; where
    values are below ``most``, a point before three digits is a decimal point if it must be.
    Raises :class:`UnitError` where the text does not begin with a number, or with one that is
    another number to other readers.
    """
    hint = f"write e.g. {example}"
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UnitError(f"{shown(value)} is not {what}", hint)
    text = number_text(value) if isinstance(value, float) else str(value).strip()
    if _SPACED.search(text):
        raise UnitError(f"{shown(text)} has a space inside a number", f"write {_THOUSANDS}")
    match = _NUMBER.match(text)
    if match is None:
        hint = f"write {_THOUSANDS}" if re.match(r"[+-]?\d", text) else hint
        raise UnitError(f"{shown(text)} is not {what}", hint)
    digits, unit = match.group(), " ".join(text[match.end() :].split())
    unclear = isinstance(value, str) and not point_is_clear(digits)
    if unclear and abs(float(digits)) * 1000.0 < most:
        _refuse_either(digits, unit)
    digits = digits.replace("_", "").replace(",", "")
    if len(digits) > 20 * _LONGEST or abs(number := Fraction(digits)) >= 10**_LONGEST:
        raise UnitError(f"'{text[:_LONGEST]}…' is not {what}", "the number is too long")
    return number, unit


def _refuse_either(digits: str, unit: str) -> NoReturn:
    """Raise both readings of a number whose point may mean thousands or decimals."""
    whole, _, rest = digits.partition(".")
    numbers = number_text(float(digits)), f"{whole}_{rest}"
    readings = [f"{number} {unit}".rstrip() for number in numbers]
    written = shown(f"{digits} {unit}".rstrip())
    question = f"{whole}.{rest.rstrip('0') or '0'} or {whole},{rest}?"
    raise UnitError(f"{written}: {question}", f"write '{readings[0]}' or '{readings[1]}'")


def plain_number(value: object, what: str, example: str, most: float = math.inf) -> Fraction:
    """A number without a unit; numbers that YAML read already are taken as they are."""
    if isinstance(value, float):
        if value - value != 0.0:
            raise UnitError(f"'{value}' is not {what}", f"write e.g. {example}")
        return Fraction(repr(value))
    number, unit = number_and_unit(value, what, example, most)
    if unit:
        raise UnitError(f"{shown(value)} is not {what}", f"write e.g. {example}, without '{unit}'")
    return number


def scaled(
    value: object, units: Mapping[str, Fraction], kind: str, what: str, example: str
) -> Fraction:
    """A non-negative number times the size of its unit.

    ``kind`` names the unit in errors: ``unknown time unit 'm'``.
    Raises :class:`UnitError` for a missing or unknown unit and for a negative number.
    """
    number, unit = number_and_unit(value, what, example)
    if not unit:
        raise UnitError(f"{shown(value)} is not {what}", f"write e.g. {example}")
    if unit not in units:
        known = f"use {join_words(units)}"
        raise UnitError(f"unknown {kind} unit '{unit}'", suggestion(unit, units, known))
    if number < 0:
        raise UnitError(f"{shown(value)} is negative", f"write e.g. {example}")
    return number * units[unit]
