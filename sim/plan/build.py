"""Compile a scenario into a plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.clock import DAY
from sim.distributions import Distribution
from sim.plan.choices import ChoiceCompiler
from sim.plan.components import (
    Calendars,
    compile_cargo,
    compile_economics,
    compile_flow_demand,
    compile_gates,
)
from sim.plan.gates import select_gates
from sim.plan.model import (
    DIRECTIONS,
    Batch,
    Choice,
    DayFactor,
    Flow,
    Outage,
    Plan,
    Route,
    Stage,
    StageKind,
    Step,
    Stop,
    WhenFull,
)
from sim.scenario import Scenario, ScenarioModel
from sim.scenario.derive.classes import by_channel, classes_of, serves
from sim.scenario.derive.holds import begins, chain, end, with_holds
from sim.scenario.derive.routes import daily_slots, path_of, paths_of, pieces
from sim.scenario.derive.visitors import alternatives, visitor, visitors
from sim.scenario.schema.model import (
    FlowBlock,
    GateBlock,
    HoldBlock,
    OutageBlock,
    PathBlock,
    RouteBlock,
    ShiftBlock,
    StageBlock,
)

__all__ = ["build_plan"]

T = TypeVar("T")
Array = TypeVar("Array", bound=NDArray[Any])


@checked_arguments
def build_plan(scenario: Scenario) -> Plan:
    """Compile a checked scenario.

    Returns
    -------
    Plan: frozen; equal scenarios give equal plans. It has the gates of ``run.gates`` alone.
    """
    plan = _Compiler(scenario.model).plan(scenario.name)
    gates = scenario.model.run.gates
    return select_gates(plan, gates) if gates else plan


@dataclass(frozen=True)
class _Place:
    """A route being compiled."""

    gate: int
    route: int
    prefix: str
    block: RouteBlock


class _Compiler:
    """Collects numbered tables while walking through the gates."""

    def __init__(self, model: ScenarioModel) -> None:
        self.model = model
        self.calendars = Calendars(model)
        self.cargo = list(model.cargo)
        self.stages: list[Stage] = []
        self.numbers: dict[str, int] = {}
        self.routes: list[Route] = []
        self.flows: list[Flow] = []
        self.flow_blocks = [
            flow
            for gate in model.gates.values()
            for route in gate.routes.values()
            if route.alias_of is None
            for flow in route.flows.values()
        ] + [visiting for _, _, visiting in visitors(model)]
        self.places: dict[tuple[str, str], _Place] = {}

    def plan(self, name: str) -> Plan:
        model = self.model
        for number, (gate_id, gate) in enumerate(model.gates.items()):
            for route_id, route in gate.routes.items():
                if route.alias_of is None:
                    self._route(number, gate_id, gate, route_id, route)
        choices = tuple(self._choices())
        return Plan(
            name=name,
            title=model.title.model_dump(),
            start=model.run.start,
            warm_up=model.run.warm_up,
            horizon=model.run.horizon,
            seed=model.run.seed,
            gates=compile_gates(model),
            routes=tuple(self.routes),
            cargo=compile_cargo(model),
            calendars=self.calendars.compiled(),
            stages=tuple(self.stages),
            flows=tuple(self.flows),
            outages=tuple(
                Outage(outage_id, block.between, block.lasts, self._stopped(block))
                for outage_id, block in model.outages.items()
            ),
            stops=self._stops(),
            economics=compile_economics(model),
            choices=choices,
            news=model.news.every if model.news is not None else 0.0,
        )

    def _stops(self) -> tuple[Stop, ...]:
        """Rules to stop receiving, with the export flows they turn back."""
        stops = []
        for number, gate in enumerate(self.model.gates.values()):
            rule = gate.stop_receiving
            if rule is not None:
                flows = tuple(
                    i
                    for i, flow in enumerate(self.flows)
                    if flow.gate == number
                    and DIRECTIONS[flow.direction] == "export"
                    and (not rule.cargo or self.cargo[flow.cargo] in rule.cargo)
                )
                stops.append(Stop(number, rule.above, flows))
        return tuple(stops)

    def _stopped(self, block: OutageBlock) -> tuple[int, ...]:
        """Stages that an outage stops."""
        everywhere = not block.gates
        gates = [i for i, g in enumerate(self.model.gates) if everywhere or g in block.gates]
        return tuple(
            number
            for number, stage in enumerate(self.stages)
            if stage.role in block.stages and stage.gate in gates
        )

    def _route(
        self, gate: int, gate_id: str, block: GateBlock, route_id: str, route: RouteBlock
    ) -> None:
        place = _Place(gate, len(self.routes), f"{gate_id}.{route_id}", route)
        self.places[gate_id, route_id] = place
        title = route.title or block.title
        self.routes.append(Route(place.prefix, title.model_dump(), gate))
        roles = _order(route)
        self.numbers |= {f"{place.prefix}.{r}": len(self.stages) + i for i, r in enumerate(roles)}
        self.stages += [self._stage(place, role) for role in roles]
        for flow_id, flow in route.flows.items():
            self.flows.append(self._flow(place, flow_id, flow))

    def _stage(self, place: _Place, role: str) -> Stage:
        if role in place.block.holds:
            return self._hold(place, role)
        block = place.block.stages[role]
        kind, servers = _kind(block)
        own = self.calendars.number(block.calendar)
        rosters = [own] * servers
        teams = [0] * servers
        orders = [self._order_of(block, None)]
        for shift in block.shifts.values() if kind is StageKind.SERVERS else ():
            order = self._order_of(block, shift)
            orders += [order] if order not in orders else []
            rosters += [self.calendars.number(shift.calendar)] * shift.servers
            teams += [orders.index(order)] * shift.servers
        if kind is not StageKind.SERVERS:
            rosters, teams = [own], [0]
        return Stage(
            id=f"{place.prefix}.{role}",
            role=role,
            title=block.title.model_dump(),
            gate=place.gate,
            route=place.route,
            side=block.side,
            kind=kind,
            servers=len(rosters) if kind is StageKind.SERVERS else 0,
            server_calendar=_frozen(np.array(rosters, dtype=np.int64)),
            rank=_frozen(np.array(orders, dtype=np.int64).reshape(len(orders), -1)),
            lane=_frozen(np.array(teams, dtype=np.int64)),
            resume=block.at_close == "resume",
            slots=_frozen(self._slots(block, own)),
            owner=block.held_by == "owner",
            places=block.places or 0,
            batch=_batch(block),
            virtual=block.wait == "virtual",
        )

    def _order_of(self, block: StageBlock, shift: ShiftBlock | None) -> list[int]:
        """Return each flow's priority at a server group: 0 first, -1 not served."""
        in_line = _kind(block)[0] in (StageKind.SERVERS, StageKind.SLOTS)
        urgent = block.priority if in_line else []
        order = []
        for flow in self.flow_blocks:
            classes = classes_of(flow)
            rank = next((i for i, name in enumerate(urgent) if name in classes), len(urgent))
            if shift is not None and shift.prefers and set(shift.prefers).isdisjoint(classes):
                rank += len(urgent) + 1
            order.append(rank if shift is None or serves(shift, flow) else -1)
        return order

    def _hold(self, place: _Place, role: str) -> Stage:
        block = place.block.holds[role]
        return Stage(
            id=f"{place.prefix}.{role}",
            role=role,
            title=block.title.model_dump(),
            gate=place.gate,
            route=place.route,
            side=block.side or place.block.stages[begins(block)[0]].side,
            kind=StageKind.HOLD,
            servers=block.places,
            server_calendar=_frozen(np.empty(0, np.int64)),
            rank=_frozen(np.zeros((1, len(self.flow_blocks)), np.int64)),
            lane=_frozen(np.zeros(1, np.int64)),
            overflow=self.numbers[f"{place.prefix}.{block.overflow}"] if block.overflow else -1,
            when_full=WhenFull[block.when_full.upper()],
        )

    def _slots(self, block: StageBlock, calendar: int) -> Floats:
        times = np.array(daily_slots(block), dtype=np.float64)
        days = DAY * np.arange(len(self.model.run.dates))[:, None]
        every = (days + times).reshape(-1)
        return every[self.calendars.calendar(calendar).is_open(every)]

    def _flow(self, place: _Place, flow_id: str, flow: FlowBlock) -> Flow:
        path = path_of(place.block, flow)
        assert path is not None  # checked when the scenario was loaded
        steps, crossed = self._steps(place, path, flow)
        demand = compile_flow_demand(self.model, flow)
        channels = flow.channels or self.model.channels
        return Flow(
            id=f"{place.prefix}.{flow_id}",
            gate=place.gate,
            route=place.route,
            direction=DIRECTIONS.index(flow.direction),
            cargo=self.cargo.index(flow.cargo),
            vehicle=flow.vehicle,
            volume=demand.volume,
            day_edges=demand.edges,
            day_shares=demand.shares,
            day_cv=flow.day_to_day_cv,
            timetable=demand.timetable,
            delay=flow.delay,
            wagons=flow.wagons,
            teu=flow.teu,
            channels=(channels.green, channels.yellow, channels.red),
            steps=steps,
            crossed=crossed,
            backlog=flow.backlog,
            backlog_age=flow.backlog_age,
            patience=flow.patience,
            trusted=flow.trusted,
        )

    def _choices(self) -> Iterator[Choice]:
        """The flows that choose, each with a flow of the same vehicles at every other gate."""
        compiler = ChoiceCompiler(
            self.flows, self.stages, self.calendars.compiled(), self.model.run.horizon
        )
        for home, place in self.places.items():
            for flow_id, block in place.block.flows.items():
                if block.choice is not None:
                    terms = alternatives(block.choice, home)
                    coming = {
                        ".".join(where): self._flow(
                            self.places[where], flow_id, visitor(block, option)
                        )
                        for where, option in terms.items()
                        if where != home
                    }
                    name = f"{place.prefix}.{flow_id}"
                    yield compiler.choice(name, coming, block.choice, list(terms.values()))

    def _steps(
        self, place: _Place, path: PathBlock, flow: FlowBlock
    ) -> tuple[tuple[Step, ...], int]:
        """The stages that this flow can visit, holds included."""
        blocks: dict[str, StageBlock | HoldBlock] = {**place.block.stages, **place.block.holds}
        roles = with_holds(place.block, path, flow.direction)
        shares = {role: _triple(blocks[role].share, flow) for role in roles}
        asked = {role for role in roles if max(shares[role]) > 0.0}
        asked |= {other for hold in asked for other in chain(place.block, hold)}
        visited = [role for role in roles if role in asked]
        steps = tuple(self._step(place, role, visited, shares[role], flow) for role in visited)
        return steps, visited.index(path.crossed_at)

    def _step(
        self,
        place: _Place,
        role: str,
        visited: list[str],
        share: tuple[float, float, float],
        flow: FlowBlock,
    ) -> Step:
        number = self.numbers[f"{place.prefix}.{role}"]
        if role in place.block.holds:
            hold = place.block.holds[role]
            last = end(hold.last, flow.direction)
            assert last is not None  # else it were not on this path
            returns = None if hold.returns is None else _triple(hold.returns, flow)
            return Step(number, share, returns, visited.index(last))
        stage = place.block.stages[role]
        service: tuple[Distribution, Distribution, Distribution] = _triple(stage.service, flow)
        units = pieces(stage, flow, self.model.cargo[flow.cargo])
        assert units is not None  # checked when the scenario was loaded
        no_show: tuple[float, float, float] = (0.0, 0.0, 0.0)
        if stage.slots is not None:
            no_show = _triple(stage.no_show, flow)
        factor = _day_factor(stage)
        return Step(number, share, service, units=units, no_show=no_show, day_factor=factor)


def _kind(block: StageBlock) -> tuple[StageKind, int]:
    if block.slots is not None:
        return StageKind.SLOTS, 0
    if block.batch is not None:
        return StageKind.BATCH, 0
    if isinstance(block.servers, int):
        return StageKind.SERVERS, block.servers
    return StageKind.DELAY, 0


def _day_factor(block: StageBlock) -> DayFactor | None:
    varies = block.day_to_day
    return None if varies is None else DayFactor(varies.cv, varies.correlation, varies.start)


def _batch(block: StageBlock) -> Batch | None:
    if block.batch is None:
        return None
    within = block.batch.within
    return Batch(block.batch.size, np.inf if within is None else within)


def _order(route: RouteBlock) -> list[str]:
    """Stages and holds of a route, in ascending order on its paths.

    A path that visits stages in an order opposite to those before it has no say.
    """
    paths = [with_holds(route, path, direction) for direction, path in paths_of(route)]
    try:
        return _sorted(route, paths)
    except CycleError:
        kept: list[list[str]] = []
        for path in paths:
            with suppress(CycleError):
                _sorted(route, [*kept, path])
                kept.append(path)
        return _sorted(route, [*kept, *(chain(route, hold) for hold in route.holds)])


def _sorted(route: RouteBlock, paths: list[list[str]]) -> list[str]:
    """Sort what is on some paths, and all stages, in topological order."""
    sorter: TopologicalSorter[str] = TopologicalSorter({role: [] for role in route.stages})
    for path in paths:
        for before, after in pairwise(path):
            sorter.add(after, before)
        if len(path) == 1:
            sorter.add(path[0])
    return list(sorter.static_order())


def _triple(value: T | dict[str, T], flow: FlowBlock) -> tuple[T, T, T]:
    """A value that may vary by channel, for each channel; complete, as was checked."""
    green, yellow, red = by_channel(value, flow)
    return (green, yellow, red)


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
