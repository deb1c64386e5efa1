"""Quantile functions tabulated over the normal quantile and read by cubic Hermite interpolation.

A function that is inverted by iteration costs hundreds of nanoseconds to microseconds a number.
As a function of the normal quantile ``z`` it is smooth; tabulated once with its exact slope it
costs some tens.
"""

from __future__ import annotations

import numpy as np
import scipy  # loads scipy.special on first use, which loading a scenario does not need

from sim.arrays import Floats

__all__ = ["GRID", "cubics", "interpolated"]

_TOP = 8.5  # beyond the normal quantiles of all numbers a generator returns
_CELLS = 4096
_STEP = 2.0 * _TOP / _CELLS

GRID = np.linspace(-_TOP, _TOP, _CELLS + 1)
"""Normal quantiles at which a function is tabulated."""
GRID.flags.writeable = False


def cubics(value: Floats, slope: Floats) -> Floats:
    """Return the cubic in each cell, from values and slopes in ``z`` at :data:`GRID`.

    Returns
    -------
    Shape ``(4, cells)``: coefficients, constant term first.
    """
    rise, left, right = np.diff(value), slope[:-1] * _STEP, slope[1:] * _STEP
    return np.stack([value[:-1], left, 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise])


def interpolated(table: Floats, u: Floats) -> Floats:
    """Return the tabulated function at probabilities ``u`` between 0 and 1; shape of ``u``."""
    t = np.asarray(scipy.special.ndtri(u))
    t += _TOP
    t /= _STEP
    cell = np.clip(t, 0, _CELLS - 1).astype(np.intp)
    t -= cell
    value = table[3].take(cell)
    for coefficient in table[2::-1]:
        value *= t
        value += coefficient.take(cell)
    return np.asarray(value)
