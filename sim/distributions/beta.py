"""The quantile of the beta distribution, as fast as that of the gamma.

SciPy inverts the incomplete beta function by iteration, some microseconds a number. The logit of
the quantile is a smooth function of the normal quantile, which is tabulated once per shapes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy  # loads scipy.special on first use, which loading a scenario does not need

from sim.arrays import Floats
from sim.distributions.hermite import GRID, cubics, interpolated

__all__ = ["standard_beta_quantile"]


def standard_beta_quantile(rising: float, falling: float, u: Floats) -> Floats:
    """``I⁻¹(u)``, ``I`` the regularised incomplete beta function (DLMF 8.17.2).

    Parameters
    ----------
    rising, falling:
        The two shapes, from 1 up.
    u:
        Any shape, between 0 and 1.

    Returns
    -------
    Shape of ``u``. The relative error is below 1e-9 for shapes from 1 to 5.
    """
    return np.asarray(scipy.special.expit(interpolated(_table(rising, falling), u)))


@lru_cache(maxsize=256)
def _table(rising: float, falling: float) -> Floats:
    """Cubics of the logit of the quantile."""
    low = GRID < 0  # each half from the tail that is not rounded to 1
    near = scipy.special.betaincinv(
        np.where(low, rising, falling), np.where(low, falling, rising), _tails()
    )
    log_near, log_far = np.log(near), np.log1p(-near)
    log_x, log_y = np.where(low, log_near, log_far), np.where(low, log_far, log_near)
    # d logit / dz = normal density / (beta density times x (1 - x))
    log_slope = -0.5 * (GRID * GRID + np.log(2.0 * np.pi)) + scipy.special.betaln(rising, falling)
    slope = np.exp(log_slope - rising * log_x - falling * log_y)
    return cubics(log_x - log_y, slope)


def _tails() -> Floats:
    return np.asarray(scipy.special.ndtr(-np.abs(GRID)))
