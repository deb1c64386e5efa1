"""Who waits and who works, integrated over the hours of the measured window.

The integral of a number of vehicles is exact: each vehicle adds the minutes that it is
there. On the clock of a calendar's open time the same sum gives the busy minutes within
open hours. A span that straddles the window counts with its part inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.journeys import Journeys
from sim.measures.grouping import count, total
from sim.measures.rosters import Rosters, open_minutes
from sim.plan.model import Plan, StageKind
from sim.queues.calendars import Calendar

__all__ = ["Occupancy", "occupancy", "occupied", "peak"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HOUR = 60.0


@dataclass(frozen=True, eq=False)
class Occupancy:
    """Minutes by stage and hour of the window.

    Attributes
    ----------
    edges:
        Shape ``(hours + 1,)``: the window's ends and every full hour between.
    queue:
        Shape ``(stages, hours)``: vehicle-minutes of waiting, virtual waits left out.
    busy, open:
        Shape ``(stages, hours)``: busy server-minutes within open hours, and open
        server-minutes. A place of a hold is busy until it can be taken again. For slots:
        departures used and departures offered. For plain delays and batches both are 0.
    overtime:
        Shape ``(stages,)``: busy server-minutes outside open hours; NaN where a stage
        has no servers.
    queue_max:
        Shape ``(stages,)``: the most that ever waited.
    """

    edges: Floats
    queue: Floats
    busy: Floats
    open: Floats
    overtime: Floats
    queue_max: Ints


def occupancy(journeys: Journeys, plan: Plan, rosters: Rosters) -> Occupancy:
    """Integrate waiting and work by stage and hour."""
    work, size = journeys.workload, len(plan.stages)
    edges = _hours(plan)
    physical = np.array([not s.virtual for s in plan.stages], dtype=np.bool_)
    rows = np.flatnonzero(~np.isnan(journeys.arrive) & physical[work.stage])
    waited = np.where(np.isnan(journeys.start), journeys.finish, journeys.start)  # or gave up
    rows, begin, end = _within(edges, rows, journeys.arrive[rows], waited[rows])
    always = (Calendar.always(),)
    everyone = np.zeros(size, dtype=np.int64)
    queue = occupied(work.stage[rows], everyone, always, begin, end, edges)
    queue_max = peak(work.stage[rows], size, begin, end)

    rows = np.flatnonzero(~np.isnan(journeys.start))
    rows, begin, end = _within(edges, rows, journeys.start[rows], _until(journeys, plan)[rows])
    group = rosters.group(work.stage[rows], journeys.server[rows])
    busy = occupied(group, rosters.group_calendar, rosters.calendars, begin, end, edges)
    opened = rosters.group_servers[:, None] * _open(rosters, edges)
    first = np.searchsorted(rosters.group_stage, np.arange(size))
    if size:
        busy, opened = np.add.reduceat(busy, first), np.add.reduceat(opened, first)
    occupied_minutes = total(work.stage[rows], end - begin, size)
    overtime = np.maximum(occupied_minutes - busy.sum(axis=1), 0.0)
    # Minutes in which a service is frozen are not worked.
    overtime[[s.resume for s in plan.stages]] = 0.0
    for number, stage in enumerate(plan.stages):
        if stage.kind in (StageKind.DELAY, StageKind.SLOTS, StageKind.BATCH):
            busy[number] = opened[number] = 0.0
            overtime[number] = np.nan
        if stage.kind is StageKind.SLOTS:
            began = journeys.start[work.stage == number]
            busy[number] = np.histogram(began[began < edges[-1]], edges)[0]
            opened[number] = np.histogram(stage.slots[stage.slots < edges[-1]], edges)[0]
    return Occupancy(edges, queue, busy, opened, overtime, queue_max)


def occupied(
    codes: Ints,
    clock: Ints,
    calendars: tuple[Calendar, ...],
    begin: Floats,
    end: Floats,
    edges: Floats,
) -> Floats:
    """Open minutes that spans ``[begin, end)`` cover, by group and bin.

    ``clock`` names the calendar of each group; the spans lie within the edges. Shape
    ``(groups, bins)``.
    """
    worked = np.stack([c.open_time(edges[0], edges) for c in calendars])[clock]
    size, bins = len(clock), len(edges) - 1

    def events(times: Floats) -> tuple[Ints, Floats]:
        """By bin: events before it, and the open minutes of it after events within it."""
        column = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, bins - 1)
        passed = open_minutes(calendars, clock[codes], np.full_like(times, edges[0]), times)
        cell = codes * bins + column
        partly = total(cell, worked[codes, column + 1] - passed, size * bins)
        here = count(cell, size * bins).reshape(size, bins)
        return np.cumsum(here, axis=1) - here, partly.reshape(size, bins)

    (begun, rest_begun), (ended, rest_ended) = events(begin), events(end)
    whole = (begun - ended) * np.diff(worked, axis=1)
    return np.maximum(whole + (rest_begun - rest_ended), 0.0)


def peak(codes: Ints, size: int, begin: Floats, end: Floats) -> Ints:
    """Largest number of spans of each group that ever overlap; shape ``(size,)``.

    Spans are half-open, so one that begins as another ends does not overlap it.
    """
    order = np.argsort(codes.astype(np.min_scalar_type(max(size, 1))), kind="stable")
    bounds = np.concatenate([[0], np.cumsum(count(codes, size))]).tolist()
    begin, end = begin[order], end[order]
    most = np.zeros(size, dtype=np.int64)
    for group in range(size):
        mine = slice(bounds[group], bounds[group + 1])
        came, went = np.sort(begin[mine]), np.sort(end[mine])
        here = np.arange(1, len(came) + 1) - np.searchsorted(went, came, side="right")
        most[group] = here.max(initial=0)
    return most


def _until(journeys: Journeys, plan: Plan) -> Floats:
    """When the server or the place of each visit is free again."""
    hold = np.array([s.kind is StageKind.HOLD for s in plan.stages], dtype=np.bool_)
    on_its_way = np.where(hold[journeys.workload.stage], journeys.workload.service, 0.0)
    return journeys.finish + on_its_way


def _hours(plan: Plan) -> Floats:
    """Edges of the window's hours; the first and last may be shorter."""
    full = _HOUR * np.arange(plan.warm_up // _HOUR + 1, np.ceil(plan.horizon / _HOUR))
    return np.concatenate([[plan.warm_up], full, [plan.horizon]])


def _within(edges: Floats, rows: Ints, begin: Floats, end: Floats) -> tuple[Ints, Floats, Floats]:
    """Parts of the spans inside the window; a missing end is the window's end."""
    begin = np.maximum(begin, edges[0])
    end = np.minimum(np.where(np.isnan(end), edges[-1], end), edges[-1])
    inside = end > begin
    return rows[inside], begin[inside], end[inside]


def _open(rosters: Rosters, edges: Floats) -> Floats:
    """Open minutes of each group's calendar in each hour."""
    worked = np.stack([c.open_time(edges[0], edges) for c in rosters.calendars])
    return np.diff(worked, axis=1)[rosters.group_calendar]
