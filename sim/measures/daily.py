"""Table by stage and day: work offered, work that can be served, and who still waits."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import pairwise

import numpy as np
import polars as pl

from sim.arrays import Bools, Floats, Ints
from sim.clock import DAY
from sim.journeys import Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import PLANS, named, stages_of
from sim.measures.grouping import count, table
from sim.measures.load import Loads
from sim.measures.passes import Passes
from sim.measures.reach import Reach
from sim.plan import Plan, Stage, StageKind
from sim.queues.edges import Edges

__all__ = ["daily_table"]


_STEP = 15.0
"""Minutes between two looks at a queue."""


def daily_table(
    journeys: Journeys, plan: Plan, loads: Loads, passes: Passes | None = None
) -> pl.DataFrame:
    """One row per stage with servers, a timetable or places, and day of the window.

    Stages of the owner are left out: nobody waits there for the gate.

    Columns
    -------
    gate, stage, date
    pool:
        Id of the hold whose places are kept until after the stage; the first of several; or null.
    offered, demand, capacity:
        Of :class:`sim.measures.load.Loads`; null for a hold.
    closed:
        The stage is shut all day beyond its weekly pattern: a closure, a holiday, an outage.
    queue:
        Vehicles that wait for the stage at the end of the day, those included that wait for a
        place which is kept until after it.
    queue_least:
        The fewest that wait at one time of the day, looked at every quarter of an hour: whoever
        is never served that day. A queue that returns comes down to 0.
    """
    queued = np.array([_queues(stage) for stage in plan.stages], dtype=np.bool_)
    looks, begins = _looks(loads.edges)
    if passes is None:
        queue, least = _looked(journeys, plan, queued, looks, begins)
    else:
        queue, least = passes.looks(queued, looks, begins)
    kept = np.flatnonzero(queued)
    days = len(loads.edges) - 1
    first = plan.start + dt.timedelta(days=int(loads.edges[0] // DAY))
    dates = [first + dt.timedelta(days=number) for number in range(days)]
    return table(
        {
            "gate": named(stages_of(plan).names["gate"], np.repeat(kept, days)),
            "stage": named(stages_of(plan).names["stage"], np.repeat(kept, days)),
            "pool": _pools(plan).gather(np.repeat(kept, days)),
            "date": pl.Series(dates, dtype=pl.Date).gather(np.tile(np.arange(days), len(kept))),
            **{
                name: getattr(loads, name)[kept].ravel()
                for name in ("offered", "demand", "capacity", "closed")
            },
            "queue": queue[kept].ravel(),
            "queue_least": least[kept].ravel(),
        }
    )


def _queues(stage: Stage) -> bool:
    """Whether vehicles wait for the gate at a stage."""
    kinds = (StageKind.SERVERS, StageKind.SLOTS, StageKind.HOLD)
    return stage.kind in kinds and not stage.owner


@lru_cache(maxsize=PLANS)
def _pools(plan: Plan) -> pl.Series:
    """Of each stage behind a hold whose place is kept until after it, the first such hold."""
    shared: dict[int, str] = {}
    for flow in plan.flows:
        for number, step in enumerate(flow.steps):
            for inside in flow.steps[number + 1 : step.until + 1]:
                shared.setdefault(inside.stage, plan.stages[step.stage].id)
    return pl.Series([shared.get(k) for k in range(len(plan.stages))], dtype=pl.String)


def _looks(edges: Floats) -> tuple[Floats, Ints]:
    """Minutes at which queues are looked at, each day's end its last, and where days begin."""
    days = [
        np.append(np.arange(begin + _STEP, end, _STEP), end)
        for begin, end in pairwise(edges.tolist())
    ]
    begins = np.concatenate([[0], np.cumsum([len(day) for day in days])])
    return np.concatenate(days), begins.astype(np.int64)


def _looked(
    journeys: Journeys, plan: Plan, queued: Bools, looks: Floats, begins: Ints
) -> tuple[Ints, Ints]:
    """Vehicles that wait at the end of each day, and the fewest, both ``(stages, days)``."""
    reach, bounds = Reach(journeys, plan), journeys.workload.bounds
    last, least = np.zeros((2, len(plan.stages), len(begins) - 1), dtype=np.int64)
    edges, width = Edges(looks), len(looks) + 1
    for first, end, rows, stage in blocks(bounds):
        begin, start = journeys.arrive[rows], journeys.start[rows]
        waited = np.where(np.isnan(start), journeys.finish[rows], start)  # or gave up
        came = np.flatnonzero(~np.isnan(begin) & queued[stage])
        places, asked, placed = reach.places(first, end)
        kept = np.flatnonzero(queued[places])
        change = np.zeros((end - first, width), dtype=np.int64)
        for numbers, times, sign in (
            (stage[came], begin[came], 1),
            (stage[came], waited[came], -1),
            (places[kept], asked[kept], 1),
            (places[kept], placed[kept], -1),
        ):
            cell = (numbers - first) * width + edges.passed(times)
            change += sign * count(cell, change.size).reshape(change.shape)
        waiting = np.cumsum(change[:, :-1], axis=1)
        last[first:end] = waiting[:, begins[1:] - 1]
        least[first:end] = np.minimum.reduceat(waiting, begins[:-1], axis=1)
    return last, least
