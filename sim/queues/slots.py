"""Timetabled departures: each takes a number of customers, by priority, then by arrival."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, times_array, whole_array
from sim.arrays import Bools, Floats, Ints
from sim.errors import ArgumentError
from sim.queues.state import ascending, columns
from sim.sentences import Sentence

__all__ = ["slots"]


@checked_arguments
def slots(
    arrivals: ArrayLike,
    times: ArrayLike,
    places: int = 1,
    priority: ArrayLike | None = None,
    absent: ArrayLike | None = None,
) -> tuple[Floats, Ints]:
    """Give each customer the first free place of a slot at or after the arrival.

    With ``q_n`` the first place not before the arrival,
    ``place_n = max(q_n, place_(n-1) + 1) = n + running maximum of (q_n - n)``: exact, whole
    numbers only. A place that nobody takes is gone, so an urgent class never sees the
    others: they have the places that it leaves, class by class.

    Parameters
    ----------
    arrivals:
        Shape ``(n,)`` or ``(n, R)``, any order; served by (priority, arrival, index). ``inf``
        never comes.
    times:
        Slots in ascending order, shape ``(m,)``.
    places:
        Customers that one slot takes.
    priority:
        Ints numbers in the shape of the arrivals, the least first; none means FIFO.
    absent:
        Who is not there when his slot comes, in the shape of the arrivals. He loses the place,
        which stays empty, and asks again at that moment, behind all who have come; once.

    Returns
    -------
    leave:
        Time of the slot, ``inf`` where none is left.
    slot:
        Its index, -1 where none is left. Both in the shape of the arrivals.

    Raises
    ------
    ArgumentError
        Slots are not sorted, ``places`` is less than 1, or shapes differ.
    """
    a, due = times_array("arrivals", arrivals), ascending("times", times)
    if due.ndim != 1 or places < 1:
        raise ArgumentError(Sentence("slots must be (m,), with at least one place each"))
    rank = np.zeros(a.shape, np.int64) if priority is None else whole_array("priority", priority)
    away = np.zeros(a.shape, np.bool_) if absent is None else np.asarray(absent, dtype=np.bool_)
    if rank.shape != a.shape or away.shape != a.shape:
        raise ArgumentError(Sentence("priority and absent must have the shape of the arrivals"))
    slot_times = np.repeat(due, places)
    lanes = [
        _lane(arrive, slot_times, urgency, gone)
        for arrive, urgency, gone in zip(
            columns(a).T, columns(rank).T, columns(away).T, strict=True
        )
    ]
    place = np.stack(lanes, axis=1) if lanes else np.empty((len(a), 0), np.int64)
    index = np.where(place < 0, -1, place // places).reshape(a.shape)
    return np.append(due, np.inf)[index], index  # -1 is the last entry: never


def _lane(arrivals: Floats, times: Floats, rank: Ints, away: Bools) -> Ints:
    """Return each customer's place, -1 where none is left; ``times`` has one entry per place."""
    slot = np.full(len(arrivals), -1, dtype=np.int64)
    free = np.arange(len(times))
    order = np.lexsort((arrivals, rank))
    classes = np.flatnonzero(np.diff(rank[order])) + 1
    for customers in np.split(order, classes):
        if away[customers].any():
            taken, gone = _asking_again(arrivals[customers], times[free], away[customers])
        else:
            taken = gone = _in_order(arrivals[customers], times[free])
        inside = taken < len(free)
        slot[customers[inside]] = free[taken[inside]]
        if len(customers) < len(order):
            free = np.delete(free, gone[gone < len(free)])
    return slot


def _in_order(arrivals: Floats, times: Floats) -> Ints:
    """FIFO: the place of each, by arrival; beyond the last where none is left."""
    turn = np.arange(len(arrivals))
    first = np.searchsorted(times, arrivals, side="left")
    taken: Ints = np.maximum.accumulate(first - turn) + turn
    return taken


def _asking_again(arrivals: Floats, times: Floats, away: Bools) -> tuple[Ints, Ints]:
    """The place that each takes in the end, by arrival; and all that are gone."""
    due = times.tolist()
    asking = [(when, 0, i) for i, when in enumerate(arrivals.tolist())]
    heapify(asking)
    taken = np.full(len(arrivals), len(due), dtype=np.int64)
    gone: list[int] = []
    following = 0
    while asking:
        when, again, i = heappop(asking)
        following = max(following, (bisect_right if again else bisect_left)(due, when))
        if following >= len(due):
            break
        gone.append(following)
        if away[i] and not again:
            heappush(asking, (due[following], len(gone), i))
        else:
            taken[i] = following
        following += 1
    return taken, np.array(gone, dtype=np.int64)
