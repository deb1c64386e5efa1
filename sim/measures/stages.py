"""Tables by stage: waits, queues, utilisation, throughput; and by hour of the day.

A visit counts when its service **started** within the measured window. A wait still
running at the horizon is counted in ``unfinished`` and is in no mean. Queue, utilisation
and throughput are of the window itself, whoever was there. Hours are those of the
calendars: an outage counts as open time, and the departures it cancels as offered.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.journeys import Journeys
from sim.measures.clocks import Visits
from sim.measures.codes import named, stages_of
from sim.measures.grouping import mean, quantiles, ratio, table
from sim.measures.load import Loads, run_load
from sim.measures.occupancy import CLOSED, Occupancy
from sim.measures.rosters import Rosters
from sim.plan.model import Plan, Stage, StageKind

__all__ = ["hours_table", "stages_table"]


_OF_VISITS = (
    ("visits", np.int64),
    ("wait_mean", np.float64),
    ("wait_p50", np.float64),
    ("wait_p95", np.float64),
    ("overnight_mean", np.float64),
    ("virtual_mean", np.float64),
    ("missed_share", np.float64),
    ("service_mean", np.float64),
    ("done", np.int64),
    ("unfinished", np.int64),
)
"""What the visits to a stage tell."""


def stages_table(
    journeys: Journeys,
    plan: Plan,
    rosters: Rosters,
    visits: Visits,
    load: Occupancy,
    loads: Loads,
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
        :func:`sim.measures.load.run_load`; null for delays, holds, batches and owners' stages.
    overtime:
        Busy server-minutes after closing time; null for delays, slots and batches.
    throughput_per_hour, throughput_per_day:
        Services finished per open hour and per day.
    unfinished:
        Waiting or in service at the horizon.
    """
    kept = _kept(journeys, plan)
    found = [_visits_of(journeys, plan, visits, number) for number in range(len(plan.stages))]
    every: dict[str, Any] = {
        name: np.array([one[name] for one in found], dtype=kind) for name, kind in _OF_VISITS
    }
    done, unfinished = every.pop("done"), every.pop("unfinished")
    columns = {
        **every,
        "queue_mean": load.queue.sum(axis=1) / (plan.horizon - plan.warm_up),
        "queue_max": load.queue_max,
        "utilisation": _share(load.busy.sum(axis=1), load.open.sum(axis=1)),
        "load": run_load(loads),
        "overtime": load.overtime,
        "throughput_per_hour": ratio(done, _open_hours(plan, rosters)),
        "throughput_per_day": done / plan.days,
        "unfinished": unfinished,
    }
    return table(
        {
            **{name: named(names, kept) for name, names in stages_of(plan).names.items()},
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
            "stage": named(stages_of(plan).names["stage"], np.repeat(kept, 24)),
            "hour": np.tile(np.arange(24), len(kept)),
            "utilisation": used.ravel(),
            "queue_mean": queue.ravel(),
        }
    )


def _kept(journeys: Journeys, plan: Plan) -> Ints:
    """Stages with servers, places or slots, and those that a vehicle reached."""
    return np.array(
        [
            number
            for number, stage in enumerate(plan.stages)
            if stage.servers > 0
            or stage.slots.size > 0
            or not np.isnan(journeys.arrive[journeys.workload.rows(number)]).all()
        ],
        dtype=np.int64,
    )


def _visits_of(
    journeys: Journeys, plan: Plan, visits: Visits, number: int
) -> dict[str, float | int]:
    """Each of :data:`_OF_VISITS`."""
    work, stage, rows = journeys.workload, plan.stages[number], journeys.workload.rows(number)
    arrive, start, finish = journeys.arrive[rows], journeys.start[rows], journeys.finish[rows]
    started = np.flatnonzero((start >= plan.warm_up) & (start < plan.horizon))
    physical = visits.physical[rows][started]
    (median,), (tail,) = quantiles(np.zeros_like(started), physical, 1, (0.5, 0.95))
    gave_up = journeys.gave_up_at[work.row_vehicle[rows]]
    served = ~np.isnan(start) & (finish != gave_up)
    done = served & (finish >= plan.warm_up) & (finish < plan.horizon)
    return {
        "visits": len(started),
        "wait_mean": _mean(physical),
        "wait_p50": median,
        "wait_p95": tail,
        "overnight_mean": _mean(visits.overnight[rows][started]),
        "virtual_mean": _mean(visits.virtual[rows][started]),
        "missed_share": _missed(stage, arrive[started], start[started]),
        "service_mean": _mean(_service(stage, work.service[rows], start, finish, started)),
        "done": np.count_nonzero(done),
        "unfinished": np.count_nonzero(~np.isnan(arrive) & np.isnan(finish)),
    }


def _mean(minutes: Floats) -> float:
    """Mean, NaN of none; added up in order, as in every other table."""
    return float(mean(np.zeros(len(minutes), dtype=np.int64), minutes, 1)[0])


def _service(stage: Stage, service: Floats, start: Floats, finish: Floats, started: Ints) -> Floats:
    """Service requirements, which are known also of services cut by the horizon."""
    if stage.kind is not StageKind.HOLD:
        return service[started]
    back = started[~np.isnan(finish[started])]
    return finish[back] - start[back] + service[back]


def _missed(stage: Stage, arrive: Floats, start: Floats) -> float:
    """Share of visits that did not leave with the first departure after their arrival."""
    if stage.kind is not StageKind.SLOTS or not len(start):
        return float("nan")
    first = np.searchsorted(stage.slots, arrive, side="left")
    return float(np.mean(start > stage.slots[first]))


def _share(busy: Floats, opened: Floats) -> Floats:
    """Busy over open, NaN where (almost) never open."""
    return ratio(busy, np.where(opened > CLOSED, opened, 0.0))


def _open_hours(plan: Plan, rosters: Rosters) -> Floats:
    """Hours of the window in which each stage was open; slots by their calendar."""
    minutes = np.array([float(c.open_time(plan.warm_up, plan.horizon)) for c in rosters.calendars])
    hours: Floats = minutes[rosters.stage] / 60.0
    for number, stage in enumerate(plan.stages):
        if stage.kind is StageKind.SERVERS and stage.servers == 0:
            hours[number] = 0.0
    return hours
