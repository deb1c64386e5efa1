"""Lindley recursion of one server: the most accurate waits, not the bits of an event clock.

``W[n+1] = max(0, W[n] + S[n] - T[n+1])`` (Lindley 1952), solved in blocks by two scans:
``P = cumsum(S[n-1] - T[n])`` and ``W = P - min(0, running least of P)``. Times stay small,
so at ten million customers the error is near 1e-12 where an absolute clock has 1e-8.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats

__all__ = ["serve"]

_BLOCK = 16384


def serve(arrivals: Floats, service: Floats, free: Floats) -> tuple[Floats, Floats]:
    """Compute FCFS starts and finishes of one server that never closes.

    Shapes ``(n,)`` or ``(n, R)``; ``free`` is ``(1,)`` or ``(1, R)`` and changed in place.
    """
    start, finish = np.empty_like(arrivals), np.empty_like(arrivals)
    if not len(arrivals):
        return start, finish
    wait = np.maximum(free[0] - arrivals[0], 0.0)
    for first in range(0, len(arrivals), _BLOCK):
        rows = slice(first, first + _BLOCK)
        a, s = arrivals[rows], service[rows]
        steps = np.empty_like(a)
        steps[0] = wait
        np.subtract(s[:-1], np.diff(a, axis=0), out=steps[1:])
        path = np.cumsum(steps, axis=0)
        waits = path - np.minimum(np.minimum.accumulate(path, axis=0), 0.0)
        start[rows] = a + waits
        finish[rows] = start[rows] + s
        if first + _BLOCK < len(arrivals):
            gap = arrivals[first + _BLOCK] - a[-1]
            wait = np.maximum(waits[-1] + s[-1] - gap, 0.0)
    free[0] = finish[-1]
    return start, finish
