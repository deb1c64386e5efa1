"""Publish queue lengths during a run, and let vehicles choose a gate on them."""

from __future__ import annotations

import numpy as np

from sim.engines.choice_solver import PublishedQueues, booked_rows, called_row, came_at
from sim.engines.event_clock import Call, EventClock
from sim.engines.rows import Rows
from sim.plan import Plan
from sim.workload import Workload

__all__ = ["Publications"]


class Publications:
    """Publishes, before anything else happens at that instant.

    ``comes`` tells by vehicle whether it comes to its gate, as far as that is decided.
    """

    def __init__(self, clock: EventClock, rows: Rows, plan: Plan, workload: Workload) -> None:
        self._clock, self._rows = clock, rows
        self._queues = PublishedQueues(plan, workload)
        comes = np.ones(workload.vehicles, dtype=np.bool_)
        for decisions in workload.decisions:
            comes[decisions.vehicle] = False
        self.comes: list[bool] = comes.tolist()
        self._came: list[float] = came_at(workload).tolist()
        self._called: list[int] = called_row(plan, workload).tolist()
        self._crossed: list[int] = workload.crossed_row.tolist()
        self._booked: dict[int, list[int]] = {}
        for row in booked_rows(plan, workload).tolist():
            self._booked.setdefault(int(workload.row_vehicle[row]), []).append(row)
        self._coming = [
            np.flatnonzero(counter.flows[workload.flow])[::-1].tolist()
            for counter in self._queues.counters
        ]
        """By number: who has not come yet, the next one last."""
        self._inside: list[list[int]] = [[] for _ in self._coming]
        due = {k for first in self._queues.first for k in np.flatnonzero(np.diff(first)).tolist()}
        self._due = sorted(due, reverse=True)
        """Publications that somebody waits for, the next one last."""

    def open(self) -> None:
        """Wait for the next publication that somebody waits for."""
        if self._due:
            number = self._due.pop()
            self._clock.at(float(self._queues.times[number]), -1, self._publish, number)

    def _publish(self, event: Call) -> None:
        number = event.what
        counts = np.array([self._count(i, event.time) for i in range(len(self._coming))])
        for vehicle in self._queues.choose(counts[:, None], number).tolist():
            self.comes[vehicle] = True
        self.open()

    def _count(self, number: int, now: float) -> int:
        """One published number: vehicles there before this instant."""
        rows = self._rows
        coming, inside = self._coming[number], self._inside[number]
        while coming and self._came[coming[-1]] < now:
            vehicle = coming.pop()
            if self.comes[vehicle]:
                inside.append(vehicle)
        crossed, called, finish = self._crossed, self._called, rows.finish
        inside[:] = [v for v in inside if not (finish[crossed[v]] < now or rows.has_left(v))]
        if self._queues.counters[number].held:
            return sum(1 for v in inside if not self._is_away(v, now))
        return sum(1 for v in inside if called[v] < 0 or finish[called[v]] < now)

    def _is_away(self, vehicle: int, now: float) -> bool:
        """Whether a vehicle waits elsewhere, with a booking."""
        arrive, start = self._rows.arrive, self._rows.start
        booked = self._booked.get(vehicle, ())
        return any(arrive[row] < now and not start[row] < now for row in booked)
