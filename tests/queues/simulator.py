"""An event simulation of one queue, written from the rules and not from the recursions.

It moves from instant to instant. At each: completions, then openings, then arrivals, then
starts (rank, then arrival, then index; least index of a free and open server).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.queues import Calendar

Row = tuple[float, float, int]


@dataclass
class Simulation:
    """One queue: who waits, which server is busy until when, and what happened."""

    arrivals: Sequence[float]
    service: Sequence[float]
    calendars: Sequence[Calendar]
    rank: Sequence[Sequence[float]]
    room: int | None
    resume: bool
    rows: list[Row]
    now: float = -math.inf
    queue: list[int] = field(default_factory=list)
    busy: dict[int, float] = field(default_factory=dict)
    moments: set[float] = field(default_factory=set)

    def run(self) -> None:
        """Go from instant to instant until nothing can happen any more."""
        self.moments = {float(t) for c in self.calendars for t in c.opens} | set(self.arrivals)
        coming = sorted(range(len(self.arrivals)), key=lambda i: (self.arrivals[i], i))
        while self.moments:
            self.now = min(self.moments)
            self.moments.discard(self.now)
            if self.now == math.inf:
                return
            self.busy = {j: end for j, end in self.busy.items() if end > self.now}
            while coming and self.arrivals[coming[0]] == self.now:
                self.arrive(coming.pop(0))
            self.start_all()

    def arrive(self, i: int) -> None:
        """With a room, arrivals of one instant enter one by one, as places allow."""
        if self.room is None:
            self.queue.append(i)
            return
        self.start_all()
        self.queue.append(i)
        self.start_all()
        if i in self.queue and len(self.queue) > self.room:
            self.queue.remove(i)
            self.rows[i] = (math.nan, math.nan, -1)

    def start_all(self) -> None:
        """Start whoever can start now."""
        while (pair := self.next_start()) is not None:
            j, i = pair
            self.queue.remove(i)
            end = self.now + self.service[i]
            if self.resume:
                end = self.calendars[j].resume_finish_at(self.now, self.service[i])
            self.rows[i] = (self.now, end, j)
            if end > self.now:
                self.busy[j] = end
                self.moments.add(end)

    def next_start(self) -> tuple[int, int] | None:
        """The least server that can start somebody, and whom it takes."""
        for j, calendar in enumerate(self.calendars):
            if j not in self.busy and self.is_open(calendar):
                mine = [i for i in self.queue if self.rank[j][i] < math.inf]
                if mine:
                    return j, min(mine, key=lambda i: (self.rank[j][i], self.arrivals[i], i))
        return None

    def is_open(self, calendar: Calendar) -> bool:
        """Whether a server with this calendar may start now."""
        pairs = zip(calendar.opens, calendar.closes, strict=True)
        return any(a <= self.now < b for a, b in pairs)


def simulate(
    arrivals: Sequence[float],
    service: Sequence[float],
    calendars: Sequence[Calendar],
    rank: Sequence[float] | Sequence[Sequence[float]] | None = None,
    room: int | None = None,
    resume: bool = False,
) -> list[Row]:
    """Start, finish and server of each customer; NaN and -1 where refused.

    ``rank`` is one for each customer, or by server and customer, ``inf`` for whom it never serves.
    """
    n = len(arrivals)
    rows: list[Row] = [(math.inf, math.inf, -1)] * n
    by_server = np.broadcast_to(np.array(rank or [0.0] * n), (len(calendars), n)).tolist()
    queue = Simulation(arrivals, service, calendars, by_server, room, resume, rows)
    queue.run()
    return queue.rows
