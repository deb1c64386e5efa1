"""Engine `core`: the border as arrays, stage by stage, equal to `des` to the last bit.

Routes share nothing, and within a route every path visits the stages in one order as a rule.
So all that a stage will ever receive is known once the stages before it are done, and a
whole horizon of it, of many replications together, is one call of the queue library.

Paths that visit shared stages in opposite orders break that, and such a route is run event by
event. Holds, patience and rules to stop receiving break it too: a place given back
downstream admits a vehicle upstream, and who leaves makes room for those behind. Here a
route is first run as if its holds had room and everybody stayed. If no hold was ever full,
no deadline passed and no rule applied, that is what happened, whatever would have been done
at a full hold; the check is exact. Any other route is run event by event instead, alone, and
joined to the rest: by the compiled event loop where the extra `fast` is there
(:mod:`sim.engines.event_loop`), else by `des`. If the loop is there, so are, without a try, routes
that arrays walk vehicle by vehicle, and those that needed it in an earlier replication.

Vehicles that choose their gate tie routes together. The loop runs these together, choices and
all. Without it, choices are found as the fixed point of running and choosing (see
:mod:`sim.engines.choice_solver`), and the routes are run by `des` together if one of them needs
it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Ints
from sim.engines import des, event_loop
from sim.engines.choice_solver import solve_choices, tied_routes
from sim.engines.log import VisitLog
from sim.engines.plan_tables import stage_book, tables_of
from sim.engines.preconditions import (
    routes_in_opposite_orders,
    routes_needing_events,
    routes_tied_by_stops,
)
from sim.engines.stage import StageVisits, arrival_order, is_single_line, serve_stage
from sim.journeys import Journeys
from sim.plan import Plan, Stage, StageKind
from sim.queues import compiled, fifo
from sim.workload import Workload

__all__ = ["expected_visits", "replications_together", "run", "run_many"]


_ITERATIONS_PER_DAY = 5.0
"""Iterations after which choices are left to `des`, which costs about as much as these."""

_VISITS, _MOST = 6_000_000, 32
"""Visits of replications run together (some 300 MB), and how many they are at most."""


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication stage by stage; deterministic, and equal to :func:`des.run`."""
    return run_many(plan, [workload])[0]


def replications_together(plan: Plan) -> int:
    """Return how many replications to run together: those that have six million visits.

    A year of the province is more, and gains nothing. Compiled code and choices of a gate
    take one at a time.
    """
    if compiled.may_pay_off() or plan.choices:
        return 1
    return int(np.clip(_VISITS / max(1.0, expected_visits(plan)), 1, _MOST))


def expected_visits(plan: Plan) -> float:
    """Return about how many visits to stages a replication has."""
    return sum(len(f.steps) * (f.backlog + float(f.volume.sum())) for f in plan.flows)


def run_many(plan: Plan, workloads: Sequence[Workload]) -> list[Journeys]:
    """Run replications together, which costs less; each is as :func:`run` returns it."""
    if any(workload.decisions for workload in workloads):
        return [_run_with_choices(plan, workload).journeys() for workload in workloads]
    routes = set(range(len(plan.routes)))
    logs = [VisitLog(plan, workload) for workload in workloads]
    _run_routes(logs, routes)
    return [log.journeys() for log in logs]


def _run_with_choices(plan: Plan, workload: Workload) -> VisitLog:
    """Serve all routes with every vehicle at the gate that it chooses."""
    tied = tied_routes(plan)
    others = set(range(len(plan.routes))) - tied
    everything = VisitLog(plan, workload)
    if event_loop.pays(everything, tied):
        log = everything.part(event_loop.fill(everything, tied) | ~everything.vehicles(tied))
        _run_routes([log], others)
        return log
    most = 20 + int(_ITERATIONS_PER_DAY * plan.horizon / 1440.0)
    comes = None
    if not routes_in_opposite_orders(everything) & tied:
        comes = solve_choices(plan, workload, most)
    if comes is not None:
        log = VisitLog(plan, workload.part(comes)[0])
        _serve([log], tied)
        if not routes_needing_events(log, tied):
            _run_routes([log], others)
            return log
    of_tied = np.isin([flow.route for flow in plan.flows], list(tied))[workload.flow]
    journeys, chosen = des.run_and_choose(plan, workload.part(of_tied)[0])
    comes = ~of_tied
    comes[of_tied] = chosen
    log = VisitLog(plan, workload.part(comes)[0])
    log.overwrite(journeys, tied)
    _run_routes([log], others)
    return log


def _run_routes(logs: Sequence[VisitLog], routes: set[int]) -> None:
    """Run some routes between which nobody chooses."""
    plan, tables = logs[0].plan, tables_of(logs[0].plan)
    mixed = set[int]().union(*(routes_in_opposite_orders(log) for log in logs))
    by_events = tables.walked | tables.needed_events | mixed
    slow = routes_tied_by_stops(plan, routes & by_events) & routes
    if slow and all(event_loop.pays(log, slow) for log in logs):
        for log in logs:
            event_loop.fill(log, slow)
        routes = routes - slow
    _serve(logs, routes - mixed)
    for log in logs:
        again = routes_needing_events(log, routes, mixed)
        tables.needed_events |= again
        if again and event_loop.pays(log, again):
            event_loop.fill(log, again)
        elif again:
            vehicles = log.vehicles(again)
            log.overwrite(des.run(plan, log.workload.part(vehicles)[0]), again)


def _serve(logs: Sequence[VisitLog], routes: Collection[int]) -> None:
    """Run some routes as if their holds had room and nobody abandoned."""
    plan = logs[0].plan
    compiles = any(log.compiled for log in logs)
    struck = {number for outage in plan.outages for number in outage.stages}
    for number, stage in enumerate(plan.stages):
        if stage.route not in routes:
            continue
        if is_single_line(stage) and not compiles and number not in struck:
            _serve_line(logs, number)
        else:
            for log in logs:
                _serve_alone(log, number)


def _serve_line(logs: Sequence[VisitLog], number: int) -> None:
    """All visits of a stage with servers that serve everybody, by arrival, then vehicle."""
    stage, hours = logs[0].plan.stages[number], logs[0].hours[number]
    came = [log.record_arrivals(number) for log in logs]
    orders = [arrival_order(arrive) for arrive in came]
    shape = len(logs), max(map(len, orders))
    arrive, need = np.full(shape, np.inf), np.zeros(shape)
    rank = np.zeros(shape, dtype=np.int64) if stage.rank.any() else None
    for k, (log, order) in enumerate(zip(logs, orders, strict=True)):
        cells = k, slice(len(order))
        np.take(came[k], order, out=arrive[cells], mode="clip")
        np.take(log.service(number), order, out=need[cells], mode="clip")
        if rank is not None:
            rank[cells] = stage.rank[0, log.flow(number)[order]]
    served = fifo(
        arrive.T,
        need.T,
        servers=stage.servers,
        calendar=[hours[n] for n in stage.server_calendar.tolist()],
        priority=None if rank is None else rank.T,
        method="numpy",
        resume=stage.resume,
        identify=True,
    )
    assert served.server is not None
    for k, (log, order) in enumerate(zip(logs, orders, strict=True)):
        done = slice(len(order)), k
        log.record_services(
            number, served.start[done], served.finish[done], served.server[done], order
        )


def _serve_alone(log: VisitLog, number: int) -> None:
    """Serve all visits of one stage of one replication."""
    stage, rows = log.plan.stages[number], log.workload.rows(number)
    if rows.start == rows.stop:
        return
    line = is_single_line(stage)
    if log.compiled and (line or stage.kind is StageKind.DELAY):
        _serve_compiled(log, number)
    elif line:
        _serve_line([log], number)
    elif stage.kind is StageKind.HOLD:
        log.record_arrivals(number)
        log.server[rows] = -1
        log.arrive[rows][~log.asks_first(number)] = np.nan  # found a place before
        log.start[rows] = log.arrive[rows]
    else:
        visits = StageVisits(log.workload, number, log.hours[number], log.record_arrivals(number))
        log.record_services(number, *serve_stage(stage, visits))


def _serve_compiled(log: VisitLog, number: int) -> None:
    """All visits of one stage with servers, or of a delay, in one pass over its rows."""
    stage, rows, kernels = (
        log.plan.stages[number],
        log.workload.rows(number),
        compiled.kernels(),
    )
    vehicle, service = log.workload.row_vehicle[rows], log.workload.service[rows]
    times = log.arrive[rows], log.start[rows], log.finish[rows]
    book, pattern = stage_book(log.plan, number, log.hours[number])
    if stage.kind is StageKind.DELAY:
        log.server[rows] = -1
        kernels.delay_visits(log.now, vehicle, service, book, stage.resume, *times)
        return
    keeps = book, pattern, stage.resume
    out = *times, log.server[rows]
    kernels.serve_visits(log.now, vehicle, service, _rank(log, stage, vehicle), *keeps, *out)


def _rank(log: VisitLog, stage: Stage, vehicle: NDArray[np.int32]) -> Ints | None:
    """Ranks of vehicles at a stage of one lane; None where all have one."""
    if stage.rank.max(initial=0) == stage.rank.min(initial=0):
        return None
    rank: Ints = stage.rank[0, log.workload.flow[vehicle]]
    return rank
