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

__all__ = ["refusal", "run"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def refusal(plan: Plan) -> str | None:
    """What this engine cannot run exactly, by name; None if it can run all of the plan."""
    for stage in plan.stages:
        ranked = bool(stage.rank.size and stage.rank.min() < stage.rank.max())
        if ranked and stage.kind in (StageKind.SLOTS, StageKind.HOLD):
            return f"priorities at timetabled departures (stage '{stage.id}')"
    return None


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication stage by stage; deterministic, and equal to :func:`des.run`."""
    log = _Log.blank(workload)
    now = workload.arrive.copy()
    full: list[int] = []
    for route in range(len(plan.routes)):
        stages = [i for i, stage in enumerate(plan.stages) if stage.route == route]
        for number in stages:
            _serve(plan, workload, log, number, now)
        holds = [i for i in stages if plan.stages[i].kind is StageKind.HOLD]
        room = [_had_room(plan, workload, log, number) for number in holds]
        if not all(room):
            full.append(route)
    if full:
        _run_by_events(plan, workload, log, full)
    return Journeys.from_times(plan, workload, log.arrive, log.start, log.finish, log.server)


@dataclass(frozen=True, eq=False)
class _Log:
    """Times by row, filled stage by stage."""

    arrive: Floats
    start: Floats
    finish: Floats
    server: NDArray[np.int32]

    @classmethod
    def blank(cls, workload: Workload) -> _Log:
        rows = len(workload.service)
        arrive, start, finish = (np.empty(rows) for _ in range(3))
        return cls(arrive, start, finish, np.full(rows, -1, dtype=np.int32))


def _rows(workload: Workload, number: int) -> slice:
    """Rows of a stage."""
    return slice(int(workload.bounds[number]), int(workload.bounds[number + 1]))


def _serve(plan: Plan, workload: Workload, log: _Log, number: int, now: Floats) -> None:
    """All visits of one stage; ``now`` is where each vehicle's time has come to."""
    stage, rows = plan.stages[number], _rows(workload, number)
    vehicle = workload.row_vehicle[rows]
    arrive = now[vehicle]
    log.arrive[rows] = arrive
    if stage.kind is StageKind.HOLD:
        log.start[rows] = arrive
        return
    need = workload.service[rows]
    if stage.kind is StageKind.SERVERS and stage.servers:
        start, finish = _serve_in_order(plan, workload, log, stage, rows, arrive)
    elif stage.kind is StageKind.SERVERS:
        start = finish = np.full(len(arrive), np.inf)
    else:
        calendar = plan.calendars[int(stage.server_calendar[0])]
        if stage.kind is StageKind.SLOTS:
            start, _ = slots(arrive, stage.slots)
        else:
            start = calendar.next_open(arrive)
        finish = calendar.resume_finish(start, need) if stage.resume else start + need
    log.start[rows], log.finish[rows] = start, finish
    now[vehicle] = finish


def _serve_in_order(
    plan: Plan, workload: Workload, log: _Log, stage: Stage, rows: slice, arrive: Floats
) -> tuple[Floats, Floats]:
    """Serve by arrival, then vehicle number; start and finish by row."""
    order = _by_arrival(arrive)
    served = fifo(
        arrive[order],
        workload.service[rows][order],
        servers=stage.servers,
        calendar=[plan.calendars[c] for c in stage.server_calendar],
        priority=_rank(plan, workload, stage, workload.row_vehicle[rows][order]),
        resume=stage.resume,
        identify=True,
    )
    assert served.server is not None
    start, finish = np.empty_like(arrive), np.empty_like(arrive)
    start[order], finish[order] = served.start, served.finish
    log.server[rows][order] = served.server
    return start, finish


def _by_arrival(arrive: Floats) -> Ints:
    """Order by arrival, then index: a stable sort at a third of its cost.

    The fast sort leaves equal arrivals in any order; only these are sorted again.
    """
    order = np.argsort(arrive)
    ascending = arrive[order]
    tie = ascending[1:] == ascending[:-1]
    if tie.any():
        places = np.flatnonzero(np.append(tie, False) | np.append(False, tie))
        order[places] = order[places][np.lexsort((order[places], ascending[places]))]
    return order


def _rank(plan: Plan, workload: Workload, stage: Stage, vehicle: NDArray[np.int32]) -> Ints | None:
    """Priority class of each visit; None where all are equal."""
    if stage.rank.min() == stage.rank.max():
        return None
    cargo = np.array([flow.cargo for flow in plan.flows], dtype=np.int64)
    return stage.rank[cargo][workload.flow[vehicle]]


def _had_room(plan: Plan, workload: Workload, log: _Log, number: int) -> bool:
    """Close a hold's rows; whether each vehicle found a place on its arrival.

    The vehicle that asks as number ``n`` (from 0) surely finds one of ``c`` places when
    ``n - c + 1`` have been given back before. A tie counts as a doubt.
    """
    rows = _rows(workload, number)
    visits = slice(*np.searchsorted(workload.held, [rows.start, rows.stop]))
    until = workload.until[visits]
    itself = until == workload.held[visits]
    finish = np.where(itself, log.start[rows], log.finish[until])
    log.finish[rows] = finish
    late = np.sort(log.arrive[rows])[plan.stages[number].servers :]
    free_again = np.sort(finish)[: len(late)]
    return bool(np.all((free_again < late) | (late >= plan.horizon)))


def _run_by_events(plan: Plan, workload: Workload, log: _Log, routes: list[int]) -> None:
    """Run some routes by `des` and put their rows into the log."""
    concerned = np.isin([flow.route for flow in plan.flows], routes)[workload.flow]
    rows = np.flatnonzero(concerned[workload.row_vehicle])
    run = des.run(plan, _subset(workload, concerned, rows))
    log.arrive[rows], log.start[rows] = run.arrive, run.start
    log.finish[rows], log.server[rows] = run.finish, run.server


def _subset(workload: Workload, vehicles: NDArray[np.bool_], rows: Ints) -> Workload:
    """The workload of some vehicles, in the same order."""
    new_row = np.empty(len(workload.service), dtype=np.int64)
    new_row[rows] = np.arange(len(rows))
    number = (np.cumsum(vehicles) - 1).astype(np.int32)
    held = vehicles[workload.row_vehicle[workload.held]]
    return replace(
        workload,
        flow=workload.flow[vehicles],
        channel=workload.channel[vehicles],
        arrive=workload.arrive[vehicles],
        key=workload.key[vehicles],
        bounds=np.searchsorted(rows, workload.bounds),
        row_vehicle=number[workload.row_vehicle[rows]],
        service=workload.service[rows],
        held=new_row[workload.held[held]],
        until=new_row[workload.until[held]],
        crossed_row=new_row[workload.crossed_row[vehicles]],
    )
