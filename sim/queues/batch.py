"""Batch departures and bulk service."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, durations_array
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.queues.state import ascending, columns
from sim.sentences import Sentence

__all__ = ["batch", "bulk"]


@checked_arguments
def batch(
    arrivals: ArrayLike, size: int | None = None, wait: float = math.inf
) -> tuple[Floats, Ints]:
    """Gather customers into batches that leave by size or by time, whichever is first.

    A batch opens with its first customer and leaves when the ``size``-th has come, or
    ``wait`` after the first. An arrival at that very instant still gets in.

    Parameters
    ----------
    arrivals:
        Shape ``(n,)`` or ``(n, R)``, ascending down each lane.
    size:
        Customers of a full batch; None has no limit.
    wait:
        Longest wait of the first customer, in the unit of the arrivals.

    Returns
    -------
    ready:
        When each customer's batch leaves; ``inf`` where it is never complete.
    number:
        The batch, counted from 0 in each lane; both in the shape of the arrivals.

    Raises
    ------
    ArgumentError
        Neither limit is given, one is not positive, or arrivals are not sorted.
    """
    a = ascending("arrivals", arrivals)
    if (size is None and wait == math.inf) or (size is not None and size < 1) or not wait >= 0.0:
        raise ArgumentError(Sentence("a batch needs a size of at least 1, or a wait of at least 0"))
    lanes = columns(a)
    ready, number = np.empty_like(lanes), np.empty(lanes.shape, dtype=np.int64)
    for r in range(lanes.shape[1]):
        first, until = _batch_edges(lanes[:, r], size, wait)
        members = np.diff(np.append(first, len(lanes)))
        number[:, r] = np.repeat(np.arange(len(first)), members)
        ready[:, r] = np.repeat(until, members)
    return ready.reshape(a.shape), number.reshape(a.shape)


def _batch_edges(arrivals: Floats, size: int | None, wait: float) -> tuple[Ints, Floats]:
    """Return the first customer and the departure of each batch of one lane."""
    count = len(arrivals)
    due = arrivals + wait
    last = np.searchsorted(arrivals, due, side="right")
    if size is not None:
        last = np.minimum(last, np.arange(count) + size)
    last = np.maximum(last, np.arange(count) + 1)
    following = last.tolist()
    first: list[int] = []
    i = 0
    while i < count:
        first.append(i)
        i = following[i]
    begin = np.array(first, dtype=np.int64)
    end = last[begin]
    full = end - begin == (size if size is not None else -1)
    return begin, np.where(full, arrivals[end - 1], due[begin])


@checked_arguments
def bulk(
    arrivals: ArrayLike, service: ArrayLike, at_least: int = 1, at_most: int | None = None
) -> tuple[Floats, Floats, Ints]:
    """One server that takes several at once: general bulk service.

    The server begins as soon as it is free and ``at_least`` are waiting, and takes up to
    ``at_most`` of them in order. ``start = max(free, arrival of the at_least-th)``.
    Source: Neuts (1967), the queue M/G^(a,b)/1.

    Parameters
    ----------
    arrivals:
        Shape ``(n,)``, ascending.
    service:
        Shape ``(n,)``: the k-th batch takes ``service[k]``, whoever is in it.

    Returns
    -------
    start, finish:
        Shape ``(n,)``; ``inf`` for the last few who never become enough.
    number:
        Batch of each customer, -1 for those.

    Raises
    ------
    ArgumentError
        Shapes differ, arrivals are not sorted, or the limits make no sense.
    """
    a, s = ascending("arrivals", arrivals), durations_array("service", service)
    limit = len(a) if at_most is None else at_most
    if a.ndim != 1 or a.shape != s.shape:
        raise ArgumentError(Sentence("arrivals and service must be (n,)"))
    if at_least < 1 or (at_most is not None and at_most < at_least):
        raise ArgumentError(Sentence("at_least must be from 1 to at_most"))
    times, lengths = a.tolist(), s.tolist()
    begun: list[float] = []
    ended: list[float] = []
    edge = [0]
    free = -math.inf
    while edge[-1] + at_least <= len(times):
        i = edge[-1]
        begin = max(free, times[i + at_least - 1])
        free = begin + lengths[len(begun)]
        begun.append(begin)
        ended.append(free)
        edge.append(min(bisect_right(times, begin, lo=i), i + limit))
    start, finish = np.full(len(a), np.inf), np.full(len(a), np.inf)
    number = np.full(len(a), -1, dtype=np.int64)
    members = np.diff(edge)
    start[: edge[-1]] = np.repeat(begun, members)
    finish[: edge[-1]] = np.repeat(ended, members)
    number[: edge[-1]] = np.repeat(np.arange(len(begun)), members)
    return start, finish, number
