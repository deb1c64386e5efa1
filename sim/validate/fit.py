"""Measures of fit between modelled and observed figures.

Formulas: GEH as in the *Design Manual for Roads and Bridges*, volume 12, for flows an hour;
the rest are textbook. ``modelled`` and ``observed`` have one shape and finite values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Floats

__all__ = ["GEH_LIMIT", "geh", "mape", "rmse"]


GEH_LIMIT = 5.0
"""A flow whose GEH is below this fits; 85 % of them should."""


def geh(modelled: ArrayLike, observed: ArrayLike) -> Floats:
    """GEH of each pair of hourly flows: ``sqrt(2 (m - o)^2 / (m + o))``; 0 for two zeros.

    It grows with the square root of the time counted over, so a daily count must be
    turned into an hourly flow first.
    """
    m, o = np.asarray(modelled, np.float64), np.asarray(observed, np.float64)
    both = m + o
    statistic: Floats = np.sqrt(2.0 * (m - o) ** 2 / np.where(both > 0.0, both, 1.0))
    return statistic


def mape(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Mean absolute error as a share of the observed; those observed as 0 are left out.

    NaN when none is left.
    """
    m, o = np.asarray(modelled, np.float64), np.asarray(observed, np.float64)
    some = o != 0.0
    return float(np.mean(np.abs(m[some] / o[some] - 1.0))) if some.any() else float("nan")


def rmse(modelled: ArrayLike, observed: ArrayLike) -> float:
    """Root of the mean squared error, in the unit of the figures; NaN for none."""
    m, o = np.asarray(modelled, np.float64), np.asarray(observed, np.float64)
    return float(np.sqrt(np.mean((m - o) ** 2))) if m.size else float("nan")
