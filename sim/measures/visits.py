"""Clocks of each visit to a stage: see :mod:`sim.measures.clocks`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.catalogue import CLOCKS
from sim.journeys import Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import stages_of
from sim.measures.passes import Passes
from sim.measures.rosters import Rosters, open_minutes
from sim.plan import Plan, StageKind

__all__ = ["Visits", "flags", "known", "time_visits"]


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

    def wait(self, rows: slice, stage: Ints) -> tuple[Floats, Floats, Floats]:
        """Physical, overnight and virtual wait of some rows, ``stage`` by row; each ``(rows,)``."""
        whole, physical = (
            self.journeys.start[rows] - self.journeys.arrive[rows],
            self.physical[rows],
        )
        virtual = flags(stages_of(self.plan).virtual, stage)
        if virtual is None:
            return physical, whole - physical, np.zeros_like(whole)
        shut = np.where(virtual, physical, whole - physical)
        return physical, shut, np.where(virtual, whole, 0.0 * whole)

    def clocks(self, rows: slice, stage: Ints) -> dict[str, Floats]:
        """Minutes of some rows on each of :data:`CLOCKS`; 0 where unknown, ``stage`` by row."""
        log, stages = self.journeys, stages_of(self.plan)
        physical = self.physical[rows]
        whole, span = log.start[rows] - log.arrive[rows], log.finish[rows] - log.start[rows]
        waited, served, closed = known(physical), known(span), known(whole - physical)
        virtual, owner, resume, hold = (
            flags(mask, stage)
            for mask in (stages.virtual, stages.owner, stages.resume, stages.kind == StageKind.HOLD)
        )
        clocks = dict.fromkeys(CLOCKS, np.zeros(len(span)))
        if virtual is not None:
            clocks["virtual"] = np.where(virtual, known(whole), 0.0)
            waited, closed = np.where(virtual, 0.0, waited), np.where(virtual, 0.0, closed)
        if resume is not None:
            worked = _snap(np.minimum(log.workload.service[rows], span), span)
            served = np.where(resume, known(worked), served)
            closed = np.where(resume, known(span - worked) + closed, closed)
        if hold is not None:
            served = np.where(hold, 0.0, served)
        if owner is not None:
            held = known(log.finish[rows] - log.arrive[rows])
            clocks["owner"] = np.where(owner, held, 0.0)
            waited, served, closed, clocks["virtual"] = (
                np.where(owner, 0.0, minutes)
                for minutes in (waited, served, closed, clocks["virtual"])
            )
        return clocks | {"queue": waited, "service": served, "closed": closed}


def flags(mask: Bools, stage: Ints) -> Bools | None:
    """Which rows are of stages in a mask, None if none is; ``stage`` ascends."""
    if not len(stage) or not mask[stage[0] : stage[-1] + 1].any():
        return None
    by_row: Bools = mask[stage]
    return by_row


def time_visits(
    journeys: Journeys, plan: Plan, rosters: Rosters, passes: Passes | None = None
) -> Visits:
    """Split every visit over the clocks."""
    work = journeys.workload
    physical = np.empty(len(work.service))
    if passes is not None:
        passes.waits(physical)
        return Visits(journeys, plan, physical)
    for _, _, rows, stage in blocks(work.bounds):
        arrive, start = journeys.arrive[rows], journeys.start[rows]
        wait = start - arrive
        virtual = flags(stages_of(plan).virtual, stage)
        some = np.flatnonzero(wait > 0)
        opened, span = wait.copy(), (arrive[some], start[some])
        opened[some] = open_minutes(rosters.calendars, rosters.stage[stage[some]], *span)
        if virtual is not None:
            opened, wait = (np.where(virtual, 0.0 * wait, part) for part in (opened, wait))
        physical[rows] = _snap(opened, wait)
    return Visits(journeys, plan, physical)


def _snap(part: Floats, whole: Floats) -> Floats:
    """Remove rounding from a part of a whole."""
    return np.where(whole - part < _ROUNDING, whole, np.where(part < _ROUNDING, 0.0, part))


def known(minutes: Floats) -> Floats:
    """Minutes, 0 where unknown."""
    return np.where(np.isnan(minutes), 0.0, minutes)
