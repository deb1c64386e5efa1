"""Methods of serving a queue, and the choice between them. All return the same bits.

| method | fit for | cost a customer at load 0.9 |
|---|---|---|
| scalar | anything, small | 0.1 to 1 us |
| lanes | some hundred replications and more abreast | 3 to 40 ns |
| blocks | one long stream, or some shorter ones abreast | 15 to 60 ns |
| periods | the same with priorities, where nights empty them | 100 to 300 ns |
| compiled | anything, with the extra `fast` | 1 to 30 ns |
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.queues import (
    blocks,
    compiled,
    lanes,
    lindley,
    periods,
    priority,
    scalar,
    server_assignment,
)
from sim.queues.calendars import Calendar
from sim.sentences import Sentence

__all__ = ["METHODS", "Task", "run"]

_MIN_LANES = 16, 40  # lanes from which NumPy beats one customer at a time; with ranks or room
_MAX_LANES_CUT = 256  # lanes from which cutting them into blocks gains nothing
_MIN_FOR_BLOCKS = 8_000, 20_000  # customers from which blocks pay; if the servers never close
_MIN_FOR_PERIODS = 2_000  # customers from which periods do
_LANES_IN_CACHE = 1024  # lanes whose free times stay in cache
_GAINS = {"scalar": 5e-7, "lanes": 1e-8, "blocks": 3e-8, "periods": 1.5e-7}
"""Seconds that compiled code saves for each customer, by the method that it replaces."""


@dataclass(eq=False)
class Task:
    """Queue to be served; arrays are ``(n, R)``, each lane sorted by (arrival, index).

    Customer after customer in memory suits ``lanes``, lane after lane all other methods.

    ``free`` ``(c, R)`` and ``recent`` ``(room, R)`` are changed in place; ``free`` is by
    index when ``identified``, else ascending. ``calendars`` are the different ones, ``pattern``
    says which of them each server keeps. ``server`` is filled when ``identified``.
    """

    arrivals: Floats
    service: Floats
    rank: Ints | None
    calendars: list[Calendar]
    pattern: Ints
    resume: bool
    free: Floats
    recent: Floats | None
    identified: bool
    start: Floats
    finish: Floats
    server: NDArray[np.int32]

    @property
    def equal(self) -> bool:
        """Whether all servers keep one calendar."""
        return len(self.calendars) == 1


def run(task: Task, method: str) -> None:
    """Serve the task by a method, or by the best fitting one.

    Raises
    ------
    ArgumentError
        There is no such method, or it cannot serve this queue exactly.
    """
    if method not in METHODS:
        raise ArgumentError(
            Sentence(
                "there is no method {method!r}; known are {methods}",
                method=method,
                methods=", ".join(METHODS),
            )
        )
    if method in ("auto", "numpy"):
        method = _choose(task, method == "auto")
    missing = SERVE[method][1](task)
    if missing:
        raise ArgumentError(
            Sentence(
                "method {method!r} cannot serve {missing}; use 'auto'",
                method=method,
                missing=missing,
            )
        )
    if method == "compiled" or not task.equal:
        SERVE[method][0](task)
        return
    by_index, task.free = task.free, np.sort(task.free, axis=0)
    SERVE[method][0](task)
    if task.identified:
        task.free = by_index
        _assign_servers(task)


def _choose(task: Task, compile_too: bool) -> str:
    """Return the method that fits best."""
    method = _choose_numpy(task)
    gain = _GAINS[method]
    return "compiled" if compile_too and compiled.pays_off(task.arrivals.size, gain) else method


def _choose_numpy(task: Task) -> str:
    """Return the method that fits best of those without compiled code."""
    customers, abreast = task.arrivals.size, task.arrivals.shape[1]
    if abreast < _MAX_LANES_CUT:
        fewest = _MIN_FOR_BLOCKS[task.calendars[0].never_closes]
        if customers >= fewest and not _not_in_blocks(task):
            return "blocks"
        if customers >= _MIN_FOR_PERIODS and not _not_in_periods(task):
            nights = periods.count_periods(task.arrivals.T, task.calendars[0])
            if nights >= periods.MIN_PERIODS:
                return "periods"
    easy = task.equal and task.rank is None and task.recent is None
    return "lanes" if abreast >= _MIN_LANES[not easy] and not _not_in_lanes(task) else "scalar"


def _not_in_lanes(task: Task) -> str:
    """Name what NumPy lanes cannot serve; empty if the task can be served."""
    if task.equal:
        return ""
    if task.rank is not None:
        return "priorities with different calendars"
    return "" if task.recent is None else "a finite room with different calendars"


def _not_in_blocks(task: Task) -> str:
    """Name what blocks of a stream cannot serve; empty if the task can be served."""
    if task.rank is not None:
        return "priorities"
    return "" if task.recent is None else "a finite room"


def _not_in_periods(task: Task) -> str:
    """Name what periods of a stream cannot serve; empty if the task can be served."""
    if task.rank is None:
        return "anything but priorities"
    return "" if task.equal and task.recent is None else "different calendars or a finite room"


def _not_by_lindley(task: Task) -> str:
    """Name what the Lindley recursion cannot serve; empty if the task can be served."""
    simple = task.rank is None and task.recent is None and task.calendars[0].never_closes
    if not (simple and task.equal and len(task.free) == 1):
        return "anything but one server that never closes"
    return "" if np.isfinite(task.arrivals).all() else "arrivals that never come"


def _by_scalar(task: Task) -> None:
    """Serve each lane in plain Python."""
    for r in range(task.arrivals.shape[1]):
        a, s, free = (x[:, r].tolist() for x in (task.arrivals, task.service, task.free))
        rank = None if task.rank is None else task.rank[:, r].tolist()
        ring = None
        if task.recent is not None:
            ring = deque(task.recent[:, r].tolist(), maxlen=len(task.recent))
        calendar, resume = task.calendars[0], task.resume
        if not task.equal:
            keeps = task.calendars, task.pattern.tolist()
            if rank is None:
                times = scalar.roster(a, s, free, *keeps, resume, ring)
            else:
                times = priority.roster(a, s, rank, free, *keeps, resume)
            task.start[:, r], task.finish[:, r], task.server[:, r] = times
        elif rank is not None:
            both = priority.shared(a, s, rank, free, calendar, resume)
            task.start[:, r], task.finish[:, r] = both
        elif ring is None and calendar.never_closes:
            task.start[:, r], task.finish[:, r] = scalar.plain(a, s, free)
        else:
            both = scalar.shared(a, s, free, calendar, resume, ring)
            task.start[:, r], task.finish[:, r] = both
        task.free[:, r] = sorted(free) if task.equal else free
        if task.recent is not None and ring is not None:
            task.recent[:, r] = list(ring)


def _by_lanes(task: Task) -> None:
    """Serve all lanes at once, some hundreds at a time."""
    with _customer_major(task) as rows:
        for left in range(0, task.arrivals.shape[1], _LANES_IN_CACHE):
            _chunk_of_lanes(rows, slice(left, left + _LANES_IN_CACHE))


@contextmanager
def _customer_major(task: Task) -> Iterator[Task]:
    """Yield the task with its times customer after customer in memory."""
    a, s, b, d = map(np.ascontiguousarray, (task.arrivals, task.service, task.start, task.finish))
    who = np.ascontiguousarray(task.server)
    yield replace(task, arrivals=a, service=s, start=b, finish=d, server=who)
    if b is not task.start:
        task.start[:], task.finish[:], task.server[:] = b, d, who


def _chunk_of_lanes(task: Task, part: slice) -> None:
    """Serve some lanes at once."""
    a, s, b, d = (x[:, part] for x in (task.arrivals, task.service, task.start, task.finish))
    free = task.free[:, part].copy()
    recent = None if task.recent is None else task.recent[:, part]
    if not task.equal:
        keeps = task.calendars, task.pattern, task.resume
        lanes.roster(a, s, free, *keeps, b, d, task.server[:, part])
    elif task.rank is not None:
        free = _priority_lanes(task, part, free)
    elif recent is None and task.calendars[0].never_closes:
        lanes.plain(a, s, free, b, d)
    else:
        hours = lanes.CalendarCursor(task.calendars[0], task.resume, a.shape[1])
        lanes.shared(a, s, free, hours, recent, b, d)
    task.free[:, part] = free


def _priority_lanes(task: Task, part: slice, free: Floats) -> Floats:
    """Serve some lanes with priorities; return the free times at last."""
    assert task.rank is not None
    arrivals, rank = task.arrivals[:, part].T, task.rank[:, part].T
    ends = np.cumsum(np.full(len(arrivals), arrivals.shape[1]))
    start, finish = np.empty((2, arrivals.size))
    free = priority.shared_lanes(
        arrivals.ravel(),
        task.service[:, part].T.ravel(),
        rank.ravel(),
        ends - arrivals.shape[1],
        ends,
        free,
        task.calendars[0],
        task.resume,
        start,
        finish,
    )
    task.start[:, part] = start.reshape(arrivals.shape).T
    task.finish[:, part] = finish.reshape(arrivals.shape).T
    return free


def _by_blocks(task: Task) -> None:
    """Serve all lanes at once, each cut into blocks of time."""
    calendar = task.calendars[0]
    a = closing = task.arrivals.T
    if task.equal and not calendar.never_closes:
        a, closing = np.empty((2, *a.shape))
        for r, arrivals in enumerate(task.arrivals.T):
            a[r], closing[r] = calendar.openings(arrivals)
    times = a, closing, task.service.T, task.start.T, task.finish.T, task.server.T
    blocks.serve(
        blocks.Stream(*times, task.calendars, task.pattern, task.resume),
        task.free,
    )


def _by_periods(task: Task) -> None:
    """Serve all lanes at once, each cut where it empties overnight."""
    assert task.rank is not None
    streams = task.arrivals.T, task.service.T, task.rank.T
    keeps = task.free, task.calendars[0], task.resume
    start, finish = periods.serve(*streams, *keeps)
    task.start[:], task.finish[:] = start.T, finish.T


def _by_lindley(task: Task) -> None:
    """Serve by the Lindley recursion."""
    task.start[:], task.finish[:] = lindley.serve(task.arrivals, task.service, task.free)


def _by_kernels(task: Task) -> None:
    """Serve by compiled kernels, lane after lane; servers are assigned in the same pass."""
    kernels = compiled.kernels()
    if (
        _not_in_blocks(task)
        or not task.equal
        or task.identified
        or not task.calendars[0].never_closes
    ):
        _lane_by_lane(task, kernels)
        return
    task.free = np.sort(task.free, axis=0)
    if task.arrivals.shape[1] > 1:
        with _customer_major(task) as rows:
            kernels.plain_lanes(rows.arrivals, rows.service, rows.free, rows.start, rows.finish)
        return
    a, s, free, b, d = (
        np.ascontiguousarray(x[:, 0])
        for x in (task.arrivals, task.service, task.free, task.start, task.finish)
    )
    kernels.plain(a, s, free, b, d)
    task.free[:, 0], task.start[:, 0], task.finish[:, 0] = free, b, d


def _lane_by_lane(task: Task, kernels: ModuleType) -> None:
    """Serve lane by lane with the general kernels."""
    book = compiled.flatten_calendars(task.calendars)
    customers, abreast = task.arrivals.shape
    spare = np.empty(0 if task.identified else customers, dtype=np.int32)
    order, bounds = (None, None) if task.rank is None else priority.by_rank(task.rank)
    for r in range(abreast):
        lane = (task.arrivals, task.service, task.free, task.start, task.finish)
        a, s, free, start, finish = (np.ascontiguousarray(x[:, r]) for x in lane)
        server = np.ascontiguousarray(task.server[:, r]) if task.identified else spare
        out = start, finish, server
        keeps = book, task.pattern, task.resume, free
        if order is not None and bounds is not None:
            start[:], finish[:], server[:] = np.inf, np.inf, -1
            classes = (np.ascontiguousarray(x[:, r]) for x in (order, bounds))
            kernels.priority(a, s, *classes, *keeps, *out)
        else:
            recent = None if task.recent is None else task.recent[:, r].copy()
            kernels.roster(a, s, *keeps, recent, *out, None)
            if task.recent is not None:
                task.recent[:, r] = recent
        task.start[:, r], task.finish[:, r] = start, finish
        task.free[:, r] = free if task.identified else np.sort(free)
        if task.identified:
            task.server[:, r] = server


def _assign_servers(task: Task) -> None:
    """Assign equal servers to customers, from starts in order of service."""
    order = None
    start, finish = task.start.T, task.finish.T
    if task.rank is not None:
        order = _order_of_service(start, task.rank.T)
        start = np.take_along_axis(start, order, axis=1)
        finish = np.take_along_axis(finish, order, axis=1)
    served = start < np.inf  # those who never are come last, but who is refused does not
    counts = np.count_nonzero(served, axis=1)
    if task.recent is None:
        heads = np.arange(len(start)) * start.shape[1]
        assigned = server_assignment.assign_servers(
            start.ravel(), finish.ravel(), heads, heads + counts, task.free
        )
        server = assigned.reshape(start.shape)
    else:
        server = np.full(start.shape, -1, dtype=np.int32)
        stops = np.cumsum(counts)
        server[served] = server_assignment.assign_servers(
            start[served], finish[served], stops - counts, stops, task.free
        )
    if order is None:
        task.server[:] = server.T
    else:
        np.put_along_axis(task.server.T, order, server, axis=1)


def _order_of_service(start: Floats, rank: Ints) -> NDArray[np.intp]:
    """Return customers by start, then rank, then index, along the last axis.

    Each rank's starts ascend already, which the second sort gains from.
    """
    least, most = rank.min(), rank.max()
    small = (rank - least).astype(np.min_scalar_type(most - least))  # sorted by counting
    by_rank = np.argsort(small, axis=-1, kind="stable")
    starts = np.take_along_axis(start, by_rank, axis=-1)
    return np.take_along_axis(by_rank, np.argsort(starts, axis=-1, kind="stable"), axis=-1)


def _unrestricted(_: Task) -> str:
    """Return that a method can serve any task."""
    return ""


SERVE: dict[str, tuple[Callable[[Task], None], Callable[[Task], str]]] = {
    "scalar": (_by_scalar, _unrestricted),
    "lanes": (_by_lanes, _not_in_lanes),
    "blocks": (_by_blocks, _not_in_blocks),
    "periods": (_by_periods, _not_in_periods),
    "compiled": (_by_kernels, _unrestricted),
    "lindley": (_by_lindley, _not_by_lindley),
}
METHODS = ("auto", "numpy", *SERVE)
