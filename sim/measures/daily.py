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
from sim.measures.codes import PLANS, named, stages_of
from sim.measures.grouping import inside_at, table
from sim.measures.load import Loads
from sim.measures.passes import Passes
from sim.measures.reach import Reach
from sim.plan import Plan, Stage, StageKind

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
    reach = Reach(journeys, plan)
    last, least = np.zeros((2, len(plan.stages), len(begins) - 1), dtype=np.int64)
    for number in range(len(plan.stages)):
        if queued[number]:
            waiting = _waiting(journeys, reach, number, looks)
            last[number] = waiting[begins[1:] - 1]
            least[number] = np.minimum.reduceat(waiting, begins[:-1])
        reach.leave(number)
    return last, least


def _waiting(journeys: Journeys, reach: Reach, number: int, looks: Floats) -> Ints:
    """Vehicles that wait for a stage at each look, shape ``(looks,)``."""
    rows = journeys.workload.rows(number)
    begin, start = journeys.arrive[rows], journeys.start[rows]
    end = np.where(np.isnan(start), journeys.finish[rows], start)  # or gave up
    came = ~np.isnan(begin)
    asked, placed = reach.waits_for_place(number)
    begin, end = np.append(begin[came], asked), np.append(end[came], placed)
    waiting: Ints = inside_at(np.zeros(len(begin), dtype=np.int64), 1, begin, end, looks)[0]
    return waiting
