"""The backlog through time."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.measures.clocks import Vehicles
from sim.measures.grouping import inside_at, table
from sim.plan.model import DIRECTIONS, Plan

__all__ = ["STEP", "backlog_table"]

STEP = 30.0
"""Minutes between two values."""


def backlog_table(plan: Plan, vehicles: Vehicles) -> pl.DataFrame:
    """One row per gate and half hour of the window, both ends included.

    Columns: gate; minute (since the start of the run); waiting, the export vehicles that
    had arrived and not left just before that minute; queued_import, the import vehicles.
    """
    times = np.arange(plan.warm_up, plan.horizon + STEP / 2, STEP)
    size = len(plan.gates)

    def inside(direction: str) -> NDArray[np.int64]:
        mine = vehicles.direction == DIRECTIONS.index(direction)
        spans = (vehicles.arrive[mine], vehicles.left[mine])
        return inside_at(vehicles.gate[mine], size, *spans, times).ravel()

    return table(
        {
            "gate": [gate.id for gate in plan.gates for _ in range(len(times))],
            "minute": np.tile(times, size),
            "waiting": inside("export"),
            "queued_import": inside("import"),
        }
    )
