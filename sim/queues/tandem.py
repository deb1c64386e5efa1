"""Stages in a row with finite room between them: blocking after service.

Who has finished a stage keeps his server there until the next stage has room (`BAS`,
manufacturing blocking). No event list is needed: when a stage is full, its least completion
is the next to leave it, and that needs at most one leaving further down.

Sources: Altiok (1982) and Perros (1994) for the discipline; the single-server recursion is
the tandem recursion of Buzacott & Shanthikumar (1993).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, durations_array
from sim.arrays import Floats
from sim.errors import ArgumentError
from sim.queues.state import ascending, columns
from sim.sentences import Sentence

__all__ = ["TandemTimes", "tandem_blocking"]


@dataclass(frozen=True, eq=False)
class TandemTimes:
    """Times at each stage, shape ``(J, n)`` or ``(J, n, R)``; NaN where refused.

    ``start`` and ``finish`` are of the service; ``leave`` is when the server is given up
    (``leave - finish`` is the time blocked), which is when the next stage is entered.
    """

    start: Floats
    finish: Floats
    leave: Floats


@checked_arguments
def tandem_blocking(
    arrivals: ArrayLike,
    services: Sequence[ArrayLike],
    servers: Sequence[int],
    buffers: Sequence[int],
    room: int | None = None,
) -> TandemTimes:
    """Serve customers by J stages in a row, each FIFO in the order of entering it.

    Parameters
    ----------
    arrivals:
        Shape ``(n,)`` or ``(n, R)``, ascending down each lane.
    services:
        J arrays in the shape of the arrivals.
    servers:
        Servers of each stage, length J.
    buffers:
        Waiting places between the stages, servers apart, length J - 1.
    room:
        Waiting places before the first stage; who finds them full is refused. A place
        given up at the very instant of the arrival can be taken.

    Exact, bit for bit: ``max`` and one addition a stage. At equal completions the earlier
    customer leaves first. Cost O(J log c) a customer; with single servers and no refusal
    the lanes run abreast.

    Raises
    ------
    ArgumentError
        Lengths or shapes differ, or arrivals are not sorted.
    """
    a = ascending("arrivals", arrivals)
    durations = [durations_array("services", x) for x in services]
    stages = len(servers)
    if [x.shape for x in durations] != [a.shape] * stages or len(buffers) != stages - 1:
        raise ArgumentError(
            Sentence("services, servers and buffers do not fit the stages and the arrivals")
        )
    if min(servers, default=0) < 1 or min(buffers, default=0) < 0 or (room or 0) < 0:
        raise ArgumentError(
            Sentence("a stage needs a server at least, and no room may be negative")
        )
    s = np.array(durations)
    places = [math.inf if room is None else room, *buffers]
    shape = s.shape
    lanes = columns(a)
    s = s.reshape(stages, *lanes.shape)
    out = tuple(np.full(s.shape, np.nan) for _ in range(3))
    if room is None and max(servers) == 1:
        _single_servers(lanes, s, buffers, *out)
    else:
        for r in range(lanes.shape[1]):
            row = _Lane(s[:, :, r].tolist(), list(servers), places)
            for i, time in enumerate(lanes[:, r].tolist()):
                row.admit(i, time)
            for j in range(stages):
                while row.held[j]:
                    row.release(j)
            for target, times in zip(out, (row.start, row.finish, row.leave), strict=True):
                target[:, :, r] = times
    return TandemTimes(*(x.reshape(shape) for x in out))


class _Lane:
    """One lane of the line, customer by customer.

    ``left[j]`` lists when places at stage ``j`` were given up, in order; the k-th to enter
    needs the (k - places)-th leaving, the k-th to start the (k - servers)-th.
    """

    def __init__(
        self, service: list[list[float]], servers: list[int], places: Sequence[float]
    ) -> None:
        self.service = service
        self.servers = servers
        self.places = [c + b for c, b in zip(servers, places, strict=True)]
        stages, count = len(servers), len(service[0])
        self.start = [[math.nan] * count for _ in range(stages)]
        self.finish = [[math.nan] * count for _ in range(stages)]
        self.leave = [[math.nan] * count for _ in range(stages)]
        self.left: list[list[float]] = [[] for _ in range(stages)]
        self.entered = [0] * stages
        self.held: list[list[tuple[float, int]]] = [[] for _ in range(stages)]

    def admit(self, i: int, arrival: float) -> None:
        """Let a customer in, unless the room before the first stage is full."""
        if self.room_from(0) <= arrival:
            self.enter(0, i, arrival)

    def room_from(self, j: int) -> float:
        """Return when the next customer to come finds a place at stage ``j``."""
        needed = self.entered[j] - self.places[j]
        if needed < 0:
            return -math.inf
        while len(self.left[j]) <= needed:
            self.release(j)
        return self.left[j][int(needed)]

    def enter(self, j: int, i: int, ready: float) -> float:
        """Put a customer into stage ``j``; return the time of entry."""
        time = max(ready, self.room_from(j))
        needed = self.entered[j] - self.servers[j]
        begin = time
        if needed >= 0:
            while len(self.left[j]) <= needed:
                self.release(j)
            begin = max(time, self.left[j][needed])
        self.entered[j] += 1
        end = begin + self.service[j][i]
        self.start[j][i], self.finish[j][i] = begin, end
        heappush(self.held[j], (end, i))
        return time

    def release(self, j: int) -> None:
        """Let the least completion of stage ``j`` go."""
        end, i = heappop(self.held[j])
        last = j + 1 == len(self.servers)
        self.leave[j][i] = end if last else self.enter(j + 1, i, end)
        self.left[j].append(self.leave[j][i])


def _single_servers(
    arrivals: Floats,
    services: Floats,
    buffers: Sequence[int],
    start: Floats,
    finish: Floats,
    leave: Floats,
) -> None:
    """Serve by single servers without refusal, so without overtaking: all lanes side by side."""
    stages = len(services)
    for k, ready in enumerate(arrivals):
        for j in range(stages):
            before = leave[j, k - 1] if k else ready
            np.maximum(ready, before, out=start[j, k])
            np.add(start[j, k], services[j, k], out=finish[j, k])
            ready = finish[j, k]
            if j + 1 < stages and k > buffers[j]:
                ready = np.maximum(ready, leave[j + 1, k - 1 - buffers[j]])
            leave[j, k] = ready
