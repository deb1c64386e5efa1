"""The backlog through time."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.measures.clocks import Vehicles, present_at
from sim.measures.codes import flows_of, named
from sim.measures.grouping import table
from sim.plan import DIRECTIONS, Plan

__all__ = ["STEP", "WAITING", "backlog_table"]


STEP = 30.0
"""Minutes between two values."""

WAITING = {"export": "waiting", "import": "queued_import"}
"""Column of the backlog of each direction."""


def backlog_table(plan: Plan, vehicles: Vehicles) -> pl.DataFrame:
    """One row per gate with traffic and full half hour of the window, both ends included.

    Columns: gate; minute (since the start of the run); waiting, the export vehicles that
    had arrived and not left just before that minute; queued_import, the import vehicles.
    Virtual waits and what the bulletin does not count are left out.
    """
    times = STEP * np.arange(np.ceil(plan.warm_up / STEP), np.floor(plan.horizon / STEP) + 1)
    busy = np.unique(flows_of(plan).gate)

    def inside(direction: str) -> NDArray[np.int32]:
        goods = vehicles.goods & (vehicles.direction == DIRECTIONS.index(direction))
        every = present_at(vehicles, vehicles.gate, len(plan.gates), goods, times)
        return every[busy].ravel().astype(np.int32)

    return table(
        {
            "gate": named([gate.id for gate in plan.gates], np.repeat(busy, len(times))),
            "minute": np.tile(times, len(busy)),
            **{column: inside(direction) for direction, column in WAITING.items()},
        }
    )
