"""The log of a run stage by stage: every time by row, and the minute each vehicle has reached."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.journeys import TURNED_BACK, Journeys
from sim.plan import Plan
from sim.queues import compiled
from sim.workload import Workload, hours

__all__ = ["VisitLog"]


class VisitLog:
    """Times of every visit so far, filled stage by stage in the order of the stages.

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

    @cached_property
    def compiled(self) -> bool:
        """Whether compiled code pays for a run of this size, and is there."""
        return compiled.pays_off(len(self.workload.service))

    def journeys(self) -> Journeys:
        """Close the log."""
        log = (self.arrive, self.start, self.finish, self.server)
        return Journeys.from_times(
            self.plan, self.workload, *log, self.gave_up_at, self.turned_back
        )

    def record_arrivals(self, number: int) -> Floats:
        """Log and return the minute at which each vehicle arrives at a stage, by row."""
        rows = self.workload.rows(number)
        arrive = self.arrive[rows] = self.now[self.workload.row_vehicle[rows]]
        return arrive

    def record_services(
        self,
        number: int,
        start: Floats,
        finish: Floats,
        server: NDArray[np.int32] | None = None,
        order: Ints | None = None,
    ) -> None:
        """Log the services of a stage, given by row or in an ``order`` of the rows."""
        rows = self.workload.rows(number)
        within = slice(None) if order is None else order
        self.start[rows][within], self.finish[rows][within] = start, finish
        self.server[rows][within] = -1 if server is None else server
        self.now[self.workload.row_vehicle[rows]] = self.finish[rows]

    def service(self, number: int) -> Floats:
        """Return the service time of each visit of a stage, minutes."""
        return self.workload.service[self.workload.rows(number)]

    def flow(self, number: int) -> Ints:
        """Return the flow of each visit of a stage."""
        return self.workload.flow[self.workload.row_vehicle[self.workload.rows(number)]]

    def asks_first(self, number: int) -> Bools:
        """Return whether each vehicle asks this hold first, rather than come to it by overflow."""
        vehicle, rows = self.workload.row_vehicle, self.workload.rows(number)
        asks = np.ones(rows.stop - rows.start, dtype=np.bool_)
        for other, stage in enumerate(self.plan.stages):
            if stage.overflow == number:
                asks &= ~np.isin(vehicle[rows], vehicle[self.workload.rows(other)])
        return asks

    def part(self, kept: Bools) -> VisitLog:
        """The log of some vehicles, with what has been recorded of them so far.

        ``kept`` has shape ``(vehicles,)``.
        """
        workload, rows = self.workload.part(kept)
        log = VisitLog(self.plan, workload)
        for name in ("arrive", "start", "finish", "server"):
            np.take(getattr(self, name), rows, out=getattr(log, name), mode="clip")
        log.gave_up_at, log.turned_back = self.gave_up_at[kept], self.turned_back[kept]
        return log

    def vehicles(self, routes: set[int]) -> Bools:
        """Return whether each vehicle comes to one of these routes."""
        selected = np.isin([flow.route for flow in self.plan.flows], list(routes))
        return np.asarray(selected[self.workload.flow])

    def overwrite(self, run: Journeys, routes: set[int]) -> None:
        """Overwrite the rows of these routes with a separate `des` run of them."""
        vehicles = self.vehicles(routes)
        rows = np.flatnonzero(vehicles[self.workload.row_vehicle])
        self.arrive[rows], self.start[rows] = run.arrive, run.start
        self.finish[rows], self.server[rows] = run.finish, run.server
        self.gave_up_at[vehicles] = run.gave_up_at
        self.turned_back[vehicles] = run.outcome == TURNED_BACK
