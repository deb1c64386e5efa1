"""Workload: every random number of one replication, drawn before any engine runs.

The vehicles of each flow and their luck come from :mod:`sim.arrivals`; here they are
numbered, and their visits laid out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.arrivals import HALF_STEP, Luck, arrivals, stood_there
from sim.decisions import Decisions, draw_decisions
from sim.distributions import Constant, Distribution
from sim.plan.model import Flow, Outage, Plan, Stage, StageKind, Step
from sim.queues import compiled
from sim.queues.calendars import Calendar
from sim.random import stream
from sim.rows import Rows

__all__ = ["Workload", "departures", "draw", "hours"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
    decisions:
        For each choice of the plan the vehicles that choose. Each is there once per
        alternative; one of them will arrive.
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
    decisions: tuple[Decisions, ...] = ()

    @cached_property
    def stage(self) -> Ints:
        """Stage index of each row, shape ``(rows,)``."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))

    @cached_property
    def stood_there(self) -> NDArray[np.bool_]:
        """Whether each vehicle is of the backlog at the start, shape ``(vehicles,)``."""
        return stood_there(self.key)

    @property
    def vehicles(self) -> int:
        """Number of vehicles that arrive, or choose their gate, before the horizon."""
        return len(self.arrive)

    def rows(self, stage: int) -> slice:
        """The rows of a stage."""
        return slice(int(self.bounds[stage]), int(self.bounds[stage + 1]))

    def part(self, kept: NDArray[np.bool_]) -> tuple[Workload, Ints]:
        """The workload of some vehicles in the same order, and their rows in this one.

        ``kept`` has shape ``(vehicles,)``.
        """
        if kept.all():
            return self, np.arange(len(self.service))
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
            decisions=tuple(one.renumbered(kept, number) for one in self.decisions),
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
    came = [arrivals(plan, flow, replication) for flow in plan.flows]
    counts = [len(one.key) for one in came]
    arrive = np.concatenate([np.empty(0), *(one.arrive for one in came)])
    most = sum(n * len(flow.steps) for n, flow in zip(counts, plan.flows, strict=True))
    fast = compiled.worth(most)
    # of equal arrivals the lower flow and key comes first
    order = compiled.kernels().by_arrival(arrive) if fast else np.argsort(arrive, kind="stable")
    luck = [
        Luck((plan.seed, flow.owner, replication), one.key, fast)
        for flow, one in zip(plan.flows, came, strict=True)
    ]
    traffic = [_Traffic(plan, flow, own) for flow, own in zip(plan.flows, luck, strict=True)]
    visits: list[dict[int, Bools | None]] = [{} for _ in plan.stages]
    for number, one in enumerate(traffic):
        for stage, some in one.visits.items():
            visits[stage][number] = some
    rows = Rows(counts, [flow.route for flow in plan.flows], order, visits)
    for stage in range(len(plan.stages)):
        need = np.empty(rows.size(stage))
        for number, part in rows.parts(stage):
            traffic[number].fill_need(stage, need[part])
        rows.put(stage, need)
    held, until = _holds(plan, rows)
    crossed = [_last_row(rows, i, f.steps[: f.crossed + 1]) for i, f in enumerate(plan.flows)]
    absent = [one.absent(rows, number) for number, one in enumerate(traffic)]
    nobody = np.empty(0, np.int64)
    return Workload(
        replication=replication,
        flow=rows.flow,
        channel=np.concatenate([nobody.astype(np.int8), *(one.channel for one in traffic)])[order],
        arrive=arrive[order],
        key=np.concatenate([nobody, *(one.key for one in came)])[order],
        bounds=rows.bounds,
        row_vehicle=rows.vehicle,
        service=rows.service,
        held=held,
        until=until,
        crossed_row=np.concatenate([nobody, *crossed])[order],
        deadline=_deadlines(traffic, [one.drawn for one in came])[order],
        outages=tuple(_spells(plan, outage, replication) for outage in plan.outages),
        absent=np.sort(np.concatenate([nobody, *absent])),
        decisions=draw_decisions(plan, came, luck, order),
    )


def _holds(plan: Plan, rows: Rows) -> tuple[Ints, Ints]:
    """Rows of the visits to holds, ascending, and the rows after which each is left."""
    found = [np.empty((2, 0), dtype=np.int64)]
    for number, flow in enumerate(plan.flows):
        for step in flow.steps:
            if step.until >= 0:
                taken = rows.row(step.stage, number)
                given_back = _last_row(rows, number, flow.steps[: step.until + 1])
                found.append(np.stack([taken, given_back])[:, taken >= 0])
    held, until = np.concatenate(found, axis=1)
    by_row = np.argsort(held, kind="stable")
    return held[by_row], until[by_row]


def _deadlines(traffic: Sequence[_Traffic], drawn: Sequence[Floats]) -> Floats:
    """When each vehicle gives up, flow by flow; ``inf`` if never."""
    deadlines = np.full(sum(map(len, drawn)), np.inf)
    last = np.cumsum([len(when) for when in drawn]).tolist()
    for one, when, stop in zip(traffic, drawn, last, strict=True):
        if (patience := one.patience()) is not None:
            deadlines[stop - len(when) : stop] = when + patience
    return deadlines


def _spells(plan: Plan, outage: Outage, replication: int) -> tuple[Floats, Floats]:
    """When an outage begins and ends, until the first that begins after the horizon."""
    luck = [stream(plan.seed, what, outage.id, replication) for what in ("failure", "repair")]
    starts, ends, now = [], [], 0.0
    while now < plan.horizon:
        up, down = (float(one.random()) + HALF_STEP for one in luck)
        starts.append(now + float(outage.between.quantile(up)))
        now = starts[-1] + float(outage.lasts.quantile(down))
        ends.append(now)
    begun = np.array(ends) > np.array(starts)  # a repair of no length stops nothing
    return np.array(starts)[begun], np.array(ends)[begun]


class _Traffic:
    """The vehicles of one flow in the order of their keys: channels, visits and needs."""

    def __init__(self, plan: Plan, flow: Flow, luck: Luck) -> None:
        self._plan, self._flow, self._luck = plan, flow, luck
        shares = np.cumsum(flow.channels)
        lot = luck.of("channel")
        self.channel = np.zeros(len(lot), dtype=np.int8)
        for edge in (shares[:-1] / shares[-1]).tolist():
            self.channel += lot >= edge
        self._by_channel = [np.flatnonzero(self.channel == code) for code in range(len(shares))]
        self._steps = {step.stage: step for step in flow.steps}
        self.visits: dict[int, Bools | None] = {}
        sent_on: dict[int, Bools] = {}  # from holds that may be full
        for step in flow.steps:
            stage, visits = plan.stages[step.stage], None
            if min(step.share) < 1.0:
                visits = luck.of(f"visit:{stage.role}") < self._by(step.share)
                visits |= sent_on.get(step.stage, np.False_)
            if stage.overflow >= 0:
                everyone = np.ones(len(lot), dtype=np.bool_) if visits is None else visits
                sent_on[stage.overflow] = sent_on.get(stage.overflow, np.False_) | everyone
            self.visits[step.stage] = visits

    def _by(self, value: tuple[float, ...]) -> Floats:
        """What a value by channel is for each vehicle; one number if it is so for all."""
        return np.asarray(value[0] if len(set(value)) == 1 else np.array(value)[self.channel])

    def patience(self) -> Floats | None:
        """How long each is willing to wait; None without a limit."""
        if self._flow.patience is None:
            return None
        return self._flow.patience.quantile(self._luck.of("patience"))

    def fill_need(self, stage: int, out: Floats) -> None:
        """Fill in what each of those who visit a stage needs there."""
        step = self._steps[stage]
        if step.service is None:
            out[:] = 0.0
            return
        lot = None
        if not all(isinstance(kind, Constant) for kind in step.service):
            hold = self._plan.stages[stage].kind is StageKind.HOLD
            role = self._plan.stages[stage].role
            lot = self._luck.of(f"{'returns' if hold else 'service'}:{role}")
        for who, kind in _served(step.service, self._by_channel, self.visits[stage]):
            if lot is None or isinstance(kind, Constant):
                out[slice(None) if who is None else who] = kind.mean
            elif who is None:
                out[:] = kind.quantile(lot)
            else:
                out[who] = kind.quantile(lot[who])
        if step.units != 1.0:
            out *= step.units

    def absent(self, rows: Rows, number: int) -> Ints:
        """Rows of this flow, the ``number``-th, with vehicles that miss their first slot."""
        found = [np.empty(0, dtype=np.int64)]
        for stage, step in self._steps.items():
            if max(step.no_show) > 0.0:
                lot = self._luck.of(f"no_show:{self._plan.stages[stage].role}")
                away = lot < self._by(step.no_show)
                row = rows.row(stage, number)[away]
                found.append(row[row >= 0])
        return np.concatenate(found)


def _served(
    service: tuple[Distribution, ...], by_channel: Sequence[Ints], taken: Bools | None
) -> Iterator[tuple[Ints | None, Distribution]]:
    """Who is served by which distribution; None for all."""
    if len(set(service)) == 1:
        yield None if taken is None else np.flatnonzero(taken), service[0]
        return
    for who, kind in zip(by_channel, service, strict=True):
        yield who if taken is None else who[taken[who]], kind


def _last_row(rows: Rows, flow: int, steps: tuple[Step, ...]) -> Ints:
    """Row of the last of these steps that each of a flow's vehicles visits; -1 if none."""
    found = rows.row(steps[-1].stage, flow)
    missing = np.flatnonzero(found < 0)
    if len(missing) and len(steps) > 1:
        found[missing] = _last_row(rows, flow, steps[:-1])[missing]
    return found
