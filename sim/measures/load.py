"""Offered load of each stage, day by day: work that comes against work that can be served."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.clock import DAY, MARGIN_DAYS
from sim.journeys import TURNED_BACK, Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import PLANS, stages_of
from sim.measures.grouping import ratio, total
from sim.measures.occupancy import CLOSED
from sim.measures.passes import Passes
from sim.measures.reach import Reach
from sim.measures.visits import flags
from sim.plan import Plan, Stage, StageKind
from sim.queues import Calendar, compiled
from sim.queues.edges import Edges
from sim.workload import departures, hours

__all__ = ["Loads", "daily_loads", "run_load"]


_WEEK = 7
_ALWAYS = Calendar.always()


@dataclass(frozen=True, eq=False)
class Loads:
    """Offered work and capacity by stage and day of the measured window.

    All but ``edges`` have shape ``(stages, days)``. Work is in server-minutes, at a timetable in
    vehicles and places, and NaN at plain delays, batches, holds and stages of the owner.

    Attributes
    ----------
    edges:
        Shape ``(days + 1,)``: the ends of the window and the midnights between, in minutes.
    offered:
        Work that reaches the stage and can first be served on the day: what comes after closing
        counts on the next open day. What comes while the stage is shut beyond its weekly pattern
        (a holiday, a closure, an outage of days) is in no column. Whoever stands before a pool of
        places that is kept until after this stage has reached it: the pool is full because of
        what lies behind it.
    demand:
        The same, had no vehicle waited since it came to the gate: demand as it would be offered
        by stages before that never choke. Owners' holds are not waits.
    capacity:
        Open server-minutes less outages and, where a started service runs on past closing, what
        is left of it then: on average, if the queue does not end, ``E[S^2] / 2 E[S]`` for each
        server and closing, the mean excess of a renewal process (Ross, *Introduction to
        Probability Models*, chapter 7). At a timetable, places of departures not cancelled.
    closed:
        Whether the stage is shut all day beyond its weekly pattern.
    """

    edges: Floats
    offered: Floats
    demand: Floats
    capacity: Floats
    closed: Bools


def daily_loads(journeys: Journeys, plan: Plan, passes: Passes | None = None) -> Loads:
    """Compute the loads of one replication; the initial queue is left out."""
    edges, openings = day_edges(plan), _openings(plan, journeys)
    if passes is None:
        (offered, demand), excess = _offered(journeys, plan, openings)
    else:
        (offered, demand), excess = _compiled_offered(plan, openings, passes)
    capacity = np.full_like(offered, np.nan)
    closed = np.zeros(offered.shape, dtype=np.bool_)
    for number, (stage, opening) in enumerate(zip(plan.stages, openings, strict=True)):
        if opening is None:
            offered[number], demand[number] = np.nan, np.nan
            continue
        slots = stage.kind is StageKind.SLOTS
        left = 0.0 if stage.resume or slots else _excess(excess[number])
        closed[number] = np.diff(opening.closures)[-len(edges) + 1 :] > 0
        capacity[number] = opening.capacity(left)
    return Loads(edges, offered, demand, capacity, closed)


def _openings(plan: Plan, journeys: Journeys) -> list[_Opening | None]:
    """Opening of each stage that has a load."""
    if not plan.outages:
        return _planned(plan)
    stopped = {number for outage in plan.outages for number in outage.stages}
    real = hours(plan, journeys.workload)
    return [
        _opening(plan, plan.stages[number], real[number])
        if number in stopped and opening is not None
        else opening
        for number, opening in enumerate(_planned(plan))
    ]


def _offered(
    journeys: Journeys, plan: Plan, openings: list[_Opening | None]
) -> tuple[Floats, list[Floats]]:
    """Work offered and demanded, ``(2, stages, days)``, and the services offered at each stage."""
    work, edges, reach = journeys.workload, day_edges(plan), Reach(journeys, plan)
    days, bins = len(edges) - 1, Edges(edges)
    loads, sizes = np.zeros((2, len(plan.stages), days)), []
    for first, last, rows, stage in blocks(work.bounds):
        who, (came, free) = work.row_vehicle[rows], reach.times(first, last)
        slots = flags(stages_of(plan).kind == StageKind.SLOTS, stage)
        minutes = work.service[rows] if slots is None else np.where(slots, 1.0, work.service[rows])
        gone = np.isnan(journeys.arrive[rows]) & (journeys.outcome[who] == TURNED_BACK)
        counts = ~work.initially_queued[who] & ~gone
        offered = np.flatnonzero(counts & (came >= edges[0]))
        ends = np.searchsorted(offered, work.bounds[first + 1 : last] - rows.start)
        sizes += np.split(minutes[offered], ends)
        within = [work.bounds[k] - rows.start for k in range(first, last + 1)]
        for table, times in zip(loads, (came, free), strict=True):
            served = np.full(len(times), np.nan)
            for (begin, end), opening in zip(pairwise(within), openings[first:last], strict=True):
                if opening is not None:
                    served[begin:end] = opening.counted_at(times[begin:end])
            inside = np.flatnonzero(counts & (served >= edges[0]) & (served < edges[-1]))
            code = (stage[inside] - first) * days + bins.passed(served[inside]) - 1
            added = total(code, minutes[inside], (last - first) * days)
            table[first:last] = added.reshape(-1, days)
    return loads, sizes


def _compiled_offered(
    plan: Plan, openings: list[_Opening | None], passes: Passes
) -> tuple[Floats, list[Floats]]:
    """:func:`_offered` by the compiled pass."""
    edges = day_edges(plan)
    calendars = [_ALWAYS if opening is None else opening.calendar for opening in openings]
    leaving = [opening.leaving if opening is not None else None for opening in openings]
    departures = [np.empty(0) if times is None else times for times in leaving]
    closures = np.zeros((len(openings), int(np.ceil(plan.horizon / DAY)) + 1), dtype=np.int64)
    for line, opening in zip(closures, openings, strict=True):
        if opening is not None:
            line[:] = opening.closures
    loads, sizes, last = passes.offered(
        (
            np.array([opening is not None for opening in openings], dtype=np.bool_),
            np.array([times is not None for times in leaving], dtype=np.bool_),
            compiled.flatten_calendars(calendars),
            np.concatenate([np.empty(0), *departures]),
            np.concatenate([[0], np.cumsum([len(times) for times in departures])]).astype(np.int64),
            closures,
        ),
        edges,
    )
    return loads, np.split(sizes, last)


def run_load(loads: Loads) -> Floats:
    """Load over the whole window, shape ``(stages,)``: offered over capacity.

    NaN where there is no capacity. At 1 and above the queue has no steady state.
    """
    return ratio(loads.offered.sum(axis=1), loads.capacity.sum(axis=1))


def day_edges(plan: Plan) -> Floats:
    """The ends of the measured window and the midnights between, in minutes."""
    full = DAY * np.arange(plan.warm_up // DAY + 1, np.ceil(plan.horizon / DAY))
    return np.concatenate([[plan.warm_up], full, [plan.horizon]])


@dataclass(frozen=True, eq=False)
class _Opening:
    """Hours in which a stage really serves, and which days it is shut beyond its weekly pattern.

    ``calendar`` is of servers; ``leaving`` are departures. ``closures`` has shape
    ``(days + 1,)``: closures before each day since the start of the run. ``rosters`` are servers
    of one calendar, their open minutes on each day of the window, and closings; at a timetable
    places of departures.
    """

    calendar: Calendar
    leaving: Floats | None
    closures: Ints
    rosters: tuple[tuple[int, Floats, Ints], ...]

    def capacity(self, left: float) -> Floats:
        """Capacity of each day, ``left`` minutes after each closing included."""
        capacity = np.zeros(len(self.rosters[0][1]))
        for servers, opened, closings in self.rosters:
            capacity += servers * (opened + closings * left)
        return capacity

    def first_service(self, times: Floats) -> Floats:
        """Minute at which each could first be served, ``inf`` if never; shape of ``times``."""
        if self.leaving is None:
            return self.calendar.next_open(times)
        return np.append(self.leaving, np.inf)[np.searchsorted(self.leaving, times, side="left")]

    def counted_at(self, times: Floats) -> Floats:
        """Minute of the first service, NaN if a closure lies between coming and it."""
        served = self.first_service(times)
        if not self.closures[-1]:
            return served
        last = len(self.closures) - 1
        some = np.flatnonzero(served < np.inf)
        begin, end = (np.clip(t[some] // DAY, 0, last).astype(np.int64) for t in (times, served))
        served[some[self.closures[end] > self.closures[begin]]] = np.nan
        return served


@lru_cache(maxsize=PLANS)
def _planned(plan: Plan) -> list[_Opening | None]:
    """Opening of each stage that has a load, by the calendars; the same in all replications."""
    counted = (StageKind.SERVERS, StageKind.SLOTS)
    return [
        _opening(plan, stage, {n: plan.calendars[n] for n in stage.server_calendar.tolist()})
        if stage.kind in counted and stage.server_calendar.size and not stage.owner
        else None
        for stage in plan.stages
    ]


def _opening(plan: Plan, stage: Stage, real: dict[int, Calendar]) -> _Opening:
    """Opening of one stage with servers or a timetable."""
    days = int(np.ceil(plan.horizon / DAY))
    if stage.kind is StageKind.SLOTS:
        edges = DAY * np.arange(days + 1)
        leaving = departures(stage, real)
        calendar, planned = Calendar.always(), np.histogram(stage.slots, edges)[0]
        opened = np.histogram(leaving, edges)[0]
    else:
        edges = DAY * np.arange(days + MARGIN_DAYS + 1)
        leaving, calendar = None, Calendar.union(list(real.values()))
        known = Calendar.union([plan.calendars[number] for number in real])
        planned = np.diff(known.open_time(0.0, edges))
        opened = np.diff(calendar.open_time(0.0, edges))
    shut = (opened <= CLOSED) & ~_weekly_rest(planned <= CLOSED)
    closures = np.concatenate([[0], np.cumsum(shut[:days])])
    return _Opening(calendar, leaving, closures, _rosters(stage, real, day_edges(plan)))


def _weekly_rest(shut: Bools) -> Bools:
    """Which of the days that are shut are so by a weekly pattern; shape ``(days,)``.

    Their weekday is shut in most weeks, two at least. Seven days and more on end are no
    pattern, and are not counted among the weeks.
    """
    turns = np.flatnonzero(np.diff(shut.astype(np.int8), prepend=0, append=0))
    single = np.ones(len(shut), dtype=np.bool_)
    for begin, end in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
        single[begin:end] = end - begin < _WEEK
    weekday = np.arange(len(shut)) % _WEEK
    weeks = np.bincount(weekday, single, _WEEK)
    resting = np.bincount(weekday, shut & single, _WEEK)
    pattern = (resting >= 2) & (2 * resting > weeks)
    rest: Bools = shut & single & pattern[weekday]
    return rest


def _excess(minutes: Floats) -> float:
    """Mean residual service at a random instant of it, in minutes; 0 of none."""
    spent = float(minutes.sum())
    return float((minutes**2).sum()) / (2.0 * spent) if spent > 0 else 0.0


def _rosters(
    stage: Stage, real: dict[int, Calendar], edges: Floats
) -> tuple[tuple[int, Floats, Ints], ...]:
    """Servers of each calendar, their open minutes and closings on each day."""
    if stage.kind is StageKind.SLOTS:
        leaving = np.histogram(departures(stage, real), edges)[0]
        return ((1, leaving.astype(np.float64), np.zeros_like(leaving)),)
    rosters = []
    names, numbers = np.unique(stage.server_calendar, return_counts=True)
    for name, servers in zip(names.tolist(), numbers.tolist(), strict=True):
        calendar = real[name]
        opened = np.diff(calendar.open_time(edges[0], edges))
        closings = np.histogram(calendar.closes[np.isfinite(calendar.closes)], edges)[0]
        rosters.append((servers, opened, closings))
    return tuple(rosters)
