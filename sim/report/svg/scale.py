"""Scales from values to percents or pixels, and round values for their ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Scale", "ticks"]


@dataclass(frozen=True)
class Scale:
    """Linear scale: ``low`` to ``high`` in the data become ``begin`` to ``end`` on the chart."""

    low: float
    high: float
    begin: float = 0.0
    end: float = 100.0

    def __call__(self, value: float) -> float:
        """Place of a value, in the unit of ``begin`` and ``end``."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.begin + share * (self.end - self.begin)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most ``most`` multiples of 1, 2 or 5 times a power of ten within two values."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    steps = (power * factor for factor in (1.0, 2.0, 5.0, 10.0, 20.0))
    step = next(step for step in steps if _count(low, high, step) <= most)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, first + _count(low, high, step))]


def _count(low: float, high: float, step: float) -> int:
    """Multiples of a step within two values."""
    return math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1
