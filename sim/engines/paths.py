"""What `des` reads off a workload: each vehicle's way through its rows, and its deadlines."""

from __future__ import annotations

import numpy as np

from sim.workload import Workload

__all__ = ["deadlines", "paths"]


def paths(workload: Workload) -> tuple[list[int], list[int]]:
    """First row of each vehicle, and the row that follows each row (-1 after the last)."""
    order = np.argsort(workload.row_vehicle, kind="stable")
    vehicle = workload.row_vehicle[order]
    goes_on = vehicle[1:] == vehicle[:-1]
    following = np.full(len(order), -1, dtype=np.int64)
    following[order[:-1][goes_on]] = order[1:][goes_on]
    first = order[np.searchsorted(vehicle, np.arange(workload.vehicles))]
    return first.tolist(), following.tolist()


def deadlines(workload: Workload) -> dict[int, float]:
    """Deadline of each row before the crossing whose vehicle has one."""
    limited = np.isfinite(workload.deadline)
    rows = np.flatnonzero(limited[workload.row_vehicle]) if limited.any() else np.empty(0, np.int64)
    vehicle = workload.row_vehicle[rows]
    before = rows <= workload.crossed_row[vehicle]
    times = workload.deadline[vehicle[before]].tolist()
    return dict(zip(rows[before].tolist(), times, strict=True))
