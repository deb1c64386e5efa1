"""Numbers back to text that parses to exactly the same."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["clock_text", "duration_text", "number_text"]


def number_text(number: float) -> str:
    """The shortest digits that parse back to exactly ``number``, without exponent."""
    text = format(Decimal(repr(float(number))), "f")
    return text.removesuffix(".0")


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
