"""Scalar recursion in plain Python, one customer at a time: the reference, and the fallback.

All functions take lists sorted by (arrival, index), change the given state in place, and
use ``max`` and one addition per customer, so every other method must return the same bits.

Sources: Kiefer & Wolfowitz (1955) for the workload vector; Krivulin (1994) and Ebert et
al. (2020) for starts as the least free time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from heapq import heapreplace

from sim.queues.calendars import Calendar
from sim.queues.waiting_room import refused

__all__ = ["Times", "plain", "roster", "shared"]

Times = list[float]


def plain(arrivals: Times, service: Times, free: Times) -> tuple[Times, Times]:
    """Compute FCFS times of equal servers that never close.

    ``start = max(arrival, least free)``, ``finish = start + service``. ``free`` is a heap
    (an ascending list is one). Cost O(log c) a customer.
    """
    start: Times = []
    finish: Times = []
    if len(free) == 1:
        last = free[0]
        for a, s in zip(arrivals, service, strict=True):
            last = a if a > last else last
            start.append(last)
            last += s
            finish.append(last)
        free[0] = last
        return start, finish
    for a, s in zip(arrivals, service, strict=True):
        least = free[0]
        begin = a if a > least else least
        end = begin + s
        heapreplace(free, end)
        start.append(begin)
        finish.append(end)
    return start, finish


def shared(
    arrivals: Times,
    service: Times,
    free: Times,
    calendar: Calendar,
    resume: bool,
    recent: deque[float] | None,
) -> tuple[Times, Times]:
    """Compute FCFS times of equal servers on one calendar, with a finite waiting room if given.

    ``start = g(max(arrival, least free))`` where ``g`` is the next open time. A customer is
    refused (NaN) when he would have to wait and the room-th last admitted has not started
    by his arrival either.
    """
    start: Times = []
    finish: Times = []
    opens = closes = -math.inf  # the interval of the last start, as starts never decrease
    for a, s in zip(arrivals, service, strict=True):
        begin = free[0]
        if a > begin:
            begin = a
        if begin >= closes:
            opens, closes = calendar.interval_at(begin)
        if begin < opens:
            begin = opens
        if recent is not None and refused(a, begin, recent):
            start.append(math.nan)
            finish.append(math.nan)
            continue
        end = begin + s
        if resume and end > closes:
            end = calendar.resume_finish_at(begin, s)
        heapreplace(free, end)
        start.append(begin)
        finish.append(end)
    return start, finish


def roster(
    arrivals: Times,
    service: Times,
    free: Times,
    calendars: Sequence[Calendar],
    pattern: Sequence[int],
    resume: bool,
    recent: deque[float] | None,
) -> tuple[Times, Times, list[int]]:
    """Compute FCFS times of servers with calendars of their own, and the server of each customer.

    ``start = min over j of g_j(max(arrival, free_j))``, the lowest index where several
    give the least; server ``j`` keeps ``calendars[pattern[j]]``. ``free`` is in order of
    the index. As ``g`` never decreases, ``g(max(A, F))`` is ``max(g(A), g(F))``. Cost
    O(c) a customer.
    """
    start: Times = []
    finish: Times = []
    server: list[int] = []
    ready = [calendars[p].next_open_at(f) for p, f in zip(pattern, free, strict=True)]
    openings = zip(*(calendar.next_open(arrivals).tolist() for calendar in calendars), strict=True)
    for a, s, opened in zip(arrivals, service, openings, strict=True):
        options = list(map(max, map(opened.__getitem__, pattern), ready))
        begin = min(options)
        if recent is not None and refused(a, begin, recent):
            begin = end = math.nan
            chosen = -1
        elif begin == math.inf:
            end, chosen = begin, -1
        else:
            chosen = options.index(begin)
            calendar = calendars[pattern[chosen]]
            end = calendar.resume_finish_at(begin, s) if resume else begin + s
            free[chosen], ready[chosen] = end, calendar.next_open_at(end)
        start.append(begin)
        finish.append(end)
        server.append(chosen)
    return start, finish, server
