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

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Constant
from sim.plan.model import Flow, Outage, Plan, Stage, StageKind, Step
from sim.queues.calendars import Calendar
from sim.random import stream
from sim.rows import Rows

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
        Shape ``(rows,)``: vehicle, service requirement in minutes; at a hold, the time from
        giving a place back until it can be taken again.
    held, until:
        Shape ``(visits to holds,)``: the rows of these visits, ascending, and for each the
        row after whose end the place is given back.
    crossed_row:
        Shape ``(vehicles,)``: row whose end counts as crossing the border.
    deadline:
        Shape ``(vehicles,)``: minute at which a vehicle gives up waiting, ``inf`` if never.
    absent:
        Ascending rows whose vehicle is not there when its first slot comes.
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
    absent: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

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
            absent=new_row[self.absent[kept[self.row_vehicle[self.absent]]]],
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
    together = np.concatenate([np.empty(0), *(came.arrive for came in arrivals)])
    order = np.argsort(together, kind="stable")  # of equal arrivals the lower flow and key
    rows = Rows(counts, [flow.route for flow in plan.flows], order, len(plan.stages))
    luck = [
        _Luck((plan.seed, flow.id, replication), came.key)
        for flow, came in zip(plan.flows, arrivals, strict=True)
    ]
    channels = [_visit(plan, i, own, rows) for i, own in enumerate(luck)]
    bounds, row_vehicle, service = rows.laid_out()
    crossed_row, deadlines = [np.empty(0, np.int64)], [np.empty(0)]
    absent = [np.empty(0, np.int64)]
    holds = [np.empty((2, 0), dtype=np.int64)]
    for number, (flow, came, own) in enumerate(zip(plan.flows, arrivals, luck, strict=True)):
        deadlines.append(came.arrive + _patience(flow, own))
        crossed_row.append(_last_row(rows, number, flow.steps[: flow.crossed + 1]))
        absent.append(_absent(plan, number, own, channels[number], rows))
        for step in flow.steps:
            if step.until >= 0:
                taken = rows.row(step.stage, number)
                given_back = _last_row(rows, number, flow.steps[: step.until + 1])
                holds.append(np.stack([taken, given_back])[:, taken >= 0])
    held, until = np.concatenate(holds, axis=1)
    by_row = np.argsort(held, kind="stable")
    keys = np.concatenate([np.empty(0, np.int64), *(came.key for came in arrivals)])
    return Workload(
        replication=replication,
        flow=np.repeat(np.arange(len(counts), dtype=np.int64), counts)[order],
        channel=np.concatenate([np.empty(0, np.int8), *channels])[order],
        arrive=together[order],
        key=keys[order],
        bounds=bounds,
        row_vehicle=row_vehicle,
        service=service,
        held=held[by_row],
        until=until[by_row],
        crossed_row=np.concatenate(crossed_row)[order],
        deadline=np.concatenate(deadlines)[order],
        outages=tuple(_spells(plan, outage, replication) for outage in plan.outages),
        absent=np.sort(np.concatenate(absent)),
    )


def _absent(plan: Plan, number: int, luck: _Luck, channel: NDArray[np.int8], rows: Rows) -> Ints:
    """Rows of a flow whose vehicle is not there when its first slot comes."""
    found = [np.empty(0, dtype=np.int64)]
    for step in plan.flows[number].steps:
        if max(step.no_show) > 0.0:
            lot = luck.of(f"no_show:{plan.stages[step.stage].role}")
            away = lot < np.asarray(step.no_show)[channel]
            row = rows.row(step.stage, number)[away]
            found.append(row[row >= 0])
    return np.concatenate(found)


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
    """Vehicles of one flow by key, before all are numbered."""

    arrive: Floats
    key: Ints


def _arrivals(plan: Plan, flow: Flow, replication: int) -> _Arrivals:
    came = _scheduled if flow.timetable is not None else _random
    arrive, key = came(plan, flow, replication)
    if flow.backlog:
        standing = (_BACKLOG << _STRIP_BITS) + np.arange(flow.backlog, dtype=np.int64)
        arrive = np.concatenate([arrive, np.zeros(flow.backlog)])
        key = np.concatenate([key, standing])
    inside = arrive < plan.horizon
    return _Arrivals(arrive, key) if inside.all() else _Arrivals(arrive[inside], key[inside])


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
        day = when.astype(np.int64)
        chosen = np.arange(len(when))
        if high >= level.min():  # else every level of the strip lies below the day's
            marks = stream(plan.seed, "level", flow.id, replication, strip).random(len(when))
            chosen = np.flatnonzero(low + (high - low) * marks < level[day])
            when, day = when[chosen], day[chosen]
        times.append(1440.0 * day + np.interp(when - day, cumulative, flow.day_edges))
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


def _visit(plan: Plan, number: int, luck: _Luck, rows: Rows) -> NDArray[np.int8]:
    """Enter the visits of a flow's vehicles into the rows; return their channels."""
    flow = plan.flows[number]
    shares = np.cumsum(flow.channels)
    lot = luck.of("channel")
    channel = np.zeros(len(lot), dtype=np.int8)
    for edge in (shares[:-1] / shares[-1]).tolist():
        channel += lot >= edge
    sent_on: dict[int, NDArray[np.bool_]] = {}  # from holds that may be full
    for step in flow.steps:
        stage, visits = plan.stages[step.stage], None
        if min(step.share) < 1.0:
            visits = luck.of(f"visit:{stage.role}") < np.asarray(step.share)[channel]
            visits |= sent_on.get(step.stage, np.False_)
        if stage.overflow >= 0:
            everyone = np.ones(len(lot), dtype=np.bool_) if visits is None else visits
            sent_on[stage.overflow] = sent_on.get(stage.overflow, np.False_) | everyone
        purpose = f"{'returns' if stage.kind is StageKind.HOLD else 'service'}:{stage.role}"
        rows.add(step.stage, number, _need(step, purpose, luck, channel, visits), visits)
    return channel


def _patience(flow: Flow, luck: _Luck) -> Floats:
    """How long each of a flow's vehicles is willing to wait; ``inf`` without a limit."""
    if flow.patience is None:
        return np.full(luck.vehicles, np.inf)
    return flow.patience.quantile(luck.of("patience"))


def _need(
    step: Step,
    purpose: str,
    luck: _Luck,
    channel: NDArray[np.int8],
    visits: NDArray[np.bool_] | None,
) -> Floats:
    """Service requirements of a flow's vehicles at one stage; 0 where nobody visits."""
    if step.service is None:
        return np.zeros(luck.vehicles)
    kinds = list(dict.fromkeys(step.service))
    if len(kinds) == 1 and isinstance(kinds[0], Constant):
        return np.full(luck.vehicles, kinds[0].value * step.units)
    lot = luck.of(purpose)
    if len(kinds) == 1 and visits is None:
        need = kinds[0].quantile(lot)
    else:
        need = np.zeros(len(lot))
        kind = np.array([kinds.index(one) for one in step.service], dtype=np.int8)[channel]
        for code, distribution in enumerate(kinds):
            mine = kind == code if visits is None else (kind == code) & visits
            who = np.flatnonzero(mine)
            need[who] = distribution.quantile(lot[who])
    return need if step.units == 1.0 else need * step.units


class _Luck:
    """Uniform numbers of a flow's vehicles, looked up by identity.

    ``key`` ascends, so in each strip the numbers are those of the first so many points,
    less the points that were not chosen.
    """

    def __init__(self, name: tuple[int, str, int], key: Ints) -> None:
        self._name = name
        self.vehicles = len(key)
        self._strips: list[tuple[int, slice, Ints | None, int]] = []
        strip, index = key >> _STRIP_BITS, key & ((1 << _STRIP_BITS) - 1)
        edges = np.flatnonzero(np.diff(strip)) + 1
        for first, last in pairwise([0, *edges.tolist(), len(key)] if len(key) else []):
            points = int(index[last - 1]) + 1
            chosen = index[first:last] if points > last - first else None
            self._strips.append((int(strip[first]), slice(first, last), chosen, points))

    def of(self, purpose: str) -> Floats:
        """One number in (0, 1) per vehicle, in the order of the keys."""
        seed, owner, replication = self._name
        numbers = np.empty(self.vehicles)
        for strip, here, chosen, points in self._strips:
            luck = stream(seed, purpose, owner, replication, strip)
            if chosen is None:
                luck.random(out=numbers[here])
            else:
                numbers[here] = luck.random(points)[chosen]
        numbers += _HALF_STEP
        return numbers


def _last_row(rows: Rows, flow: int, steps: tuple[Step, ...]) -> Ints:
    """Row of the last of these steps that each of a flow's vehicles visits; -1 if none."""
    found = rows.row(steps[-1].stage, flow)
    missing = np.flatnonzero(found < 0)
    if len(missing) and len(steps) > 1:
        found[missing] = _last_row(rows, flow, steps[:-1])[missing]
    return found
