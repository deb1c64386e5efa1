"""Backlogs that never settle.

Where arrivals exceed what a gate can clear, its queue grows for as long as one simulates:
the mean wait then depends on the length of the run and its half-width means little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.compare import half_width
from sim.plan.model import DIRECTIONS, Plan
from sim.report.summary import busy_gates
from sim.results import Results

__all__ = ["Growth", "growing"]

_COLUMNS = {"export": "waiting", "import": "queued_import"}


@dataclass(frozen=True)
class Growth:
    """A gate's backlog at 20:00 grows by ``per_day`` vehicles a day, ± ``half_width``."""

    gate: int
    direction: str
    per_day: float
    half_width: float


def growing(results: Results) -> list[Growth]:
    """Backlogs that grow beyond doubt, in the run by a tenth of a day's arrivals or more.

    The slope of the backlog over the days, fitted to at least three evenings, is one
    observation per replication; its 95 % interval must lie above 0.
    """
    plan = results.plan
    evenings = results.tables["backlog"].filter(pl.col("minute") % 1440 == 20 * 60)
    found = []
    for gate in busy_gates(plan):
        mine = evenings.filter(pl.col("gate") == plan.gates[gate].id)
        for direction, column in _COLUMNS.items():
            slopes = _slopes(mine, column)
            half = half_width(slopes)
            mean = sum(slopes) / max(1, len(slopes))
            notable = max(5.0, 0.1 * _arrivals(plan, gate, direction))
            if mean - half > 0 and mean * plan.days > notable:
                found.append(Growth(gate, direction, mean, half))
    return found


def _slopes(evenings: pl.DataFrame, column: str) -> list[float]:
    """Growth per day in each replication; none where there are too few evenings."""
    slopes = []
    for (_,), mine in evenings.group_by("replication", maintain_order=True):
        if mine.height >= 3:
            days = mine["minute"].to_numpy() / 1440.0
            slopes.append(float(np.polyfit(days, mine[column].to_numpy(), 1)[0]))
    return slopes


def _arrivals(plan: Plan, gate: int, direction: str) -> float:
    """Sum expected arrivals per day."""
    way = DIRECTIONS.index(direction)
    mine = [flow for flow in plan.flows if flow.gate == gate and flow.direction == way]
    return sum(float(np.mean(flow.volume)) for flow in mine if not flow.draws)
