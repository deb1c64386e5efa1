"""Which of several equal servers took each customer, told from the times alone.

The rule is the lowest index among the servers free at the start. Whenever everyone earlier
has finished, all servers are free and the past no longer matters; the stretches between
such moments are told apart abreast, and what is left of long ones one by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.queues.state import Floats

__all__ = ["servers_of"]

FEW = 48  # so few stretches are told faster one customer at a time


def servers_of(
    start: Floats, finish: Floats, bounds: NDArray[np.intp], free: Floats
) -> NDArray[np.int32]:
    """Server index of each customer of several queues, one queue after the other.

    Queue ``r`` is ``bounds[r]:bounds[r + 1]`` of the flat arrays, in order of service.
    ``free`` ``(c, R)``, by index, says when each server is free at first and is changed in
    place to when it is free at last. Starts must not decrease and must suit the servers.
    """
    server = np.zeros(len(start), dtype=np.int32)
    queues = np.flatnonzero(np.diff(bounds))
    heads, stops = bounds[queues], bounds[queues + 1]
    if len(free) == 1 or not len(queues):
        free[0, queues] = finish[stops - 1]
        return server
    idle = np.zeros(len(start), dtype=np.bool_)
    for head, stop, queue in zip(heads, stops, queues, strict=True):
        before = np.append(free[:, queue].max(), finish[head : stop - 1])
        idle[head:stop] = np.maximum.accumulate(before) <= start[head:stop]
    fresh = idle[heads]
    idle[heads] = True
    first = np.flatnonzero(idle)
    held = np.full((len(free), len(first)), -np.inf)
    held[:, np.searchsorted(first, heads[~fresh])] = free[:, queues[~fresh]]
    tell(start, finish, server, first, np.diff(np.append(first, len(start))), held)
    for head, stop, queue in zip(heads, stops, queues, strict=True):
        for j in range(len(free)):
            mine = np.flatnonzero(server[head:stop] == j)
            if mine.size:
                free[j, queue] = finish[head + mine[-1]]
    return server


def tell(
    start: Floats,
    finish: Floats,
    server: NDArray[np.int32],
    first: NDArray[np.intp],
    length: NDArray[np.intp],
    held: Floats,
) -> None:
    """Fill ``server`` stretch by stretch, the longest first so that few remain."""
    order = np.argsort(-length, kind="stable")
    first, length, held = first[order], length[order], held[:, order]
    going = np.searchsorted(-length, -np.arange(length[0]), side="left")
    lanes = np.arange(len(first))
    for step, count in enumerate(going):
        if count < FEW:
            for lane in range(count):
                rows = slice(first[lane] + step, first[lane] + length[lane])
                server[rows] = one_by_one(start[rows], finish[rows], held[:, lane])
            return
        at = first[:count] + step
        j = (held[:, :count] <= start[at]).argmax(axis=0)
        server[at] = j
        held[j, lanes[:count]] = finish[at]


def one_by_one(start: Floats, finish: Floats, held: Floats) -> NDArray[np.int32]:
    """The rule in plain Python: free servers are the bits of a whole number.

    Who is released before each start is known beforehand from one sort; the servers count
    as customers before the first. Of equal finishes the earlier customer comes first, so
    a service of no length is released after its own start only.
    """
    ends = np.concatenate([held, finish])
    order = np.argsort(ends, kind="stable")
    due = np.searchsorted(ends[order], start, side="right").tolist()
    leaving = order.tolist()
    bit = [1 << j for j in range(len(held))]
    free = left = 0
    for i, last in enumerate(due, len(held)):
        while left < last and leaving[left] < i:
            free |= bit[leaving[left]]
            left += 1
        lowest = free & -free
        free ^= lowest
        bit.append(lowest)
    exponent: NDArray[np.int32] = np.frexp(np.array(bit[len(held) :], dtype=np.float64))[1]
    return exponent - np.int32(1)
