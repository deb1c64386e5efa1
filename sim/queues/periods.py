"""Long streams that empty overnight, served night by night: exact, priorities included.

Customers who can first be served in the same opening of the calendar form a period. All
periods of all streams run abreast (:mod:`sim.queues.lanes`) as if each found its servers
free. That is what happened wherever the period before had finished all its work by then; by
induction the check is exact. A period that began too early is joined to the one before it and
both are served again, one customer at a time; a queue that never empties ends up there whole.
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
class Streams:
    """Customers of streams of one ``length``, one stream after the other, and their servers.

    ``before`` and ``after`` ``(c, streams)`` are the free times at first and at last.
    """

    length: int
    arrivals: Floats
    service: Floats
    rank: Whole
    calendar: Calendar
    resume: bool
    before: Floats
    after: Floats
    start: Floats
    finish: Floats

    def free(self, first: Whole) -> Floats:
        """What periods that begin with these customers find, shape ``(c, periods)``."""
        free = np.full((len(self.before), len(first)), -np.inf)
        heads = first % self.length == 0
        free[:, heads] = self.before[:, first[heads] // self.length]
        return free

    def leave(self, stops: Whole, free: Floats) -> None:
        """Note what periods leave that end here."""
        last = stops % self.length == 0
        self.after[:, stops[last] // self.length - 1] = free[:, last]


def count_of(arrivals: Floats, calendar: Calendar) -> int:
    """How many periods the streams ``(streams, n)`` have."""
    return len(_bounds(arrivals, calendar)) - 1


def serve(
    arrivals: Floats,
    service: Floats,
    rank: Whole,
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
    streams = Streams(length, *flat, calendar, resume, free.copy(), free, start, finish)
    begins = calendar.next_open(streams.arrivals[bounds[:-1]])
    _abreast(streams, bounds[:-1], bounds[1:])
    spent = 0
    while True:
        late = np.maximum.reduceat(finish, bounds[:-1])[:-1] > begins[1:]
        late &= bounds[1:-1] % length > 0  # another stream
        if not late.any():
            break
        dropped = bounds[1:-1][late]
        stays = np.concatenate([[True], ~late])
        begins, bounds = begins[stays], bounds[np.append(stays, True)]
        again = np.unique(np.searchsorted(bounds, dropped, side="right")) - 1
        first, stops = bounds[again], bounds[again + 1]
        spent += int((stops - first).sum())
        if spent > arrivals.size:
            whole = length * np.arange(len(arrivals) + 1)
            _one_by_one(streams, whole[:-1], whole[1:])
            break
        if (stops - first).sum() > FEWEST * (stops - first).max():
            _abreast(streams, first, stops)
        else:
            _one_by_one(streams, first, stops)
    return start.reshape(shape), finish.reshape(shape)


def _bounds(arrivals: Floats, calendar: Calendar) -> Whole:
    """Where the periods begin, one stream after the other, and the end."""
    heads = arrivals.shape[1] * np.arange(len(arrivals) + 1)
    edges = [
        head + np.searchsorted(stream, calendar.closes[:-1], side="left")
        for head, stream in zip(heads, arrivals, strict=False)
    ]
    return np.unique(np.concatenate([heads, *edges]))


def _abreast(streams: Streams, first: Whole, stops: Whole) -> None:
    """Serve stretches all at once."""
    what = streams.arrivals, streams.service, streams.rank, first, stops, streams.free(first)
    how = streams.calendar, streams.resume, streams.start, streams.finish
    streams.leave(stops, priority.shared_lanes(*what, *how))


def _one_by_one(streams: Streams, first: Whole, stops: Whole) -> None:
    """Serve stretches one after the other."""
    left = streams.free(first)
    for k, (begin, end) in enumerate(zip(first.tolist(), stops.tolist(), strict=True)):
        here, free = slice(begin, end), left[:, k].tolist()
        streams.start[here], streams.finish[here] = priority.shared(
            streams.arrivals[here].tolist(),
            streams.service[here].tolist(),
            streams.rank[here].tolist(),
            free,
            streams.calendar,
            streams.resume,
        )
        left[:, k] = sorted(free)
    streams.leave(stops, left)
