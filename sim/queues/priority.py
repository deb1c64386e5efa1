"""Non-pre-emptive priority: one turn per start of service.

At a turn the time is the earliest at which a server can take anyone unserved; everyone who
has arrived by then stands in the queue, and the least rank goes first, inside a rank the
least (arrival, index). A completion, an opening and an arrival at one instant therefore
all come before the start. With one rank this is FIFO, bit for bit.

Source: non-pre-emptive head-of-the-line priority, Cobham (1954).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heappop, heappush, heapreplace

import numpy as np
from numpy.typing import NDArray

from sim.queues.calendars import Calendar
from sim.queues.lanes import Hours, insert
from sim.queues.scalar import Times
from sim.queues.state import Floats

__all__ = ["by_rank", "roster", "shared", "shared_lanes"]


def shared(
    arrivals: Times,
    service: Times,
    rank: list[int],
    free: Times,
    calendar: Calendar,
    resume: bool,
) -> tuple[Times, Times]:
    """One stream, equal servers on one calendar; ``free`` is a heap, changed in place."""
    count = len(arrivals)
    start, finish = [math.inf] * count, [math.inf] * count
    waiting: list[tuple[int, int]] = []
    now, coming = -math.inf, 0
    for _ in range(count):
        if not waiting:
            now = arrivals[coming]
        now = calendar.next_open_at(max(free[0], now))
        if now == math.inf:
            break
        while coming < count and arrivals[coming] <= now:
            heappush(waiting, (rank[coming], coming))
            coming += 1
        i = heappop(waiting)[1]
        start[i] = now
        finish[i] = calendar.resume_finish_at(now, service[i]) if resume else now + service[i]
        heapreplace(free, finish[i])
    return start, finish


def roster(
    arrivals: Times,
    service: Times,
    rank: list[int],
    free: Times,
    calendars: Sequence[Calendar],
    pattern: Sequence[int],
    resume: bool,
) -> tuple[Times, Times, list[int]]:
    """One stream, server ``j`` on ``calendars[pattern[j]]``; ``free`` by index."""
    count = len(arrivals)
    start, finish, server = [math.inf] * count, [math.inf] * count, [-1] * count
    waiting: list[tuple[int, int]] = []
    now, coming = -math.inf, 0
    ready = [calendars[p].next_open_at(f) for p, f in zip(pattern, free, strict=True)]
    for _ in range(count):
        since = now if waiting else arrivals[coming]
        opened = [calendar.next_open_at(since) for calendar in calendars]
        options = [max(opened[p], f) for p, f in zip(pattern, ready, strict=True)]
        now = min(options)
        if now == math.inf:
            break
        while coming < count and arrivals[coming] <= now:
            heappush(waiting, (rank[coming], coming))
            coming += 1
        i, j = heappop(waiting)[1], options.index(now)
        calendar = calendars[pattern[j]]
        start[i], server[i] = now, j
        finish[i] = calendar.resume_finish_at(now, service[i]) if resume else now + service[i]
        free[j], ready[j] = finish[i], calendar.next_open_at(finish[i])
    return start, finish, server


def by_rank(rank: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Customers of each lane class by class, and where the classes begin.

    Returns the order ``(n, L)`` and the bounds ``(K + 1, L)``.
    """
    least = rank.min()
    if rank.max() - least < 256:
        used = np.bincount((rank - least).ravel()) > 0
        count = int(np.count_nonzero(used))
        code = (np.cumsum(used) - 1).astype(np.uint8)[rank - least]  # sorted by counting
    else:
        classes, code = np.unique(rank, return_inverse=True)
        count = len(classes)
    order = np.argsort(code, axis=0, kind="stable")
    lanes = rank.shape[1]
    cell = code + np.arange(lanes) * np.int64(count)
    members = np.bincount(cell.ravel(), minlength=count * lanes).reshape(lanes, count).T
    return order, np.concatenate([np.zeros((1, lanes), np.intp), np.cumsum(members, axis=0)])


def shared_lanes(
    arrivals: Floats,
    service: Floats,
    rank: NDArray[np.int64],
    free: Floats,
    hours: Hours,
    start: Floats,
    finish: Floats,
) -> None:
    """Many lanes, equal servers on one calendar; fills ``start`` and ``finish``.

    ``free`` ``(c, L)`` ascends down each lane and is changed in place. About twenty NumPy
    calls a turn.
    """
    order, bounds = by_rank(rank)
    beyond = np.full((1, arrivals.shape[1]), np.nan)
    lined = np.concatenate([np.take_along_axis(arrivals, order, axis=0), beyond])
    place, stop = bounds[:-1].copy(), bounds[1:]
    lanes = np.arange(arrivals.shape[1])
    heads = np.where(place < stop, np.take_along_axis(lined, place, axis=0), np.nan)
    spare = np.empty_like(free[:-1])
    end = np.empty_like(free[0])
    for _ in range(len(arrivals)):
        now = np.maximum(free[0], np.fmin.reduce(heads, axis=0))
        hours.begin(now)
        chosen = (heads <= now).argmax(axis=0)
        at = place[chosen, lanes]
        who = order[at, lanes]
        hours.end(now, service[who, lanes], end)
        start[who, lanes], finish[who, lanes] = now, end
        insert(free, end, spare)
        at += 1
        place[chosen, lanes] = at
        heads[chosen, lanes] = np.where(at < stop[chosen, lanes], lined[at, lanes], np.nan)
