"""One long stream of equal servers, cut into blocks of time that run abreast.

Every block is first run as if it began empty, all blocks at once as lanes. Then each block
whose true start (the end of the block before) differs is run again, only until it meets
its first run: from there on nothing changes. By induction over the blocks the result is
that of one pass, bit for bit. Two vectors of free times count as equal when they agree
after ``max(., next arrival)``, since no later start can tell them apart.

A queue that never clears never meets its first run. That is seen beforehand, from the work
and the open time of each block, and left to the scalar pass.

Source: time-parallel simulation by fixing up start states (Heidelberger & Stone 1990;
Greenberg, Lubachevsky & Mitrani 1991), here on the Kiefer-Wolfowitz vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.queues import lanes, scalar
from sim.queues.calendars import Calendar
from sim.queues.state import Floats

__all__ = ["clears", "serve"]

ROWS = 32  # customers between two looks at whether a block has met its first run
FEW = 12  # so few lanes are served faster one customer at a time

Lanes = NDArray[np.intp]


def width(customers: int) -> int:
    """Number of blocks for a stream: about a thousand customers each, kept in cache."""
    return int(np.clip(customers // 1000, 128, 2048))


def clears(arrivals: Floats, service: Floats, servers: int, calendar: Calendar) -> bool:
    """Whether at least a tenth of the blocks end with (nearly) no work left over.

    The work left over is followed from block to block as a fluid; cost O(n) additions.
    """
    count = width(len(arrivals))
    size = len(arrivals) // count
    edges = arrivals[: count * size : size]
    work = np.add.reduceat(service[: count * size], np.arange(count) * size) / servers
    spare = calendar.open_time(edges, np.append(edges[1:], arrivals[-1])) - work
    level = np.cumsum(-spare)
    left = level - np.minimum.accumulate(np.minimum(level, 0.0))
    return bool(np.count_nonzero(left <= 0.0) >= count / 10)


def serve(
    arrivals: Floats,
    service: Floats,
    free: Floats,
    calendar: Calendar,
    resume: bool,
    start: Floats,
    finish: Floats,
) -> None:
    """Fill the FIFO starts and finishes of one stream.

    Contiguous arrays of shape ``(n,)``, sorted by (arrival, index); ``free`` ``(c,)``
    ascends and is changed in place.
    """
    count = width(len(arrivals))
    size = len(arrivals) // count
    cut = 0
    if size >= ROWS and clears(arrivals, service, len(free), calendar):
        cut = count * size
        a, s, b, d = (x[:cut].reshape(count, size) for x in (arrivals, service, start, finish))
        free[:] = Blocks(Stream(a, s, b, d, calendar, resume), free).run()
    tail = stream_scalar(arrivals[cut:], service[cut:], free, calendar, resume)
    start[cut:], finish[cut:] = tail


def stream_scalar(
    arrivals: Floats, service: Floats, free: Floats, calendar: Calendar, resume: bool
) -> tuple[list[float], list[float]]:
    """The scalar pass on arrays; ``free`` ends ascending."""
    heap = free.tolist()
    if calendar.never_closes:
        times = scalar.plain(arrivals.tolist(), service.tolist(), heap)
    else:
        a, s = arrivals.tolist(), service.tolist()
        times = scalar.shared(a, s, heap, calendar, resume, None)
    free[:] = sorted(heap)
    return times


@dataclass(frozen=True, eq=False)
class Stream:
    """One stream as ``(blocks, customers)`` views of its arrays."""

    arrivals: Floats
    service: Floats
    start: Floats
    finish: Floats
    calendar: Calendar
    resume: bool

    def advance(self, which: Lanes | slice, rows: slice, free: Floats, hours: lanes.Hours) -> None:
        """Serve some customers of some blocks; ``free`` ``(c, lanes)`` moves along."""
        a = np.ascontiguousarray(self.arrivals[which, rows].T)
        s = np.ascontiguousarray(self.service[which, rows].T)
        b, d = np.empty_like(a), np.empty_like(a)
        if self.calendar.never_closes:
            lanes.plain(a, s, free, b, d)
        else:
            lanes.shared(a, s, free, hours, None, b, d)
        self.start[which, rows] = b.T
        self.finish[which, rows] = d.T

    def hours(self, count: int) -> lanes.Hours:
        """The calendar for so many lanes, from the beginning."""
        return lanes.Hours(self.calendar, self.resume, count)


class Blocks:
    """The blocks of one stream and what is known of their starts and ends."""

    def __init__(self, stream: Stream, free: Floats) -> None:
        self.stream = stream
        self.count, self.size = stream.arrivals.shape
        self.looks = [*range(ROWS, self.size, ROWS), self.size]
        shape = (len(free), self.count)
        self.begin = np.full(shape, -np.inf)
        self.begin[:, 0] = np.sort(free)
        self.seen = np.empty((len(self.looks), *shape))

    def run(self) -> Floats:
        """Serve everyone; return the free times after the last customer."""
        free = self.begin.copy()
        hours = self.stream.hours(self.count)
        for q, stop in enumerate(self.looks):
            rows = slice(ROWS * q, stop)
            self.stream.advance(slice(None), rows, free, hours)
            self.seen[q] = free
        wrong = again = self.wrong(np.arange(1, self.count))
        while wrong.size:
            changed = self.again(again)
            wrong = self.wrong(np.union1d(np.setdiff1d(wrong, again), self.after(changed)))
            heads = wrong[~np.isin(wrong - 1, wrong)]
            # Only the head of a chain of wrong blocks has a sure start; long chains wait.
            again = wrong if len(wrong) <= 3 * len(heads) else heads
        last: Floats = self.seen[-1, :, -1].copy()
        return last

    def after(self, which: Lanes) -> Lanes:
        """The blocks that follow."""
        following: Lanes = which[which + 1 < self.count] + 1
        return following

    def wrong(self, which: Lanes) -> Lanes:
        """Those blocks whose start is not the end of the block before."""
        first = self.stream.arrivals[which, 0]
        true = np.maximum(self.seen[-1][:, which - 1], first)
        differs: NDArray[np.bool_] = true != np.maximum(self.begin[:, which], first)
        wrong: Lanes = which[differs.any(axis=0)]
        return wrong

    def again(self, which: Lanes) -> Lanes:
        """Run blocks from their true start until they meet; return those that never do."""
        free = self.seen[-1][:, which - 1]
        self.begin[:, which] = free
        hours = self.stream.hours(len(which))
        for q, stop in enumerate(self.looks):
            if len(which) < FEW:
                never = [self.alone(int(k), q, w) for k, w in zip(which, free.T, strict=True)]
                return which[np.array(never, dtype=np.bool_)]
            self.stream.advance(which, slice(ROWS * q, stop), free, hours)
            apart = self.apart(which, q, free)
            self.seen[q][:, which] = free
            if not apart.all():
                which, free = which[apart], free[:, apart]
                hours.keep(apart)
        return which

    def alone(self, block: int, look: int, free: Floats) -> bool:
        """Go on with one block by the scalar pass; whether it never met its first run."""
        s = self.stream
        free = free.copy()
        for q in range(look, len(self.looks)):
            rows = slice(ROWS * q, self.looks[q])
            a, v = s.arrivals[block, rows], s.service[block, rows]
            s.start[block, rows], s.finish[block, rows] = stream_scalar(
                a, v, free, s.calendar, s.resume
            )
            if not self.apart(np.array([block]), q, free[:, None])[0]:
                return False
            self.seen[q][:, block] = free
        return True

    def apart(self, which: Lanes, look: int, free: Floats) -> NDArray[np.bool_]:
        """Whether the new free times still differ from those of the first run."""
        stop = self.looks[look]
        if stop < self.size:
            after = self.stream.arrivals[which, stop]
        else:
            after = self.stream.arrivals[np.minimum(which + 1, self.count - 1), 0]
            after = np.where(which + 1 < self.count, after, -np.inf)
        known = np.maximum(self.seen[look][:, which], after)
        differs: NDArray[np.bool_] = (np.maximum(free, after) != known).any(axis=0)
        return differs
