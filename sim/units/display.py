"""Numbers back to text that parses to exactly the same."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["clock_text", "duration_text", "number_text", "point_is_clear", "share_text"]

#: 1.25 to some readers and 1,250 to others.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)


def number_text(number: float) -> str:
    """The fewest digits that parse back to exactly ``number``, without exponent.

    Three decimals, which may be read as thousands, get a zero: ``1.1250``.
    """
    text = format(Decimal(repr(float(number))), "f").removesuffix(".0")
    return text if point_is_clear(text) else f"{text}0"


def point_is_clear(text: str) -> bool:
    """Return whether the point of a number can only be a decimal point: not in ``1.250``."""
    return _EITHER.fullmatch(text) is None


def clock_text(minutes: float) -> str:
    """The time of day that begins whole ``minutes`` after midnight: ``07:30``, ``24:00``."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def duration_text(minutes: float) -> str:
    """A duration that parses back to exactly ``minutes``: ``90 min``, ``24 h``, ``3 days``."""
    for size, unit in ((1440, "days"), (60, "h")):
        count = minutes / size
        if minutes > size and count == int(count):
            return f"{int(count)} {unit}"
    return f"{number_text(minutes)} min"


def share_text(share: float) -> str:
    """A share of one as a percentage that parses back to exactly ``share``: ``12.5 %``."""
    text = format(Decimal(repr(float(share))).scaleb(2).normalize(), "f")
    return f"{text if point_is_clear(text) else f'{text}0'} %"
