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
from sim.queues.lanes import Hours
from sim.queues.state import Floats

__all__ = ["FEWEST", "count_of", "serve"]

Whole = NDArray[np.int64]

FEWEST = 16  # periods from which running them abreast pays


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
    last = _abreast(stream, bounds)
    ready = calendar.next_open(arrivals[bounds[1:-1]]).tolist()
    first, spent = 0, 0
    latest = float(np.max(finish[: bounds[1]]))
    for number, begins in enumerate(ready, start=1):
        if latest <= begins:
            first = number
        else:
            spent += int(bounds[number + 1] - bounds[first])
            if spent > len(arrivals):
                _one_by_one(stream, 0, len(arrivals))
                return
            last = _one_by_one(stream, int(bounds[first]), int(bounds[number + 1]))
        latest = float(np.max(finish[bounds[first] : bounds[number + 1]]))
    free[:] = last


def _bounds(arrivals: Floats, calendar: Calendar) -> Whole:
    """Where the periods begin, and the end."""
    opening = np.searchsorted(calendar.opens, calendar.next_open(arrivals), side="right")
    begins = np.flatnonzero(opening[1:] != opening[:-1]) + 1
    return np.concatenate([[0], begins, [len(arrivals)]])


def _abreast(stream: Stream, bounds: Whole) -> Floats:
    """Serve every period from free servers; returns when the last period leaves them."""
    sizes = np.diff(bounds)
    index = bounds[:-1] + np.arange(sizes.max())[:, None]
    real = index < bounds[1:]
    index = np.where(real, index, 0)
    a = np.where(real, stream.arrivals[index], np.inf)
    s = np.where(real, stream.service[index], 0.0)
    free = np.full((len(stream.free), len(sizes)), -np.inf)
    free[:, 0] = stream.free
    begin, end = np.full_like(a, np.inf), np.full_like(a, np.inf)
    hours = Hours(stream.calendar, stream.resume, len(sizes))
    priority.shared_lanes(a, s, stream.rank[index], free, hours, begin, end)
    stream.start[index[real]], stream.finish[index[real]] = begin[real], end[real]
    return free[:, -1]


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
    left = np.sort(np.array(free))
    if last == len(stream.arrivals):
        stream.free[:] = left
    return left
