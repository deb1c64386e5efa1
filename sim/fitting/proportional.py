"""Volumes of flows that add up to published totals, in the proportions of a scenario.

Iterative proportional fitting (Deming and Stephan 1940): each total in turn scales the flows that
it covers, until all hold at once. Of all volumes that meet the totals these are nearest to the
scenario's in relative entropy, and what no total covers stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats

__all__ = ["Total", "fit_totals"]

_ROUNDS = 2000
_NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Total:
    """A published number and the flows, shape ``(flows,)``, that add up to it."""

    covers: Bools
    value: float

    def error(self, volumes: Floats) -> float:
        """How far volumes are from it, as a share of it or, of 0, in vehicles."""
        return abs(float(volumes[self.covers].sum()) - self.value) / max(self.value, 1.0)


def fit_totals(volumes: Floats, totals: Sequence[Total]) -> tuple[Floats, Total | None]:
    """Scale volumes, shape ``(flows,)``, until they meet totals.

    Returns
    -------
    The volumes, and the total that is met worst where they cannot all be met, else None.
    """
    fitted = volumes.copy()
    for _ in range(_ROUNDS):
        for total in totals:
            present = float(fitted[total.covers].sum())
            if present > 0.0:
                fitted[total.covers] *= total.value / present
        if all(total.error(fitted) < _NEAR for total in totals):
            return fitted, None
    worst = max(totals, key=lambda total: total.error(fitted))
    return fitted, worst if worst.error(fitted) > np.sqrt(_NEAR) else None
