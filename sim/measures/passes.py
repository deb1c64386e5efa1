"""Compiled passes over one event log, with the extra `fast`: one call for each kind of sums.

What a plan determines is laid out once; see :mod:`sim.measures.kernels` for the passes.
"""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.journeys import SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures.codes import PLANS, flows_of, stages_of
from sim.measures.rosters import compile_rosters
from sim.plan import DIRECTIONS, Plan, StageKind
from sim.queues import compiled

if TYPE_CHECKING:
    from sim.measures.kernels.log import Fleet, Kinds, LogColumns
    from sim.measures.kernels.reach import Asked, Holds
    from sim.queues.kernels import Book

    OpeningColumns = tuple[Bools, Bools, Book, Floats, Ints, Ints]

__all__ = ["Passes", "passes_of", "pays", "ready"]

LOADING, COMPILING = 600_000, 30_000_000
"""Visits that NumPy measures while the passes are loaded from disk, and while compiled."""

_measured = [0]
"""Visits that this process has measured."""

_SERVED = (StageKind.SERVERS, StageKind.HOLD)


def passes_of(journeys: Journeys, plan: Plan) -> Passes | None:
    """Return the compiled passes over a log where they can be had and pay, else None."""
    size = len(journeys.arrive)
    ascending = journeys.workload.place is None  # passes go from stage to stage as vehicles do
    return Passes(journeys, plan) if size and ascending and pays(size) else None


def pays(visits: int) -> bool:
    """Whether so many visits more should be measured by the compiled passes.

    Nobody waits for them to be loaded or compiled before NumPy has cost as much, or will.
    """
    if not compiled.available():
        return False
    if compiled.demand.ahead:
        return True
    _measured[0] += visits
    expected = max(_measured[0], compiled.demand.customers)
    return expected >= COMPILING or (expected >= LOADING and ready())


@cache
def ready() -> bool:
    """Whether the passes are compiled, in memory or on disk; imports numba if that is there."""
    if not compiled.available():
        return False
    from sim.engines.event_loop.compiling import is_ready
    from sim.measures.kernels import clocks, exposure, occupancy, order, reach

    passes = [clocks.waits, clocks.clocks, clocks.stays, clocks.visits, exposure.exposure]
    passes += [
        occupancy.queues,
        occupancy.work,
        occupancy.overlap,
        reach.offered,
        reach.looks,
        order.select,
    ]
    return all(is_ready(function) for function in passes)


class Passes:
    """Compiled passes over the event log of one replication."""

    def __init__(self, journeys: Journeys, plan: Plan) -> None:
        self._journeys = journeys
        self._plan = plan
        self._kinds, self._book = _layout(plan)

    def waits(self, physical: Floats) -> None:
        """Fill in the physical wait of each visit."""
        from sim.measures.kernels.clocks import waits

        waits(self._log, self._kinds, self._book, physical)

    def clocks(self, physical: Floats) -> tuple[Floats, Floats]:
        """Clocks of each vehicle, shape ``(10, vehicles)``, and times ``(3, vehicles)``."""
        from sim.measures.kernels.clocks import clocks

        size = self._journeys.workload.vehicles
        sums, times = np.zeros((size, 10)), np.empty((size, 3))
        times[:] = -np.inf, np.nan, 0.0
        columns = np.empty((10, size)), np.empty((3, size))
        clocks(self._log, self._fleet, self._kinds, physical, (sums, times), columns)
        return columns

    def stays(self, physical: Floats, ended: Bools) -> Floats:
        """Number of stays, and minutes on each clock, shape ``(stages, flows, 6)``."""
        from sim.measures.kernels.clocks import stays

        sums = np.zeros((len(self._plan.stages), len(self._plan.flows), 6))
        stays(self._log, self._fleet, self._kinds, physical, ended, sums)
        return sums

    def visits(self, physical: Floats) -> tuple[Floats, Floats, Ints]:
        """Sums over visits, ``(stages, 9)``, their waits, and where each stage's waits end."""
        from sim.measures.kernels.clocks import visits

        size = len(self._plan.stages)
        sums, sample, last = np.zeros((size, 9)), np.empty(len(physical)), np.empty(size, np.int64)
        visits(self._log, self._fleet, self._kinds, physical, sums, sample, last)
        return sums, sample, last

    def select(self, values: Floats, ends: Ints, sets: Bools, ranks: Ints) -> Floats:
        """See :func:`sim.measures.grouping.order_statistics`; ``values`` are sorted by group."""
        from sim.measures.kernels.order import select

        begin = 0
        for end in ends.tolist():
            values[begin:end].sort()
            begin = end
        statistics = np.full(ranks.shape, np.nan)
        members, begins, stops = np.empty((3, len(ends)), dtype=np.int64)
        select(values, ends, sets, ranks, (members, begins, stops), statistics)
        return statistics

    def exposure(self) -> Floats:
        """Visits, minutes by state, and VND lost, shape ``(stages, flows, 8)``."""
        from sim.measures.kernels.exposure import Loss, exposure

        flows = flows_of(self._plan)
        inward = flows.direction == DIRECTIONS.index("import")
        loss = Loss(inward, flows.units / 60.0, flows.value, flows.life, flows.most)
        sums = np.zeros((len(self._plan.stages), len(self._plan.flows), 8))
        exposure(self._log, self._fleet, self._kinds, self._book, loss, sums)
        return sums

    def queues(self, edges: Floats, queue: Floats) -> Ints:
        """Fill in minutes of waiting by stage and hour; return the most that waited at once."""
        from sim.measures.kernels.occupancy import overlap, queues

        bins, last = len(edges) - 1, np.empty(len(queue), dtype=np.int64)
        events = np.zeros((2, bins), dtype=np.int64), np.zeros((2, bins))
        begins, ends = np.empty((2, len(self._journeys.arrive)))
        hours = edges, edges - edges[0]
        queues(self._log, self._kinds, hours, events, queue, (begins, ends), last)
        most = np.zeros(len(queue), dtype=np.int64)
        for number, (first, end) in enumerate(
            zip([0, *last.tolist()], last.tolist(), strict=False)
        ):
            if end > first:
                begun, ended = begins[first:end], ends[first:end]
                begun.sort()
                ended.sort()
                most[number] = overlap(begun, ended)
        return most

    def work(self, edges: Floats, worked: Floats, busy: Floats) -> Floats:
        """Fill in busy minutes by stage and hour; return those of each stage, after closing too.

        ``worked`` are the open minutes of each calendar before each edge.
        """
        from sim.measures.kernels.occupancy import work

        bins, spent = len(edges) - 1, np.zeros(len(busy))
        events = np.zeros((2, bins), dtype=np.int64), np.zeros((2, bins))
        server, hours = np.ascontiguousarray(self._journeys.server), (edges, worked)
        work(self._log, server, self._kinds, self._book, hours, events, busy, spent)
        return spent

    def offered(self, opening: OpeningColumns, edges: Floats) -> tuple[Floats, Floats, Ints]:
        """Work offered and demanded, ``(2, stages, days)``; services, and where a stage's end.

        ``opening`` has the columns of :class:`sim.measures.kernels.reach.Opening`.
        """
        from sim.measures.kernels.reach import Opening, offered

        loads = np.zeros((2, len(self._plan.stages), len(edges) - 1))
        sizes = np.empty(len(self._journeys.arrive))
        last, at = np.empty(len(self._plan.stages), dtype=np.int64), np.zeros(2, dtype=np.int64)
        log, reach = (self._log, self._fleet, self._kinds, self._holds), self._reach()
        offered(*log, reach, Opening(*opening), edges, at, loads, sizes, last)
        return loads, sizes, last

    def looks(self, queued: Bools, times: Floats, begins: Ints) -> tuple[Ints, Ints]:
        """Vehicles that wait at the end of each day, and the fewest, both ``(stages, days)``.

        They are looked at at ``times``; ``begins`` says where each day's begin, and has the
        number of times at its end.
        """
        from sim.measures.kernels.reach import looks

        queue, least = np.zeros((2, len(self._plan.stages), len(begins) - 1), dtype=np.int64)
        change = np.zeros(len(times) + 1, dtype=np.int64)
        log, reach = (self._log, self._kinds, self._holds), self._reach()
        looks(*log, reach, queued, times, begins, change, queue, least)
        return queue, least

    @cached_property
    def _log(self) -> LogColumns:
        from sim.measures.kernels.log import LogColumns

        log, work = self._journeys, self._journeys.workload
        return LogColumns(
            np.ascontiguousarray(log.arrive),
            np.ascontiguousarray(log.start),
            np.ascontiguousarray(log.finish),
            np.ascontiguousarray(work.service),
            np.ascontiguousarray(work.row_vehicle),
            work.bounds,
            (float(self._plan.warm_up), float(self._plan.horizon)),
        )

    @cached_property
    def _fleet(self) -> Fleet:
        from sim.measures.kernels.log import Fleet

        log, work = self._journeys, self._journeys.workload
        columns: list[Any] = [work.flow, work.arrive, work.crossed_row, log.gave_up_at]
        columns += [log.outcome == SOLD_INLAND, log.outcome == TURNED_BACK, work.initially_queued]
        return Fleet(*map(np.ascontiguousarray, columns))

    @cached_property
    def _holds(self) -> Holds:
        from sim.measures.kernels.reach import Holds

        work = self._journeys.workload
        until = np.searchsorted(work.bounds, work.until, side="right") - 1
        return Holds(work.held, until, np.searchsorted(work.held, work.bounds))

    def _reach(self) -> Asked:
        from sim.measures.kernels.reach import Asked

        work = self._journeys.workload
        pooled, asked, placed = np.full((3, work.vehicles), np.nan)
        until = np.full(work.vehicles, -1, dtype=np.int64)
        return Asked(work.arrive.copy(), pooled, asked, placed, until)


@lru_cache(maxsize=PLANS)
def _layout(plan: Plan) -> tuple[Kinds, Book]:
    """Lay out the stages of a plan, and the calendars of its rosters."""
    from sim.measures.kernels.log import Kinds

    stages, rosters = stages_of(plan), compile_rosters(plan)
    kinds = Kinds(
        calendar=rosters.stage,
        never_closes=np.array([c.never_closes for c in rosters.calendars], dtype=np.bool_),
        side=stages.side,
        owner=stages.owner,
        virtual=stages.virtual,
        resume=stages.resume,
        hold=stages.kind == StageKind.HOLD,
        delay=stages.kind == StageKind.DELAY,
        served=np.isin(stages.kind, _SERVED),
        server_first=np.append(rosters.server_first, len(rosters.server_group)),
        server_group=rosters.server_group,
        group_first=np.searchsorted(rosters.group_stage, np.arange(len(plan.stages) + 1)),
        group_calendar=np.ascontiguousarray(rosters.group_calendar),
    )
    return kinds, compiled.flatten_calendars(rosters.calendars)
