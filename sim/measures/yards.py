"""Yards and other pools of places: how full, and how many vehicles stand on the road instead.

Nobody is turned away from a full yard that is a stage: vehicles beyond its places stand on
the road before it, and lose nothing but room. Who waits for a place of a hold stands on the
road too, unless it keeps a server meanwhile. So overflow follows from the journeys alone.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.journeys import Journeys
from sim.measures.codes import named, stages_of
from sim.measures.grouping import table
from sim.plan import Plan, Stage, StageKind, WhenFull

__all__ = ["yards_table"]


def yards_table(journeys: Journeys, plan: Plan) -> pl.DataFrame:
    """One row per stage with counted places and per hold, over the measured window.

    Columns
    -------
    stage, gate, places
    occupancy_mean, occupancy_max:
        Vehicles at the stage, waiting there or in service; of a hold, those with a place or
        waiting for one on the road: mean over time, and the most.
    overflow_max:
        The most that stood on the road at one instant.
    overflow_hours:
        Vehicle-hours on the road per day.
    blocked_hours:
        Vehicle-hours per day for which servers were kept by who waits for a place.
    """
    yards = _yards(plan)
    rows = [_yard(journeys, plan, number) for number in yards.tolist()]
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    return table(
        {
            "stage": named(stages_of(plan).names["stage"], yards),
            "gate": named(stages_of(plan).names["gate"], yards),
            "places": np.array([_places(plan.stages[i]) for i in yards.tolist()], dtype=np.int64),
            "occupancy_mean": columns[0],
            "occupancy_max": columns[1].astype(np.int64),
            "overflow_max": columns[2].astype(np.int64),
            "overflow_hours": columns[3],
            "blocked_hours": columns[4],
        }
    )


def _yards(plan: Plan) -> Ints:
    """Stages with counted places, and holds."""
    counted = [bool(s.places) or s.kind is StageKind.HOLD for s in plan.stages]
    return np.flatnonzero(counted)


def _places(stage: Stage) -> int:
    return stage.servers if stage.kind is StageKind.HOLD else stage.places


def _yard(journeys: Journeys, plan: Plan, number: int) -> tuple[float, float, float, float, float]:
    """Mean and most vehicles, most on the road, vehicle-hours there and blocked per day."""
    bounds = journeys.workload.bounds
    rows = np.arange(bounds[number], bounds[number + 1])
    came = (journeys.start if plan.stages[number].virtual else journeys.arrive)[rows]
    rows, came = rows[~np.isnan(came)], came[~np.isnan(came)]
    hold = plan.stages[number].kind is StageKind.HOLD
    blocks = hold and plan.when_full(number) is WhenFull.BLOCK
    began, left = journeys.start[rows], journeys.finish[rows]
    began = np.where(np.isnan(began), left, began)  # or left the queue
    times, inside = _inside(began if blocks else came, left, plan.warm_up, plan.horizon)
    road = np.maximum(inside - plan.stages[number].places, 0)
    per_day = 1.0 / 60.0 / plan.days
    waits, waiting = _inside(came, began, plan.warm_up, plan.horizon)
    waiting_hours = float((waiting * np.diff(waits)).sum() * per_day)
    minutes = np.diff(times)
    mean = float((inside * minutes).sum() / (plan.horizon - plan.warm_up))
    if not hold:
        on_road = float((road * minutes).sum() * per_day)
        return mean, float(inside.max()), float(road.max()), on_road, 0.0
    if blocks:
        return mean, float(inside.max()), 0.0, 0.0, waiting_hours
    return mean, float(inside.max()), float(waiting.max()), waiting_hours, 0.0


def _inside(came: Floats, left: Floats, begin: float, end: float) -> tuple[Floats, Ints]:
    """Step function of the vehicles inside over ``[begin, end)``: edges and values.

    NaN is a time after the end.
    """
    came, left = np.sort(came[~np.isnan(came)]), np.sort(left[~np.isnan(left)])
    # who leaves at an instant makes room for who comes
    comes = np.arange(len(came)) + np.searchsorted(left, came, side="right")
    leaves = np.arange(len(left)) + np.searchsorted(came, left, side="left")
    moments, step = np.empty(len(came) + len(left)), np.ones(len(came) + len(left), np.int64)
    moments[comes], moments[leaves], step[leaves] = came, left, -1
    inside = np.cumsum(step)
    within = (moments > begin) & (moments < end)
    first = int(np.searchsorted(moments, begin, side="right"))
    at_begin = inside[first - 1] if first else 0
    edges = np.concatenate([[begin], moments[within], [end]])
    return edges, np.concatenate([[at_begin], inside[within]]).astype(np.int64)
