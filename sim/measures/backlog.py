"""The backlog through time, and whether it grows over the run."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.clock import DAY
from sim.measures.bulletin import BULLETIN
from sim.measures.clocks import Vehicles, present_at
from sim.measures.grouping import table
from sim.plan.model import DIRECTIONS, Plan

__all__ = ["STEP", "WAITING", "backlog_table", "growth_table"]

Floats = NDArray[np.float64]

STEP = 30.0
"""Minutes between two values."""

WAITING = {"export": "waiting", "import": "queued_import"}
"""Column of the backlog of each direction."""

_LEAST = 3
"""Evenings below which a slope says nothing."""


def backlog_table(plan: Plan, vehicles: Vehicles) -> pl.DataFrame:
    """One row per gate with traffic and full half hour of the window, both ends included.

    Columns: gate; minute (since the start of the run); waiting, the export vehicles that
    had arrived and not left just before that minute; queued_import, the import vehicles.
    Virtual waits and what the bulletin does not count are left out.
    """
    times = STEP * np.arange(np.ceil(plan.warm_up / STEP), np.floor(plan.horizon / STEP) + 1)
    busy = sorted({flow.gate for flow in plan.flows})

    def inside(direction: str) -> NDArray[np.int32]:
        mine = vehicles.goods & (vehicles.direction == DIRECTIONS.index(direction))
        every = present_at(vehicles, vehicles.gate, len(plan.gates), mine, times)
        return every[busy].ravel().astype(np.int32)

    return table(
        {
            "gate": [plan.gates[gate].id for gate in busy for _ in range(len(times))],
            "minute": np.tile(times, len(busy)),
            **{column: inside(direction) for direction, column in WAITING.items()},
        }
    )


def growth_table(backlog: pl.DataFrame) -> pl.DataFrame:
    """One row per gate of :func:`backlog_table` and direction.

    Columns: gate, direction; evenings, the number of 20:00s; per_day, the slope of the
    least-squares line through the backlog at 20:00 in vehicles a day, null with fewer than
    three evenings.
    """
    evenings = backlog.filter(pl.col("minute") % DAY == BULLETIN)
    gates = backlog["gate"].unique(maintain_order=True).to_list()
    slopes = []
    for gate in gates:
        mine = evenings.filter(pl.col("gate") == gate)
        days = mine["minute"].to_numpy() / DAY
        slopes += [_slope(days, mine[column].to_numpy()) for column in WAITING.values()]
    count = evenings.height // max(len(gates), 1)
    return table(
        {
            "gate": [gate for gate in gates for _ in WAITING],
            "direction": list(WAITING) * len(gates),
            "evenings": np.full(len(slopes), count, dtype=np.int64),
            "per_day": np.array(slopes, dtype=np.float64),
        }
    )


def _slope(days: Floats, waiting: NDArray[np.int32]) -> float:
    """Vehicles a day; NaN of too few evenings."""
    if len(days) < _LEAST:
        return float("nan")
    apart = days - days.mean()
    return float((apart * (waiting - waiting.mean())).sum() / (apart**2).sum())
