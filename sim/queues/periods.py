"""Long streams that empty overnight, served night by night: exact, priorities included.

Customers who can first be served in the same opening of the calendar form a period. All
periods of all streams run abreast (:mod:`sim.queues.lanes`) as if each found its servers
free. That is what happened wherever the period before had finished all its work by then; by
induction the check is exact. Else who had not started by then is served again with the
customers of the next period, one at a time, and so on until a night empties the queue; a
queue that rarely does ends up there whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.queues import priority
from sim.queues.calendars import Calendar

__all__ = ["MIN_PERIODS", "count_periods", "serve"]


MIN_PERIODS = 40  # stretches from which a turn of all is faster than one by one


@dataclass(eq=False)
class _Streams:
    """Streams of one ``length``, one after the other, and their servers.

    ``before`` and ``after`` ``(c, streams)`` are the free times at first and at last.
    """

    length: int
    arrivals: Floats
    service: Floats
    rank: Ints
    calendar: Calendar
    resume: bool
    before: Floats
    after: Floats
    start: Floats
    finish: Floats

    def free(self, first: Ints) -> Floats:
        """Return the free times at the start of these customers' periods, ``(c, periods)``."""
        free = np.full((len(self.before), len(first)), -np.inf)
        heads = first % self.length == 0
        free[:, heads] = self.before[:, first[heads] // self.length]
        return free

    def leave(self, stops: Ints, free: Floats) -> None:
        """Store the free times at the end of the periods that end a stream here."""
        last = stops % self.length == 0
        self.after[:, stops[last] // self.length - 1] = free[:, last]


def count_periods(arrivals: Floats, calendar: Calendar) -> int:
    """Return the number of periods of the streams ``(streams, n)``."""
    return len(_bounds(arrivals, calendar)) - 1


def serve(
    arrivals: Floats,
    service: Floats,
    rank: Ints,
    free: Floats,
    calendar: Calendar,
    resume: bool,
) -> tuple[Floats, Floats]:
    """Serve streams on equal servers; returns starts and finishes and changes ``free``.

    Arrays are ``(streams, n)``, each row sorted by (arrival, index); ``free`` is
    ``(c, streams)`` and ascends down each stream.
    """
    shape, length = arrivals.shape, arrivals.shape[1]
    bounds = _bounds(arrivals, calendar)
    flat = arrivals.ravel(), service.ravel(), rank.ravel()
    start, finish = np.empty((2, arrivals.size))
    streams = _Streams(length, *flat, calendar, resume, free.copy(), free, start, finish)
    first, stops = bounds[:-1], bounds[1:]
    what = *flat, first, stops, streams.free(first)
    streams.leave(stops, priority.shared_lanes(*what, calendar, resume, start, finish))
    following = np.append(calendar.next_open(streams.arrivals[first[1:]]), np.inf)
    following[stops % length == 0] = np.inf  # another stream's
    known = -1
    for period in np.flatnonzero(np.maximum.reduceat(finish, first) > following).tolist():
        if period > known:
            known = _go_on(streams, first, stops, following, period)
    return start.reshape(shape), finish.reshape(shape)


def _go_on(streams: _Streams, first: Ints, stops: Ints, following: Floats, period: int) -> int:
    """Serve periods after this one until one leaves nothing over; returns the last.

    ``following`` is when the customers of the period after each can first start.
    """
    who = np.arange(first[period], stops[period])
    free, served = streams.free(first[period : period + 1])[:, 0], 0
    final = int(np.searchsorted(stops, -(-stops[period] // streams.length) * streams.length))
    while True:
        begun = streams.start[who] < following[period]
        free = np.sort(np.append(free, streams.finish[who[begun]]))[-len(free) :]
        over = who[~begun]
        who = np.arange(first[period + 1], stops[period + 1])
        period += 1
        if served > streams.length:  # the nights rarely empty it
            who, period = np.arange(who[0], stops[final]), final
        who, held = np.append(over, who), free.tolist()
        streams.start[who], streams.finish[who] = priority.shared(
            streams.arrivals[who].tolist(),
            streams.service[who].tolist(),
            streams.rank[who].tolist(),
            held,
            streams.calendar,
            streams.resume,
        )
        served += len(who)
        if max(held) <= following[period]:
            streams.leave(stops[period : period + 1], np.sort(held)[:, None])
            return period


def _bounds(arrivals: Floats, calendar: Calendar) -> Ints:
    """Return where the periods begin, stream after stream, and the end."""
    heads = arrivals.shape[1] * np.arange(len(arrivals) + 1)
    edges = [
        head + np.searchsorted(stream, calendar.closes[:-1], side="left")
        for head, stream in zip(heads, arrivals, strict=False)
    ]
    return np.unique(np.concatenate([heads, *edges]))
