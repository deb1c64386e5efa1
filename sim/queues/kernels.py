"""Compiled kernels: the recursions of the sister modules, one customer at a time.

Imported only through :mod:`sim.queues.compiled`, because it needs numba. No fast-math:
``max`` and one addition are the same bits as in NumPy. Calendars come flattened: calendar
``p`` is ``bounds[p]:bounds[p + 1]`` of ``opens``, ``closes`` and ``origin``; its ``worked``
begins at ``bounds[p] + p`` and has one entry more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.queues.jit import compile_on_use

__all__ = [
    "Book",
    "arrival_order",
    "delay_visits",
    "plain",
    "plain_lanes",
    "priority",
    "roster",
    "serve_visits",
]

Book = tuple[Floats, Floats, Floats, Floats, Ints]


@compile_on_use
def _seek(time: float, k: int, last: int, closes: Floats) -> int:
    """Return the first interval from ``k`` on that closes after ``time``; ``last`` if none."""
    while k < last and closes[k] <= time:
        k += 1
    return k


@compile_on_use
def _next_open(time: float, k: int, p: int, book: Book) -> float:
    """Return the next open time, ``k`` being the interval found by :func:`_seek`."""
    if k == book[4][p + 1]:
        return np.inf
    return float(max(time, book[0][k]))


@compile_on_use
def _resume_finish(start: float, service: float, k: int, p: int, book: Book) -> float:
    """Return the end of a service begun in interval ``k`` (:meth:`Calendar.resume_finish`)."""
    _, closes, worked, origin, bounds = book
    if start + service <= closes[k]:
        return start + service
    target = worked[k + p] + (start - origin[k]) + service
    while k < bounds[p + 1] and worked[k + p + 1] < target:
        k += 1
    if k == bounds[p + 1]:
        return np.inf
    return float(origin[k] + (target - worked[k + p]))


def _unrolled_plain(size: int) -> Callable[[Floats, Floats, Floats, Floats, Floats], None]:
    """:func:`plain` for up to ``size`` servers: a loop of known length stays in registers."""

    def serve(a: Floats, s: Floats, free: Floats, start: Floats, finish: Floats) -> None:
        held = np.full(size + 1, np.inf)
        held[: len(free)] = free
        for i in range(len(a)):
            b = a[i] if a[i] > held[0] else held[0]
            d = b + s[i]
            start[i] = b
            finish[i] = d
            for k in range(size):
                after = held[k + 1]
                after = after if after < d else d
                held[k] = held[k] if held[k] > after else after
        free[:] = held[: len(free)]

    return compile_on_use(serve)


_plain_to_10 = _unrolled_plain(10)
_plain_to_16 = _unrolled_plain(16)


@compile_on_use
def plain(a: Floats, s: Floats, free: Floats, start: Floats, finish: Floats) -> None:
    """FIFO, equal servers that never close; ``free`` ascends."""
    c = len(free)
    if c == 1:
        last = free[0]
        for i in range(len(a)):
            last = a[i] if a[i] > last else last
            start[i] = last
            last += s[i]
            finish[i] = last
        free[0] = last
        return
    if c == 2:
        x, y = free[0], free[1]
        for i in range(len(a)):
            b = a[i] if a[i] > x else x
            d = b + s[i]
            x = d if d < y else y
            y = y if d < y else d
            start[i] = b
            finish[i] = d
        free[0], free[1] = x, y
        return
    if c <= 10:
        _plain_to_10(a, s, free, start, finish)
        return
    if c <= 16:
        _plain_to_16(a, s, free, start, finish)
        return
    for i in range(len(a)):
        b = a[i] if a[i] > free[0] else free[0]
        d = b + s[i]
        start[i] = b
        finish[i] = d
        for k in range(c - 1):
            free[k] = max(free[k], min(free[k + 1], d))
        free[c - 1] = max(free[c - 1], d)


@compile_on_use
def plain_lanes(a: Floats, s: Floats, free: Floats, start: Floats, finish: Floats) -> None:
    """:func:`plain` for ``(n, L)``, lanes in blocks that fit the cache."""
    n, lanes = a.shape
    c = len(free)
    for left in range(0, lanes, 256):
        right = min(left + 256, lanes)
        for i in range(n):
            for r in range(left, right):
                b = max(a[i, r], free[0, r])
                start[i, r] = b
                finish[i, r] = b + s[i, r]
            for k in range(c - 1):
                for r in range(left, right):
                    free[k, r] = max(free[k, r], min(free[k + 1, r], finish[i, r]))
            for r in range(left, right):
                free[c - 1, r] = max(free[c - 1, r], finish[i, r])


@compile_on_use
def _ready_times(free: Floats, pattern: Ints, book: Book) -> Floats:
    """Return the earliest next start of each server, with no customer waiting."""
    closes, bounds = book[1], book[4]
    ready = np.empty(len(free))
    for j in range(len(free)):
        p = pattern[j]
        ready[j] = _next_open(free[j], _seek(free[j], bounds[p], bounds[p + 1], closes), p, book)
    return ready


@compile_on_use
def _earliest_server(ready: Floats, opened: Floats, pattern: Ints) -> tuple[float, int]:
    """Return the earliest possible start and the first server that gives it; -1 if none."""
    begin, chosen = np.inf, -1
    for j in range(len(ready)):
        option = max(ready[j], opened[pattern[j]])
        if option < begin:
            begin, chosen = option, j
    return begin, chosen


@compile_on_use
def _first_waiting(a: Floats, order: Ints, place: Ints, bounds: Ints) -> float:
    """Return the first arrival not yet served, over all classes."""
    since = np.inf
    for k in range(len(place)):
        if place[k] < bounds[k + 1]:
            since = min(since, a[order[place[k]]])
    return since


@compile_on_use
def roster(
    a: Floats,
    s: Floats,
    book: Book,
    pattern: Ints,
    resume: bool,
    free: Floats,
    recent: Floats | None,
    start: Floats,
    finish: Floats,
    server: NDArray[np.int32],
    order: Ints | None,
) -> None:
    """FIFO with calendars, finite room and server index; ``free`` by index.

    ``recent`` is the ring of the room, oldest first, or None; so is ``order``, in which
    the customers come if they are not sorted.
    """
    closes, bounds = book[1], book[4]
    patterns = len(bounds) - 1
    coming, going = bounds[:-1].copy(), bounds[:-1].copy()  # intervals of arrivals and starts
    opened, ready = np.empty(patterns), _ready_times(free, pattern, book)
    oldest = 0
    for turn in range(len(a)):
        i = turn if order is None else order[turn]
        for p in range(patterns):
            coming[p] = _seek(a[i], coming[p], bounds[p + 1], closes)
            opened[p] = _next_open(a[i], coming[p], p, book)
        b, chosen = _earliest_server(ready, opened, pattern)
        if recent is not None:
            if b > a[i] and (len(recent) == 0 or recent[oldest] > a[i]):
                start[i], finish[i], server[i] = np.nan, np.nan, -1
                continue
            if len(recent) and a[i] < np.inf:
                recent[oldest] = b
                oldest = (oldest + 1) % len(recent)
        d = b
        if chosen >= 0:
            p = pattern[chosen]
            k = going[p] = _seek(b, going[p], bounds[p + 1], closes)
            d = _resume_finish(b, s[i], k, p, book) if resume else b + s[i]
            free[chosen] = d
            ready[chosen] = _next_open(d, _seek(d, k, bounds[p + 1], closes), p, book)
        start[i], finish[i], server[i] = b, d, chosen
    if recent is not None:
        recent[:] = np.append(recent[oldest:], recent[:oldest])


@compile_on_use
def priority(
    a: Floats,
    s: Floats,
    order: Ints,
    bounds: Ints,
    book: Book,
    pattern: Ints,
    resume: bool,
    free: Floats,
    start: Floats,
    finish: Floats,
    server: NDArray[np.int32],
) -> None:
    """Priority classes with calendars and server index; ``free`` by index.

    Class ``k`` is ``bounds[k]:bounds[k + 1]`` of ``order``. ``start`` and ``finish`` come
    filled with ``inf`` and ``server`` with -1.
    """
    closes, edges = book[1], book[4]
    place, coming, going = bounds[:-1].copy(), edges[:-1].copy(), edges[:-1].copy()
    opened, ready = np.empty(len(coming)), _ready_times(free, pattern, book)
    for _ in range(len(a)):
        since = _first_waiting(a, order, place, bounds)
        for p in range(len(opened)):
            coming[p] = _seek(since, coming[p], edges[p + 1], closes)
            opened[p] = _next_open(since, coming[p], p, book)
        b, chosen = _earliest_server(ready, opened, pattern)
        if chosen < 0:
            return
        i = -1
        for k in range(len(place)):
            if place[k] < bounds[k + 1] and a[order[place[k]]] <= b:
                i = order[place[k]]
                place[k] += 1
                break
        p = pattern[chosen]
        k = going[p] = _seek(b, going[p], edges[p + 1], closes)
        d = _resume_finish(b, s[i], k, p, book) if resume else b + s[i]
        free[chosen] = d
        ready[chosen] = _next_open(d, _seek(d, k, edges[p + 1], closes), p, book)
        start[i], finish[i], server[i] = b, d, chosen


@compile_on_use
def arrival_order(a: Floats) -> Ints:
    """Return the stable order of ``a``, times without NaN: dealt into equal spans, each sorted.

    A sort without spans takes over where they hold too many.
    """
    n = len(a)
    low, high, falls = np.inf, -np.inf, 0
    for i in range(n):
        falls += i > 0 and a[i] < a[i - 1]
        if a[i] < np.inf:
            low, high = min(low, a[i]), max(high, a[i])
    if falls == 0:
        return np.arange(n)
    scale = (n - 1) / (high - low) if high > low else 0.0
    ends = np.zeros(n + 2, dtype=np.int64)
    for x in a:
        ends[1 + (int((x - low) * scale) if x < np.inf else n)] += 1
    for k in range(n + 1):
        ends[k + 1] += ends[k]
    order = np.empty(n, dtype=np.int64)
    for i in range(n):
        k = int((a[i] - low) * scale) if a[i] < np.inf else n
        order[ends[k]] = i
        ends[k] += 1
    moves = 0
    for k in range(1, n):
        i, j = order[k], k
        while j > 0 and a[order[j - 1]] > a[i]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = i
        moves += k - j
        if moves > 32 * n:
            return np.argsort(a, kind="mergesort")
    return order


@compile_on_use
def _order_by_class(order: Ints, rank: Ints) -> tuple[Ints, Ints]:
    """Return an order class by class, and its bounds; a rank is below the number of classes."""
    ends = np.zeros(rank.max() + 2, dtype=np.int64)
    for k in rank:
        ends[k + 1] += 1
    bounds = np.cumsum(ends)
    ends[:] = bounds
    classed = np.empty_like(order)
    for i in order:
        classed[ends[rank[i]]] = i
        ends[rank[i]] += 1
    return classed, bounds


@compile_on_use
def serve_visits(
    now: Floats,
    who: NDArray[np.int32],
    service: Floats,
    rank: Ints | None,
    book: Book,
    pattern: Ints,
    resume: bool,
    arrive: Floats,
    start: Floats,
    finish: Floats,
    server: NDArray[np.int32],
) -> None:
    """Serve all visits to servers; vehicle ``who`` comes at ``now[who]``, moved to its finish.

    ``rank`` is that of each visit, from 0, or None for one class.
    """
    for i in range(len(who)):
        arrive[i] = now[who[i]]
    order = arrival_order(arrive)
    free = np.full(len(pattern), -np.inf)
    if rank is None:
        roster(arrive, service, book, pattern, resume, free, None, start, finish, server, order)
    else:
        start[:], finish[:], server[:] = np.inf, np.inf, -1
        order, bounds = _order_by_class(order, rank)
        priority(arrive, service, order, bounds, book, pattern, resume, free, start, finish, server)
    for i in range(len(who)):
        now[who[i]] = finish[i]


@compile_on_use
def delay_visits(
    now: Floats,
    who: NDArray[np.int32],
    service: Floats,
    book: Book,
    resume: bool,
    arrive: Floats,
    start: Floats,
    finish: Floats,
) -> None:
    """Serve all visits at once, as :func:`serve_visits`, from the next opening on."""
    closes, last = book[1], len(book[1])
    k = 0
    for i in range(len(who)):
        a = now[who[i]]
        while k > 0 and closes[k - 1] > a:
            k -= 1
        k = _seek(a, k, last, closes)
        b = _next_open(a, k, 0, book)
        d = b + service[i]
        if resume and k < last:
            d = _resume_finish(b, service[i], k, 0, book)
        arrive[i], start[i], finish[i] = a, b, d
        now[who[i]] = d
