"""FCFS multi-server queue: start and finish times by recursion; chooses the fastest method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arguments import checked_arguments, times_array
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.queues import capacity, methods
from sim.queues.calendars import Calendar
from sim.queues.inputs import (
    arrival_order,
    arrivals_and_service,
    distinct_calendars,
    priority_ranks,
)
from sim.queues.state import Kind, Served, State, columns
from sim.sentences import Sentence

__all__ = ["fifo"]


@checked_arguments
def fifo(
    arrivals: ArrayLike,
    service: ArrayLike,
    servers: int = 1,
    calendar: Calendar | Sequence[Calendar] | capacity.Capacity | None = None,
    priority: ArrayLike | None = None,
    room: int | None = None,
    method: str = "auto",
    state: State | None = None,
    *,
    resume: bool = False,
    identify: bool = False,
) -> Served:
    """Serve customers in order of (arrival, index) by ``servers`` servers.

    The recursion, in absolute time: with ``F_j`` the time at which server ``j`` has
    finished all it took on and ``g_j`` its next open time,
    ``start = min over j of g_j(max(arrival, F_j))``, the lowest index on ties, and
    ``finish = start + service``. One ``max`` and one addition: the bits of an event
    simulation, by every method but ``lindley``. At one instant completions come first,
    then openings, then arrivals, then starts.

    Parameters
    ----------
    arrivals, service:
        Shape ``(n,)`` for one stream or ``(n, R)`` for R replications abreast, in one unit
        of time; any order. An arrival of ``inf`` never comes (padding). ``service`` may be
        a scalar.
    servers:
        How many; ignored where ``calendar`` is a :class:`Capacity`.
    calendar:
        When services may start: one for all servers, one per server, or a
        :class:`Capacity` that counts anonymous servers. None never closes.
    priority:
        Ints numbers in the shape of the arrivals; 0 before 1. Non-pre-emptive, FIFO
        inside a rank.
    room:
        Places to wait; who finds them full is refused (NaN). None has no limit.
    method:
        ``auto``, ``numpy`` (auto without compiled code), or one of
        :data:`sim.queues.methods.SERVE`.
    state:
        Where an earlier block left off; its arrivals all came before these.
    resume:
        A service freezes at closing and goes on at the next opening with the same server;
        else it runs on past closing.
    identify:
        Return the index of the server too.

    Raises
    ------
    ArgumentError
        Shapes differ, a time is NaN, a service negative, or the method cannot serve this
        exactly; the message says which.
    """
    a, s = arrivals_and_service(arrivals, service)
    if isinstance(calendar, capacity.Capacity):
        if priority is not None or room is not None or state is not None or resume or identify:
            raise ArgumentError(
                Sentence("a Capacity has plain FIFO alone: its servers have no names")
            )
        return capacity.serve(times_array("arrivals", a), s, calendar)
    keeps, pattern = distinct_calendars(calendar, servers)
    shape = a.shape
    a, s = (x if x.flags.forc else x.copy() for x in (columns(a), columns(s)))
    rank = priority_ranks(priority, shape)
    if rank is not None and room is not None:
        raise ArgumentError(
            Sentence("a room with priorities is not supported: admission is ambiguous")
        )
    order = arrival_order(a)
    if order is not None:
        a, s = np.take_along_axis(a, order, axis=0), np.take_along_axis(s, order, axis=0)
        rank = None if rank is None else np.take_along_axis(rank, order, axis=0)
    identified = identify or len(keeps) > 1
    free, recent = _initial_state(state, servers, room, a, rank)
    start, finish = _empty_pair(a)
    task = methods.Task(
        arrivals=a,
        service=s,
        rank=rank,
        calendars=keeps,
        pattern=pattern,
        resume=resume,
        free=free.copy(),
        recent=recent,
        identified=identified,
        start=start,
        finish=finish,
        server=np.full_like(a if identified else a[:0], -1, dtype=np.int32),
    )
    methods.run(task, method)
    _normalise_free_times(task, free)
    return _to_served(task, order, shape, identify, state)


def _empty_pair(like: Floats) -> tuple[Floats, Floats]:
    """Return two arrays laid out as another, in one block: fresh memory is what costs most."""
    if like.flags.f_contiguous:
        start, other = np.empty((2, *like.T.shape))
        return start.T, other.T
    start, other = np.empty((2, *like.shape))
    return start, other


def _initial_state(
    state: State | None, servers: int, room: int | None, arrivals: Floats, rank: Ints | None
) -> tuple[Floats, Floats | None]:
    """Return free times ``(c, R)`` and the ring of admitted starts ``(room, R)`` at first."""
    lanes = arrivals.shape[1]
    if room is not None and room < 0:
        raise ArgumentError(Sentence("room must not be negative"))
    if state is None:
        recent = None if room is None else np.full((room, lanes), -np.inf)
        return np.full((servers, lanes), -np.inf), recent
    free = columns(state.free).copy()
    if free.shape != (servers, lanes):
        raise ArgumentError(
            Sentence(
                "the state is of {free} servers and {free2} streams",
                free=free.shape[0],
                free2=free.shape[1],
            )
        )
    if (state.recent is None) != (room is None):
        raise ArgumentError(Sentence("the state and this block differ in having a room"))
    if rank is not None and len(arrivals) and np.any(arrivals[0] < state.last):
        raise ArgumentError(
            Sentence("with priorities, cut where the queue is empty: some could overtake")
        )
    recent = None if state.recent is None else columns(state.recent).copy()
    return free, recent


def _normalise_free_times(task: methods.Task, before: Floats) -> None:
    """Make free times independent of the method: never before the last arrival or start.

    No later customer starts before them, so nothing is lost. Customers who never start
    leave no trace.
    """
    doubtful = task.start[-1:] if task.rank is None else task.start
    if not task.identified and not np.isfinite(doubtful).all():
        ends = np.where(task.start < np.inf, task.finish, -np.inf)
        task.free = np.sort(np.concatenate([before, ends]), axis=0)[-len(before) :]
    last_start = _last_finite(task.start, task.rank is None)
    last = np.maximum(_last_finite(task.arrivals, True), last_start)
    task.free = np.maximum(task.free, last)


def _last_finite(times: Floats, ordered: bool) -> Floats:
    """Return the last finite time of each lane, ``(R,)``; from the end if they ascend."""
    size = 64 if ordered else len(times)
    while True:
        rows = times[max(len(times) - size, 0) :]
        last: Floats = np.where(rows < np.inf, rows, -np.inf).max(axis=0, initial=-np.inf)
        if size >= len(times) or (last > -np.inf).all():
            return last
        size *= 4


def _to_served(
    task: methods.Task,
    order: NDArray[np.intp] | None,
    shape: tuple[int, ...],
    identify: bool,
    before: State | None,
) -> Served:
    """Return the task's results in the order and the shape of the arrivals."""
    last = _last_finite(task.start, task.rank is None)
    last = last if before is None else np.maximum(last, before.last)
    flat = len(shape) == 1
    free = task.free[:, 0] if flat else task.free
    recent = task.recent[:, 0] if flat and task.recent is not None else task.recent
    return Served(
        _undo_order(task.start, order).reshape(shape),
        _undo_order(task.finish, order).reshape(shape),
        _undo_order(task.server, order).reshape(shape) if identify else None,
        State(free, recent, last[0] if flat else last),
    )


def _undo_order(array: NDArray[Kind], order: NDArray[np.intp] | None) -> NDArray[Kind]:
    """Undo a sorting."""
    if order is None:
        return array
    out = np.empty_like(array)
    np.put_along_axis(out, order, array, axis=0)
    return out
