"""Clocks of each visit to a stage: see :mod:`sim.measures.clocks`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.catalogue import CLOCKS
from sim.journeys import Journeys
from sim.measures.passes import Passes
from sim.measures.rosters import Rosters
from sim.plan import Plan, Stage, StageKind
from sim.queues import Calendar

__all__ = ["Visits", "known", "time_visits"]


_ROUNDING = 1e-9
"""Minutes. Open time is a difference of sums and so not exact to the last bit."""


@dataclass(frozen=True, eq=False)
class Visits:
    """The clocks of each visit, in minutes.

    Attributes
    ----------
    physical:
        Shape ``(rows,)``: wait while the stage was open; NaN if not started, 0 where the wait
        is virtual. The other parts of a wait and of a service follow from it and the log.
    """

    journeys: Journeys
    plan: Plan
    physical: Floats

    def wait(self, number: int) -> tuple[Floats, Floats, Floats]:
        """Physical, overnight and virtual wait at a stage, each of shape ``(visits,)``."""
        rows = self.journeys.workload.rows(number)
        whole, physical = (
            self.journeys.start[rows] - self.journeys.arrive[rows],
            self.physical[rows],
        )
        if self.plan.stages[number].virtual:
            return physical, physical, whole
        return physical, whole - physical, np.zeros_like(whole)

    def service(self, number: int) -> tuple[Floats, Floats]:
        """Worked and frozen minutes of the service at a stage; NaN if not finished, 0 for holds."""
        stage, rows = self.plan.stages[number], self.journeys.workload.rows(number)
        span = self.journeys.finish[rows] - self.journeys.start[rows]
        if stage.kind is StageKind.HOLD:
            return np.zeros_like(span), np.zeros_like(span)
        if not stage.resume:
            return span, 0.0 * span
        worked = _snap(np.minimum(self.journeys.workload.service[rows], span), span)
        return worked, span - worked

    def clocks(self, number: int) -> dict[str, Floats]:
        """Minutes of each visit to a stage on each of :data:`CLOCKS`; 0 where unknown."""
        stage, rows = self.plan.stages[number], self.journeys.workload.rows(number)
        clocks = dict.fromkeys(CLOCKS, np.zeros(rows.stop - rows.start))
        if stage.owner:
            held = self.journeys.finish[rows] - self.journeys.arrive[rows]
            return clocks | {"owner": known(held)}
        (worked, frozen), (physical, overnight, virtual) = self.service(number), self.wait(number)
        clocks |= {"service": known(worked), "closed": known(frozen)}
        if stage.virtual:
            return clocks | {"virtual": known(virtual)}
        return clocks | {"queue": known(physical), "closed": clocks["closed"] + known(overnight)}


def time_visits(
    journeys: Journeys, plan: Plan, rosters: Rosters, passes: Passes | None = None
) -> Visits:
    """Split every visit over the clocks."""
    work = journeys.workload
    physical = np.empty(len(work.service))
    if passes is not None:
        passes.waits(physical)
        return Visits(journeys, plan, physical)
    for number, stage in enumerate(plan.stages):  # a stage's rows stay in cache
        rows = work.rows(number)
        calendar = rosters.calendars[rosters.stage[number]]
        physical[rows] = _physical(stage, calendar, journeys.arrive[rows], journeys.start[rows])
    return Visits(journeys, plan, physical)


def _physical(stage: Stage, calendar: Calendar, arrive: Floats, start: Floats) -> Floats:
    """Physical wait at a stage that keeps a calendar."""
    wait = start - arrive
    if stage.virtual:
        return 0.0 * wait  # NaN where not started
    if calendar.never_closes:
        return wait
    physical = wait.copy()
    some = np.flatnonzero(wait > 0)
    physical[some] = calendar.open_time(arrive[some], start[some])
    return _snap(physical, wait)


def _snap(part: Floats, whole: Floats) -> Floats:
    """Remove rounding from a part of a whole."""
    return np.where(whole - part < _ROUNDING, whole, np.where(part < _ROUNDING, 0.0, part))


def known(minutes: Floats) -> Floats:
    """Minutes, 0 where unknown."""
    return np.where(np.isnan(minutes), 0.0, minutes)
