"""Server assignment: the server of each customer among equal ones, from the times alone.

The rule is the lowest index among the servers free at the start. Whenever everyone earlier
has finished, all servers are free and the past no longer matters. Of two servers it is then
plain: the other one while the customer just before is served, else the same again. Of more,
the stretches between such moments are told apart abreast, and what is left of long ones one
by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats

__all__ = ["assign_servers"]

_MANY = 100  # lanes a server from which it pays to go through the servers
_FEW = 48  # so few stretches are told faster one customer at a time


def assign_servers(
    start: Floats,
    finish: Floats,
    heads: NDArray[np.intp],
    stops: NDArray[np.intp],
    free: Floats,
) -> NDArray[np.int32]:
    """Return the server index of each customer of several queues; -1 outside them.

    Queue ``r`` is ``heads[r]:stops[r]`` of the flat arrays, in order of service; the queues
    ascend. ``free`` ``(c, R)``, by index, says when each server is free at first and is
    changed in place to when it is free at last. Starts must not decrease and must suit the
    servers.
    """
    server = np.full(len(start), -1, dtype=np.int32)
    queues = np.flatnonzero(stops > heads)
    heads, stops = heads[queues], stops[queues]
    for queue, head, stop in zip(queues.tolist(), heads.tolist(), stops.tolist(), strict=True):
        block = slice(head, stop)
        server[block] = 0
        if len(free) == 2:
            server[block] = _two_servers(start[block], finish[block], free[:, queue])
    if len(free) > 2 and len(queues):
        _several_servers(start, finish, heads, stops, free[:, queues], server)
    for head, stop, queue in zip(heads.tolist(), stops.tolist(), queues.tolist(), strict=True):
        for j in range(len(free)):
            last = _last_customer(server[head:stop], j)
            if last >= 0:
                free[j, queue] = finish[head + last]
    return server


def _last_customer(server: NDArray[np.int32], which: int) -> int:
    """Return the last customer of a server, searched from the end; -1 if there is none."""
    stop, size = len(server), 256
    while stop > 0:
        places = np.flatnonzero(server[max(stop - size, 0) : stop] == which)
        if places.size:
            return int(max(stop - size, 0) + places[-1])
        stop, size = stop - size, 4 * size
    return -1


def _two_servers(start: Floats, finish: Floats, free: Floats) -> NDArray[np.int8]:
    """Assign the servers of one queue with two servers, free at first at ``free``.

    They count as the customers before the first, the second server the later one.
    """
    last = np.concatenate([free[1:], finish[:-1]])
    before = np.concatenate([[-np.inf], np.maximum.accumulate(last[:-1])])
    np.maximum(before, free[0], out=before)
    other = last > start  # the server of the customer just before is busy
    turned = np.logical_xor.accumulate(other)
    idle = np.flatnonzero(~other & (before <= start))
    at_idle = np.concatenate([[True], turned[idle]])  # the customer before the first had server 1
    since = np.diff(np.concatenate([[0], idle, [len(start)]]))
    second: Bools = turned ^ np.repeat(at_idle, since)
    return second.view(np.int8)


def _several_servers(
    start: Floats,
    finish: Floats,
    heads: NDArray[np.intp],
    stops: NDArray[np.intp],
    free: Floats,
    server: NDArray[np.int32],
) -> None:
    """Fill ``server`` for queues with more servers; ``free`` ``(c, queues)`` at first."""
    idle = np.zeros(len(start), dtype=np.bool_)
    for head, stop, held in zip(heads, stops, free.T, strict=True):
        before = np.append(held.max(), finish[head : stop - 1])
        idle[head:stop] = np.maximum.accumulate(before) <= start[head:stop]
    busy = np.flatnonzero(~idle[heads])
    idle[heads] = True
    first = np.flatnonzero(idle)
    ends = stops[np.searchsorted(heads, first, side="right") - 1]
    length = np.minimum(np.append(first[1:], len(start)), ends) - first
    held = np.full((len(free), len(first)), -np.inf)
    held[:, np.searchsorted(first, heads[busy])] = free[:, busy]
    some = np.flatnonzero((length > 1) | (held[0] > start[first]))  # else it is server 0
    if some.size:
        _assign_by_stretch(start, finish, server, first[some], length[some], held[:, some])


def _assign_by_stretch(
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
        if count < _FEW:
            for lane in range(count):
                rows = slice(first[lane] + step, first[lane] + length[lane])
                server[rows] = _assign_one_by_one(start[rows], finish[rows], held[:, lane])
            return
        at = first[:count] + step
        j = _lowest_free(held[:, :count], start[at])
        server[at] = j
        held[j, lanes[:count]] = finish[at]


def _lowest_free(held: Floats, now: Floats) -> NDArray[np.intp]:
    """Return the first row of ``held`` that is not above ``now``, shape ``(lanes,)``."""
    servers, count = held.shape
    if count < _MANY * servers:
        first: NDArray[np.intp] = (held <= now).argmax(axis=0)
        return first
    index = np.zeros(count, dtype=np.intp)
    busy = np.ones(count, dtype=np.bool_)
    for row in held[:-1]:
        busy &= row > now
        index += busy
    return index


def _assign_one_by_one(start: Floats, finish: Floats, held: Floats) -> NDArray[np.int32]:
    """Assign in plain Python: free servers are the bits of a whole number.

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
