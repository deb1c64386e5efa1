"""Compiled :func:`sim.workload.random_numbers.uniforms`: the same bits as without.

Imported only where numba is there (:func:`sim.queues.compiled.pays_off`).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Keys
from sim.queues.jit import compile_on_use

__all__ = ["fill_uniforms"]


@compile_on_use
def _uniform(word: np.uint64) -> float:
    """Mix a 64-bit integer and scale it to (0, 1)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    word ^= word >> np.uint64(31)
    return np.float64(word >> np.uint64(12)) * 2.0**-52 + 2.0**-53


@compile_on_use
def fill_uniforms(keys: Keys, purpose: np.uint64, out: Floats) -> None:
    """Fill ``out`` with one uniform variate per key; ``purpose`` is the number of its name."""
    for i in range(len(out)):
        out[i] = _uniform(keys[i] + purpose)
