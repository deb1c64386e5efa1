"""Time-parallel simulation of long streams, cut into blocks that run side by side.

Every block is first run as if it began empty, all blocks at once as lanes. Then each block
whose true start (the end of the block before) differs is run again, only until it meets
its first run: from there on nothing changes. By induction over the blocks the result is
that of one pass over each stream, bit for bit. Two vectors of free times count as equal when
they agree after ``max(., next arrival)``, since no later start can tell them apart. With
calendars of their own, servers are compared one by one: they meet at the latest when all are
idle.

A queue that never clears never meets its first run. That is seen beforehand, from the work
and the open time of each block, and left to the scalar pass.

Source: time-parallel simulation by fixing up start states (Heidelberger & Stone 1990;
Greenberg, Lubachevsky & Mitrani 1991), here on the Kiefer-Wolfowitz vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.queues import lanes, scalar
from sim.queues.calendars import Calendar

__all__ = ["Stream", "clears", "serve"]

_ROWS = 32  # customers between two looks at whether a block has met its first run
_STRIDE = 8  # looks passed over when a block is served one customer at a time
_FEW = 12  # so few lanes are served faster one customer at a time

_Lanes = NDArray[np.intp]
_Index = tuple[int | slice | Bools, slice] | tuple[slice]


def _block_sizes(customers: int, streams: int, closes: bool) -> tuple[int, int]:
    """Return the blocks of each stream and the customers of each block, few enough for the cache.

    About a thousand customers each. Where nights cut short what one block hands on, twice as
    many blocks as the root of the customers: then steps and lanes grow alike.
    """
    total = customers * streams
    together = 2.0 * total**0.5 if closes else float(np.clip(total // 1000, 128, 2048))
    count = max(1, min(int(together) // streams, customers // _ROWS))
    return count, customers // count


@dataclass(frozen=True, eq=False)
class Stream:
    """Arrays of several streams: ``(n,)``, ``(streams, n)`` or ``(blocks, customers)``.

    ``server`` is filled only where servers keep different calendars; ``pattern`` says
    which of ``calendars`` each server keeps. Where they keep one, arrivals are open times
    and ``closing`` says when it closes after each (:meth:`Calendar.openings`).
    """

    arrivals: Floats
    closing: Floats
    service: Floats
    start: Floats
    finish: Floats
    server: NDArray[np.int32]
    calendars: list[Calendar]
    pattern: Ints
    resume: bool

    def part(self, index: _Index) -> Stream:
        """Return a part: some streams or customers."""
        times = (self.arrivals, self.closing, self.service, self.start, self.finish)
        a, c, s, b, d = (x[index] for x in times)
        server = self.server[index] if len(self.calendars) > 1 else self.server
        return Stream(a, c, s, b, d, server, self.calendars, self.pattern, self.resume)

    def blocks(self, size: int) -> Stream:
        """The streams cut into blocks: one where it stands, several as copies."""
        a, c, s = (x.reshape(-1, size) for x in (self.arrivals, self.closing, self.service))
        if len(self.arrivals) == 1:
            b, d = self.start.reshape(-1, size), self.finish.reshape(-1, size)
        else:  # copies would be filled for nothing
            b, d = np.empty((2, *a.shape))
        server = self.server.reshape(-1, size) if len(self.calendars) > 1 else self.server
        return Stream(a, c, s, b, d, server, self.calendars, self.pattern, self.resume)

    def put(self, index: _Index, done: Stream) -> None:
        """Take over the results of copies."""
        if np.may_share_memory(done.start, self.start):
            return
        shape = self.start[index].shape
        self.start[index] = done.start.reshape(shape)
        self.finish[index] = done.finish.reshape(shape)
        if len(self.calendars) > 1:
            self.server[index] = done.server.reshape(shape)

    def flat(self) -> Stream:
        """The blocks one after the other."""
        times = (self.arrivals, self.closing, self.service, self.start, self.finish)
        a, c, s, b, d = (x.reshape(-1) for x in times)
        server = self.server.reshape(-1)
        return Stream(a, c, s, b, d, server, self.calendars, self.pattern, self.resume)

    def advance(
        self, which: _Lanes | slice, rows: slice, free: Floats, hours: lanes.CalendarCursor
    ) -> None:
        """Serve some customers of some blocks side by side; ``free`` ``(c, lanes)`` moves along."""
        a = np.ascontiguousarray(self.arrivals[which, rows].T)
        s = np.ascontiguousarray(self.service[which, rows].T)
        b, d = np.empty_like(a), np.empty_like(a)
        if len(self.calendars) > 1:
            who = np.empty(a.shape, dtype=np.int32)
            lanes.roster(a, s, free, self.calendars, self.pattern, self.resume, b, d, who)
            self.server[which, rows] = who.T
        elif self.calendars[0].never_closes:
            lanes.plain(a, s, free, b, d)
        else:
            closing = np.ascontiguousarray(self.closing[which, rows].T)
            lanes.shared(a, s, free, hours, None, b, d, closing)
        self.start[which, rows] = b.T
        self.finish[which, rows] = d.T

    def walk(self, free: Floats) -> None:
        """Serve all customers of a stream ``(n,)`` in sequence; ``free`` ``(c,)`` moves along."""
        a, s, held = self.arrivals.tolist(), self.service.tolist(), free.tolist()
        if len(self.calendars) > 1:
            keeps = self.calendars, self.pattern.tolist(), self.resume
            self.start[:], self.finish[:], self.server[:] = scalar.roster(a, s, held, *keeps, None)
            free[:] = held
            return
        if self.calendars[0].never_closes:
            self.start[:], self.finish[:] = scalar.plain(a, s, held)
        else:
            keep = self.calendars[0], self.resume
            self.start[:], self.finish[:] = scalar.shared(a, s, held, *keep, None)
        free[:] = sorted(held)

    def hours(self, count: int) -> lanes.CalendarCursor:
        """The common calendar for so many lanes, from the beginning."""
        return lanes.CalendarCursor(self.calendars[0], self.resume, count)


def clears(stream: Stream, count: int) -> Bools:
    """Return whether a tenth of the blocks of each stream end with (nearly) no work left.

    The work left over is followed from block to block as a fluid; cost O(n) additions.
    """
    a = stream.arrivals
    edges = np.append(a[:, :: a.shape[1] // count], a[:, -1:], axis=1)
    finite = edges[np.isfinite(edges)]
    edges = np.clip(edges, finite.min(initial=0.0), finite.max(initial=0.0))  # some never come
    work = stream.service.reshape(len(a), count, -1).sum(axis=2)
    for servers, calendar in zip(np.bincount(stream.pattern), stream.calendars, strict=True):
        work -= servers * calendar.open_time(edges[:, :-1], edges[:, 1:])
    level = np.cumsum(work, axis=1)
    left = level - np.minimum.accumulate(np.minimum(level, 0.0), axis=1)
    return np.asarray(np.count_nonzero(left <= 0.0, axis=1) >= count / 10)


def serve(stream: Stream, free: Floats) -> None:
    """Fill the FIFO starts and finishes of streams ``(streams, n)``.

    Sorted by (arrival, index). ``free`` ``(c, streams)`` is changed in place: ascending, but
    by index where servers keep different calendars.
    """
    streams, customers = stream.arrivals.shape
    count, size = _block_sizes(customers, streams, not stream.calendars[0].never_closes)
    even = slice(count * size)
    abreast = np.zeros(streams, dtype=np.bool_)
    if size >= _ROWS:
        abreast = clears(stream.part((slice(None), even)), count)
    if abreast.any():
        which = slice(None) if abreast.all() else abreast  # all: no copies, if it can be
        blocks = stream.part((which, even)).blocks(size)
        free[:, which] = _Blocks(blocks, count, free[:, which]).run()
        stream.put((which, even), blocks)
    for k, done in enumerate(abreast.tolist()):
        held = free[:, k].copy()
        stream.part((k, slice(even.stop if done else 0, None))).walk(held)
        free[:, k] = held


class _Blocks:
    """Blocks of streams, ``each`` of them per stream, with the free times at their ends."""

    def __init__(self, stream: Stream, length: int, free: Floats) -> None:
        self.stream = stream
        self.flat = stream.flat()
        self.length = length
        self.count, self.size = stream.arrivals.shape
        self.looks = [*range(_ROWS, self.size, _ROWS), self.size]
        shape = (len(free), self.count)
        self.begin = np.full(shape, -np.inf)
        self.begin[:, ::length] = free
        self.seen = np.empty((len(self.looks), *shape))

    def run(self) -> Floats:
        """Serve all customers; return the free times after the last ones ``(c, streams)``."""
        free = self.begin.copy()
        hours = self.stream.hours(self.count)
        for q, stop in enumerate(self.looks):
            rows = slice(_ROWS * q, stop)
            self.stream.advance(slice(None), rows, free, hours)
            self.seen[q] = free
        wrong = again = self.wrong(self.after(np.arange(self.count)))
        while wrong.size:
            changed = self.again(again)
            wrong = self.wrong(np.union1d(np.setdiff1d(wrong, again), self.after(changed)))
            heads = wrong[~np.isin(wrong - 1, wrong)]
            # Only the head of a chain of wrong blocks has a sure start; long chains wait.
            again = wrong if len(wrong) <= 3 * len(heads) else heads
        last: Floats = self.seen[-1, :, self.length - 1 :: self.length].copy()
        return last

    def after(self, which: _Lanes) -> _Lanes:
        """Return the blocks that follow in the same stream."""
        following: _Lanes = which[(which + 1) % self.length > 0] + 1
        return following

    def wrong(self, which: _Lanes) -> _Lanes:
        """Return the blocks whose start is not the end of the block before."""
        first = self.stream.arrivals[which, 0]
        true = np.maximum(self.seen[-1][:, which - 1], first)
        differs: Bools = true != np.maximum(self.begin[:, which], first)
        wrong: _Lanes = which[differs.any(axis=0)]
        return wrong

    def again(self, which: _Lanes) -> _Lanes:
        """Rerun blocks from their true start until they meet; return those that never do."""
        free = self.seen[-1][:, which - 1]
        self.begin[:, which] = free
        hours = self.stream.hours(len(which))
        for q, stop in enumerate(self.looks):
            if len(which) < _FEW:
                never = [self.alone(int(k), q, w) for k, w in zip(which, free.T, strict=True)]
                return which[np.array(never, dtype=np.bool_)]
            self.stream.advance(which, slice(_ROWS * q, stop), free, hours)
            apart = self.apart(which, q, free)
            self.seen[q][:, which] = free
            if not apart.all():
                which, free = which[apart], free[:, apart]
                hours.keep(apart)
        return which

    def alone(self, block: int, look: int, free: Floats) -> bool:
        """Rerun one block by the scalar pass; return whether it never met its first run."""
        free = free.copy()
        for q in range(look, len(self.looks), _STRIDE):
            last = min(q + _STRIDE, len(self.looks)) - 1
            first = block * self.size
            self.flat.part((slice(first + _ROWS * q, first + self.looks[last]),)).walk(free)
            self.seen[q:last, :, block] = np.nan  # not looked at: equal to nothing
            if not self.apart(np.array([block]), last, free[:, None])[0]:
                return False
            self.seen[last, :, block] = free
        return True

    def apart(self, which: _Lanes, look: int, free: Floats) -> Bools:
        """Return whether the new free times still differ from those of the first run."""
        stop = self.looks[look]
        if stop < self.size:
            after = self.stream.arrivals[which, stop]
        else:
            after = self.stream.arrivals[np.minimum(which + 1, self.count - 1), 0]
            after = np.where((which + 1) % self.length > 0, after, -np.inf)
        known = np.maximum(self.seen[look][:, which], after)
        differs: Bools = (np.maximum(free, after) != known).any(axis=0)
        return differs
