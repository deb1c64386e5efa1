"""Warn of stages that cannot serve what arrives in the long run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.clock import DAY
from sim.distributions import Distribution
from sim.scenario.calendars import ALWAYS, horizon, open_intervals
from sim.scenario.channels import CHANNELS, by_channel
from sim.scenario.check.context import Context, routes
from sim.scenario.check.routes import paths_of
from sim.scenario.model import FlowBlock, RouteBlock, StageBlock
from sim.scenario.tree import Path, dotted

__all__ = ["check_capacity"]


@dataclass(frozen=True)
class _Load:
    """What arrives at a stage: vehicles per day, and minutes of service per day."""

    vehicles: float
    minutes: float


def check_capacity(context: Context) -> None:
    """Record stages whose mean load is above what their servers can do in a day.

    The load is volume x share x mean service, without season and week; the capacity is
    open hours x servers, and one vehicle more per server and closing, because a started
    service runs on.
    """
    hours = _OpenHours(context)
    for path, _, route in routes(context.model):
        for name, stage in route.stages.items():
            load = _load(context, name, stage, route)
            if load.vehicles > 0.0 and stage.servers != "unlimited":
                _compare(context, (*path, "stages", name), stage, load, hours)


def _compare(
    context: Context, path: Path, stage: StageBlock, load: _Load, hours: _OpenHours
) -> None:
    if stage.slots is not None:
        capacity = float(len(stage.slots))
    elif load.minutes > 0.0:
        capacity = hours.minutes(stage, load.minutes / load.vehicles) * load.vehicles / load.minutes
    else:
        return
    if load.vehicles <= capacity * (1.0 + 1e-9):
        return
    key = "slots" if stage.slots is not None else "servers"
    # the path is part of the message: gates of one template are warned of one by one
    above = f"{_rounded(load.vehicles)}/day exceed capacity {_rounded(capacity)}/day"
    context.problems.warn(
        "overload",
        context.place((*path, key)),
        f"{dotted(path)}: arrivals {above}; the queue grows for as long as you simulate",
        f"add {key}, or read its waits as depending on the length of the run",
    )


def _rounded(number: float) -> str:
    return f"{number:,.0f}" if number >= 20 else f"{number:.3g}"


def _load(context: Context, name: str, stage: StageBlock, route: RouteBlock) -> _Load:
    vehicles = minutes = 0.0
    for direction, one in paths_of(route):
        flows = [f for f in route.flows.values() if f.direction == direction]
        for flow in flows if name in one.stages else ():
            added = _load_of(context, stage, flow)
            vehicles += added.vehicles
            minutes += added.minutes
    return _Load(vehicles, minutes)


def _load_of(context: Context, stage: StageBlock, flow: FlowBlock) -> _Load:
    channels = flow.channels or context.model.channels
    mix = [getattr(channels, channel) for channel in CHANNELS]
    shares = by_channel(stage.share, flow)
    services: tuple[Distribution, ...] = by_channel(stage.service, flow)
    if not shares or not services:
        return _Load(0.0, 0.0)
    each = flow.wagons if stage.per == "wagon" else 1
    visits = [_per_day(flow) * part * share for part, share in zip(mix, shares, strict=True)]
    spent = [count * each * s.mean for count, s in zip(visits, services, strict=True)]
    return _Load(sum(visits), sum(spent))


def _per_day(flow: FlowBlock) -> float:
    if flow.timetable is not None:
        return len(flow.timetable) * len(flow.days) / 7.0
    return flow.volume or 0.0


class _OpenHours:
    """Open minutes and closings per day of the calendars, worked out once each."""

    def __init__(self, context: Context) -> None:
        self._model = context.model
        self._known: dict[str, tuple[float, float]] = {ALWAYS: (DAY, 0.0)}

    def minutes(self, stage: StageBlock, mean: float) -> float:
        """Server minutes per day of a stage whose mean service is ``mean`` minutes."""
        groups = [(stage.calendar, stage.servers)]
        groups += [(shift.calendar, shift.servers) for shift in stage.shifts.values()]
        total = 0.0
        for calendar, servers in groups:
            open_minutes, closings = self._per_day(calendar)
            runs_on = closings * mean if stage.at_close == "finish" else 0.0
            total += (open_minutes + runs_on) * (servers if isinstance(servers, int) else 0)
        return total

    def _per_day(self, name: str) -> tuple[float, float]:
        if name not in self._known:
            end = horizon(self._model)
            opens, closes = (np.clip(part, 0.0, end) for part in open_intervals(self._model, name))
            days = end / DAY
            closings = np.count_nonzero((closes > opens) & (closes < end))
            self._known[name] = (float(np.sum(closes - opens)) / days, closings / days)
        return self._known[name]
