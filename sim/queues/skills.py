"""Skill-based routing: servers in teams that serve some kinds of customers, in their own order.

Customers are of kinds, servers of teams. A team takes the kinds in an order of its own and
some kinds never: reserved lanes, lanes of either direction, staff who help out elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arguments import checked_arguments, whole_array
from sim.arrays import Bools, Floats, Ints
from sim.errors import ArgumentError
from sim.queues.calendars import Calendar
from sim.queues.fifo import fifo
from sim.queues.inputs import arrival_order, arrivals_and_service, distinct_calendars
from sim.sentences import Sentence

__all__ = ["skilled"]


@checked_arguments
def skilled(
    arrivals: ArrayLike,
    service: ArrayLike,
    kind: ArrayLike,
    rank: ArrayLike,
    team: ArrayLike,
    calendar: Calendar | Sequence[Calendar] | None = None,
    *,
    resume: bool = False,
) -> tuple[Floats, Floats, NDArray[np.int32]]:
    """Serve customers by teams: least rank, then arrival, then index.

    The lowest-numbered server that can start somebody starts first; completions, openings
    and arrivals of an instant come before its starts, as in :func:`sim.queues.fifo`. Teams
    that have no kind in common are queues of their own, served by :func:`fifo`; those that
    do are served one start after the other, O(servers + kinds) each.

    Parameters
    ----------
    arrivals, service, kind:
        Shape ``(n,)``, any order; ``kind`` counts from 0. An arrival of ``inf`` never comes.
    rank:
        Shape ``(teams, kinds)``: 0 is served first, -1 never.
    team:
        Shape ``(servers,)``: the row of ``rank`` of each server.
    calendar, resume:
        As in :func:`fifo`.

    Returns
    -------
    start, finish, server:
        Shape ``(n,)``; ``inf``, ``inf`` and -1 for whom nobody serves.

    Raises
    ------
    ArgumentError
        Shapes differ, a time is NaN, or a service negative.
    """
    a, s = arrivals_and_service(arrivals, service)
    what, order = whole_array("kind", kind), whole_array("rank", rank)
    teams = whole_array("team", team)
    if a.ndim != 1 or what.shape != a.shape or order.ndim != 2 or teams.ndim != 1:
        raise ArgumentError(
            Sentence("arrivals and kind must be (n,), rank (teams, kinds), team (servers,)")
        )
    for name, rows, count in (("kind", what, order.shape[1]), ("team", teams, len(order))):
        if rows.min(initial=0) < 0 or rows.max(initial=-1) >= count:
            raise ArgumentError(
                Sentence(
                    "{name} must count from 0 to {count}, as rank has it",
                    name=name,
                    count=count - 1,
                )
            )
    start, finish = np.full((2, len(a)), math.inf)
    server = np.full(len(a), -1, dtype=np.int32)
    if not teams.size or not a.size:
        return start, finish, server
    keeps, pattern = distinct_calendars(calendar, len(teams))
    hours = [keeps[p] for p in pattern.tolist()]
    present = np.bincount(what, minlength=order.shape[1]) > 0
    for staff, kinds in _parts(order, teams, present):
        members = np.flatnonzero(np.isin(what, kinds))
        crew = np.flatnonzero(np.isin(teams, staff))
        roster = [hours[j] for j in crew.tolist()]
        if len(staff) == 1:
            out = fifo(
                a[members],
                s[members],
                len(crew),
                roster,
                priority=order[staff[0], what[members]],
                resume=resume,
                identify=True,
            )
            assert out.server is not None
            served = (out.start, out.finish, out.server.astype(np.int64))
        else:
            served = _turns(
                a[members], s[members], what[members], order[teams[crew]], roster, resume
            )
        start[members], finish[members] = served[:2]
        server[members] = np.append(crew, -1)[served[2]]
    return start, finish, server


def _parts(rank: Ints, team: Ints, present: Bools) -> list[tuple[list[int], Ints]]:
    """Group teams that have servers so that no kind is served by two groups."""
    serves = (rank >= 0) & present
    parts: list[tuple[list[int], Bools]] = []
    for number in np.unique(team).tolist():
        staff, kinds = [number], serves[number]
        for other in [part for part in parts if (part[1] & kinds).any()]:
            parts.remove(other)
            staff, kinds = other[0] + staff, other[1] | kinds
        parts.append((staff, kinds))
    return [(staff, np.flatnonzero(kinds)) for staff, kinds in parts if kinds.any()]


def _turns(
    arrivals: Floats,
    service: Floats,
    kind: Ints,
    rank: Ints,
    calendars: Sequence[Calendar],
    resume: bool,
) -> tuple[Floats, Floats, Ints]:
    """Serve one start after the other; row ``j`` of ``rank`` is that of server ``j``."""
    by_arrival = arrival_order(arrivals[:, None])
    order = np.arange(len(arrivals)) if by_arrival is None else by_arrival[:, 0]
    lines = {k: order[kind[order] == k][::-1].tolist() for k in np.unique(kind).tolist()}
    came, need = arrivals.tolist(), service.tolist()
    places = {i: place for place, i in enumerate(order.tolist())}
    ranks = [{k: r for k, r in enumerate(row) if r >= 0 and k in lines} for row in rank.tolist()]
    free = [-math.inf] * len(calendars)
    start, finish = np.full((2, len(arrivals)), math.inf)
    server = np.full(len(arrivals), -1, dtype=np.int64)
    for _ in range(len(arrivals)):
        heads = {k: came[line[-1]] for k, line in lines.items() if line}
        now, chosen = math.inf, -1
        for j, calendar in enumerate(calendars):
            first = min((heads[k] for k in ranks[j] if k in heads), default=math.inf)
            if max(first, free[j]) < now:
                could = calendar.next_open_at(max(first, free[j]))
                if could < now:
                    now, chosen = could, j
        if chosen < 0:
            break
        ready = [k for k in ranks[chosen] if k in heads and heads[k] <= now]
        line = lines[min(ready, key=lambda k: (ranks[chosen][k], places[lines[k][-1]]))]
        i = line.pop()
        end = calendars[chosen].resume_finish_at(now, need[i]) if resume else now + need[i]
        start[i], finish[i], server[i] = now, end, chosen
        free[chosen] = end
    return start, finish, server
