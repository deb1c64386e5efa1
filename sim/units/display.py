"""Values back to text, rounded for people or exact for files."""

from __future__ import annotations

import math
from decimal import Decimal

__all__ = ["duration_text", "format_duration", "format_money", "number_text"]

_MONEY = ((1e12, "tn VND"), (1e9, "bn VND"), (1e6, "mn VND"))


def format_duration(minutes: float) -> str:
    """A duration for people: ``24 s``, ``2.5 min``, ``45 min``, ``2 h 05 min``, ``1 d 3 h``.

    Negative differences keep their sign; what is not finite is ``–``.
    """
    if not math.isfinite(minutes):
        return "–"
    sign, size = ("-" if minutes < 0 else ""), abs(minutes)
    if size == 0:
        return "0 min"
    if round(size * 60) < 60:
        return f"{sign}{round(size * 60)} s"
    if size < 9.95:
        return f"{sign}{round(size, 1):g} min"
    whole = round(size)
    if whole < 60:
        return f"{sign}{whole} min"
    if whole < 1440:
        return f"{sign}{whole // 60} h {whole % 60:02d} min"
    hours = round(size / 60)
    return f"{sign}{hours // 24} d {hours % 24} h"


def format_money(vnd: float) -> str:
    """Money for people, three figures: ``480 bn VND``, ``1.25 tn VND``, ``400,000 VND``.

    Negative sums keep their sign; what is not finite is ``–``.
    """
    if not math.isfinite(vnd):
        return "–"
    for size, unit in _MONEY:
        amount = vnd / size
        if abs(amount) >= 0.9995:
            places = 0 if abs(amount) >= 99.95 else 1 if abs(amount) >= 9.995 else 2
            text = f"{amount:,.{places}f}"
            text = text.rstrip("0").rstrip(".") if places else text
            return f"{text} {unit}"
    return f"{vnd:,.0f} VND" if round(vnd) else "0 VND"


def number_text(number: float) -> str:
    """The shortest digits that parse back to exactly ``number``, without exponent."""
    text = format(Decimal(repr(float(number))), "f")
    return text.removesuffix(".0")


def duration_text(minutes: float) -> str:
    """A duration that parses back to exactly ``minutes``: ``90 min``, ``24 h``, ``3 days``."""
    for size, unit in ((1440, "days"), (60, "h")):
        count = minutes / size
        if minutes > size and count == int(count):
            return f"{int(count)} {unit}"
    return f"{number_text(minutes)} min"
