"""Engine `core`: the border as arrays, stage by stage, equal to `des` to the last bit.

Routes share nothing, and within a route every path visits the stages in one order. So
all that a stage will ever receive is known once the stages before it are done, and a
whole horizon of it is one call of the queue library.

Holds are the exception: a place given back downstream admits a vehicle upstream. Here a
route is first run as if its holds had room. If no hold was ever full, that is what
happened; the check is exact. A route whose holds do fill is run by `des` instead, alone,
and joined to the rest: still the same journeys, at the speed of events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.engines import des
from sim.journeys import Journeys
from sim.plan.model import Plan, Stage, StageKind
from sim.queues import fifo, slots
from sim.workload import Workload

__all__ = ["run"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication stage by stage; deterministic, and equal to :func:`des.run`."""
    log = _Log.blank(workload)
    full: list[int] = []
    by_stage = _rows_by_stage(plan, workload)
    for route in range(len(plan.routes)):
        stages = [i for i, stage in enumerate(plan.stages) if stage.route == route]
        for number in stages:
            _serve(plan, workload, log, plan.stages[number], by_stage[number])
        holds = [i for i in stages if plan.stages[i].kind is StageKind.HOLD]
        room = [_had_room(plan, workload, log, plan.stages[i], by_stage[i]) for i in holds]
        if not all(room):
            full.append(route)
    if full:
        _run_by_events(plan, workload, log, full)
    return Journeys.from_times(plan, workload, log.arrive, log.start, log.finish, log.server)


@dataclass(frozen=True, eq=False)
class _Log:
    """Times by row, filled stage by stage; ``leaves`` is when a vehicle goes on."""

    arrive: Floats
    start: Floats
    finish: Floats
    leaves: Floats
    server: NDArray[np.int32]

    @classmethod
    def blank(cls, workload: Workload) -> _Log:
        rows = len(workload.stage)
        arrive, start, finish, leaves = (np.full(rows, np.nan) for _ in range(4))
        return cls(arrive, start, finish, leaves, np.full(rows, -1, dtype=np.int32))


def _rows_by_stage(plan: Plan, workload: Workload) -> list[Ints]:
    """Rows of each stage, ascending."""
    order = np.argsort(workload.stage, kind="stable")
    bounds = np.searchsorted(workload.stage[order], np.arange(len(plan.stages) + 1))
    return [order[a:b] for a, b in zip(bounds[:-1], bounds[1:], strict=True)]


def _serve(plan: Plan, workload: Workload, log: _Log, stage: Stage, rows: Ints) -> None:
    """All visits of one stage."""
    vehicle = workload.row_vehicle[rows]
    begins = rows == workload.first[vehicle]
    arrive = np.where(begins, workload.arrive[vehicle], log.leaves[rows - 1])
    order = np.argsort(arrive, kind="stable")  # rows ascend with the vehicle number
    rows, arrive = rows[order], arrive[order]
    log.arrive[rows] = arrive
    need = workload.service[rows]
    if stage.kind is StageKind.HOLD:
        log.start[rows] = log.leaves[rows] = arrive
        return
    if stage.kind is StageKind.SERVERS:
        served = fifo(
            arrive,
            need,
            servers=stage.servers,
            calendar=[plan.calendars[c] for c in stage.server_calendar],
            priority=_rank(plan, workload, stage, rows),
            resume=stage.resume,
            identify=True,
        )
        log.start[rows], log.finish[rows] = served.start, served.finish
        assert served.server is not None
        log.server[rows] = served.server
    else:
        calendar = plan.calendars[int(stage.server_calendar[0])]
        if stage.kind is StageKind.SLOTS:
            start = slots(arrive, stage.slots)
        else:
            start = calendar.next_open(arrive)
        log.start[rows] = start
        log.finish[rows] = calendar.resume_finish(start, need) if stage.resume else start + need
    log.leaves[rows] = log.finish[rows]


def _rank(plan: Plan, workload: Workload, stage: Stage, rows: Ints) -> Ints | None:
    """Priority class of each visit; None where all are equal."""
    if stage.rank.min() == stage.rank.max():
        return None
    cargo = np.array([flow.cargo for flow in plan.flows], dtype=np.int64)
    return stage.rank[cargo[workload.flow[workload.row_vehicle[rows]]]]


def _had_room(plan: Plan, workload: Workload, log: _Log, stage: Stage, rows: Ints) -> bool:
    """Close a hold's rows; whether each vehicle found a place on its arrival.

    The vehicle that asks as number ``n`` (from 0) surely finds one of ``c`` places when
    ``n - c + 1`` have been given back before. A tie counts as a doubt.
    """
    until = workload.until[rows]
    log.finish[rows] = np.where(until == rows, log.start[rows], log.finish[until])
    asked = np.sort(log.arrive[rows])
    late = asked[stage.servers :]
    free_again = np.sort(log.finish[rows])[: len(late)]
    return bool(np.all((free_again < late) | (late >= plan.horizon)))


def _run_by_events(plan: Plan, workload: Workload, log: _Log, routes: list[int]) -> None:
    """Run some routes by `des` and put their rows into the log."""
    concerned = np.isin([flow.route for flow in plan.flows], routes)[workload.flow]
    rows = np.flatnonzero(concerned[workload.row_vehicle])
    journeys = des.run(plan, _subset(workload, concerned, rows))
    log.arrive[rows], log.start[rows] = journeys.arrive, journeys.start
    log.finish[rows], log.server[rows] = journeys.finish, journeys.server


def _subset(workload: Workload, vehicles: NDArray[np.bool_], rows: Ints) -> Workload:
    """The workload of some vehicles, in the same order."""
    new_row = np.full(len(workload.stage) + 1, -1, dtype=np.int64)  # the last is for "no row"
    new_row[rows] = np.arange(len(rows))
    count = np.diff(workload.first)[vehicles]
    return replace(
        workload,
        flow=workload.flow[vehicles],
        channel=workload.channel[vehicles],
        arrive=workload.arrive[vehicles],
        key=workload.key[vehicles],
        first=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        stage=workload.stage[rows],
        service=workload.service[rows],
        row_vehicle=np.repeat(np.arange(len(count), dtype=np.int64), count),
        until=new_row[workload.until[rows]],
        crossed_row=new_row[workload.crossed_row[vehicles]],
    )
