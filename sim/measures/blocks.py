"""Stages in blocks of so many rows that their columns fit the cache.

Small stages one by one cost calls rather than rows, and all together cost memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Ints

__all__ = ["blocks"]

_ROWS = 1 << 14


def blocks(bounds: Ints) -> Iterator[tuple[int, int, slice, Ints]]:
    """Part stages into blocks, in their order; rows of stage ``k`` begin at ``bounds[k]``.

    Yields
    ------
    first, last, rows, stage:
        The block is of stages ``first`` to ``last - 1``; its rows, and the stage of each.
    """
    first = 0
    while first < len(bounds) - 1:
        last = int(np.searchsorted(bounds, bounds[first] + _ROWS, side="right")) - 1
        last = max(last, first + 1)
        stage = np.repeat(np.arange(first, last), np.diff(bounds[first : last + 1]))
        yield first, last, slice(int(bounds[first]), int(bounds[last])), stage
        first = last
