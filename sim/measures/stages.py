"""Tables by stage: waits, queues, utilisation, throughput; and by hour of the day.

A visit counts when its service **started** within the measured window. A wait still
running at the horizon is counted in ``unfinished`` and is in no mean. Queue, utilisation
and throughput are of the window itself, whoever was there. Hours are those of the
calendars: an outage counts as open time, and the departures it cancels as offered.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.journeys import Journeys
from sim.measures.clocks import DAY, Visits
from sim.measures.grouping import count, mean, quantiles, ratio, table
from sim.measures.load import offered_load
from sim.measures.occupancy import Occupancy
from sim.measures.rosters import Rosters
from sim.plan.model import Plan, StageKind

__all__ = ["hours_table", "stages_table"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CLOSED = 1e-6
"""Open minutes below which an hour is closed; open time carries rounding."""


def stages_table(
    journeys: Journeys, plan: Plan, rosters: Rosters, visits: Visits, load: Occupancy
) -> pl.DataFrame:
    """One row per stage that has servers, places or slots, or was visited.

    Columns
    -------
    stage, gate, route, role, side, kind
    visits
    wait_mean, wait_p50, wait_p95:
        Minutes of physical wait: while the stage was open.
    overnight_mean:
        Minutes waited while it was shut.
    virtual_mean:
        Minutes waited elsewhere, with a booking; nothing of it in the columns before.
    missed_share:
        Share (0-1) that left later than with the first departure offered after their
        arrival: the cut-off was missed, or all places were taken; null without slots.
    service_mean:
        Minutes of service required; for a hold, minutes until a place could be taken again
        (of places given back before the horizon).
    queue_mean, queue_max:
        Vehicles waiting there, open or shut: mean over time, and the most at one instant.
    utilisation:
        Busy server-minutes within open hours / open server-minutes; for slots,
        departures used / offered; null for plain delays and batches.
    load:
        What arrives over what can be served, outages taken off: see
        :func:`sim.measures.load.offered_load`; null for delays, holds and batches.
    overtime:
        Busy server-minutes after closing time; null for delays, slots and batches.
    throughput_per_hour, throughput_per_day:
        Services finished per open hour and per day.
    unfinished:
        Waiting or in service at the horizon.
    """
    kept = _kept(journeys, plan)
    size, stage = len(plan.stages), journeys.workload.stage
    days = (plan.horizon - plan.warm_up) / DAY
    started = np.flatnonzero((journeys.start >= plan.warm_up) & (journeys.start < plan.horizon))
    code = stage[started]
    median, tail = quantiles(code, visits.physical[started], size, (0.5, 0.95))
    gave_up = journeys.gave_up_at[journeys.workload.row_vehicle]
    served = ~np.isnan(journeys.start) & (journeys.finish != gave_up)
    finished = served & (journeys.finish >= plan.warm_up) & (journeys.finish < plan.horizon)
    done = count(stage[finished], size)
    within = ~np.isnan(journeys.arrive) & np.isnan(journeys.finish)
    columns = {
        "visits": count(code, size),
        "wait_mean": mean(code, visits.physical[started], size),
        "wait_p50": median,
        "wait_p95": tail,
        "overnight_mean": mean(code, visits.overnight[started], size),
        "virtual_mean": mean(code, visits.virtual[started], size),
        "missed_share": _missed(journeys, plan, started),
        "service_mean": _service(journeys, visits, started, size),
        "queue_mean": load.queue.sum(axis=1) / (plan.horizon - plan.warm_up),
        "queue_max": load.queue_max,
        "utilisation": _share(load.busy.sum(axis=1), load.open.sum(axis=1)),
        "load": offered_load(journeys, plan),
        "overtime": load.overtime,
        "throughput_per_hour": ratio(done, _open_hours(plan, rosters)),
        "throughput_per_day": done / days,
        "unfinished": count(stage[within], size),
    }
    stages = [plan.stages[k] for k in kept.tolist()]
    return table(
        {
            "stage": [s.id for s in stages],
            "gate": [plan.gates[s.gate].id for s in stages],
            "route": [plan.routes[s.route].id for s in stages],
            "role": [s.role for s in stages],
            "side": [s.side for s in stages],
            "kind": [s.kind.name.lower() for s in stages],
            **{name: values[kept] for name, values in columns.items()},
        }
    )


def hours_table(journeys: Journeys, plan: Plan, load: Occupancy) -> pl.DataFrame:
    """One row per stage of :func:`stages_table` and hour of the day, Vietnam time.

    Columns
    -------
    stage, hour:
        Hour 0 is 00:00-01:00.
    utilisation:
        As in :func:`stages_table`, over all days; null where the hour is closed.
    queue_mean:
        Vehicles waiting, mean over time and days.
    """
    kept = _kept(journeys, plan)
    hour = np.floor(load.edges[:-1] / 60.0).astype(np.int64) % 24

    def by_hour(minutes: Floats) -> Floats:
        return np.stack([minutes[..., hour == h].sum(axis=-1) for h in range(24)], axis=-1)

    width = by_hour(np.diff(load.edges))
    used = _share(by_hour(load.busy[kept]), by_hour(load.open[kept]))
    queue = ratio(by_hour(load.queue[kept]), width)
    return table(
        {
            "stage": [plan.stages[k].id for k in kept.tolist() for _ in range(24)],
            "hour": np.tile(np.arange(24), len(kept)),
            "utilisation": used.ravel(),
            "queue_mean": queue.ravel(),
        }
    )


def _kept(journeys: Journeys, plan: Plan) -> Ints:
    """Stages with servers, places or slots, and those that a vehicle reached."""
    reached = journeys.workload.stage[~np.isnan(journeys.arrive)]
    seen = count(reached, len(plan.stages)) > 0
    equipped = np.array([s.servers > 0 or s.slots.size > 0 for s in plan.stages], dtype=np.bool_)
    return np.flatnonzero(seen | equipped)


def _service(journeys: Journeys, visits: Visits, started: Ints, size: int) -> Floats:
    """Mean service requirement, which is known also of services cut by the horizon."""
    stage = journeys.workload.stage
    place = visits.hold[started]
    plain = started[~place]
    held = started[place & ~np.isnan(journeys.finish[started])]
    rows = np.concatenate([plain, held])
    service = journeys.workload.service
    kept = journeys.finish[held] - journeys.start[held] + service[held]
    minutes = np.concatenate([service[plain], kept])
    return mean(stage[rows], minutes, size)


def _missed(journeys: Journeys, plan: Plan, started: Ints) -> Floats:
    """Share of visits that did not leave with the first departure after their arrival."""
    share = np.full(len(plan.stages), np.nan)
    bounds = np.searchsorted(started, journeys.workload.bounds)
    for number, stage in enumerate(plan.stages):
        rows = started[bounds[number] : bounds[number + 1]]
        if stage.kind is StageKind.SLOTS and len(rows):
            first = np.searchsorted(stage.slots, journeys.arrive[rows], side="left")
            share[number] = np.mean(journeys.start[rows] > stage.slots[first])
    return share


def _share(busy: Floats, opened: Floats) -> Floats:
    """Busy over open, NaN where (almost) never open."""
    return ratio(busy, np.where(opened > _CLOSED, opened, 0.0))


def _open_hours(plan: Plan, rosters: Rosters) -> Floats:
    """Hours of the window in which each stage was open; slots by their calendar."""
    minutes = np.array([float(c.open_time(plan.warm_up, plan.horizon)) for c in rosters.calendars])
    hours: Floats = minutes[rosters.stage] / 60.0
    for number, stage in enumerate(plan.stages):
        if stage.kind is StageKind.SERVERS and stage.servers == 0:
            hours[number] = 0.0
    return hours
