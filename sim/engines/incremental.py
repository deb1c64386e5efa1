"""Incremental re-simulation: recompute each stage only from the first arrival that changed.

A stage is served again from the first arrival that differs from the last time, or from the
last instant before it at which nobody waited; what came earlier stays as it was. Absent
vehicles have an arrival time of infinity.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.arrays import Bools, Floats
from sim.engines.stage import StageVisits, is_single_line, serve_stage
from sim.plan import Flow, Plan, Stage, StageKind
from sim.queues import State, fifo
from sim.workload import Workload, hours

__all__ = ["IncrementalRun"]


class IncrementalRun:
    """The stages up to the crossings of some flows, as if everybody found room and stayed.

    ``arrive``, ``start`` and ``finish`` are by row, ``inf`` where it does not happen.
    """

    def __init__(self, plan: Plan, workload: Workload, flows: Iterable[int]) -> None:
        self._plan, self._work = plan, workload
        self._hours = hours(plan, workload)
        self._stages = _needed([plan.flows[i] for i in flows], plan.flows)
        rows = len(workload.service)
        self.arrive, self.start, self.finish = (np.full(rows, np.inf) for _ in range(3))
        self._now = np.empty(0)
        self._until = 0.0

    def serve(self, comes: Bools, until: float) -> None:
        """Serve the vehicles that come, and only visits that begin before ``until``."""
        self._until = until
        self._now = np.where(comes, self._work.arrive, np.inf)
        for number in self._stages:
            if self._plan.stages[number].kind is not StageKind.HOLD:
                self._serve(number)

    def _serve(self, number: int) -> None:
        rows = self._work.rows(number)
        vehicle = self._work.row_vehicle[rows]
        arrive, before = self._now[vehicle], self.arrive[rows]
        arrive[arrive >= self._until] = np.inf
        changed = arrive != before
        if changed.any():
            stage = self._plan.stages[number]
            visits = StageVisits(self._work, number, self._hours[number], arrive)
            if is_single_line(stage):
                since = float(np.minimum(arrive, before)[changed].min())
                self._serve_since(stage, rows, visits, since)
            else:
                self.start[rows], self.finish[rows], _ = serve_stage(stage, visits)
            self.arrive[rows] = arrive
        self._now[vehicle] = self.finish[rows]

    def _serve_since(self, stage: Stage, rows: slice, visits: StageVisits, since: float) -> None:
        """Serve a line from where its servers were left when the first change comes."""
        arrive, service = visits.arrive, visits.service
        start, finish = self.start[rows], self.finish[rows]
        ranked = bool(stage.rank.max(initial=0) > stage.rank.min(initial=0))
        if len(set(stage.server_calendar.tolist())) > 1:
            since = -np.inf
        elif ranked:
            since = _idle_since(self.arrive[rows], start, since)
        early = arrive < since
        state = _state(stage, arrive[early], start[early], finish[early])
        late = np.flatnonzero(~early & (arrive < np.inf))
        start[~early] = finish[~early] = np.inf
        order = late[np.argsort(arrive[late], kind="stable")]
        rank = stage.rank[0, visits.flow[order]] if ranked else None
        served = fifo(
            arrive[order],
            service[order],
            servers=stage.servers,
            calendar=[visits.hours[number] for number in stage.server_calendar.tolist()],
            priority=rank,
            resume=stage.resume,
            state=state,
        )
        start[order], finish[order] = served.start, served.finish


def _needed(wanted: Iterable[Flow], flows: Iterable[Flow]) -> list[int]:
    """Return the stages that bear on the crossings of some flows, in their order."""
    needed = {step.stage for flow in wanted for step in flow.steps[: flow.crossed + 1]}
    grown = True
    while grown:
        size = len(needed)
        for flow in flows:
            path = [step.stage for step in flow.steps]
            shared = [place for place, stage in enumerate(path) if stage in needed]
            needed.update(path[: max(shared, default=0)])
        grown = len(needed) > size
    return sorted(needed)


def _state(stage: Stage, arrive: Floats, start: Floats, finish: Floats) -> State | None:
    """State of equal servers after some services: each start replaces the least end."""
    if not len(arrive):
        return None
    last = np.max(start, where=start < np.inf, initial=-np.inf)
    ends = np.concatenate([np.full(stage.servers, -np.inf), finish[start < np.inf]])
    free = np.maximum(np.sort(ends)[-stage.servers :], max(float(arrive.max()), float(last)))
    return State(free, None, np.asarray(last))


def _idle_since(arrive: Floats, start: Floats, since: float) -> float:
    """Return the last arrival up to ``since`` before which all earlier ones had started."""
    order = np.argsort(arrive, kind="stable")
    arrive, started = arrive[order], np.maximum.accumulate(start[order])
    quiet = np.append(-np.inf, started[:-1]) < arrive
    quiet &= arrive <= since
    return float(np.max(arrive, where=quiet, initial=-np.inf))
