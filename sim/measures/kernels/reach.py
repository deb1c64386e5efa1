"""Passes that follow vehicles from stage to stage, as :class:`sim.measures.reach.Reach` does."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.engines.event_loop.compiling import entry, inlined
from sim.measures.kernels.log import Fleet, Kinds, LogColumns, bin_of
from sim.queues.kernels import Book

__all__ = ["Asked", "Holds", "Opening", "looks", "offered"]

_DAY = 1440.0
_LOOK = 15.0
_MOST = 2**62


class Holds(NamedTuple):
    """Visits to holds in the order of rows, and the stage after which each place is given back."""

    held: Ints
    until: Ints
    started: Ints
    """By stage: the first such visit from it on; one entry more than stages."""


class Asked(NamedTuple):
    """State of :class:`sim.measures.reach.Reach`, by vehicle."""

    free: Floats
    pooled: Floats
    asked: Floats
    placed: Floats
    until: Ints


@inlined
def leave(log: LogColumns, kinds: Kinds, holds: Holds, s: int, reach: Asked) -> None:
    """See :meth:`sim.measures.reach.Reach.leave`."""
    if not kinds.hold[s]:
        for r in range(log.bounds[s], log.bounds[s + 1]):
            v = log.vehicle[r]
            reach.free[v] += log.service[r]
            reach.pooled[v] += log.service[r]
        return
    for h in range(holds.started[s], holds.started[s + 1]):
        r = holds.held[h]
        v = log.vehicle[r]
        if np.isnan(log.arrive[r]):
            continue
        if reach.until[v] < s:
            reach.asked[v] = reach.pooled[v] = log.arrive[r]
            reach.placed[v] = log.start[r]
        reach.until[v] = max(reach.until[v], holds.until[h])


class Opening(NamedTuple):
    """Hours of real service: see :mod:`sim.measures.load`; ``counted`` those with a load.

    ``book`` has a calendar for each stage, ``leaving`` the departures of those with ``slots``
    and ``bounds`` where each stage's begin. ``closures`` has shape ``(stages, days + 1)``.
    """

    counted: Bools
    slots: Bools
    book: Book
    leaving: Floats
    bounds: Ints
    closures: Ints


@inlined
def first_after(time: float, k: int, times: Floats, begin: int, end: int, equal: bool) -> int:
    """First of ``times[begin:end]`` after a time, or at it with ``equal``; sought from ``k`` on."""
    while k < end and (times[k] < time or (times[k] == time and not equal)):
        k += 1
    while k > begin and (times[k - 1] > time or (times[k - 1] == time and equal)):
        k -= 1
    return k


@inlined
def serve(time: float, k: int, s: int, opening: Opening) -> tuple[float, int]:
    """Return when an arrival could first be served, ``inf`` if never, and where that was found."""
    if opening.slots[s]:
        end = opening.bounds[s + 1]
        k = first_after(time, k, opening.leaving, opening.bounds[s], end, True)
        return (np.inf if k == end else opening.leaving[k]), k
    opens, closes, _, _, bounds = opening.book
    k = first_after(time, k, closes, bounds[s], bounds[s + 1], False)
    return (np.inf if k == bounds[s + 1] else max(time, opens[k])), k


@inlined
def across_closure(time: float, served: float, closures: Ints) -> bool:
    """Whether a closure lies between coming and the first service."""
    came_on = min(max(int(time // _DAY), 0), len(closures) - 1)
    served_on = min(max(int(served // _DAY), 0), len(closures) - 1)
    return bool(closures[served_on] > closures[came_on])


@entry
def offered(
    log: LogColumns,
    fleet: Fleet,
    kinds: Kinds,
    holds: Holds,
    reach: Asked,
    opening: Opening,
    edges: Floats,
    at: Ints,
    loads: Floats,
    sizes: Floats,
    last: Ints,
) -> None:
    """See :func:`sim.measures.load.daily_loads`.

    ``loads`` is ``(2, stages, days)``: offered, demand. ``sizes`` lists the services offered
    since the window began, and ``last`` says where each stage's end. ``at`` has shape ``(2,)``.
    """
    filled, days = 0, opening.closures.shape[1] - 1
    for s in range(len(log.bounds) - 1):
        begin = opening.bounds[s] if opening.slots[s] else opening.book[4][s]
        at[:] = begin
        shut = opening.closures[s, days] > 0
        stop = log.bounds[s + 1] if opening.counted[s] else log.bounds[s]
        for r in range(log.bounds[s], stop):
            v = log.vehicle[r]
            absent = np.isnan(log.arrive[r])
            if fleet.initial[v] or (absent and fleet.turned_back[v]):
                continue
            came = reach.pooled[v] if reach.until[v] >= s else log.arrive[r]
            size = 1.0 if opening.slots[s] else log.service[r]
            if came >= edges[0]:
                sizes[filled] = size
                filled += 1
            for way in range(2):
                time = reach.free[v] if way else came
                if np.isnan(time):
                    continue
                served, at[way] = serve(time, at[way], s, opening)
                if not edges[0] <= served < edges[-1]:
                    continue
                if not shut or not across_closure(time, served, opening.closures[s]):
                    loads[way, s, bin_of(served, _DAY, edges)] += size
        last[s] = filled
        leave(log, kinds, holds, s, reach)


@inlined
def passed_looks(time: float, times: Floats) -> int:
    """Count the times that are not after a time; all of them after none."""
    if not time < times[-1]:
        return len(times)
    x = min(max(int((time - times[0]) / _LOOK), 0), len(times) - 1)
    while x > 0 and times[x - 1] > time:
        x -= 1
    while times[x] <= time:
        x += 1
    return x


@entry
def looks(
    log: LogColumns,
    kinds: Kinds,
    holds: Holds,
    reach: Asked,
    queued: Bools,
    times: Floats,
    begins: Ints,
    change: Ints,
    queue: Ints,
    least: Ints,
) -> None:
    """See :func:`sim.measures.daily.daily_table`; ``begins`` of days are indices into ``times``.

    ``queue`` and ``least`` have shape ``(stages, days)``; ``change`` is zeros of
    ``(times + 1,)``.
    """
    for s in range(len(log.bounds) - 1):
        if queued[s]:
            for r in range(log.bounds[s], log.bounds[s + 1]):
                v = log.vehicle[r]
                if not np.isnan(log.arrive[r]):
                    change[passed_looks(log.arrive[r], times)] += 1
                    until = log.finish[r] if np.isnan(log.start[r]) else log.start[r]
                    change[passed_looks(until, times)] -= 1
                if reach.until[v] >= s:
                    change[passed_looks(reach.asked[v], times)] += 1
                    change[passed_looks(reach.placed[v], times)] -= 1
            waiting = 0
            for day in range(len(begins) - 1):
                fewest = _MOST
                for x in range(begins[day], begins[day + 1]):
                    waiting += change[x]
                    fewest = min(fewest, waiting)
                queue[s, day], least[s, day] = waiting, fewest
            change[:] = 0
        leave(log, kinds, holds, s, reach)
