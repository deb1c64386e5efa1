"""Which calendar counts for what: a stage's, and each of its servers'."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.measures.codes import PLANS
from sim.plan import Plan, StageKind
from sim.queues import Calendar

__all__ = ["Rosters", "compile_rosters", "open_minutes"]


@dataclass(frozen=True, eq=False)
class Rosters:
    """Calendars of stages and of their groups of like servers.

    Attributes
    ----------
    calendars:
        Those of the plan, one that never closes, and unions of server calendars.
    stage:
        Shape ``(stages,)``: the calendar that says when a stage is open, that is, when
        any of its servers is. A hold never closes.
    group_stage, group_calendar, group_servers:
        Shape ``(groups,)``: a group is the servers of one stage that share a calendar;
        groups are sorted by stage and each stage has at least one.
    server_group, server_first:
        Server ``k`` of stage ``s`` is in group ``server_group[server_first[s] + k]``.
    """

    calendars: tuple[Calendar, ...]
    stage: Ints
    group_stage: Ints
    group_calendar: Ints
    group_servers: Ints
    server_group: Ints
    server_first: Ints

    def group(self, stage: Ints | int, server: NDArray[np.int32]) -> Ints:
        """Group of each visit, from its stage and server (-1 where it has none)."""
        group: Ints = self.server_group[self.server_first[stage] + np.maximum(server, 0)]
        return group


@lru_cache(maxsize=PLANS)
def compile_rosters(plan: Plan) -> Rosters:
    """Collect the calendars of a plan's stages; once for all replications of it."""
    calendars = [*plan.calendars, Calendar.always()]
    always = len(plan.calendars)
    unions: dict[tuple[int, ...], int] = {}
    stage_calendar: list[int] = []
    groups: list[tuple[int, int, int]] = []
    server_group: list[int] = []
    server_first: list[int] = []
    for number, stage in enumerate(plan.stages):
        servers = stage.server_calendar.tolist() or [always]
        distinct = tuple(sorted(set(servers)))
        if distinct not in unions:
            unions[distinct] = distinct[0] if len(distinct) == 1 else len(calendars)
            if len(distinct) > 1:
                calendars.append(Calendar.union([calendars[k] for k in distinct]))
        stage_calendar.append(unions[distinct])
        server_first.append(len(server_group))
        server_group += [len(groups) + distinct.index(k) for k in servers]
        places = stage.servers if stage.kind is StageKind.HOLD else None
        groups += [(number, k, servers.count(k) if places is None else places) for k in distinct]
    columns = np.array(groups, dtype=np.int64).reshape(-1, 3)
    return Rosters(
        calendars=tuple(calendars),
        stage=np.array(stage_calendar, dtype=np.int64),
        group_stage=columns[:, 0],
        group_calendar=columns[:, 1],
        group_servers=columns[:, 2],
        server_group=np.array(server_group, dtype=np.int64),
        server_first=np.array(server_first, dtype=np.int64),
    )


def open_minutes(
    calendars: tuple[Calendar, ...], which: Ints, begin: Floats | float, end: Floats
) -> Floats:
    """Open minutes in each span ``[begin, end]`` by the calendar ``which`` of each.

    All arrays of one shape ``(n,)``; NaN where a time is NaN.
    """
    numbers = np.flatnonzero(np.bincount(which, minlength=1)).tolist()
    if len(numbers) == 1:
        return calendars[numbers[0]].open_time(begin, end)
    result, starts = np.empty(len(which)), np.broadcast_to(begin, end.shape)
    for number in numbers:
        rows = np.flatnonzero(which == number)
        result[rows] = calendars[number].open_time(starts[rows], end[rows])
    return result
