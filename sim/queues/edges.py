"""Search of many unsorted times in a few sorted edges: a table lookup for each, no bisection."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Floats, Ints

__all__ = ["Edges"]

_FEW = 256
"""Times for which a bisection costs less than the passes over them."""

_SHORT, _LONG = 1e-100, 1e100
"""Spans of edges between which they are cut into cells."""

_CROWDED = 3
"""Edges in one cell of the table up to which they are looked at one by one."""


class Edges:
    """Ascending edges, and the number of them at or before each of many times.

    The range of the edges is cut into two cells for each. Cells are a monotone function of
    time, also as rounded, so all edges in lower cells are before a time and only those in its
    own are compared with it: the result is exact.
    """

    def __init__(self, edges: Floats) -> None:
        """Cut the range into cells; ``edges`` has shape ``(n,)`` and ascends."""
        self._edges = edges
        finite = edges[np.isfinite(edges)]
        self._begin = self._end = self._scale = 0.0
        begin, end = finite[[0, -1]].tolist() if len(finite) else (0.0, 0.0)
        if _SHORT < end - begin < _LONG:
            self._begin, self._end = begin, end
            self._scale = 2 * len(finite) / (end - begin)
        self._after = 2 * len(finite) + 1
        cells = self._cell(edges)
        self._below = np.searchsorted(cells, np.arange(self._after + 1), side="left")
        self._most = int(np.bincount(cells, minlength=1).max(initial=0))
        self._padded = np.concatenate([edges, np.full(_CROWDED, np.nan)])

    def passed(self, times: Floats) -> Ints:
        """Return how many edges are at or before each time, as ``searchsorted`` right of them.

        Shape of ``times``; NaN is after all edges.
        """
        if times.size < _FEW or self._most > _CROWDED:
            return np.asarray(np.searchsorted(self._edges, times, side="right"), dtype=np.int64)
        number = self._below.take(self._cell(times), mode="clip")
        for _ in range(self._most):
            reached: Bools = self._padded.take(number, mode="clip") <= times
            number += reached
        return number

    def _cell(self, times: Floats) -> Ints:
        """Cell of each time; those before or after all edges are in the first or last, not NaN."""
        scaled = np.maximum(times, self._begin)
        np.minimum(scaled, self._end, out=scaled)
        scaled -= self._begin
        scaled *= self._scale
        np.fmin(scaled, float(self._after), out=scaled)
        return scaled.astype(np.int64)
