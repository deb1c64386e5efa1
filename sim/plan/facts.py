"""Compile what needs no numbering: gates, cargo classes, prices."""

from __future__ import annotations

from sim.plan.model import Cargo, Economics, Gate
from sim.scenario.schema.model import ScenarioModel
from sim.units import Ranged

__all__ = ["compile_cargo", "compile_economics", "compile_gates"]


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
