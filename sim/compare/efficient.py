"""Which options nobody need reject: those that no other beats on every count."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["efficient"]


def efficient(options: Sequence[Sequence[float]]) -> list[bool]:
    """Say of each option whether it is efficient (Pareto-optimal); less is better throughout.

    An option is not if another is at most as much on every count and less on one. Options
    that are equal on all counts stand or fall together.
    """
    return [not any(_beats(other, one) for other in options) for one in options]


def _beats(other: Sequence[float], one: Sequence[float]) -> bool:
    pairs = list(zip(other, one, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)
