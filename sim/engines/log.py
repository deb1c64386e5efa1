"""The log of a run stage by stage: every time by row, and where each vehicle has come to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.journeys import TURNED_BACK, Journeys
from sim.plan.model import Plan
from sim.workload import Workload, hours

__all__ = ["Log"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Log:
    """What has happened so far, filled stage by stage in the order of the stages.

    Attributes
    ----------
    hours:
        By stage: when it really serves.
    now:
        Shape ``(vehicles,)``: minute at which each is done with all stages served so far.
    arrive, start, finish, server, gave_up_at:
        As in :class:`sim.journeys.Journeys`.
    turned_back:
        Shape ``(vehicles,)``.
    """

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.plan, self.workload = plan, workload
        self.hours = hours(plan, workload)
        self.now = workload.arrive.copy()
        rows = len(workload.service)
        self.arrive, self.start, self.finish = (np.empty(rows) for _ in range(3))
        self.server = np.empty(rows, dtype=np.int32)
        self.gave_up_at = np.full(workload.vehicles, np.nan)
        self.turned_back = np.zeros(workload.vehicles, dtype=np.bool_)

    def journeys(self) -> Journeys:
        """Close the log."""
        log = (self.arrive, self.start, self.finish, self.server)
        return Journeys.from_times(
            self.plan, self.workload, *log, self.gave_up_at, self.turned_back
        )

    def come(self, number: int) -> Floats:
        """When each vehicle comes to a stage."""
        rows = self.workload.rows(number)
        arrive = self.arrive[rows] = self.now[self.workload.row_vehicle[rows]]
        return arrive

    def leave(
        self,
        number: int,
        start: Floats,
        finish: Floats,
        server: NDArray[np.int32] | None = None,
        order: Ints | None = None,
    ) -> None:
        """Log when each is served, given by row or in an ``order`` of the rows."""
        rows = self.workload.rows(number)
        each = slice(None) if order is None else order
        self.start[rows][each], self.finish[rows][each] = start, finish
        self.server[rows][each] = -1 if server is None else server
        self.now[self.workload.row_vehicle[rows]] = self.finish[rows]

    def need(self, number: int) -> Floats:
        """What each visit of a stage needs there."""
        return self.workload.service[self.workload.rows(number)]

    def flow(self, number: int) -> Ints:
        """The flow of each visit of a stage."""
        return self.workload.flow[self.workload.row_vehicle[self.workload.rows(number)]]

    def asks(self, number: int) -> NDArray[np.bool_]:
        """Which vehicles of a hold ask for it first, rather than come to it by overflow."""
        before = [i for i, stage in enumerate(self.plan.stages) if stage.overflow == number]
        asks = np.ones(
            self.workload.rows(number).stop - self.workload.rows(number).start, dtype=np.bool_
        )
        for one in before:
            vehicles = self.workload.row_vehicle
            asks &= ~np.isin(
                vehicles[self.workload.rows(number)], vehicles[self.workload.rows(one)]
            )
        return asks

    def vehicles(self, routes: set[int]) -> NDArray[np.bool_]:
        """Which vehicles come to these routes."""
        mine = np.isin([flow.route for flow in self.plan.flows], list(routes))
        return np.asarray(mine[self.workload.flow])

    def take(self, run: Journeys, routes: set[int]) -> None:
        """Put the rows of these routes into the log, as `des` ran them alone."""
        mine = self.vehicles(routes)
        rows = np.flatnonzero(mine[self.workload.row_vehicle])
        self.arrive[rows], self.start[rows] = run.arrive, run.start
        self.finish[rows], self.server[rows] = run.finish, run.server
        self.gave_up_at[mine] = run.gave_up_at
        self.turned_back[mine] = run.outcome == TURNED_BACK
