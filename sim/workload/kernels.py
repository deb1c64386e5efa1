"""Compiled: the inner loop of :func:`sim.workload.uniforms.luck`, the same bits as without.

Imported only where numba is there (:func:`sim.queues.compiled.worth`).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Keys
from sim.queues.kernels import compiled

__all__ = ["fill_lots"]


@compiled
def lot(word: np.uint64) -> float:
    """A word stirred, as a number in (0, 1)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    word ^= word >> np.uint64(31)
    return np.float64(word >> np.uint64(12)) * 2.0**-52 + 2.0**-53


@compiled
def fill_lots(identity: Keys, number: np.uint64, out: Floats) -> None:
    """The luck of each, given the number of its purpose."""
    for i in range(len(out)):
        out[i] = lot(identity[i] + number)
