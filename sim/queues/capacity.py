"""Capacity that varies in time: a step function of the number in service.

Servers are anonymous and counted: a service starts only while fewer are in service than
the capacity at that moment. When the capacity falls, services run on (`finish`), or the
surplus is interrupted and resumed later, by anyone (`preempt`). Servers with calendars of
their own are another model: see :func:`sim.queues.fifo`.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import deque
from dataclasses import dataclass

import numpy as np

from sim.arguments import numeric_array, whole_array
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.queues.state import Served, State, columns
from sim.sentences import Sentence

__all__ = ["Capacity", "serve"]


@dataclass(frozen=True, eq=False)
class Capacity:
    """Step function of the number of servers.

    ``counts[k]`` holds from ``times[k]`` until ``times[k + 1]``, the last for ever; before
    ``times[0]`` it is 0. Shapes ``(k,)``. With ``preempt`` a fall sends the surplus, the
    latest started first, back to the head of the queue with the service still due.

    Raises
    ------
    ArgumentError
        Times do not increase, counts are negative, or the shapes differ.
    """

    times: Floats
    counts: Ints
    preempt: bool = False

    def __post_init__(self) -> None:
        times = numeric_array("times", self.times).reshape(-1).copy()
        counts = whole_array("counts", self.counts).reshape(-1).copy()
        if times.shape != counts.shape or not len(times):
            raise ArgumentError(Sentence("times and counts differ in length, or are empty"))
        if not (times[1:] > times[:-1]).all() or np.isnan(times).any() or (counts < 0).any():
            raise ArgumentError(Sentence("times must increase, and counts must not be negative"))
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "counts", counts)


def serve(arrivals: Floats, service: Floats, capacity: Capacity) -> Served:
    """Compute FCFS starts and finishes, shape ``(n,)`` or ``(n, R)``, any order of arrivals.

    ``start`` is the first time at or after the arrival and the start before at which
    fewer than ``c(t)`` are in service: within a step, the ``c``-th latest finish so far.
    Exact for any gaps: every step between two customers is looked at. O(c) a customer.
    With ``preempt`` an event list is needed, and ``start`` is the first start.
    """
    a, s = columns(arrivals), columns(service)
    start, finish = np.empty_like(a), np.empty_like(a)
    most = max(int(capacity.counts.max()), 1)
    free = np.empty((most, a.shape[1]))
    for r in range(a.shape[1]):
        order = np.argsort(a[:, r], kind="stable")
        way = _serve_preemptively if capacity.preempt else _serve_stream
        begun, ended, last = way(a[order, r].tolist(), s[order, r].tolist(), capacity)
        start[order, r], finish[order, r], free[:, r] = begun, ended, last
    begun = np.where(start < np.inf, start, -np.inf).max(axis=0, initial=-np.inf)
    flat = arrivals.ndim == 1
    state = State(free[:, 0] if flat else free, None, begun[0] if flat else begun)
    return Served(start.reshape(arrivals.shape), finish.reshape(arrivals.shape), None, state)


def _serve_stream(
    arrivals: list[float], service: list[float], capacity: Capacity
) -> tuple[list[float], list[float], list[float]]:
    """Serve one stream; return starts, finishes and the latest finishes, ascending."""
    times, counts = [*capacity.times.tolist(), math.inf], capacity.counts.tolist()
    latest = [-math.inf] * max(*counts, 1)
    start: list[float] = []
    finish: list[float] = []
    now, k = times[0], 0
    for a, s in zip(arrivals, service, strict=True):
        now = max(a, now)
        while now < math.inf:
            k = bisect_right(times, now, lo=k) - 1
            begin = max(now, latest[-counts[k]]) if counts[k] else times[k + 1]
            if counts[k] and begin < times[k + 1]:
                now = begin
                break
            now = times[k + 1]
        start.append(now)
        finish.append(now + s)
        if now < math.inf:
            insort(latest, now + s)
            del latest[0]
    return start, finish, latest


def _serve_preemptively(
    arrivals: list[float], service: list[float], capacity: Capacity
) -> tuple[list[float], list[float], list[float]]:
    """Serve as :func:`_serve_stream`, but interrupt the surplus when the capacity falls."""
    count = len(arrivals)
    start, finish = [math.inf] * count, [math.inf] * count
    due = list(service)
    queue: deque[int] = deque()
    busy: list[tuple[float, int]] = []  # (began, customer): the latest started is the last
    steps = deque(zip(capacity.times.tolist(), capacity.counts.tolist(), strict=True))
    allowed = coming = 0
    while True:
        ends = [finish[i] for _, i in busy]
        now = min(
            arrivals[coming] if coming < count else math.inf,
            min(ends, default=math.inf),
            steps[0][0] if steps else math.inf,
        )
        if now == math.inf:
            break
        busy = [(began, i) for began, i in busy if finish[i] > now]
        if steps and steps[0][0] == now:
            allowed = steps.popleft()[1]
            for _, i in reversed(busy[allowed:]):
                due[i], finish[i] = finish[i] - now, math.inf
                queue.appendleft(i)
            del busy[allowed:]
        while coming < count and arrivals[coming] == now:
            queue.append(coming)
            coming += 1
        while queue and len(busy) < allowed:
            i = queue.popleft()
            start[i] = min(start[i], now)
            finish[i] = now + due[i]
            busy.append((now, i))
    ends = sorted(x for x in finish if x < math.inf)
    most = max(int(capacity.counts.max()), 1)
    return start, finish, ([-math.inf] * most + ends)[-most:]
