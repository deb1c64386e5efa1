"""Yards: how full they are, and how many vehicles stand on the road instead.

Nobody is turned away from a full yard: vehicles beyond its places stand on the road
before it, and lose nothing but room. So overflow follows from the journeys alone.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.journeys import Journeys
from sim.measures.grouping import table
from sim.plan.model import Plan

__all__ = ["yards_table"]

Floats = NDArray[np.float64]


def yards_table(journeys: Journeys, plan: Plan) -> pl.DataFrame:
    """One row per stage with counted places, over the measured window.

    Columns
    -------
    stage, gate, places
    occupancy_mean, occupancy_max:
        Vehicles at the stage, waiting or in service: mean over time, and the most.
    overflow_max:
        The most that stood on the road at one instant.
    overflow_hours:
        Vehicle-hours on the road per day.
    """
    yards = [i for i, stage in enumerate(plan.stages) if stage.places]
    found = [_yard(journeys, plan, number) for number in yards]
    columns = np.array(found, dtype=np.float64).reshape(-1, 4).T
    return table(
        {
            "stage": [plan.stages[i].id for i in yards],
            "gate": [plan.gates[plan.stages[i].gate].id for i in yards],
            "places": np.array([plan.stages[i].places for i in yards], dtype=np.int64),
            "occupancy_mean": columns[0],
            "occupancy_max": columns[1].astype(np.int64),
            "overflow_max": columns[2].astype(np.int64),
            "overflow_hours": columns[3],
        }
    )


def _yard(journeys: Journeys, plan: Plan, number: int) -> tuple[float, float, float, float]:
    """Mean and most vehicles, most on the road, and vehicle-hours there per day."""
    bounds = journeys.workload.bounds
    rows = slice(int(bounds[number]), int(bounds[number + 1]))
    came = journeys.arrive[rows]
    came, left = came[~np.isnan(came)], journeys.finish[rows]
    times, inside = _occupancy(came, left[~np.isnan(left)], plan.warm_up, plan.horizon)
    minutes = np.diff(times)
    road = np.maximum(inside - plan.stages[number].places, 0)
    window = plan.horizon - plan.warm_up
    return (
        float((inside * minutes).sum() / window),
        float(inside.max()),
        float(road.max()),
        float((road * minutes).sum() / 60.0 / (window / 1440.0)),
    )


def _occupancy(
    came: Floats, left: Floats, begin: float, end: float
) -> tuple[Floats, NDArray[np.int64]]:
    """Step function of the vehicles inside over ``[begin, end)``: edges and values."""
    moments = np.concatenate([came, left])
    step = np.concatenate([np.ones(len(came), np.int64), -np.ones(len(left), np.int64)])
    order = np.lexsort((step, moments))  # who leaves at an instant makes room for who comes
    moments, inside = moments[order], np.cumsum(step[order])
    within = (moments > begin) & (moments < end)
    first = int(np.searchsorted(moments, begin, side="right"))
    at_begin = inside[first - 1] if first else 0
    edges = np.concatenate([[begin], moments[within], [end]])
    return edges, np.concatenate([[at_begin], inside[within]]).astype(np.int64)
