"""Non-pre-emptive priority: one turn per start of service.

At a turn the time is the earliest at which a server can take anyone unserved; everyone who
has arrived by then stands in the queue, and the least rank goes first, inside a rank the
least (arrival, index). A completion, an opening and an arrival at one instant therefore
all come before the start. With one rank this is FIFO, bit for bit.

Source: non-pre-emptive head-of-the-line priority, Cobham (1954).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heappop, heappush, heapreplace

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.queues.calendars import Calendar
from sim.queues.lanes import CalendarCursor, free_time_parts, replace_least
from sim.queues.scalar import Times

__all__ = ["by_rank", "roster", "shared", "shared_lanes"]

_FEW = 64  # so few streams are served faster one customer at a time


def shared(
    arrivals: Times,
    service: Times,
    rank: list[int],
    free: Times,
    calendar: Calendar,
    resume: bool,
) -> tuple[Times, Times]:
    """Serve one stream by equal servers on one calendar; ``free`` is a heap, changed in place."""
    count = len(arrivals)
    start, finish = [math.inf] * count, [math.inf] * count
    coming_at = [*arrivals, math.nan]  # which is not below anything
    turn = [r * count + i for i, r in enumerate(rank)]  # rank and place as one number
    waiting: list[int] = []
    now = opens = closes = -math.inf
    coming = 0
    for _ in range(count):
        if not waiting:
            now = coming_at[coming]
        if free[0] > now:
            now = free[0]
        if now >= closes:
            opens, closes = calendar.interval_at(now)
        if now < opens:
            now = opens
        if now == math.inf:
            break
        if not waiting and not coming_at[coming + 1] <= now:
            i, coming = coming, coming + 1
        else:
            while coming_at[coming] <= now:
                heappush(waiting, turn[coming])
                coming += 1
            i = heappop(waiting) % count
        start[i] = now
        end = now + service[i]
        if resume and end > closes:
            end = calendar.resume_finish_at(now, service[i])
        finish[i] = end
        heapreplace(free, end)
    return start, finish


def roster(
    arrivals: Times,
    service: Times,
    rank: list[int],
    free: Times,
    calendars: Sequence[Calendar],
    pattern: Sequence[int],
    resume: bool,
) -> tuple[Times, Times, list[int]]:
    """Serve one stream, server ``j`` on ``calendars[pattern[j]]``; ``free`` by index."""
    count = len(arrivals)
    start, finish, server = [math.inf] * count, [math.inf] * count, [-1] * count
    waiting: list[tuple[int, int]] = []
    now, coming = -math.inf, 0
    ready = [calendars[p].next_open_at(f) for p, f in zip(pattern, free, strict=True)]
    for _ in range(count):
        since = now if waiting else arrivals[coming]
        opened = [calendar.next_open_at(since) for calendar in calendars]
        options = [max(opened[p], f) for p, f in zip(pattern, ready, strict=True)]
        now = min(options)
        if now == math.inf:
            break
        while coming < count and arrivals[coming] <= now:
            heappush(waiting, (rank[coming], coming))
            coming += 1
        i, j = heappop(waiting)[1], options.index(now)
        calendar = calendars[pattern[j]]
        start[i], server[i] = now, j
        finish[i] = calendar.resume_finish_at(now, service[i]) if resume else now + service[i]
        free[j], ready[j] = finish[i], calendar.next_open_at(finish[i])
    return start, finish, server


def _classes_of(rank: Ints) -> tuple[NDArray[np.integer], int]:
    """The ranks as whole numbers from 0 without gaps, and how many there are."""
    least, most = rank.min(initial=0), rank.max(initial=0)
    if most - least >= 256:
        classes, code = np.unique(rank, return_inverse=True)
        return code, len(classes)
    used = np.bincount((rank - least).ravel()) > 0
    code = (np.cumsum(used) - 1).astype(np.uint8)[rank - least]  # sorted by counting
    return code, int(np.count_nonzero(used))


def by_rank(rank: Ints) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Customers of each lane class by class, and where the classes begin.

    Returns the order ``(n, L)`` and the bounds ``(K + 1, L)``.
    """
    code, count = _classes_of(rank)
    order = np.argsort(code, axis=0, kind="stable")
    lanes = rank.shape[1]
    cell = code + np.arange(lanes) * np.int64(count)
    members = np.bincount(cell.ravel(), minlength=count * lanes).reshape(lanes, count).T
    return order, np.concatenate([np.zeros((1, lanes), np.intp), np.cumsum(members, axis=0)])


def shared_lanes(
    arrivals: Floats,
    service: Floats,
    rank: Ints,
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    free: Floats,
    calendar: Calendar,
    resume: bool,
    start: Floats,
    finish: Floats,
) -> Floats:
    """Serve many streams side by side, equal servers on one calendar; fill ``start``, ``finish``.

    Stream ``r`` is ``first[r]:last[r]`` of the flat arrays. ``free`` ``(c, L)`` ascends down
    each lane; returns what it is at last. About twenty NumPy calls a turn; the ends of the few
    longest streams go one by one.
    """
    longest = np.argsort(first - last, kind="stable")  # lanes that go on form a block
    sizes = (last - first)[longest]
    going = np.searchsorted(-sizes, -np.arange(sizes.max(initial=0)), side="left")
    turns = int(np.count_nonzero(going >= _FEW))
    lines = _Lines(arrivals, service, rank, first[longest], sizes)
    free = free[:, longest]
    left, inside = free, free_time_parts(free)
    hours = CalendarCursor(calendar, resume, len(sizes))
    total = int(going[:turns].sum())
    at, begin, end = np.empty(total, dtype=np.intp), np.empty(total), np.empty(total)
    done = 0
    for count in going[:turns].tolist():
        if count < left.shape[1]:
            left = left[:, :count]
            inside = free_time_parts(left)
            hours.keep(slice(count))
        turn = slice(done, done := done + count)
        now, then = begin[turn], end[turn]
        np.maximum(left[0], lines.earliest(count), out=now)
        hours.begin(now)
        at[turn] = lines.take(now)
        hours.end(now, lines.service[at[turn]], then)
        replace_least(inside, then)
    few = longest[: 0 if turns == len(going) else going[turns]].tolist()
    for r in few:
        start[first[r] : last[r]] = np.nan  # not served yet
    who = lines.customer[at]
    start[who], finish[who] = begin, end
    for k, r in enumerate(few):
        rest = first[r] + np.flatnonzero(np.isnan(start[first[r] : last[r]]))
        held = free[:, k].tolist()
        a, s, order = arrivals[rest].tolist(), service[rest].tolist(), rank[rest].tolist()
        start[rest], finish[rest] = shared(a, s, order, held, calendar, resume)
        free[:, k] = sorted(held)
    settled = np.empty_like(free)
    settled[:, longest] = free
    return settled


class _Lines:
    """Waiting lines of many lanes, class by class.

    Each line ends with a place of NaN, which is neither earlier nor later than any time.
    """

    def __init__(
        self,
        arrivals: Floats,
        service: Floats,
        rank: Ints,
        first: NDArray[np.intp],
        sizes: NDArray[np.intp],
    ) -> None:
        lanes = np.repeat(np.arange(len(sizes)), sizes)
        who = np.arange(len(lanes)) + np.repeat(first - np.cumsum(sizes) + sizes, sizes)
        code, count = _classes_of(rank[who])
        line = lanes * count + code
        small = line.astype(np.min_scalar_type(len(sizes) * count))  # sorted by counting
        order = np.argsort(small, kind="stable")
        who, line = who[order], line[order]
        place = np.arange(len(who)) + line
        lines = len(sizes) * count
        self.customer = np.empty(len(who) + lines, dtype=np.intp)
        self.customer[place] = who
        self.arrival = np.full(len(who) + lines, np.nan)
        self.arrival[place] = arrivals[who]
        self.service = np.empty(len(who) + lines)
        self.service[place] = service[who]
        members = np.bincount(line, minlength=lines)
        begins = np.cumsum(members) - members + np.arange(lines)
        self._place = np.ascontiguousarray(begins.reshape(-1, count).T)
        self._head = self.arrival[self._place]
        self._lane = np.arange(len(sizes))

    def earliest(self, count: int) -> Floats:
        """First arrival not yet served, in each of the first lanes."""
        soonest: Floats = np.fmin.reduce(self._head[:, :count], axis=0)
        return soonest

    def take(self, now: Floats) -> NDArray[np.intp]:
        """Take the first customer of the first class that has come; returns the places."""
        lanes = self._lane[: len(now)]
        line = lanes.copy()
        nobody = np.ones(len(now), dtype=np.bool_)
        for head in self._head[:-1, : len(now)]:
            nobody &= ~(head <= now)
            line += nobody * np.intp(self._lane.size)
        place = self._place.ravel()
        at: NDArray[np.intp] = place[line]
        place[line] = at + 1
        self._head.ravel()[line] = self.arrival[at + 1]
        return at
