"""Engine `core`: the border as arrays, stage by stage, equal to `des` to the last bit.

Routes share nothing, and within a route every path visits the stages in one order. So
all that a stage will ever receive is known once the stages before it are done, and a
whole horizon of it, of several replications abreast, is one call of the queue library.

Holds, patience and rules to stop receiving are the exceptions: a place given back
downstream admits a vehicle upstream, and who leaves makes room for those behind. Here a
route is first run as if its holds had room and everybody stayed. If no hold was ever full,
no deadline passed and no rule applied, that is what happened, whatever would have been done
at a full hold; the check is exact. Any other route is run by `des` instead, alone, and
joined to the rest: still the same journeys, at the speed of events.

Vehicles that choose their gate tie routes together. Their choices are found as the fixed
point of running and choosing (see :mod:`sim.engines.choosing`); routes that vehicles may choose
are run by `des` together, choices and all, if one of them is an exception.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engines import des
from sim.engines.choosing import concerned, settle
from sim.engines.doubts import exceptions
from sim.engines.log import Log
from sim.journeys import Journeys
from sim.plan.model import Plan, Stage, StageKind
from sim.queues import batch, compiled, fifo, skilled, slots
from sim.queues.fifo import patterns
from sim.workload import Workload, departures

__all__ = ["abreast", "run", "run_abreast"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SWEEPS_A_DAY = 5.0
"""Sweeps after which choices are left to `des`, which costs about as much as these."""

_VISITS, _MOST = 6_000_000, 32
"""Visits that replications abreast have together (some 300 MB), and how many they are at most."""


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication stage by stage; deterministic, and equal to :func:`des.run`."""
    return run_abreast(plan, [workload])[0]


def abreast(plan: Plan) -> int:
    """How many replications to run abreast: those that have six million visits together.

    A year of the province is more, and gains nothing. Compiled code and choices of a gate
    take one at a time.
    """
    if compiled.available() or plan.choices:
        return 1
    visits = [len(f.steps) * (f.backlog + float(f.volume.sum())) for f in plan.flows]
    return int(np.clip(_VISITS / max(1.0, sum(visits)), 1, _MOST))


def run_abreast(plan: Plan, workloads: Sequence[Workload]) -> list[Journeys]:
    """Run replications together, which costs less; each is what :func:`run` makes of it."""
    if any(workload.decisions for workload in workloads):
        return [_chosen(plan, workload).journeys() for workload in workloads]
    routes = set(range(len(plan.routes)))
    logs = [Log(plan, workload) for workload in workloads]
    _serve(logs, routes)
    for log in logs:
        _mend(log, routes)
    return [log.journeys() for log in logs]


def _chosen(plan: Plan, workload: Workload) -> Log:
    """Serve all routes with every vehicle at the gate that it chooses."""
    tied = concerned(plan)
    others = set(range(len(plan.routes))) - tied
    most = 20 + int(_SWEEPS_A_DAY * plan.horizon / 1440.0)
    comes = settle(plan, workload, most)
    if comes is not None:
        log = Log(plan, workload.part(comes)[0])
        _serve([log], tied)
        if not exceptions(log, tied):
            _serve([log], others)
            _mend(log, others)
            return log
    mine = np.isin([flow.route for flow in plan.flows], list(tied))[workload.flow]
    run, chosen = des.run_and_choose(plan, workload.part(mine)[0])
    comes = ~mine
    comes[mine] = chosen
    log = Log(plan, workload.part(comes)[0])
    log.take(run, tied)
    _serve([log], others)
    _mend(log, others)
    return log


def _mend(log: Log, routes: set[int]) -> None:
    """Run those of some routes, served before, that are exceptions again, by `des`."""
    again = exceptions(log, routes)
    if again:
        mine = log.vehicles(again)
        log.take(des.run(log.plan, log.workload.part(mine)[0]), again)


def _serve(logs: Sequence[Log], routes: Collection[int]) -> None:
    """Run some routes as if their holds had room and nobody gave up."""
    plan = logs[0].plan
    compiles = any(_compiles(log) for log in logs)
    struck = {number for outage in plan.outages for number in outage.stages}
    for number, stage in enumerate(plan.stages):
        if stage.route not in routes:
            continue
        if _is_line(stage) and not compiles and number not in struck:
            _serve_line(logs, number)
        else:
            for log in logs:
                _serve_alone(log, number)


def _serve_line(logs: Sequence[Log], number: int) -> None:
    """All visits of a stage with servers that serve everybody, by arrival, then vehicle."""
    stage, hours = logs[0].plan.stages[number], logs[0].hours[number]
    came = [log.come(number) for log in logs]
    orders = [_by_arrival(arrive) for arrive in came]
    shape = len(logs), max(map(len, orders))
    arrive, need = np.full(shape, np.inf), np.zeros(shape)
    rank = np.zeros(shape, dtype=np.int64) if stage.rank.any() else None
    for k, (log, order) in enumerate(zip(logs, orders, strict=True)):
        here = k, slice(len(order))
        np.take(came[k], order, out=arrive[here], mode="clip")
        np.take(log.need(number), order, out=need[here], mode="clip")
        if rank is not None:
            rank[here] = stage.rank[0, log.flow(number)[order]]
    served = fifo(
        arrive.T,
        need.T,
        servers=stage.servers,
        calendar=[hours[n] for n in stage.server_calendar.tolist()],
        priority=None if rank is None else rank.T,
        resume=stage.resume,
        identify=True,
    )
    assert served.server is not None
    for k, (log, order) in enumerate(zip(logs, orders, strict=True)):
        done = slice(len(order)), k
        log.leave(number, served.start[done], served.finish[done], served.server[done], order)


def _serve_alone(log: Log, number: int) -> None:
    """All visits of one stage."""
    stage, rows = log.plan.stages[number], log.workload.rows(number)
    line = _is_line(stage)
    if _compiles(log) and rows.start < rows.stop and (line or stage.kind is StageKind.DELAY):
        _serve_compiled(log, number)
    elif line:
        _serve_line([log], number)
    elif stage.kind is StageKind.HOLD:
        log.come(number)
        log.server[rows] = -1
        log.arrive[rows][~log.asks(number)] = np.nan  # found a place before
        log.start[rows] = log.arrive[rows]
    elif stage.kind is StageKind.SERVERS:
        log.leave(number, *_serve_by_skill(log, number, log.come(number)))
    else:
        _pass(log, number, log.come(number))


def _pass(log: Log, number: int, arrive: Floats) -> None:
    """A delay, timetabled departures, or batches."""
    stage, need = log.plan.stages[number], log.need(number)
    calendar = log.hours[number][int(stage.server_calendar[0])]
    if stage.kind is StageKind.SLOTS:
        start = _depart(log, number, arrive)
    elif stage.batch is not None:
        order, ready = _by_arrival(arrive), np.empty_like(arrive)
        ready[order], _ = batch(arrive[order], stage.batch.size, stage.batch.within)
        start = calendar.next_open(ready)
    else:
        start = calendar.next_open(arrive)
    finish = calendar.resume_finish(start, need) if stage.resume else start + need
    log.leave(number, start, finish)


def _serve_compiled(log: Log, number: int) -> None:
    """All visits of one stage with servers, or of a delay, in one pass over its rows."""
    stage, rows, kernels = (
        log.plan.stages[number],
        log.workload.rows(number),
        compiled.kernels(),
    )
    who, need = log.workload.row_vehicle[rows], log.workload.service[rows]
    times = log.arrive[rows], log.start[rows], log.finish[rows]
    each = [log.hours[number][n] for n in stage.server_calendar.tolist()]
    different, pattern = patterns(each, len(each))
    book = compiled.book(different)
    if stage.kind is StageKind.DELAY:
        log.server[rows] = -1
        kernels.delay(log.now, who, need, book, stage.resume, *times)
        return
    keeps = book, pattern, stage.resume
    out = *times, log.server[rows]
    kernels.line(log.now, who, need, _rank(log, stage, who), *keeps, *out)


def _rank(log: Log, stage: Stage, who: NDArray[np.int32]) -> Ints | None:
    """Ranks of vehicles at a stage of one lane; None where all have one."""
    if stage.rank.max(initial=0) == stage.rank.min(initial=0):
        return None
    rank: Ints = stage.rank[0, log.workload.flow[who]]
    return rank


def _depart(log: Log, number: int, arrive: Floats) -> Floats:
    """The departure that each visit of a stage with slots takes."""
    stage, rows = log.plan.stages[number], log.workload.rows(number)
    rank = stage.rank[0, log.flow(number)]
    absent = np.isin(np.arange(rows.start, rows.stop), log.workload.absent)
    times = departures(stage, log.hours[number])
    return slots(arrive, times, priority=rank, absent=absent)[0]


def _serve_by_skill(
    log: Log, number: int, arrive: Floats
) -> tuple[Floats, Floats, NDArray[np.int32]]:
    """Servers that differ in whom they serve; start, finish and server by row."""
    stage = log.plan.stages[number]
    if stage.servers == 0:
        never = np.full(len(arrive), np.inf)
        return never, never, np.full(len(arrive), -1, dtype=np.int32)
    hours = [log.hours[number][n] for n in stage.server_calendar.tolist()]
    work = arrive, log.need(number), log.flow(number)
    return skilled(*work, stage.rank, stage.lane, hours, resume=stage.resume)


def _compiles(log: Log) -> bool:
    """Whether the compiled code pays for a run of this size, and is there."""
    return compiled.worth(len(log.workload.service))


def _is_line(stage: Stage) -> bool:
    """Whether a stage is a line of servers that serve everybody."""
    if stage.kind is not StageKind.SERVERS or stage.servers == 0:
        return False
    return len(stage.rank) == 1 or bool(stage.rank.max() == stage.rank.min())


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
