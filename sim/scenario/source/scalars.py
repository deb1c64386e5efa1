"""Resolve a YAML scalar to a number, boolean, null or string."""

from __future__ import annotations

import math
import re

from sim.scenario.source.tree import Scalar
from sim.sentences import Sentence
from sim.units import point_is_clear

__all__ = ["RETYPE", "ControlCharacterError", "NotFiniteError", "scalar", "visible"]

#: What to do about a control character.
RETYPE = Sentence("delete it and type the value again")

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_ZEROS = re.compile(r"[-+]?0[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class ControlCharacterError(ValueError):
    """Invisible character in a text."""

    def __init__(self, character: str) -> None:
        code = f"U+{ord(character):04X}"
        self.message = Sentence("the invisible character {code} cannot stand here", code=code)
        super().__init__(self.message)


class NotFiniteError(ValueError):
    """Number that is infinite, NaN, or too long."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


def scalar(text: str) -> Scalar:
    """Type an unquoted scalar by the core schema of YAML 1.2.

    Two things differ: `010` stays text, because it is ten to some and eight to others, and so
    does `1.250`, which is 1,250 to some.

    Raises
    ------
    NotFiniteError
        The number is NaN, infinite, or longer than any that a scenario needs.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > 18:
            raise NotFiniteError(Sentence("the number {text}… is too long", text=text[:12]))
        if _ZEROS.fullmatch(text):
            return text
        return int(text, 0 if text[:2] in ("0o", "0x") else 10)
    if _FLOAT.fullmatch(text):
        if not point_is_clear(text):
            return text
        number = float(text)
        if math.isfinite(number):
            return number
        raise NotFiniteError(Sentence("the number {text} is too large", text=text[:18]))
    if _NOT_FINITE.fullmatch(text):
        raise NotFiniteError(Sentence("'{text}' is not a finite number", text=text))
    return text


def visible(text: str) -> str:
    """Return a text as it is, if all of it can be seen.

    Raises
    ------
    ControlCharacterError
        It has a control character other than tab and line feed.
    """
    odd = _CONTROL.search(text)
    if odd:
        raise ControlCharacterError(odd.group())
    return text
