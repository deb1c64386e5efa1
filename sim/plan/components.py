"""Compile calendars, demand, gates, cargo classes and prices: what stages and flows refer to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim import units
from sim.arrays import Floats
from sim.clock import DAY
from sim.plan.model import Cargo, Economics, Gate
from sim.queues import Calendar
from sim.scenario import ScenarioModel
from sim.scenario.derive.arrivals import daily_arrivals
from sim.scenario.derive.calendars import ALWAYS, open_intervals
from sim.scenario.derive.recorded_arrivals import recorded_minutes
from sim.scenario.schema.model import FlowBlock
from sim.units import Ranged

__all__ = [
    "Calendars",
    "compile_cargo",
    "compile_economics",
    "compile_flow_demand",
    "compile_gates",
]


class Calendars:
    """Calendars of one plan by number, compiled when first used."""

    def __init__(self, model: ScenarioModel) -> None:
        self._model = model
        self._numbers: dict[str, int] = {}
        self._compiled: list[Calendar] = []

    def number(self, name: str) -> int:
        """Index of a calendar in :attr:`Plan.calendars`."""
        if name not in self._numbers:
            self._numbers[name] = len(self._compiled)
            self._compiled.append(self._compile(name))
        return self._numbers[name]

    def calendar(self, number: int) -> Calendar:
        """The calendar with this index."""
        return self._compiled[number]

    def compiled(self) -> tuple[Calendar, ...]:
        """Return all calendars in the order of their numbers."""
        return tuple(self._compiled)

    def _compile(self, name: str) -> Calendar:
        if name == ALWAYS:
            return Calendar.always()
        return Calendar(*open_intervals(self._model, name))


@dataclass(frozen=True, eq=False)
class FlowDemand:
    """Compiled demand: arrivals per day ``(days,)``; the shape of a day; or a timetable."""

    volume: Floats
    edges: Floats
    shares: Floats
    timetable: Floats | None


def compile_flow_demand(model: ScenarioModel, flow: FlowBlock) -> FlowDemand:
    """Demand of one flow over the simulated days."""
    edges, shares = _day_shape(model, flow)
    return FlowDemand(daily_arrivals(model, flow), edges, shares, _scheduled(flow, model.run.dates))


def _day_shape(model: ScenarioModel, flow: FlowBlock) -> tuple[Floats, Floats]:
    """Return edges in minutes and the share of arrivals between neighbouring edges."""
    if flow.day is None:
        return np.array([0.0, DAY]), np.array([1.0])
    pieces: list[tuple[float, float, float]] = []
    for text, share in model.profiles.day[flow.day].shares.items():
        windows = units.parse_windows(text)
        length = sum(window.end - window.start for window in windows)
        pieces += [(w.start, w.end, share * (w.end - w.start) / length) for w in windows]
    pieces.sort()
    edges = np.array([piece[0] for piece in pieces] + [DAY])
    shares = np.array([piece[2] for piece in pieces])
    return edges, shares / shares.sum()


def _scheduled(flow: FlowBlock, dates: list[dt.date]) -> Floats | None:
    """Return recorded or timetabled arrivals, minutes; None where they are random."""
    if flow.arrivals is not None:
        return recorded_minutes(flow.arrivals, dates[0])
    if flow.timetable is None:
        return None
    runs = [day for day, date in enumerate(dates) if date.weekday() in flow.days]
    times = np.array(sorted(flow.timetable), dtype=np.float64)
    return (DAY * np.array(runs, dtype=np.float64)[:, None] + times).reshape(-1)


def compile_gates(model: ScenarioModel) -> tuple[Gate, ...]:
    """Gates in the order of the scenario."""
    ids = list(model.gates)
    pair = {
        route.alias_of: gate_id
        for gate_id, gate in model.gates.items()
        for route in gate.routes.values()
        if route.alias_of is not None
    }
    return tuple(
        Gate(
            id=gate_id,
            title=gate.title.model_dump(),
            mode=gate.mode,
            status=gate.status,
            priority=gate.priority,
            data=gate.data,
            pair=ids.index(pair.get(gate_id, gate_id)),
        )
        for gate_id, gate in model.gates.items()
    )


def compile_cargo(model: ScenarioModel) -> tuple[Cargo, ...]:
    """Cargo classes in the order of the scenario."""
    return tuple(
        Cargo(
            id=cargo_id,
            title=block.title.model_dump(),
            counted_as=block.counted_as,
            payload=block.payload,
            value=block.value,
            reefer=block.reefer,
            life=block.life,
            salvage=block.salvage,
        )
        for cargo_id, block in model.cargo.items()
    )


def compile_economics(model: ScenarioModel) -> Economics | None:
    """Prices and emission factors, money and air alike."""
    block = model.economics
    if block is None:
        return None
    both = (block.money, block.air)
    return Economics(
        {name: value for part in both for name, value in part if isinstance(value, Ranged)}
    )
