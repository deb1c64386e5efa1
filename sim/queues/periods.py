"""One long stream that empties overnight, served night by night: exact, priorities included.

Customers who can first be served in the same opening of the calendar form a period. All
periods run abreast (:mod:`sim.queues.lanes`) as if each found its servers free. That is
what happened wherever the period before had finished all its work by then; by induction
the check is exact. A period that began too early is joined to the one before it and both
are served again, one customer at a time; a queue that never empties ends up there whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.queues import priority
from sim.queues.calendars import Calendar
from sim.queues.state import Floats

__all__ = ["FEWEST", "count_of", "serve"]

Whole = NDArray[np.int64]

FEWEST = 40  # stretches from which a turn of all is faster than one by one


@dataclass(eq=False)
class Stream:
    """Customers sorted by (arrival, index), their servers, and where the results go."""

    arrivals: Floats
    service: Floats
    rank: Whole
    calendar: Calendar
    resume: bool
    free: Floats
    start: Floats
    finish: Floats


def count_of(arrivals: Floats, calendar: Calendar) -> int:
    """How many periods there are."""
    return len(_bounds(arrivals, calendar)) - 1


def serve(
    arrivals: Floats,
    service: Floats,
    rank: Whole,
    free: Floats,
    calendar: Calendar,
    resume: bool,
    start: Floats,
    finish: Floats,
) -> None:
    """Serve one stream on equal servers; fills ``start`` and ``finish``, changes ``free``.

    Arrays are ``(n,)``, sorted by (arrival, index); ``free`` is ``(c,)`` and ascends.
    """
    stream = Stream(arrivals, service, rank, calendar, resume, free, start, finish)
    bounds = _bounds(arrivals, calendar)
    begins = calendar.next_open(arrivals[bounds[:-1]])
    last = _abreast(stream, bounds[:-1], bounds[1:])
    spent = 0
    while True:
        late = np.maximum.reduceat(finish, bounds[:-1])[:-1] > begins[1:]
        if not late.any():
            free[:] = last
            return
        dropped = bounds[1:-1][late]
        stays = np.concatenate([[True], ~late])
        begins, bounds = begins[stays], bounds[np.append(stays, True)]
        again = np.unique(np.searchsorted(bounds, dropped, side="right")) - 1
        first, stops = bounds[again], bounds[again + 1]
        spent += int((stops - first).sum())
        if spent > len(arrivals):
            free[:] = _one_by_one(stream, 0, len(arrivals))
            return
        if (stops - first).sum() > FEWEST * (stops - first).max():
            left = _abreast(stream, first, stops)
        else:
            pairs = zip(first.tolist(), stops.tolist(), strict=True)
            left = [_one_by_one(stream, *pair) for pair in pairs][-1]
        if stops[-1] == len(arrivals):
            last = left


def _bounds(arrivals: Floats, calendar: Calendar) -> Whole:
    """Where the periods begin, and the end."""
    edges = np.searchsorted(arrivals, calendar.closes[:-1], side="left")
    return np.unique(np.concatenate([[0], edges, [len(arrivals)]]))


def _abreast(stream: Stream, first: Whole, stops: Whole) -> Floats:
    """Serve stretches from free servers; returns when the last one leaves them."""
    free = np.full((len(stream.free), len(first)), -np.inf)
    if first[0] == 0:
        free[:, 0] = stream.free
    what = stream.arrivals, stream.service, stream.rank, first, stops, free
    how = stream.calendar, stream.resume, stream.start, stream.finish
    return priority.shared_lanes(*what, *how)[:, -1]


def _one_by_one(stream: Stream, first: int, last: int) -> Floats:
    """Serve some customers again, from free servers unless they are the first."""
    here = slice(first, last)
    free = [-np.inf] * len(stream.free) if first else stream.free.tolist()
    times = priority.shared(
        stream.arrivals[here].tolist(),
        stream.service[here].tolist(),
        stream.rank[here].tolist(),
        free,
        stream.calendar,
        stream.resume,
    )
    stream.start[here], stream.finish[here] = times
    return np.sort(np.array(free))
