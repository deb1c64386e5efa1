"""Tables by stage: waits, queues, utilisation, throughput; and by hour of the day.

A visit counts when its service **started** within the measured window. A wait still
running at the horizon is counted in ``unfinished`` and is in no mean. Queue, utilisation
and throughput are of the window itself, whoever was there. Hours are those of the
calendars: an outage counts as open time, and the departures it cancels as offered.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from sim.arrays import Bools, Floats, Ints
from sim.journeys import Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import named, stages_of
from sim.measures.grouping import count, pooled_quantiles, ratio, table, total
from sim.measures.load import Loads, run_load
from sim.measures.occupancy import CLOSED, Occupancy, by_hour
from sim.measures.passes import Passes
from sim.measures.rosters import Rosters
from sim.measures.visits import Visits, flags
from sim.plan import Plan, StageKind

__all__ = ["hours_table", "stages_table"]


def stages_table(
    visits: Visits,
    rosters: Rosters,
    load: Occupancy,
    loads: Loads,
    passes: Passes | None = None,
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
    plan = visits.plan
    sums, sample, last = _sums(visits) if passes is None else passes.visits(visits.physical)
    reached, began, done, unfinished, *minutes, serviced = sums.T
    wait, overnight, virtual, service = minutes
    kept = _kept(plan, reached > 0)
    alone, select = np.eye(len(last), dtype=np.bool_), None if passes is None else passes.select
    median, tail = pooled_quantiles(sample[: sum(last[-1:])], last, alone, (0.5, 0.95), select)
    columns = {
        "visits": began.astype(np.int64),
        "wait_mean": ratio(wait, began),
        "wait_p50": median,
        "wait_p95": tail,
        "overnight_mean": ratio(overnight, began),
        "virtual_mean": ratio(virtual, began),
        "missed_share": _missed(visits.journeys, plan),
        "service_mean": ratio(service, serviced),
        "queue_mean": load.queue.sum(axis=1) / (plan.horizon - plan.warm_up),
        "queue_max": load.queue_max,
        "utilisation": _share(load.busy.sum(axis=1), load.open.sum(axis=1)),
        "load": run_load(loads),
        "overtime": load.overtime,
        "throughput_per_hour": ratio(done, _open_hours(plan, rosters)),
        "throughput_per_day": done / plan.days,
        "unfinished": unfinished.astype(np.int64),
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
    kept = _kept(plan, _reached(journeys, plan))
    first = int(load.edges[0] // 60.0)
    busy, opened, queue = (
        by_hour(minutes[kept], first, 24) for minutes in (load.busy, load.open, load.queue)
    )
    (width,) = by_hour(np.diff(load.edges)[None], first, 24)
    used, queue = _share(busy, opened), ratio(queue, width)
    return table(
        {
            "stage": named(stages_of(plan).names["stage"], np.repeat(kept, 24)),
            "hour": np.tile(np.arange(24), len(kept)),
            "utilisation": used.ravel(),
            "queue_mean": queue.ravel(),
        }
    )


def _kept(plan: Plan, reached: Bools) -> Ints:
    """Stages with servers, places or slots, and those that a vehicle reached."""
    served = [stage.servers > 0 or stage.slots.size > 0 for stage in plan.stages]
    return np.flatnonzero(reached | np.array(served, dtype=np.bool_))


def _reached(journeys: Journeys, plan: Plan) -> Bools:
    """Whether a vehicle reached each stage, shape ``(stages,)``."""
    rows = [journeys.arrive[journeys.workload.rows(k)] for k in range(len(plan.stages))]
    return np.array([not np.isnan(arrive).all() for arrive in rows], dtype=np.bool_)


def _sums(visits: Visits) -> tuple[Floats, Floats, Ints]:
    """Sums over visits, shape ``(stages, 9)``, their waits, and where each stage's waits end.

    Visits that came, that began in the window, that were done in it, that are unfinished; of
    those that began minutes of physical, overnight and virtual wait, and of service, and of
    how many the service is known.
    """
    plan, bounds = visits.plan, visits.journeys.workload.bounds
    sums, sample = np.zeros((len(plan.stages), 9)), [np.empty(0)]
    last = [np.empty(0, dtype=np.int64)]
    for first, end, rows, stage in blocks(bounds):
        code, within = stage - first, bounds[first : end + 1] - bounds[first]
        waits, ends = _of_block(visits, rows, stage, (code, within), sums[first:end])
        sample.append(waits)
        last.append(ends)
    return sums, np.concatenate(sample), np.cumsum(np.concatenate(last))


def _of_block(
    visits: Visits, rows: slice, stage: Ints, within: tuple[Ints, Ints], sums: Floats
) -> tuple[Floats, Ints]:
    """Fill in the sums over the visits to some stages; return their waits, and how many.

    ``within`` are the place of each row's stage in ``sums``, and where each stage's rows begin.
    """
    log, plan, work = visits.journeys, visits.plan, visits.journeys.workload
    arrive, start, finish = log.arrive[rows], log.start[rows], log.finish[rows]
    came, in_window = ~np.isnan(arrive), (start >= plan.warm_up) & (start < plan.horizon)
    began = np.flatnonzero(in_window)
    served = ~np.isnan(start) & (finish != log.gave_up_at[work.row_vehicle[rows]])
    done = served & (finish >= plan.warm_up) & (finish < plan.horizon)
    edges = within[1].tolist()
    for column, mask in enumerate((came, in_window, done, came & np.isnan(finish))):
        counts = [np.count_nonzero(mask[a:b]) for a, b in pairwise(edges)]
        sums[:, column] = counts
    code, minutes = within[0][began], [part[began] for part in visits.wait(rows, stage)]
    for column, part in enumerate(minutes, 4):
        sums[:, column] = total(code, part, len(sums))
    service = work.service[rows][began]
    hold = flags(stages_of(plan).kind == StageKind.HOLD, stage)
    if hold is not None:  # services are known also if cut by the horizon, but for holds
        back = finish[began] - start[began] + service
        service = np.where(hold[began], back, service)
        kept = ~np.isnan(service)
        service, code = service[kept], code[kept]
    sums[:, 7], sums[:, 8] = total(code, service, len(sums)), count(code, len(sums))
    return minutes[0], sums[:, 1].astype(np.int64)


def _missed(journeys: Journeys, plan: Plan) -> Floats:
    """Share of visits that did not leave with the first departure after their arrival.

    Shape ``(stages,)``, NaN without slots.
    """
    missed = np.full(len(plan.stages), np.nan)
    for number, stage in enumerate(plan.stages):
        if stage.kind is StageKind.SLOTS:
            rows = journeys.workload.rows(number)
            arrive, start = journeys.arrive[rows], journeys.start[rows]
            began = (start >= plan.warm_up) & (start < plan.horizon)
            first = np.searchsorted(stage.slots, arrive[began], side="left")
            if began.any():
                missed[number] = np.mean(start[began] > stage.slots[first])
    return missed


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
