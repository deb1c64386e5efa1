"""Queue lengths and busy servers, integrated over the hours of the measured window.

The integral of a number of vehicles is exact: each vehicle adds the minutes that it is
there. On the clock of a calendar's open time the same sum gives the busy minutes within
open hours. A span that straddles the window counts with its part inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.arrays import Floats, Ints
from sim.journeys import Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import PLANS, stages_of
from sim.measures.grouping import count, total
from sim.measures.passes import Passes
from sim.measures.rosters import Rosters, compile_rosters, open_minutes
from sim.plan import Plan, StageKind
from sim.queues import Calendar
from sim.queues.edges import Edges

__all__ = ["CLOSED", "Occupancy", "by_hour", "occupancy", "occupied", "peak"]


CLOSED = 1e-6
"""Open minutes below which an hour is closed; open time carries rounding."""

_HOUR = 60.0
_ALWAYS = (Calendar.always(),)


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


@dataclass(frozen=True, eq=False)
class _Hours:
    """The hours of the measured window, and how long each calendar and stage is open in them.

    ``worked`` has shape ``(calendars, hours + 1)``: open minutes from the window's begin to each
    edge, of the calendars of the rosters. ``open`` is that of :class:`Occupancy`.
    """

    edges: Floats
    worked: Floats
    open: Floats


@lru_cache(maxsize=PLANS)
def _hours_of(plan: Plan) -> _Hours:
    """Compute the open hours of a plan; once for all replications of it."""
    edges, rosters = _hours(plan), compile_rosters(plan)
    worked = np.stack([c.open_time(edges[0], edges) for c in rosters.calendars])
    opened = np.zeros((len(plan.stages), len(edges) - 1))
    minutes = np.diff(worked, axis=1)
    for number, stage in enumerate(plan.stages):
        if stage.kind is StageKind.SLOTS:
            opened[number] = np.histogram(stage.slots[stage.slots < edges[-1]], edges)[0]
        elif stage.kind not in (StageKind.DELAY, StageKind.BATCH):
            groups = np.flatnonzero(rosters.group_stage == number)
            group_minutes = minutes[rosters.group_calendar[groups]]
            opened[number] = (rosters.group_servers[groups, None] * group_minutes).sum(axis=0)
    opened.flags.writeable = False
    return _Hours(edges, worked, opened)


def occupancy(
    journeys: Journeys, plan: Plan, rosters: Rosters, passes: Passes | None = None
) -> Occupancy:
    """Integrate waiting and work by stage and hour."""
    hours = _hours_of(plan)
    queue, busy = np.zeros((2, *hours.open.shape))
    if passes is None:
        queue_max = _queues(journeys, plan, hours, queue)
        spent = _busy(journeys, plan, rosters, hours, busy)
    else:
        queue_max = passes.queues(hours.edges, queue)
        spent = passes.work(hours.edges, hours.worked, busy)
    overtime = np.maximum(spent - busy.sum(axis=1), 0.0)
    overtime[stages_of(plan).resume] = 0.0  # while a service is frozen nobody works
    for number, stage in enumerate(plan.stages):
        if stage.kind in (StageKind.DELAY, StageKind.SLOTS, StageKind.BATCH):
            overtime[number] = np.nan
        if stage.kind is StageKind.SLOTS:
            began = journeys.start[journeys.workload.rows(number)]
            busy[number] = np.histogram(began[began < hours.edges[-1]], hours.edges)[0]
    return Occupancy(hours.edges, queue, busy, hours.open, overtime, queue_max)


def _queues(journeys: Journeys, plan: Plan, hours: _Hours, queue: Floats) -> Ints:
    """Fill in minutes of waiting by stage and hour; return the most that waited at once."""
    most = np.zeros(len(plan.stages), dtype=np.int64)
    virtual, passed = stages_of(plan).virtual, hours.edges - hours.edges[0]
    for first, last, rows, stage in blocks(journeys.workload.bounds):
        size = last - first
        arrive, start = journeys.arrive[rows], journeys.start[rows]
        waited = np.where(np.isnan(start), journeys.finish[rows], start)  # or gave up
        came = np.flatnonzero(~np.isnan(arrive) & ~virtual[stage])
        came, begin, end = _within(hours.edges, came, arrive[came], waited[came])
        worked = np.broadcast_to(passed, (size, len(passed)))
        clock, spans = np.zeros(size, dtype=np.int64), (begin, end, hours.edges)
        code = stage[came] - first
        queue[first:last] = occupied(code, clock, _ALWAYS, *spans, worked)
        most[first:last] = peak(code, size, begin, end)
    return most


def _busy(journeys: Journeys, plan: Plan, rosters: Rosters, hours: _Hours, busy: Floats) -> Floats:
    """Fill in busy minutes by stage and hour; return those of each stage, after closing too."""
    spent = np.zeros(len(plan.stages))
    kind, work = stages_of(plan).kind, journeys.workload
    for first, last, rows, stage in blocks(work.bounds):
        start, until = journeys.start[rows], journeys.finish[rows]
        back = np.where(kind[stage] == StageKind.HOLD, work.service[rows], 0.0)  # on its way back
        served = np.isin(kind, (StageKind.SERVERS, StageKind.HOLD))[stage]
        began = np.flatnonzero(~np.isnan(start) & served)
        began, begin, end = _within(hours.edges, began, start[began], (until + back)[began])
        groups = np.searchsorted(rosters.group_stage, np.arange(first, last + 1))
        code = rosters.group(stage[began], journeys.server[rows][began]) - groups[0]
        clock = rosters.group_calendar[groups[0] : groups[-1]]
        spans = code, clock, rosters.calendars, begin, end, hours.edges
        by_group = occupied(*spans, hours.worked[clock])
        busy[first:last] = np.add.reduceat(by_group, groups[:-1] - groups[0])
        spent[first:last] = total(stage[began] - first, end - begin, last - first)
    return spent


def occupied(
    codes: Ints,
    clock: Ints,
    calendars: tuple[Calendar, ...],
    begin: Floats,
    end: Floats,
    edges: Floats,
    worked: Floats | None = None,
) -> Floats:
    """Open minutes that spans ``[begin, end)`` cover, by group and bin.

    ``clock`` names the calendar of each group; the spans lie within the edges. Shape
    ``(groups, bins)``. ``worked`` are the open minutes of each group before each edge, if known.
    """
    if worked is None:
        worked = np.stack([calendars[k].open_time(edges[0], edges) for k in clock.tolist()])
    size, bins, search = len(clock), len(edges) - 1, Edges(edges)
    calendar = clock[codes]

    def events(times: Floats) -> tuple[Ints, Floats]:
        """By bin: events before it, and the open minutes of it after events within it."""
        column = np.minimum(search.passed(times) - 1, bins - 1)
        passed = open_minutes(calendars, calendar, float(edges[0]), times)
        cell = codes * bins + column
        partly = total(cell, worked.take(cell + codes + 1) - passed, size * bins)
        counts = count(cell, size * bins).reshape(size, bins)
        return np.cumsum(counts, axis=1) - counts, partly.reshape(size, bins)

    (begun, rest_begun), (ended, rest_ended) = events(begin), events(end)
    whole = (begun - ended) * np.diff(worked, axis=1)
    return np.maximum(whole + (rest_begun - rest_ended), 0.0)


def by_hour(minutes: Floats, first: int, cycle: int) -> Floats:
    """Sums over a cycle of hours, from minutes by stage and hour; shape ``(stages, cycle)``.

    ``first`` is the hour of the first column, counted from the begin of any cycle.
    """
    stages, hours = minutes.shape
    before = first % cycle
    turns = -(-(before + hours) // cycle)
    whole = np.zeros((stages, turns * cycle))
    whole[:, before : before + hours] = minutes
    added: Floats = whole.reshape(stages, turns, cycle).sum(axis=1)
    return added


def peak(codes: Ints, size: int, begin: Floats, end: Floats) -> Ints:
    """Largest number of spans of each group that ever overlap; shape ``(size,)``.

    Spans are half-open, so one that begins as another ends does not overlap it.
    """
    order = np.argsort(codes.astype(np.min_scalar_type(max(size, 1))), kind="stable")
    bounds = np.concatenate([[0], np.cumsum(count(codes, size))]).tolist()
    begin, end = begin[order], end[order]
    most = np.zeros(size, dtype=np.int64)
    for group in range(size):
        members = slice(bounds[group], bounds[group + 1])
        came, went = np.sort(begin[members]), np.sort(end[members])
        at_once = np.arange(1, len(came) + 1) - np.searchsorted(went, came, side="right")
        most[group] = at_once.max(initial=0)
    return most


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
