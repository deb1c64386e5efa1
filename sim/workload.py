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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.plan.model import Flow, Plan
from sim.random import stream

__all__ = ["Workload", "draw"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FIRST_STRIP = 16.0
_STRIP_BITS = 32


@dataclass(frozen=True, eq=False)
class Workload:
    """Who arrives when, and what each vehicle needs where.

    Vehicles are numbered by arrival time (then flow, then key); each vehicle's rows are
    the stages it visits, in order.

    Attributes
    ----------
    flow, channel, arrive, key:
        Shape ``(vehicles,)``: flow index, customs channel (0 green, 1 yellow, 2 red),
        arrival in minutes, and the vehicle's identity within its flow, which is the
        same in every scenario.
    first:
        Shape ``(vehicles + 1,)``: rows of vehicle ``v`` are ``first[v]:first[v + 1]``.
    stage, service, row_vehicle:
        Shape ``(rows,)``: stage index, service requirement in minutes, vehicle.
    until:
        Shape ``(rows,)``: for a hold, the row after whose end the place is given back;
        -1 elsewhere.
    crossed_row:
        Shape ``(vehicles,)``: row whose end counts as crossing the border.
    """

    replication: int
    flow: Ints
    channel: NDArray[np.int8]
    arrive: Floats
    key: Ints
    first: Ints
    stage: Ints
    service: Floats
    row_vehicle: Ints
    until: Ints
    crossed_row: Ints

    @property
    def vehicles(self) -> int:
        """Number of vehicles that arrive before the horizon."""
        return len(self.arrive)


@dataclass(frozen=True, eq=False)
class _Arrivals:
    """Vehicles of one flow before they are numbered."""

    arrive: Floats
    key: Ints


@dataclass(frozen=True, eq=False)
class _Visits:
    """Shape ``(vehicles, steps)``: which steps are visited and the service they need."""

    channel: NDArray[np.int8]
    visited: NDArray[np.bool_]
    service: Floats


def draw(plan: Plan, replication: int) -> Workload:
    """Draw the workload of one replication (numbered from 0)."""
    arrivals = [_arrivals(plan, flow, replication) for flow in plan.flows]
    visits = [
        _visits(plan, flow, replication, came)
        for flow, came in zip(plan.flows, arrivals, strict=True)
    ]
    return _number(plan, replication, arrivals, visits)


def _arrivals(plan: Plan, flow: Flow, replication: int) -> _Arrivals:
    came = _scheduled if flow.timetable is not None else _random
    arrive, key = came(plan, flow, replication)
    inside = arrive < plan.horizon
    return _Arrivals(arrive[inside], key[inside])


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
    return np.exp(np.sqrt(variance) * luck - variance / 2.0)


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


def _visits(plan: Plan, flow: Flow, replication: int, came: _Arrivals) -> _Visits:
    """Channel, stages visited and service requirements of a flow's vehicles."""
    luck = _Luck(plan, flow, replication, came.key)
    shares = np.cumsum(flow.channels)
    channel = np.searchsorted(shares[:-1] / shares[-1], luck.of("channel"), side="right")
    visited = np.ones((len(came.key), len(flow.steps)), dtype=np.bool_)
    service = np.zeros(visited.shape)
    for column, step in enumerate(flow.steps):
        role = plan.stages[step.stage].role
        if min(step.share) < 1.0:
            visited[:, column] = luck.of(f"visit:{role}") < np.asarray(step.share)[channel]
        if step.service is not None:
            quantile = luck.of(f"service:{role}")
            need = service[:, column]
            if len(set(step.service)) == 1:
                need[:] = step.service[0].quantile(quantile)
            else:
                for number, distribution in enumerate(step.service):
                    mine = channel == number
                    need[mine] = distribution.quantile(quantile[mine])
            if step.per_wagon:
                need *= flow.wagons
    return _Visits(channel.astype(np.int8), visited, service)


class _Luck:
    """Uniform numbers of a flow's vehicles, looked up by identity."""

    def __init__(self, plan: Plan, flow: Flow, replication: int, key: Ints) -> None:
        self._name = (plan.seed, flow.id, replication)
        strips = key >> _STRIP_BITS
        index = key & ((1 << _STRIP_BITS) - 1)
        self._blocks = [
            (int(strip), index[strips == strip]) for strip in np.unique(strips).tolist()
        ]

    def of(self, purpose: str) -> Floats:
        """One number in (0, 1) per vehicle, in the order of the keys."""
        seed, owner, replication = self._name
        parts = [
            stream(seed, purpose, owner, replication, strip).random(int(index[-1]) + 1)[index]
            for strip, index in self._blocks
        ]
        drawn = np.concatenate(parts) if parts else np.empty(0)
        # A generator returns multiples of 2**-53 from 0: half a step keeps out 0 itself.
        return drawn + 2.0**-54


def _number(
    plan: Plan, replication: int, arrivals: list[_Arrivals], visits: list[_Visits]
) -> Workload:
    """Number all vehicles by arrival and lay their visits out as rows."""
    counts = [len(came.key) for came in arrivals]
    flow = np.repeat(np.arange(len(arrivals), dtype=np.int64), counts)
    arrive = np.concatenate([np.empty(0), *(came.arrive for came in arrivals)])
    key = np.concatenate([np.empty(0, np.int64), *(came.key for came in arrivals)])
    order = np.lexsort((key, flow, arrive))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    channel = np.concatenate([np.empty(0, np.int8), *(v.channel for v in visits)])[order]

    rows = np.zeros(len(order) + 1, dtype=np.int64)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    mine = [number[bounds[i] : bounds[i + 1]] for i in range(len(arrivals))]
    for who, visit in zip(mine, visits, strict=True):
        rows[who + 1] = visit.visited.sum(axis=1)
    first = np.cumsum(rows)

    total = int(first[-1])
    stage, service = np.empty(total, np.int64), np.empty(total)
    until = np.full(total, -1, dtype=np.int64)
    crossed_row = np.empty(len(order), dtype=np.int64)
    for flow_, who, visit in zip(plan.flows, mine, visits, strict=True):
        ordinal = np.cumsum(visit.visited, axis=1)
        row = first[who][:, None] + ordinal - 1
        for column, step in enumerate(flow_.steps):
            here = visit.visited[:, column]
            at = row[here, column]
            stage[at] = step.stage
            service[at] = visit.service[here, column]
            if step.until >= 0:
                until[at] = row[here, step.until]
        crossed_row[who] = row[:, flow_.crossed]
    return Workload(
        replication=replication,
        flow=flow[order],
        channel=channel,
        arrive=arrive[order],
        key=key[order],
        first=first,
        stage=stage,
        service=service,
        row_vehicle=np.repeat(np.arange(len(order), dtype=np.int64), np.diff(first)),
        until=until,
        crossed_row=crossed_row,
    )
