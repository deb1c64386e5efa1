"""Preconditions of serving stage by stage, and the routes that violate them.

A route is run as if its holds had room, nobody abandoned a queue and its gate received
everybody. If that is what the log then shows, it is what happened; a tie counts as a violation.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np

from sim.engines.log import VisitLog
from sim.plan import DIRECTIONS, Plan, StageKind, Stop, WhenFull

__all__ = [
    "independent_routes",
    "routes_in_opposite_orders",
    "routes_needing_events",
    "routes_tied_by_stops",
]

_EXPORT = DIRECTIONS.index("export")


def routes_needing_events(
    log: VisitLog, routes: set[int], mixed: AbstractSet[int] = frozenset()
) -> set[int]:
    """Return those of some served routes that have to be run event by event.

    Those ``mixed`` have not been served and are among them.
    """
    violated = routes & mixed
    violated |= {route for route in routes - mixed if not _preconditions_hold(log, route)}
    for stop in log.plan.stops:
        of_gate = {i for i, route in enumerate(log.plan.routes) if route.gate == stop.gate}
        of_gate &= routes
        if of_gate and (violated & of_gate or not _received_all(log, stop)):
            violated |= of_gate  # they share a stock, so none can be run without the others
    return violated


def routes_in_opposite_orders(log: VisitLog) -> set[int]:
    """Return the routes on which some vehicle visits stages against their order in the plan.

    What such a stage receives is not known before later ones are done.
    """
    work = log.workload
    if work.place is None:
        return set()
    order, vehicle = work.along_paths, work.row_vehicle[work.along_paths]
    back = (vehicle[1:] == vehicle[:-1]) & (order[1:] < order[:-1])
    stages = np.unique(work.stage[order[1:][back]])
    return {log.plan.stages[stage].route for stage in stages.tolist()}


def routes_tied_by_stops(plan: Plan, routes: set[int]) -> set[int]:
    """Return some routes with all that share the stock of a gate with them."""
    gates = {plan.routes[route].gate for route in routes} & {stop.gate for stop in plan.stops}
    return routes | {i for i, route in enumerate(plan.routes) if route.gate in gates}


def independent_routes(plan: Plan, routes: set[int]) -> list[set[int]]:
    """Part some routes between which nobody chooses into those that share no stock."""
    by_first: dict[int, set[int]] = {}
    for route in routes:
        tied = routes_tied_by_stops(plan, {route}) & routes
        by_first[min(tied)] = tied
    return list(by_first.values())


def _preconditions_hold(log: VisitLog, route: int) -> bool:
    """Return whether no hold of a served route overflowed and no vehicle abandoned."""
    stages = [i for i, stage in enumerate(log.plan.stages) if stage.route == route]
    holds = [i for i in stages if log.plan.stages[i].kind is StageKind.HOLD]
    checks = [_had_room(log, number) for number in holds]
    if any(log.plan.when_full(number) is WhenFull.BLOCK for number in holds):
        checks += [_took_time(log, number) for number in stages]
    if np.any(log.workload.deadline < log.plan.horizon):
        checks += [_were_patient(log, number) for number in stages]
    return all(checks)


def _received_all(log: VisitLog, stop: Stop) -> bool:
    """Return whether a gate that may stop receiving never had reason to.

    A crossing at the instant of an arrival counts as a violation.
    """
    flows = log.plan.flows
    export = [f.gate == stop.gate and f.direction == _EXPORT for f in flows]
    vehicles = np.flatnonzero(np.array(export)[log.workload.flow])
    came = log.workload.arrive[vehicles]
    left = np.sort(log.finish[log.workload.crossed_row[vehicles]])
    inside = np.arange(len(vehicles)) - np.searchsorted(left, came, side="left")
    return not np.any((inside >= stop.above) & ~log.workload.initially_queued[vehicles])


def _had_room(log: VisitLog, number: int) -> bool:
    """Close a hold's rows; return whether each vehicle found a place on its arrival.

    The vehicle that asks as number ``n`` (from 0) surely finds one of ``c`` places
    when ``n - c + 1`` have been given back, and are back, before. A tie counts as a violation.
    """
    is_hold = np.array([stage.kind is StageKind.HOLD for stage in log.plan.stages])
    rows, work = log.workload.rows(number), log.workload
    visits = slice(*np.searchsorted(work.held, [rows.start, rows.stop]))
    until = work.until[visits]
    # a path may end with a hold, which is left as soon as it is entered
    kept = is_hold[np.searchsorted(work.bounds, until, side="right") - 1]
    finish = np.where(kept, log.start[until], log.finish[until])
    asked = log.asks_first(number)
    log.finish[rows] = np.where(asked, finish, np.nan)
    late = np.sort(log.arrive[rows][asked])[log.plan.stages[number].servers :]
    free_again = np.sort((finish + work.service[rows])[asked])[: len(late)]
    return bool(np.all((free_again < late) | (late >= log.plan.horizon)))


def _took_time(log: VisitLog, number: int) -> bool:
    """Return whether no service was over at once: a server that may be kept is not free at once."""
    rows = log.workload.rows(number)
    servers = log.plan.stages[number].kind is StageKind.SERVERS
    return not (servers and np.any(log.finish[rows] == log.start[rows]))


def _were_patient(log: VisitLog, number: int) -> bool:
    """Return whether no vehicle waited at a stage after its deadline."""
    stage, rows = log.plan.stages[number], log.workload.rows(number)
    if stage.kind is StageKind.DELAY and not stage.owner:
        return True  # nobody stands in line there
    vehicle = log.workload.row_vehicle[rows]
    until = log.finish[rows] if stage.kind is StageKind.DELAY else log.start[rows]
    before = log.workload.up_to_crossing(np.arange(rows.start, rows.stop))
    seen = np.maximum(log.workload.deadline[vehicle], log.arrive[rows])
    return not np.any(before & (until > seen) & (seen < log.plan.horizon))
