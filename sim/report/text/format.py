"""Number formatting of the terminal and the pages: ``6.8 ± 0.9``, ``0.5 (0.1–1.7)``, ``0.2 ± ?``.

No digit is finer than the half-width allows, which has two figures at most. An interval is
written by its ends where ``±`` would reach as far as the mean itself, over 100 %, or twice as
far to one side as it should; and where a sample promises none, that is said instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.compare import Caution, Estimate
from sim.messages import Messages
from sim.results.estimates import SHARE
from sim.results.intervals import LEAST

__all__ = [
    "allowed",
    "caution_notes",
    "caution_text",
    "change_decimals",
    "change_text",
    "decimals",
    "estimate_text",
    "interval_text",
    "mean_text",
    "rounded",
    "size_text",
]

NO_INTERVAL = "± ?"
"""Written where a sample promises no interval."""

_UNEVEN = 0.5
"""Shorter over longer side of an interval below which it is written by its ends."""


def decimals(half: float | None, unit: str = "", most: int = 2) -> int:
    """Decimals that a half-width supports; below 0 where it is in tens or more.

    Down to its first significant figure, at least one for hours and shares, but never finer
    than its second figure, nor more than ``most``.
    """
    least = 1 if unit in ("h", SHARE) else 0
    if not half or not math.isfinite(half):
        return min(least, most)
    return allowed(min(most, max(least, -math.floor(math.log10(half)))), half)


def allowed(digits: int, half: float | None) -> int:
    """Return ``digits``, or fewer where they would be finer than a half-width's second figure."""
    if not half or not math.isfinite(half):
        return digits
    return min(digits, 1 - math.floor(math.log10(half)))


def change_decimals(change: Estimate, unit: str, *, clear: bool) -> int:
    """Decimals of a difference: one more where it is clear and would not look so."""
    half = change.half_width
    digits = decimals(half, unit)
    hidden = clear and round(abs(change.mean or 0.0), digits) <= round(half or 0.0, digits)
    return digits + 1 if hidden else digits


def rounded(value: float | None, digits: int, messages: Messages, *, sign: bool = False) -> str:
    """Write a number with some decimals, or in tens and more where ``digits`` is below 0."""
    if value is None or not math.isfinite(value) or digits >= 0:
        return messages.number(value, max(digits, 0), sign)
    return messages.number(round(value, digits), 0, sign)


def size_text(size: float, messages: Messages, digits: int) -> str:
    """Write a size; one that would be rounded to nothing says that it is less."""
    if 0.0 < size < 0.5 * 10.0**-digits:
        return f"<{rounded(10.0**-digits, digits, messages)}"
    return rounded(size, digits, messages)


def interval_text(estimate: Estimate, messages: Messages, digits: int, unit: str = "") -> str:
    """Write what follows the mean: ``± 0.9``, ``(0.1–1.7)``, ``± ?``, or nothing."""
    mean, half = estimate.mean, estimate.half_width
    if mean is None or estimate.caution is Caution.EQUAL:
        return ""
    if half is None:
        return NO_INTERVAL if estimate.caution is not None else ""
    digits = allowed(digits, half)
    if estimate.low is not None and estimate.high is not None and half > 0.0:
        shorter = min(mean - estimate.low, estimate.high - mean)
        leaves = half >= abs(mean) or (unit == SHARE and mean + half > 100.0)
        if leaves or shorter < _UNEVEN * half:
            low, high = (rounded(end, digits, messages) for end in (estimate.low, estimate.high))
            to = messages.text("compare.to", low=low, high=high)
            return f"({low}–{high})" if estimate.low >= 0.0 else f"({to})"
    return f"± {size_text(half, messages, digits)}"


def mean_text(estimate: Estimate, messages: Messages, digits: int, *, sign: bool = False) -> str:
    """Write a mean with no digit that its half-width does not allow."""
    half = estimate.half_width
    return rounded(estimate.mean, allowed(digits, half), messages, sign=sign)


def estimate_text(estimate: Estimate, messages: Messages, unit: str = "", most: int = 2) -> str:
    """Write a mean with its interval, ``6.8 ± 0.9``, or why it has none.

    ``most`` are the decimals it has at most.
    """
    if estimate.mean == 0.0 and estimate.caution is Caution.EQUAL:
        return "0"
    digits = decimals(estimate.half_width, unit, most)
    tail = interval_text(estimate, messages, digits, unit)
    if estimate.caution is not None and estimate.caution is not Caution.FEW:
        tail = f"({caution_text(estimate.caution, messages)})"
    return f"{mean_text(estimate, messages, digits)} {tail}".strip()


def change_text(
    change: Estimate, messages: Messages, unit: str = "", *, clear: bool | None
) -> tuple[str, str]:
    """Write a difference with its direction, and its interval: ``▼ 1.2``, ``± 0.2``.

    ``clear`` is whether it can be told from none; None where nothing can be said. A size that
    is rounded to nothing has no interval.
    """
    if change.mean is None:
        return "", ""
    if clear is False:
        return messages.text("compare.same"), ""
    digits = change_decimals(change, unit, clear=bool(clear))
    sign = "▲" if change.mean > 0 else "▼" if change.mean < 0 else "="
    size = size_text(abs(change.mean), messages, digits)
    tail = "" if size.startswith("<") else interval_text(change.size, messages, digits, unit)
    return f"{sign} {size}", tail


def caution_notes(estimates: Iterable[Estimate | None], messages: Messages) -> list[str]:
    """Say why some of the estimates shown have no interval, or one that is too narrow."""
    cautions = {
        estimate.caution for estimate in estimates if estimate is not None and estimate.mean
    }
    notes = [messages.text("caution.note.equal")] if Caution.EQUAL in cautions else []
    why = [
        caution_text(caution, messages)
        for caution in (Caution.ALIKE, Caution.SKEWED)
        if caution in cautions
    ]
    notes += [messages.text("caution.note.none", why="; ".join(why))] if why else []
    notes += [messages.text("caution.note.few", least=LEAST)] if Caution.FEW in cautions else []
    return notes


def caution_text(caution: Caution, messages: Messages) -> str:
    """Name a caution in a few words."""
    return messages.text(f"caution.{caution.name.lower()}")
