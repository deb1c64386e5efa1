"""Passes that integrate over the hours of the window: see :mod:`sim.measures.occupancy`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.engines.event_loop.compiling import entry, inlined
from sim.measures.kernels.log import Kinds, LogColumns, bin_of, interval, worked
from sim.queues.kernels import Book

__all__ = ["overlap", "queues", "work"]

_HOUR = 60.0


@inlined
def note(time: float, before: float, passed: Floats, edges: Floats, n: Ints, part: Floats) -> None:
    """Count an event in its hour, and the open minutes after it there, of those ``before`` it."""
    x = bin_of(time, _HOUR, edges)
    n[x] += 1
    part[x] += passed[x + 1] - before


@inlined
def integrate(n: Ints, part: Floats, passed: Floats, minutes: Floats, more: bool) -> None:
    """See :func:`sim.measures.occupancy.occupied`; ``n`` and ``part`` are cleared.

    They have shape ``(2, hours)``, begins and ends. With ``more``, minutes are added.
    """
    inside = 0
    for x in range(len(minutes)):
        whole = inside * (passed[x + 1] - passed[x])
        spent = max(whole + (part[0, x] - part[1, x]), 0.0)
        minutes[x] = minutes[x] + spent if more else spent
        inside += n[0, x] - n[1, x]
    n[:], part[:] = 0, 0.0


@entry
def queues(
    log: LogColumns,
    kinds: Kinds,
    hours: tuple[Floats, Floats],
    events: tuple[Ints, Floats],
    queue: Floats,
    waits: tuple[Floats, Floats],
    last: Ints,
) -> None:
    """See :func:`sim.measures.occupancy.occupancy`: minutes of waiting by stage and hour.

    ``hours`` are edges, and the minutes before them; ``events`` are zeros of shape ``(2, hours)``.
    Begins and ends of ``waits`` are listed as well; ``last`` says where each stage's end.
    """
    edges, passed = hours
    n, part = events
    first, horizon, filled = edges[0], edges[-1], 0
    for s in range(len(log.bounds) - 1):
        if not kinds.virtual[s]:
            for r in range(log.bounds[s], log.bounds[s + 1]):
                if np.isnan(log.arrive[r]):
                    continue
                until = log.finish[r] if np.isnan(log.start[r]) else log.start[r]
                begin = max(log.arrive[r], first)
                end = horizon if np.isnan(until) else min(until, horizon)
                if end > begin:
                    waits[0][filled], waits[1][filled] = begin, end
                    filled += 1
                    note(begin, begin - first, passed, edges, n[0], part[0])
                    note(end, end - first, passed, edges, n[1], part[1])
            integrate(n, part, passed, queue[s], False)
        last[s] = filled


@entry
def work(
    log: LogColumns,
    server: NDArray[np.int32],
    kinds: Kinds,
    book: Book,
    hours: tuple[Floats, Floats],
    events: tuple[Ints, Floats],
    busy: Floats,
    spent: Floats,
) -> None:
    """See :func:`sim.measures.occupancy.occupancy`: busy minutes by stage and hour, and in all.

    ``hours`` are edges, and the open minutes of each calendar before them; ``events`` as above.
    """
    edges, passed = hours
    n, part = events
    first, horizon = edges[0], edges[-1]
    for s in range(len(log.bounds) - 1):
        if not kinds.served[s]:
            continue
        groups = kinds.server_group[kinds.server_first[s] : kinds.server_first[s + 1]]
        lowest = kinds.group_first[s]
        for g in range(lowest, kinds.group_first[s + 1]):
            p = kinds.group_calendar[g]
            a = b = interval(first, book[4][p] - 1, p, book)
            zero = worked(first, a, p, book)
            for r in range(log.bounds[s], log.bounds[s + 1]):
                if np.isnan(log.start[r]):
                    continue
                until = log.finish[r] + log.service[r] if kinds.hold[s] else log.finish[r]
                begin = max(log.start[r], first)
                end = horizon if np.isnan(until) else min(until, horizon)
                if end <= begin:
                    continue
                spent[s] += end - begin if g == lowest else 0.0
                if groups[max(server[r], 0)] != g:
                    continue
                opened, closed = begin - first, end - first
                if not kinds.never_closes[p]:
                    a, b = interval(begin, a, p, book), interval(end, b, p, book)
                    opened = worked(begin, a, p, book) - zero
                    closed = worked(end, b, p, book) - zero
                note(begin, opened, passed[p], edges, n[0], part[0])
                note(end, closed, passed[p], edges, n[1], part[1])
            integrate(n, part, passed[p], busy[s], g > lowest)


@entry
def overlap(begins: Floats, ends: Floats) -> int:
    """See :func:`sim.measures.occupancy.peak`; begins and ends are sorted."""
    most, over = 0, 0
    for i in range(len(begins)):
        while over < len(ends) and ends[over] <= begins[i]:
            over += 1
        most = max(most, i + 1 - over)
    return most
