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
from sim.sentences import NOTHING, Sentence
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
_THOUSANDS = Sentence("write thousands as 1_200 or 1,200, decimals with a point: 1.5")


def shown(value: object) -> str:
    """The value as the file shows it, quoted, on one line; blocks, lists and gaps by name."""
    if value is None:
        return Sentence("an empty value")
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    if isinstance(value, (str, int, float)):
        text = " ".join(str(value).split())
        return f"'{text}'" if len(text) <= _SHOWN else f"'{text[: _SHOWN - 1]}…'"
    return Sentence("a list") if isinstance(value, (list, tuple)) else Sentence("a block")


def join_words(words: Iterable[str]) -> Sentence:
    """``a, b or c``."""
    *most, last = words
    if not most:
        return Sentence("{last}", last=last)
    return Sentence("{most} or {last}", most=", ".join(most), last=last)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    candidates = {name.lower(): name for name in known}
    cutoff = 0.5 if len(word) < 4 else 0.6
    near = get_close_matches(word.lower(), candidates, n=1, cutoff=cutoff)
    return candidates[near[0]] if near else None


def suggestion(
    word: str,
    known: Iterable[str],
    otherwise: Sentence = NOTHING,
    written: Mapping[str, str] | None = None,
) -> Sentence:
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
        return Sentence("did you mean '{meant}'?", meant=meant)
    return Sentence(
        "did you mean '{meant}'? U+{code:04X} in yours is {name}",
        meant=meant,
        code=ord(odd),
        name=unicodedata.name(odd, "no letter").lower(),
    )


def _looks_itself(sign: str) -> bool:
    """Return whether a character is unambiguous: ASCII, or a Latin letter with its marks."""
    return sign.isascii() or unicodedata.name(sign, "").startswith("LATIN ")


def number_and_unit(
    value: object, what: Sentence, example: str, most: float = math.inf
) -> tuple[Fraction, str]:
    """Split ``12 min`` into 12 and ``min``; the unit is empty where none is written.

    ``what`` names the kind of value (``a duration``) and ``example`` shows one, quoted; where
    values are below ``most``, a point before three digits is a decimal point if it must be.
    Raises :class:`UnitError` where the text does not begin with a number, or with one that is
    another number to other readers.
    """
    hint = Sentence("write e.g. {example}", example=example)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UnitError(Sentence("{value} is not {what}", value=shown(value), what=what), hint)
    text = number_text(value) if isinstance(value, float) else str(value).strip()
    if _SPACED.search(text):
        raise UnitError(
            Sentence("{text} has a space inside a number", text=shown(text)),
            _THOUSANDS,
        )
    match = _NUMBER.match(text)
    if match is None:
        hint = _THOUSANDS if re.match(r"[+-]?\d", text) else hint
        raise UnitError(Sentence("{text} is not {what}", text=shown(text), what=what), hint)
    digits, unit = match.group(), " ".join(text[match.end() :].split())
    unclear = isinstance(value, str) and not point_is_clear(digits)
    if unclear and abs(float(digits)) * 1000.0 < most:
        _refuse_either(digits, unit)
    digits = digits.replace("_", "").replace(",", "")
    if len(digits) > 20 * _LONGEST or abs(number := Fraction(digits)) >= 10**_LONGEST:
        raise UnitError(
            Sentence("'{text}…' is not {what}", text=text[:_LONGEST], what=what),
            Sentence("the number is too long"),
        )
    return number, unit


def _refuse_either(digits: str, unit: str) -> NoReturn:
    """Raise both readings of a number whose point may mean thousands or decimals."""
    whole, _, rest = digits.partition(".")
    numbers = number_text(float(digits)), f"{whole}_{rest}"
    readings = [f"{number} {unit}".rstrip() for number in numbers]
    written = shown(f"{digits} {unit}".rstrip())
    parts = {"decimals": f"{whole}.{rest.rstrip('0') or '0'}", "thousands": f"{whole},{rest}"}
    raise UnitError(
        Sentence("{written}: {decimals} or {thousands}?", written=written, **parts),
        Sentence("write '{first}' or '{second}'", first=readings[0], second=readings[1]),
    )


def plain_number(value: object, what: Sentence, example: str, most: float = math.inf) -> Fraction:
    """A number without a unit; numbers that YAML read already are taken as they are."""
    if isinstance(value, float):
        if value - value != 0.0:
            raise UnitError(
                Sentence("'{value}' is not {what}", value=value, what=what),
                Sentence("write e.g. {example}", example=example),
            )
        return Fraction(repr(value))
    number, unit = number_and_unit(value, what, example, most)
    if unit:
        raise UnitError(
            Sentence("{value} is not {what}", value=shown(value), what=what),
            Sentence("write e.g. {example}, without '{unit}'", example=example, unit=unit),
        )
    return number


def scaled(
    value: object, units: Mapping[str, Fraction], kind: Sentence, what: Sentence, example: str
) -> Fraction:
    """A non-negative number times the size of its unit.

    ``kind`` names the unit in errors: ``unknown time unit 'm'``.
    Raises :class:`UnitError` for a missing or unknown unit and for a negative number.
    """
    number, unit = number_and_unit(value, what, example)
    if not unit:
        raise UnitError(
            Sentence("{value} is not {what}", value=shown(value), what=what),
            Sentence("write e.g. {example}", example=example),
        )
    if unit not in units:
        known = Sentence("use {units}", units=join_words(units))
        raise UnitError(
            Sentence("unknown {kind} unit '{unit}'", kind=kind, unit=unit),
            suggestion(unit, units, known),
        )
    if number < 0:
        raise UnitError(
            Sentence("{value} is negative", value=shown(value)),
            Sentence("write e.g. {example}", example=example),
        )
    return number * units[unit]
