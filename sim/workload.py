"""Workload: every random number of one replication, drawn before any engine runs.

Arrivals of a flow are one marked Poisson process. Its points live in (day, level): a
vehicle whose level lies below the day's volume arrives, so a higher volume adds
vehicles and leaves the others as they were (thinning, Lewis and Shedler 1979). Levels
are drawn in strips 0-16, 16-32, 32-64 ... vehicles per day, each with streams of its
own, so no bound on the volume has to be known. Each vehicle carries one uniform number
per stage and purpose; a scenario that changes a service-time distribution changes how
that number is read, not the number (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.plan.model import Flow, Outage, Plan, Stage, Step
from sim.queues.calendars import Calendar
from sim.random import stream

__all__ = ["Workload", "departures", "draw", "hours"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FIRST_STRIP = 16.0
_STRIP_BITS = 32
_BACKLOG = 64  # the strip of vehicles that stand there at the start; no volume reaches it
# A generator returns multiples of 2**-53 from 0: half a step keeps out 0 itself.
_HALF_STEP = 2.0**-54


@dataclass(frozen=True, eq=False)
class Workload:
    """Who arrives when, and what each vehicle needs where.

    Vehicles are numbered by arrival time (then flow, then key). Each visit of a vehicle
    to a stage is a row; rows are sorted by stage, then vehicle. Stages are in topological
    order, so a vehicle's rows ascend along its path.

    Attributes
    ----------
    flow, channel, arrive, key:
        Shape ``(vehicles,)``: flow index, customs channel (0 green, 1 yellow, 2 red),
        arrival in minutes, and the vehicle's identity within its flow, which is the
        same in every scenario.
    bounds:
        Shape ``(stages + 1,)``: rows of stage ``i`` are ``bounds[i]:bounds[i + 1]``.
    row_vehicle, service:
        Shape ``(rows,)``: vehicle, service requirement in minutes.
    held, until:
        Shape ``(visits to holds,)``: the rows of these visits, ascending, and for each the
        row after whose end the place is given back.
    crossed_row:
        Shape ``(vehicles,)``: row whose end counts as crossing the border.
    deadline:
        Shape ``(vehicles,)``: minute at which a vehicle gives up waiting, ``inf`` if never.
    outages:
        For each outage of the plan its starts and ends in minutes, sorted and apart.
    """

    replication: int
    flow: Ints
    channel: NDArray[np.int8]
    arrive: Floats
    key: Ints
    bounds: Ints
    row_vehicle: NDArray[np.int32]
    service: Floats
    held: Ints
    until: Ints
    crossed_row: Ints
    deadline: Floats
    outages: tuple[tuple[Floats, Floats], ...] = ()

    @cached_property
    def stage(self) -> Ints:
        """Stage index of each row, shape ``(rows,)``."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))

    @cached_property
    def stood_there(self) -> NDArray[np.bool_]:
        """Whether each vehicle is of the backlog at the start, shape ``(vehicles,)``."""
        return np.asarray(self.key >> _STRIP_BITS == _BACKLOG)

    @property
    def vehicles(self) -> int:
        """Number of vehicles that arrive before the horizon."""
        return len(self.arrive)

    def part(self, kept: NDArray[np.bool_]) -> tuple[Workload, Ints]:
        """The workload of some vehicles in the same order, and their rows in this one.

        ``kept`` has shape ``(vehicles,)``.
        """
        rows = np.flatnonzero(kept[self.row_vehicle])
        new_row = np.empty(len(self.service), dtype=np.int64)
        new_row[rows] = np.arange(len(rows))
        number = (np.cumsum(kept) - 1).astype(np.int32)
        held = kept[self.row_vehicle[self.held]]
        part = replace(
            self,
            flow=self.flow[kept],
            channel=self.channel[kept],
            arrive=self.arrive[kept],
            key=self.key[kept],
            bounds=np.searchsorted(rows, self.bounds),
            row_vehicle=number[self.row_vehicle[rows]],
            service=self.service[rows],
            held=new_row[self.held[held]],
            until=new_row[self.until[held]],
            crossed_row=new_row[self.crossed_row[kept]],
            deadline=self.deadline[kept],
        )
        return part, rows


def hours(plan: Plan, workload: Workload) -> list[dict[int, Calendar]]:
    """When each stage really serves: its calendars, by number, less its outages."""
    real = []
    for number, stage in enumerate(plan.stages):
        known = {n: plan.calendars[n] for n in stage.server_calendar.tolist()}
        for outage, (starts, ends) in zip(plan.outages, workload.outages, strict=True):
            if number in outage.stages:
                known = {n: calendar.without(starts, ends) for n, calendar in known.items()}
        real.append(known)
    return real


def departures(stage: Stage, real: dict[int, Calendar]) -> Floats:
    """Departure times of a stage with slots that no outage stops."""
    if not stage.slots.size:
        return stage.slots
    return stage.slots[real[int(stage.server_calendar[0])].is_open(stage.slots)]


def draw(plan: Plan, replication: int) -> Workload:
    """Draw the workload of one replication (numbered from 0)."""
    arrivals = [_arrivals(plan, flow, replication) for flow in plan.flows]
    counts = [len(came.key) for came in arrivals]
    flow = np.repeat(np.arange(len(arrivals), dtype=np.int64), counts)
    arrive = np.concatenate([np.empty(0), *(came.arrive for came in arrivals)])
    key = np.concatenate([np.empty(0, np.int64), *(came.key for came in arrivals)])
    order = np.argsort(arrive, kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    who = np.split(number, np.cumsum(counts)[:-1]) if counts else []

    table = _Rows(plan, who)
    channels = [_visit(plan, i, replication, came, table) for i, came in enumerate(arrivals)]
    deadlines = [
        came.arrive + _patience(plan, one, replication, came)
        for one, came in zip(plan.flows, arrivals, strict=True)
    ]
    bounds, row_vehicle, service = table.laid_out()
    crossed_row = np.empty(len(order), dtype=np.int64)
    holds = [np.empty((2, 0), dtype=np.int64)]
    for one, mine in zip(plan.flows, who, strict=True):
        path = _Path(one, mine, bounds, row_vehicle)
        crossed_row[mine] = path.last_row(one.crossed)
        for place, step in enumerate(one.steps):
            if step.until >= 0:
                holds.append(np.stack([path.last_row(place), path.last_row(step.until)]))
    held, until = np.concatenate(holds, axis=1)
    by_row = np.argsort(held, kind="stable")
    return Workload(
        replication=replication,
        flow=flow[order],
        channel=np.concatenate([np.empty(0, np.int8), *channels])[order],
        arrive=arrive[order],
        key=key[order],
        bounds=bounds,
        row_vehicle=row_vehicle,
        service=service,
        held=held[by_row],
        until=until[by_row],
        crossed_row=crossed_row,
        deadline=np.concatenate([np.empty(0), *deadlines])[order],
        outages=tuple(_spells(plan, outage, replication) for outage in plan.outages),
    )


def _spells(plan: Plan, outage: Outage, replication: int) -> tuple[Floats, Floats]:
    """When an outage begins and ends, until the first that begins after the horizon."""
    luck = [stream(plan.seed, what, outage.id, replication) for what in ("failure", "repair")]
    starts, ends, now = [], [], 0.0
    while now < plan.horizon:
        up, down = (float(one.random()) + _HALF_STEP for one in luck)
        starts.append(now + float(outage.between.quantile(up)))
        now = starts[-1] + float(outage.lasts.quantile(down))
        ends.append(now)
    begun = np.array(ends) > np.array(starts)  # a repair of no length stops nothing
    return np.array(starts)[begun], np.array(ends)[begun]


@dataclass(frozen=True, eq=False)
class _Arrivals:
    """Vehicles of one flow by arrival, before all are numbered."""

    arrive: Floats
    key: Ints


def _arrivals(plan: Plan, flow: Flow, replication: int) -> _Arrivals:
    came = _scheduled if flow.timetable is not None else _random
    arrive, key = came(plan, flow, replication)
    if flow.backlog:
        standing = (_BACKLOG << _STRIP_BITS) + np.arange(flow.backlog, dtype=np.int64)
        arrive = np.concatenate([np.zeros(flow.backlog), arrive])
        key = np.concatenate([standing, key])
    inside = np.flatnonzero(arrive < plan.horizon)
    order = inside[np.lexsort((key[inside], arrive[inside]))]
    return _Arrivals(arrive[order], key[order])


def _scheduled(plan: Plan, flow: Flow, replication: int) -> tuple[Floats, Ints]:
    """Timetabled arrivals with their delays."""
    assert flow.timetable is not None
    arrive = flow.timetable.copy()
    if flow.delay is not None:
        luck = stream(plan.seed, "delay", flow.id, replication)
        arrive += flow.delay.quantile(luck.random(len(arrive)))
    return arrive, np.arange(len(arrive), dtype=np.int64)


def _random(plan: Plan, flow: Flow, replication: int) -> tuple[Floats, Ints]:
    """Poisson arrivals at the day's level and the day's shape."""
    days = len(flow.volume)
    level = flow.volume * _day_factors(plan, flow, replication)
    top = float(level.max(initial=0.0))
    cumulative = np.concatenate([[0.0], np.cumsum(flow.day_shares)])
    times, keys = [np.empty(0)], [np.empty(0, np.int64)]
    low, high, strip = 0.0, _FIRST_STRIP, 0
    while low < top:
        when = _poisson(plan, flow, replication, strip, high - low, days)
        marks = stream(plan.seed, "level", flow.id, replication, strip).random(len(when))
        day = when.astype(np.int64)
        chosen = np.flatnonzero(low + (high - low) * marks < level[day])
        day = day[chosen]
        times.append(1440.0 * day + np.interp(when[chosen] - day, cumulative, flow.day_edges))
        keys.append((strip << _STRIP_BITS) + chosen)
        low, high, strip = high, 2.0 * high, strip + 1
    return np.concatenate(times), np.concatenate(keys)


def _day_factors(plan: Plan, flow: Flow, replication: int) -> Floats:
    """Lognormal day-to-day factors with mean 1 and the flow's coefficient of variation."""
    if flow.day_cv == 0.0:
        return np.ones(len(flow.volume))
    variance = np.log1p(flow.day_cv**2)
    luck = stream(plan.seed, "day", flow.id, replication).standard_normal(len(flow.volume))
    return np.asarray(np.exp(np.sqrt(variance) * luck - variance / 2.0))


def _poisson(
    plan: Plan, flow: Flow, replication: int, strip: int, rate: float, days: int
) -> Floats:
    """Points of a Poisson process of ``rate`` per day on ``[0, days)``, in days."""
    luck = stream(plan.seed, "gap", flow.id, replication, strip)
    size = int(rate * days + 6.0 * np.sqrt(rate * days) + 16)
    points = np.cumsum(luck.standard_exponential(size)) / rate
    while points[-1] < days:
        more = np.cumsum(luck.standard_exponential(size)) / rate
        points = np.concatenate([points, points[-1] + more])
    return points[points < days]


def _visit(
    plan: Plan, number: int, replication: int, came: _Arrivals, table: _Rows
) -> NDArray[np.int8]:
    """Enter the visits of a flow's vehicles into the table; return their channels."""
    flow = plan.flows[number]
    luck = _Luck(plan, flow, replication, came.key)
    shares = np.cumsum(flow.channels)
    channel = np.searchsorted(shares[:-1] / shares[-1], luck.of("channel"), side="right")
    for step in flow.steps:
        role = plan.stages[step.stage].role
        if min(step.share) < 1.0:
            chance = np.asarray(step.share)[channel]
            visiting = np.flatnonzero(luck.of(f"visit:{role}") < chance)
        else:
            visiting = np.arange(len(channel))
        need = np.zeros(len(visiting))
        if step.service is not None:
            quantile = luck.of(f"service:{role}")[visiting]
            need = _need(step, quantile, channel[visiting])
            if step.per_wagon:
                need *= flow.wagons
        table.add(step.stage, number, visiting, need)
    return channel.astype(np.int8)


def _patience(plan: Plan, flow: Flow, replication: int, came: _Arrivals) -> Floats:
    """How long each of a flow's vehicles is willing to wait; ``inf`` without a limit."""
    if flow.patience is None:
        return np.full(len(came.key), np.inf)
    return flow.patience.quantile(_Luck(plan, flow, replication, came.key).of("patience"))


def _need(step: Step, quantile: Floats, channel: Ints) -> Floats:
    """Service requirements at given quantiles, by channel."""
    assert step.service is not None
    if len(set(step.service)) == 1:
        return step.service[0].quantile(quantile)
    need = np.empty(len(quantile))
    for number, distribution in enumerate(step.service):
        mine = channel == number
        need[mine] = distribution.quantile(quantile[mine])
    return need


class _Luck:
    """Uniform numbers of a flow's vehicles, looked up by identity."""

    def __init__(self, plan: Plan, flow: Flow, replication: int, key: Ints) -> None:
        self._name = (plan.seed, flow.id, replication)
        strip, index = key >> _STRIP_BITS, key & ((1 << _STRIP_BITS) - 1)
        used = np.zeros(int(strip.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(used, strip, index + 1)
        self._bounds = np.concatenate([[0], np.cumsum(used)]).tolist()
        self._where = index + np.asarray(self._bounds)[strip]

    def of(self, purpose: str) -> Floats:
        """One number in (0, 1) per vehicle, in the order of the keys."""
        seed, owner, replication = self._name
        numbers = np.empty(self._bounds[-1])
        for strip, (first, last) in enumerate(pairwise(self._bounds)):
            if first < last:
                luck = stream(seed, purpose, owner, replication, strip)
                luck.random(out=numbers[first:last])
        drawn: Floats = numbers[self._where]
        drawn += _HALF_STEP
        return drawn


class _Rows:
    """Visits by stage, entered flow by flow.

    Within a route all is kept by a vehicle's rank among the route's vehicles, so rows
    come out in order without sorting.
    """

    def __init__(self, plan: Plan, who: list[Ints]) -> None:
        self._route = [stage.route for stage in plan.stages]
        self._vehicles: list[Ints] = []
        self._rank: list[Ints] = [np.empty(0, dtype=np.int64)] * len(who)
        rank = np.empty(sum(map(len, who)), dtype=np.int64)
        for route in range(len(plan.routes)):
            flows = [i for i, flow in enumerate(plan.flows) if flow.route == route]
            vehicles = np.sort(np.concatenate([np.empty(0, np.int64), *(who[i] for i in flows)]))
            rank[vehicles] = np.arange(len(vehicles))
            for i in flows:
                self._rank[i] = rank[who[i]]
            self._vehicles.append(vehicles)
        self._parts: list[list[tuple[Ints, Floats]]] = [[] for _ in plan.stages]

    def add(self, stage: int, flow: int, visiting: Ints, service: Floats) -> None:
        """Enter visits of some of a flow's vehicles to a stage."""
        self._parts[stage].append((self._rank[flow][visiting], service))

    def laid_out(self) -> tuple[Ints, NDArray[np.int32], Floats]:
        """Bounds of the stages, then by row: vehicle, service."""
        counts = [sum(len(rank) for rank, _ in parts) for parts in self._parts]
        bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        vehicle, service = np.empty(bounds[-1], dtype=np.int32), np.empty(bounds[-1])
        for number, parts in enumerate(self._parts):
            if parts:
                here = slice(bounds[number], bounds[number + 1])
                vehicles = self._vehicles[self._route[number]]
                need = np.full(len(vehicles), np.nan)
                for rank, part in parts:
                    need[rank] = part
                visiting = np.flatnonzero(~np.isnan(need))
                vehicle[here], service[here] = vehicles[visiting], need[visiting]
        return bounds, vehicle, service


class _Path:
    """Finds the rows of one flow's vehicles."""

    def __init__(self, flow: Flow, who: Ints, bounds: Ints, row_vehicle: NDArray[np.int32]) -> None:
        self._flow, self._who, self._bounds, self._vehicle = flow, who, bounds, row_vehicle

    def last_row(self, step: int) -> Ints:
        """Row of the last stage that each vehicle visits up to a step."""
        missing = np.arange(len(self._who))
        found = np.full(len(self._who), -1, dtype=np.int64)
        for one in reversed(self._flow.steps[: step + 1]):
            first, last = self._bounds[one.stage], self._bounds[one.stage + 1]
            at = first + np.searchsorted(self._vehicle[first:last], self._who[missing])
            there = at < last
            there[there] = self._vehicle[at[there]] == self._who[missing[there]]
            found[missing[there]] = at[there]
            missing = missing[~there]
            if not len(missing):
                break
        return found
