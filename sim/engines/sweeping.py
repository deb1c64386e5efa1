"""Serve routes again and again with other vehicles, doing only what has changed.

A stage is served again from the first arrival that differs from the last time, or from the
last instant before it at which nobody waited; what came earlier stays as it was. A vehicle
that is not there arrives never.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.plan.model import Flow, Plan, Stage, StageKind
from sim.queues import State, batch, fifo, skilled, slots
from sim.workload import Workload, departures, hours

__all__ = ["Sweeps"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Sweeps:
    """The stages up to the crossings of some flows, as if they were served without exception.

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

    def run(self, comes: Bools, until: float) -> None:
        """Serve when these vehicles come, and only visits that begin before ``until``."""
        self._until = until
        self._now = np.where(comes, self._work.arrive, np.inf)
        for number in self._stages:
            if self._plan.stages[number].kind is not StageKind.HOLD:
                self._serve(number)

    def _serve(self, number: int) -> None:
        bounds = self._work.bounds
        rows = slice(int(bounds[number]), int(bounds[number + 1]))
        vehicle = self._work.row_vehicle[rows]
        arrive, before = self._now[vehicle], self.arrive[rows]
        arrive[arrive >= self._until] = np.inf
        changed = arrive != before
        if changed.any():
            since = float(np.minimum(arrive, before)[changed].min())
            stage = self._plan.stages[number]
            if stage.kind is StageKind.SERVERS:
                self._serve_since(number, rows, arrive, since)
            else:
                self._pass(number, rows, arrive)
            self.arrive[rows] = arrive
        self._now[vehicle] = self.finish[rows]

    def _pass(self, number: int, rows: slice, arrive: Floats) -> None:
        """A delay, timetabled departures, or batches."""
        stage, need = self._plan.stages[number], self._work.service[rows]
        calendar = self._hours[number][int(stage.server_calendar[0])]
        if stage.kind is StageKind.SLOTS:
            rank = stage.rank[0, self._flow(rows)]
            absent = np.isin(np.arange(rows.start, rows.stop), self._work.absent)
            times = departures(stage, self._hours[number])
            start, _ = slots(arrive, times, priority=rank, absent=absent)
        elif stage.batch is not None:
            order = np.argsort(arrive, kind="stable")[: np.count_nonzero(arrive < np.inf)]
            ready = np.full(len(arrive), np.inf)
            ready[order], _ = batch(arrive[order], stage.batch.size, stage.batch.within)
            start = calendar.next_open(ready)
        else:
            start = calendar.next_open(arrive)
        self.start[rows] = start
        self.finish[rows] = calendar.resume_finish(start, need) if stage.resume else start + need

    def _flow(self, rows: slice) -> NDArray[np.int64]:
        return self._work.flow[self._work.row_vehicle[rows]]

    def _serve_since(self, number: int, rows: slice, arrive: Floats, since: float) -> None:
        """Servers, from where they were left when the first change comes."""
        stage = self._plan.stages[number]
        if stage.servers == 0:
            return
        start, finish = self.start[rows], self.finish[rows]
        calendar = [self._hours[number][n] for n in stage.server_calendar.tolist()]
        need = self._work.service[rows]
        if len(stage.rank) > 1:
            kind = self._flow(rows)
            start[:], finish[:], _ = skilled(
                arrive, need, kind, stage.rank, stage.lane, calendar, resume=stage.resume
            )
            return
        ranked = bool(stage.rank.max(initial=0) > stage.rank.min(initial=0))
        if len(set(stage.server_calendar.tolist())) > 1:
            since = -np.inf
        elif ranked:
            since = _quiet(self.arrive[rows], start, since)
        early = arrive < since
        state = _state(stage, arrive[early], start[early], finish[early])
        late = np.flatnonzero(~early & (arrive < np.inf))
        start[~early] = finish[~early] = np.inf
        order = late[np.argsort(arrive[late], kind="stable")]
        rank = stage.rank[0, self._flow(rows)[order]] if ranked else None
        served = fifo(
            arrive[order],
            need[order],
            servers=stage.servers,
            calendar=calendar,
            priority=rank,
            resume=stage.resume,
            state=state,
        )
        start[order], finish[order] = served.start, served.finish


def _needed(wanted: Iterable[Flow], flows: Iterable[Flow]) -> list[int]:
    """Stages that bear on the crossings of some flows, in their order."""
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
    """What equal servers have taken on: each new service replaces the end that is least."""
    if not len(arrive):
        return None
    last = np.max(start, where=start < np.inf, initial=-np.inf)
    ends = np.concatenate([np.full(stage.servers, -np.inf), finish[start < np.inf]])
    free = np.maximum(np.sort(ends)[-stage.servers :], max(float(arrive.max()), float(last)))
    return State(free, None, np.asarray(last))


def _quiet(arrive: Floats, start: Floats, since: float) -> float:
    """The last arrival up to ``since`` before which all who came had started."""
    order = np.argsort(arrive, kind="stable")
    arrive, started = arrive[order], np.maximum.accumulate(start[order])
    quiet = np.append(-np.inf, started[:-1]) < arrive
    quiet &= arrive <= since
    return float(np.max(arrive, where=quiet, initial=-np.inf))
