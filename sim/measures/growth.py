"""Whether a backlog grows over the run."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measures.bulletin import BULLETIN
from sim.measures.grouping import table

__all__ = ["growth_table"]

_COLUMNS = {"export": "waiting", "import": "queued_import"}
_LEAST = 3
"""Evenings below which a slope says nothing."""


def growth_table(backlog: pl.DataFrame) -> pl.DataFrame:
    """One row per gate with traffic and direction: gate, direction, evenings, per_day.

    ``per_day`` is the slope of the least-squares line through the backlog at 20:00, in
    vehicles a day; null with fewer than three ``evenings``.
    """
    evenings = backlog.filter(pl.col("minute") % 1440 == BULLETIN)
    gates = backlog["gate"].unique(maintain_order=True).to_list()
    slopes = []
    for gate in gates:
        mine = evenings.filter(pl.col("gate") == gate)
        days = mine["minute"].to_numpy() / 1440.0
        slopes += [_slope(days, mine[column].to_numpy()) for column in _COLUMNS.values()]
    count = evenings.height // max(len(gates), 1)
    return table(
        {
            "gate": [gate for gate in gates for _ in _COLUMNS],
            "direction": list(_COLUMNS) * len(gates),
            "evenings": np.full(len(slopes), count, dtype=np.int64),
            "per_day": np.array(slopes, dtype=np.float64),
        }
    )


def _slope(days: np.ndarray, waiting: np.ndarray) -> float:
    if len(days) < _LEAST:
        return float("nan")
    apart = days - days.mean()
    return float((apart * (waiting - waiting.mean())).sum() / (apart**2).sum())
