"""Many independent queues side by side: one NumPy step per customer for all lanes at once.

A lane is a replication, or a block of one long stream (:mod:`sim.queues.blocks`). Arrays
are ``(n, L)``, customers along the first axis, sorted down each lane. Every step uses the
same ``max`` and addition as :mod:`sim.queues.scalar`, so the results are the same bits.

Equal servers need only the sorted vector ``W`` of free times (Kiefer & Wolfowitz 1955):
the least is taken out and the new finish put in by ``W[k] = max(W[k], min(W[k+1], d))``.
Outputs are always named (``out=``): NumPy warns of positional ones, slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats
from sim.queues.calendars import Calendar
from sim.queues.waiting_room import oldest_first, refused_lanes

__all__ = ["CalendarCursor", "free_time_parts", "plain", "replace_least", "roster", "shared"]

add, maximum, minimum = np.add, np.maximum, np.minimum


class CalendarCursor:
    """Cursor of many lanes over one calendar; no lane's clock goes back."""

    def __init__(self, calendar: Calendar, resume: bool, lanes: int) -> None:
        self._calendar = calendar
        self._resume = resume
        self._opens = np.append(calendar.opens, np.inf)
        self._closes = np.append(calendar.closes, np.inf)
        self.open = np.full(lanes, -np.inf)
        self.close = np.full(lanes, -np.inf)
        self._flag = np.empty(lanes, dtype=np.bool_)

    def begin(self, times: Floats, closing: Floats | None = None) -> None:
        """Move each time, in place, to the next open time.

        ``closing`` may tell when an interval closes that began before the time: then few
        are left to look up.
        """
        if closing is not None:
            maximum(self.close, closing, out=self.close)
        (late,) = np.greater_equal(times, self.close, out=self._flag).nonzero()
        if late.size:
            k = np.searchsorted(self._calendar.closes, times[late], side="right")
            self.open[late], self.close[late] = self._opens[k], self._closes[k]
        maximum(times, self.open, out=times)

    def keep(self, which: Bools | slice) -> None:
        """Go on with these lanes only."""
        self.open, self.close = self.open[which], self.close[which]
        self._flag = self._flag[which]

    def end(self, start: Floats, service: Floats, out: Floats) -> None:
        """Compute the ends of services that start now, at times just given by :meth:`begin`."""
        add(start, service, out=out)
        if self._resume:
            (over,) = np.greater(out, self.close, out=self._flag).nonzero()
            if over.size:
                out[over] = self._calendar.resume_finish(start[over], service[over])


def free_time_parts(free: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return views: all free times but the greatest, all but the least, the greatest; a buffer."""
    return free[:-1], free[1:], free[-1], np.empty_like(free[:-1])


def replace_least(free: tuple[Floats, Floats, Floats, Floats], done: Floats) -> None:
    """Replace the least free time of each lane by ``done``; they stay ascending.

    ``free`` are the :func:`free_time_parts` of the free times; ``done`` is not below the least.
    """
    lower, upper, most, spare = free
    if len(lower):
        minimum(upper, done, out=spare)
        maximum(lower, spare, out=lower)
    maximum(most, done, out=most)


def plain(arrivals: Floats, service: Floats, free: Floats, start: Floats, finish: Floats) -> None:
    """Compute FCFS times of equal servers that never close; fill ``start`` and ``finish``.

    ``free`` has shape ``(c, L)``, ascending down each lane, and is changed in place.
    Five NumPy calls a customer, two when ``c`` is 1.
    """
    rows = zip(arrivals, service, start, finish, strict=True)
    if len(free) == 1:
        last = free[0]
        for a, s, b, d in rows:
            maximum(last, a, out=b)
            add(b, s, out=d)
            last = d
        free[0] = last
        return
    least, (lower, upper, most, spare) = free[0], free_time_parts(free)
    for a, s, b, d in rows:
        maximum(least, a, out=b)
        add(b, s, out=d)
        minimum(upper, d, out=spare)
        maximum(lower, spare, out=lower)
        maximum(most, d, out=most)


def shared(
    arrivals: Floats,
    service: Floats,
    free: Floats,
    hours: CalendarCursor,
    recent: Floats | None,
    start: Floats,
    finish: Floats,
    closing: Floats | None = None,
) -> None:
    """Compute FCFS times of equal servers on one calendar, with a finite waiting room if given.

    ``closing`` is that of the arrivals, which are then open times themselves
    (:meth:`Calendar.openings`).
    ``recent`` has shape ``(room, L)``, oldest first, and is changed in place; a refused
    customer puts the least free time back, which changes nothing.
    """
    least, inside = free[0], free_time_parts(free)
    slot = np.zeros(arrivals.shape[1], dtype=np.intp)
    known = repeat(None) if closing is None else closing
    for a, s, b, d, c in zip(arrivals, service, start, finish, known, strict=False):
        maximum(least, a, out=b)
        hours.begin(b, c)
        hours.end(b, s, d)
        if recent is None:
            replace_least(inside, d)
        else:
            out = refused_lanes(a, b, recent, slot)
            replace_least(inside, np.where(out, least, d))
            b[out] = np.nan
            d[out] = np.nan
    if recent is not None:
        recent[:] = oldest_first(recent, slot)


def roster(
    arrivals: Floats,
    service: Floats,
    free: Floats,
    calendars: Sequence[Calendar],
    pattern: NDArray[np.intp],
    resume: bool,
    start: Floats,
    finish: Floats,
    server: NDArray[np.int32],
) -> None:
    """Compute FCFS times of servers with calendars of their own, and the server of each customer.

    ``pattern[j]`` is the calendar of server ``j``; ``free`` is ``(c, L)`` in order of the
    index. Because the next open time ``g`` never decreases, ``g(max(A, F))`` is
    ``max(g(A), g(F))``: ``g(A)`` is found for all customers beforehand and ``g(F)`` once
    per service.
    """
    opened = np.stack([calendar.next_open(arrivals) for calendar in calendars])
    ready = np.stack([calendars[p].next_open(free[j]) for j, p in enumerate(pattern)])
    option = np.empty_like(ready)
    lanes = np.arange(arrivals.shape[1])
    for i, (s, b, d) in enumerate(zip(service, start, finish, strict=True)):
        maximum(ready, opened[pattern, i], out=option)
        j = option.argmin(axis=0)
        b[:] = option[j, lanes]
        add(b, s, out=d)
        again = d.copy()
        for p, calendar in enumerate(calendars):
            rows = np.flatnonzero(pattern[j] == p)
            if resume:
                d[rows] = calendar.resume_finish(b[rows], s[rows])
            again[rows] = calendar.next_open(d[rows])
        ready[j, lanes] = again
        free[j, lanes] = np.where(b < np.inf, d, free[j, lanes])
        server[i] = np.where(b < np.inf, j, -1)
