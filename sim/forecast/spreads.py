"""Spreads of a forecast: how much holds and proportions differ between days."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["USUAL", "Spreads"]


@dataclass(frozen=True)
class Spreads:
    """Standard deviations of logarithms.

    The defaults are those of the published days that ship (:func:`sim.forecast.spreads_of`): the
    hold of an evening is about 0.5 to 1.4 times the baseline's, Hữu Nghị has 0.35 to 2.3 times the
    exports of Tân Thanh, fruit is 53 to 77 % of all, arrivals 1.01 to 1.33 times exports.

    Attributes
    ----------
    hold:
        Of the owners' hold over many days.
    gate, line:
        Of a gate's and of a line's proportion, where no figure tells it.
    arrivals:
        Of arrivals over exports, which stand for them.
    """

    hold: float = 0.37
    gate: float = 0.69
    line: float = 0.30
    arrivals: float = 0.15

    @property
    def hold_cv(self) -> float:
        """Coefficient of variation of the owners' hold."""
        return math.sqrt(math.expm1(self.hold**2))


USUAL = Spreads()
"""Those of the published days that ship."""
