"""Tables by gate and by flow."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.clock import DAY
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, UNFINISHED, Journeys
from sim.measures.clocks import Vehicles, present_at
from sim.measures.codes import flow_names, named
from sim.measures.grouping import count, inside_at, mean, quantiles, table
from sim.measures.rosters import Rosters
from sim.plan import DIRECTIONS, Plan
from sim.queues import Calendar

__all__ = ["flows_table", "gates_table"]


_EXPORT = DIRECTIONS.index("export")


def gates_table(
    journeys: Journeys, plan: Plan, rosters: Rosters, vehicles: Vehicles
) -> pl.DataFrame:
    """One row per gate and direction; ``carried_in + arrived`` equals the next four summed.

    Columns
    -------
    gate, direction
    carried_in:
        Inside when the window began, those with a booking elsewhere among them.
    arrived, crossed, turned_back, sold_inland:
        Within the window.
    unfinished:
        Inside at the horizon.
    stays:
        Vehicles that crossed and whose stay ended in the window; the next nine are of these.
    stay_mean, stay_p50, stay_p95:
        Minutes from arrival to the end of the path.
    wait, service, closed, owner, virtual:
        Mean minutes per vehicle on each clock; they add up to ``stay_mean``. See
        :mod:`sim.measures.clocks`.
    door_to_door_mean, door_to_door_p50, door_to_door_p95:
        Minutes from arrival to crossing, of those that crossed in the window.
    vietnam_time_mean, vietnam_time_p50, vietnam_time_p95:
        Minutes of wait and service on the Vietnamese side and at the border, closed
        hours and owner hold left out; of vehicles that finished there within the window.
    same_day_share:
        Share (0-1) of vehicles crossed on the calendar day on which their owner called
        them forward or, if nobody held them, on which they arrived.
    backlog_close:
        Export vehicles at the gate when the crossing closes for the day, mean over days; null
        for imports and where the crossing never closes.
    """
    directions = len(DIRECTIONS)
    code = vehicles.gate * directions + vehicles.direction
    size = len(plan.gates) * directions
    window = np.array([plan.warm_up, plan.horizon])
    inside = inside_at(code, size, vehicles.arrive, vehicles.left, window)
    gone = (vehicles.left >= plan.warm_up) & (vehicles.left < plan.horizon)

    def leaving(outcome: int) -> Ints:
        return count(code[gone & (journeys.outcome == outcome)], size)

    crossed = np.flatnonzero(vehicles.crossed)
    crossed_code = code[crossed]
    door = (vehicles.crossed_at - vehicles.arrive)[crossed]
    door_p50, door_p95 = quantiles(crossed_code, door, size, (0.5, 0.95))
    ended = np.flatnonzero(vehicles.ended)
    who = code[ended]
    stay_p50, stay_p95 = quantiles(who, vehicles.stay[ended], size, (0.5, 0.95))
    done = np.flatnonzero(~np.isnan(vehicles.vietnam))
    vietnam = vehicles.vietnam[done]
    vietnam_p50, vietnam_p95 = quantiles(code[done], vietnam, size, (0.5, 0.95))
    backlog = np.full((len(plan.gates), directions), np.nan)
    backlog[:, _EXPORT] = _backlog_close(plan, rosters, vehicles)
    return table(
        {
            "gate": named([gate.id for gate in plan.gates], np.arange(size) // directions),
            "direction": named(DIRECTIONS, np.arange(size) % directions),
            "carried_in": inside[:, 0],
            "arrived": count(code[vehicles.arrived], size),
            "crossed": leaving(CROSSED),
            "turned_back": leaving(TURNED_BACK),
            "sold_inland": leaving(SOLD_INLAND),
            "unfinished": inside[:, 1],
            "stays": count(who, size),
            "stay_mean": mean(who, vehicles.stay[ended], size),
            "stay_p50": stay_p50,
            "stay_p95": stay_p95,
            **{
                clock: mean(who, getattr(vehicles, clock)[ended], size)
                for clock in ("wait", "service", "closed", "owner", "virtual")
            },
            "door_to_door_mean": mean(crossed_code, door, size),
            "door_to_door_p50": door_p50,
            "door_to_door_p95": door_p95,
            "vietnam_time_mean": mean(code[done], vietnam, size),
            "vietnam_time_p50": vietnam_p50,
            "vietnam_time_p95": vietnam_p95,
            "same_day_share": mean(crossed_code, vehicles.same_day[crossed], size),
            "backlog_close": backlog.ravel(),
        }
    )


def flows_table(journeys: Journeys, plan: Plan) -> pl.DataFrame:
    """Account for every vehicle of the whole run, warm-up included.

    One row per flow: flow, gate, direction, cargo, arrived, crossed, turned_back,
    sold_inland, unfinished; ``arrived`` equals the sum of the other four, exactly. A vehicle
    that chooses counts at the gate it chose, also while it is under way there; its flow is
    named ``where it came from > where it went``.
    """
    flow, size = journeys.workload.flow, len(plan.flows)

    def ended(outcome: int) -> Ints:
        return count(flow[journeys.outcome == outcome], size)

    return table(
        {
            **flow_names(plan),
            "arrived": count(flow, size),
            "crossed": ended(CROSSED),
            "turned_back": ended(TURNED_BACK),
            "sold_inland": ended(SOLD_INLAND),
            "unfinished": ended(UNFINISHED),
        }
    )


def _backlog_close(plan: Plan, rosters: Rosters, vehicles: Vehicles) -> Floats:
    """Mean number of export vehicles inside at the day's last closing of the crossing."""
    backlog = np.full(len(plan.gates), np.nan)
    for gate in range(len(plan.gates)):
        exports = [f for f in plan.flows if f.gate == gate and f.direction == _EXPORT]
        stages = sorted({f.steps[f.crossed].stage for f in exports})
        if not stages:
            continue
        calendar = Calendar.union([rosters.calendars[rosters.stage[s]] for s in stages])
        closes = calendar.closes
        closes = closes[(closes > plan.warm_up) & (closes <= plan.horizon)]
        # A closing at midnight belongs to the day that ends.
        day = np.ceil(closes / DAY)
        closes = closes[np.append(day[1:] > day[:-1], True)[: len(closes)]]
        if len(closes):
            chosen = (vehicles.gate == gate) & (vehicles.direction == _EXPORT)
            everyone = np.zeros(len(chosen), dtype=np.int64)
            backlog[gate] = present_at(vehicles, everyone, 1, chosen, closes).mean()
    return backlog
