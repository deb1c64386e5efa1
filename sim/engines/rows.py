"""Rows of a run event by event: every time of every visit, and the fate of every vehicle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.journeys import Journeys
from sim.plan import Plan
from sim.workload import Workload

__all__ = ["NAN", "Rows"]

NAN = float("nan")


class Rows:
    """Visits (rows) and vehicles of a run as parallel lists, which Python reads fastest.

    Attributes
    ----------
    first, next:
        First row of each vehicle, and the row after each row; -1 after the last.
    vehicle, flow_at, service:
        By row: vehicle, its flow, and its service time in minutes.
    arrive, start, finish, server:
        By row: what has happened so far; NaN and -1 where nothing has.
    deadline:
        By row before the crossing: minute at which the vehicle abandons if it waits.
    absent:
        Rows that miss the first departure that they are called for.
    arrivals, flow, initially_queued, crossed_row, gave_up_at, turned_back:
        By vehicle.
    """

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self._plan, self._workload = plan, workload
        self.horizon = plan.horizon
        self.vehicle: list[int] = workload.row_vehicle.tolist()
        self.flow_at: list[int] = workload.flow[workload.row_vehicle].tolist()
        self.service: list[float] = workload.service.tolist()
        self.first, self.next = _paths(workload)
        self._place: list[int] | None = None
        if workload.place is not None:
            self._place = workload.place.tolist()
        self.deadline = _deadlines(workload)
        self.absent: set[int] = set(workload.absent.tolist())
        count = len(self.service)
        self.arrive, self.start, self.finish = ([NAN] * count for _ in range(3))
        self.server = [-1] * count
        self.arrivals: list[float] = workload.arrive.tolist()
        self.flow: list[int] = workload.flow.tolist()
        self.initially_queued: list[bool] = workload.initially_queued.tolist()
        self.crossed_row: list[int] = workload.crossed_row.tolist()
        self.gave_up_at = [NAN] * workload.vehicles
        self.turned_back = [False] * workload.vehicles

    def is_up_to_crossing(self, row: int) -> bool:
        """Return whether a visit is not after the vehicle's crossing."""
        crossing = self.crossed_row[self.vehicle[row]]
        if self._place is None:
            return row <= crossing
        return self._place[row] <= self._place[crossing]

    def has_left(self, vehicle: int) -> bool:
        """Return whether a vehicle has left without crossing."""
        gave_up_at = self.gave_up_at[vehicle]
        return self.turned_back[vehicle] or gave_up_at == gave_up_at

    def journeys(self, comes: Sequence[bool]) -> Journeys:
        """Return the journeys of the vehicles that came."""
        came = np.array(comes, dtype=np.bool_)
        workload, rows = self._workload.part(came)
        return Journeys.from_times(
            self._plan,
            workload,
            np.array(self.arrive)[rows],
            np.array(self.start)[rows],
            np.array(self.finish)[rows],
            np.array(self.server, dtype=np.int32)[rows],
            np.array(self.gave_up_at)[came],
            np.array(self.turned_back, dtype=np.bool_)[came],
        )


def _paths(workload: Workload) -> tuple[list[int], list[int]]:
    """First row of each vehicle, and the row that follows each row (-1 after the last)."""
    order = workload.along_paths
    vehicle = workload.row_vehicle[order]
    goes_on = vehicle[1:] == vehicle[:-1]
    following = np.full(len(order), -1, dtype=np.int64)
    following[order[:-1][goes_on]] = order[1:][goes_on]
    first = order[np.searchsorted(vehicle, np.arange(workload.vehicles))]
    return first.tolist(), following.tolist()


def _deadlines(workload: Workload) -> dict[int, float]:
    """Deadline of each row before the crossing whose vehicle has one."""
    limited = np.isfinite(workload.deadline)
    rows = np.flatnonzero(limited[workload.row_vehicle]) if limited.any() else np.empty(0, np.int64)
    rows = rows[workload.up_to_crossing(rows)]
    times = workload.deadline[workload.row_vehicle[rows]].tolist()
    return dict(zip(rows.tolist(), times, strict=True))
