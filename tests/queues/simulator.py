"""An event simulation of one queue, written from the rules and not from the recursions.

It moves from instant to instant. At each: completions, then openings, then arrivals, then
starts (rank, then arrival, then index; least index of a free and open server).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.queues import Calendar

Row = tuple[float, float, int]


def is_open(calendar: Calendar, time: float) -> bool:
    """Whether a server with this calendar may start now."""
    return any(a <= time < b for a, b in zip(calendar.opens, calendar.closes, strict=True))


def end_of(calendar: Calendar, start: float, service: float, resume: bool) -> float:
    """When a service ends, by walking through the open intervals."""
    if not resume:
        return start + service
    return calendar.resume_finish_at(start, service)


def simulate(
    arrivals: Sequence[float],
    service: Sequence[float],
    calendars: Sequence[Calendar],
    rank: Sequence[int] | None = None,
    room: int | None = None,
    resume: bool = False,
) -> list[Row]:
    """Start, finish and server of each customer; NaN and -1 where refused."""
    n = len(arrivals)
    rank = rank or [0] * n
    coming = sorted(range(n), key=lambda i: (arrivals[i], i))
    moments = {float(t) for c in calendars for t in c.opens} | set(arrivals)
    busy: dict[int, float] = {}
    queue: list[int] = []
    rows: list[Row] = [(math.inf, math.inf, -1)] * n
    while moments:
        now = min(moments)
        moments.discard(now)
        if now == math.inf:
            break
        busy = {j: end for j, end in busy.items() if end > now}

        def start_all() -> None:
            while True:
                queue.sort(key=lambda i: (rank[i], arrivals[i], i))
                idle = [j for j, c in enumerate(calendars) if j not in busy and is_open(c, now)]
                if not queue or not idle:
                    return
                i, j = queue.pop(0), idle[0]
                end = end_of(calendars[j], now, service[i], resume)
                rows[i] = (now, end, j)
                if end > now:
                    busy[j] = end
                    moments.add(end)

        while coming and arrivals[coming[0]] == now:
            if room is not None:
                start_all()  # with a room, arrivals of one instant enter one by one
            i = coming.pop(0)
            queue.append(i)
            if room is not None:
                start_all()
                if i in queue and len(queue) > room:
                    queue.remove(i)
                    rows[i] = (math.nan, math.nan, -1)
        start_all()
    return rows
