"""Market segments: the traffic between which costs per vehicle are compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from sim.arrays import Floats
from sim.scenario import ScenarioModel
from sim.scenario.derive.arrivals import daily_arrivals

__all__ = ["Segment", "daily_vehicles", "linked_gates"]

Segment = tuple[str, str, str]
"""Gate (of linked gates the first), direction, cargo class."""


def daily_vehicles(
    model: ScenarioModel, dates: Sequence[dt.date], linked: Mapping[str, str] | None = None
) -> dict[Segment, Floats]:
    """Return the vehicles expected on each date by segment, each of shape ``(dates,)``.

    A train is one vehicle. ``linked`` maps gates to the first of those that they are taken
    together with.
    """
    names = linked or {}
    vehicles: dict[Segment, Floats] = {}
    for gate, block in model.gates.items():
        for route in block.routes.values():
            for flow in route.flows.values():
                segment = names.get(gate, gate), flow.direction, flow.cargo
                daily = daily_arrivals(model, flow, dates)
                vehicles[segment] = vehicles.get(segment, np.zeros(len(dates))) + daily
    return vehicles


def linked_gates(models: Sequence[ScenarioModel]) -> dict[str, str]:
    """Map each gate to the first of the gates that vehicles choose between in any scenario.

    Vehicles that choose change gates from one scenario to the other, so a gate by itself is no
    market of its own then.
    """
    first: dict[str, str] = {gate: gate for model in models for gate in model.gates}
    for model in models:
        for gate, block in model.gates.items():
            for route in block.routes.values():
                for flow in route.flows.values():
                    others = [] if flow.choice is None else list(flow.choice.alternatives)
                    together = {first[other] for other in (gate, *others) if other in first}
                    head = next(name for name in first if first[name] in together)
                    first |= {name: head for name in first if first[name] in together}
    return first
