"""Market segments: the traffic between which costs per vehicle are compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.arrays import Floats
from sim.scenario import ScenarioModel
from sim.scenario.derive.arrivals import daily_arrivals

__all__ = ["Segment", "chosen_between", "daily_vehicles", "linked_gates"]

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


def chosen_between(model: ScenarioModel) -> tuple[frozenset[str], ...]:
    """Return the sets of gates between which vehicles of a flow choose."""
    flows = (
        (gate, flow)
        for gate, block in model.gates.items()
        for route in block.routes.values()
        for flow in route.flows.values()
    )
    return tuple(
        frozenset((gate, *flow.choice.alternatives)) for gate, flow in flows if flow.choice
    )


def linked_gates(choices: Iterable[frozenset[str]]) -> dict[str, str]:
    """Map gates to the first by name of those that they are taken together with.

    Vehicles that choose change gates from one scenario to the other, so a gate by itself is no
    market of its own then. Gates that nobody chooses between are left out.
    """
    first: dict[str, str] = {}
    for gates in choices:
        heads = {first.get(gate, gate) for gate in gates}
        together = gates | {gate for gate, head in first.items() if head in heads} | heads
        first |= dict.fromkeys(together, min(together))
    return first
