"""Warn of stages and holds that cannot serve what arrives in the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from sim.arrays import Floats
from sim.clock import DAY
from sim.distributions import Distribution
from sim.scenario.check.context import Context, routes
from sim.scenario.derive.arrivals import daily_arrivals
from sim.scenario.derive.calendars import ALWAYS, open_intervals
from sim.scenario.derive.classes import CHANNELS, Direction, by_channel, serves
from sim.scenario.derive.holds import chain, span
from sim.scenario.derive.routes import daily_slots, path_of, pieces
from sim.scenario.schema.model import FlowBlock, PathBlock, RouteBlock, ScenarioModel, StageBlock
from sim.scenario.source.diagnostics import listed
from sim.scenario.source.tree import Path, dotted
from sim.sentences import Sentence

__all__ = ["check_capacity"]

_EXACT = 1.0 + 1e-9
_OWN = "its own servers"


@dataclass(frozen=True)
class _Coming:
    """One flow: the stages of its path, and its mean arrivals per day of the run."""

    flow: FlowBlock
    direction: Direction
    path: PathBlock
    per_day: float


@dataclass(frozen=True)
class _Load:
    """Load of a stage: vehicles per day, and minutes of service per day."""

    vehicles: float
    minutes: float


def check_capacity(context: Context) -> None:
    """Record stages and holds whose mean load exceeds their daily capacity.

    Means are over the simulated days, from the start of the warm-up on. Flows that choose
    their gate are left out, since they go where there is room. The load of a
    stage is arrivals x share x mean service; its capacity is open time x servers, and one
    vehicle more per server and closing, because a started service runs on. The load of a
    hold is arrivals x share x (mean service between its ends + return), with no wait at all
    (Little's law); its capacity is its places. Holds that overflow into one another count
    as one, by the ends of the last. Vehicles that only some shifts serve need these alone
    to do.
    """
    hours = _OpenHours(context.model)
    for path, _, route in routes(context.model):
        coming = _coming(context.model, route)
        for name, stage in route.stages.items():
            visits = [visiting for visiting in coming if name in visiting.path.stages]
            if stage.servers != "unlimited" and stage.batch is None:
                _stage(context, (*path, "stages", name), stage, visits, hours)
        for name, hold in route.holds.items():
            if hold.overflow is None and hold.when_full != "turn_back":
                _hold(context, (*path, "holds", name), name, route, coming)


def _coming(model: ScenarioModel, route: RouteBlock) -> list[_Coming]:
    return [
        _Coming(flow, flow.direction, route_path, float(daily_arrivals(model, flow).mean()))
        for flow in route.flows.values()
        if flow.choice is None and (route_path := path_of(route, flow)) is not None
    ]


def _stage(
    context: Context, path: Path, stage: StageBlock, visits: list[_Coming], hours: _OpenHours
) -> None:
    """Warn once: of the fewest vehicles that are too many for the servers they have."""
    key = "slots" if stage.slots is not None else "servers"
    teams = {_servers(stage, visiting.flow) for visiting in visits}
    everyone: frozenset[str] = frozenset().union(*teams)
    for servers in sorted({*teams, everyone}, key=lambda some: (len(some), sorted(some))):
        among = [visiting for visiting in visits if _servers(stage, visiting.flow) <= servers]
        load = _sum(_load_of(context, stage, visiting) for visiting in among)
        if stage.slots is not None:
            capacity = hours.slots(stage)
        elif load.minutes > 0.0:
            per_visit = load.minutes / load.vehicles
            capacity = hours.minutes(stage, servers, per_visit) / per_visit
            if capacity == 0.0:
                continue  # that its calendar never opens is said by itself
        else:
            continue
        if load.vehicles > capacity * _EXACT:
            whom = sorted(servers) if len(among) < len(visits) else []
            message = _exceeded(load.vehicles, capacity, whom, _when(context))
            remedy = Sentence(
                "add {key}, or read its waits as depending on the length of the run", key=key
            )
            _overload(context, (*path, key), path, message, remedy)
            return


def _exceeded(arrivals: float, capacity: float, servers: list[str], when: Sentence) -> Sentence:
    """Say that more vehicles arrive than can be served, by some ``servers`` alone or by all."""
    coming = Sentence("arrivals {arrivals}/day", arrivals=_rounded(arrivals))
    if servers:
        alone = listed(servers)
        coming = Sentence("{coming} for {servers} alone", coming=coming, servers=alone)
    return Sentence(
        "{coming} exceed capacity {capacity}/day {when}; the queue grows",
        coming=coming,
        capacity=_rounded(capacity),
        when=when,
    )


def _servers(stage: StageBlock, flow: FlowBlock) -> frozenset[str]:
    """Return the shifts that serve a flow; `_OWN` are the stage's own."""
    shifts = {name for name, shift in stage.shifts.items() if serves(shift, flow)}
    return frozenset(shifts | ({_OWN} if stage.servers else set()))


def _hold(
    context: Context, path: Path, name: str, route: RouteBlock, coming: list[_Coming]
) -> None:
    hold = route.holds[name]
    pool = [
        route.holds[name_in_chain]
        for name_in_chain in route.holds
        if name in chain(route, name_in_chain)
    ]
    minutes = 0.0
    for group in coming:
        ends = span(hold, group.path, group.direction)
        if ends is None:
            continue
        # the share that asks for none of them is a product: they draw apart
        shares = [by_channel(hold_block.share, group.flow) for hold_block in pool]
        asking = tuple(
            1.0 - prod(1.0 - share for share in asked) for asked in zip(*shares, strict=True)
        )
        inside = [route.stages[role] for role in group.path.stages[ends[0] : ends[1] + 1]]
        minutes += sum(_load_of(context, stage, group, asking).minutes for stage in inside)
        if hold.returns is not None:
            last = _load_of(context, inside[-1], group, asking).vehicles
            minutes += last * hold.returns.mean
    needed = minutes / DAY
    places = sum(hold_block.places for hold_block in pool)
    if needed <= places * _EXACT:
        return
    message = Sentence(
        "about {needed} places needed, {places:,} there, {when}; the queue for them grows",
        needed=_rounded(needed),
        places=places,
        when=_when(context),
    )
    remedy = Sentence("add places, or shorten the services between `first` and `last`")
    _overload(context, (*path, "places"), path, message, remedy)


def _overload(context: Context, at: Path, path: Path, message: Sentence, hint: Sentence) -> None:
    # the path is part of the message: gates of one template are warned of one by one
    context.problems.warn(
        "overload",
        context.place(at),
        Sentence("{path}: {message}", path=dotted(path), message=message),
        hint,
    )


def _when(context: Context) -> Sentence:
    days, start = len(context.model.run.dates), context.model.run.start
    if days == 1:
        return Sentence("in the 1 day from {start}", start=start)
    return Sentence("in the {days:,} days from {start}", days=days, start=start)


def _rounded(number: float) -> Sentence:
    form = "{number:,.0f}" if number >= 20 else "{number:.3g}"
    return Sentence(form, number=number)


def _sum(loads: Iterable[_Load]) -> _Load:
    every = list(loads)
    return _Load(sum(load.vehicles for load in every), sum(load.minutes for load in every))


def _load_of(
    context: Context,
    stage: StageBlock,
    visiting: _Coming,
    among: tuple[float, ...] = (1.0,) * len(CHANNELS),
) -> _Load:
    """Return the load that a flow puts on a stage, for the share ``among`` of each channel."""
    channels = visiting.flow.channels or context.model.channels
    mix = [getattr(channels, channel) * k for channel, k in zip(CHANNELS, among, strict=True)]
    shares = by_channel(stage.share, visiting.flow)
    services: tuple[Distribution, ...] = by_channel(stage.service, visiting.flow)
    per_vehicle = pieces(stage, visiting.flow, context.model.cargo[visiting.flow.cargo]) or 0.0
    visits = [visiting.per_day * part * share for part, share in zip(mix, shares, strict=True)]
    spent = [count * per_vehicle * s.mean for count, s in zip(visits, services, strict=True)]
    return _Load(sum(visits), sum(spent))


class _OpenHours:
    """Open times of the calendars over the simulated days, computed once each."""

    def __init__(self, model: ScenarioModel) -> None:
        self._model = model
        self._days = len(model.run.dates)
        end = self._days * DAY
        self._known = {ALWAYS: (np.array([0.0]), np.array([end]))}

    def minutes(self, stage: StageBlock, which: frozenset[str], mean: float) -> float:
        """Return minutes a day of some shifts of a stage, at ``mean`` minutes of service."""
        groups = [(stage.calendar, stage.servers)] if _OWN in which else []
        groups += [(s.calendar, s.servers) for name, s in stage.shifts.items() if name in which]
        total = 0.0
        for calendar, servers in groups:
            opens, closes = self._intervals(calendar)
            closings = np.count_nonzero(closes < self._days * DAY)
            runs_on = closings * mean if stage.at_close == "finish" else 0.0
            # a service longer than a day keeps its server from the next one's closing
            open_minutes = min(float(np.sum(closes - opens)) + runs_on, self._days * DAY)
            total += open_minutes / self._days * (servers if isinstance(servers, int) else 0)
        return total

    def slots(self, stage: StageBlock) -> float:
        """Places of slots per day within the hours of a stage."""
        opens, closes = self._intervals(stage.calendar)
        days = DAY * np.arange(self._days)[:, None]
        slots = (days + np.array(daily_slots(stage))).reshape(-1)
        begun = np.searchsorted(opens, slots, side="right")
        ended = np.searchsorted(closes, slots, side="right")
        return float(np.count_nonzero(begun > ended)) / self._days

    def _intervals(self, name: str) -> tuple[Floats, Floats]:
        if name not in self._known:
            end = self._days * DAY
            opens, closes = (np.clip(part, 0.0, end) for part in open_intervals(self._model, name))
            inside = np.flatnonzero(closes > opens)
            self._known[name] = (opens[inside], closes[inside])
        return self._known[name]
