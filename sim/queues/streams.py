"""Merging and splitting of customer streams."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, times_array, whole_array
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.queues.state import ascending
from sim.sentences import Sentence

__all__ = ["merge", "split"]


@checked_arguments
def merge(*streams: ArrayLike) -> tuple[Floats, Ints, Ints]:
    """Join sorted streams into one.

    Each stream has shape ``(n_k,)``, ascending. Returns the times in order, the stream each
    came from and its index there, all ``(n,)``. At equal times the earlier stream goes
    first, then the lower index; joining twice in either nesting gives the same order.

    Raises
    ------
    ArgumentError
        A stream is not sorted or not of one axis.
    """
    arrays = [ascending("streams", stream) for stream in streams]
    if any(x.ndim != 1 for x in arrays):
        raise ArgumentError(Sentence("streams must be (n,)"))
    times = np.concatenate([*arrays, np.empty(0)])
    sizes = [len(x) for x in arrays]
    source = np.repeat(np.arange(len(arrays)), sizes)
    index = np.concatenate([*(np.arange(n) for n in sizes), np.empty(0, dtype=np.int64)])
    order = np.argsort(times, kind="stable")
    return times[order], source[order], index[order]


@checked_arguments
def split(arrivals: ArrayLike, branch: ArrayLike, count: int) -> Sequence[Ints]:
    """Split one stream by a branch number.

    ``arrivals`` and ``branch`` have shape ``(n,)``. Returns, for each branch from 0 to
    ``count - 1``, the indices of its customers in order of (arrival, index), so that
    ``arrivals[rows]`` is sorted. Numbers outside leave the system.

    Raises
    ------
    ArgumentError
        Shapes differ.
    """
    a, chosen = times_array("arrivals", arrivals), whole_array("branch", branch)
    if a.ndim != 1 or a.shape != chosen.shape:
        raise ArgumentError(Sentence("arrivals and branch must be (n,), alike"))
    order = np.argsort(a, kind="stable")
    return [order[chosen[order] == k] for k in range(count)]
