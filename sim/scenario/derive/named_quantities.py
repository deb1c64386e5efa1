"""Quantities that a scenario file names, in its targets and in its sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.catalogue import ALL, Names, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema.model import ScenarioModel, TargetBlock

__all__ = ["asked_of", "names_in", "quantity_of", "targets_of"]


def quantity_of(target: TargetBlock) -> Quantity:
    """Return what a target is of, its keys and the brackets of its measure together.

    Raises
    ------
    MeasureError
        There is no such measure, or both name a gate, say.
    """
    named = Quantity.parse(target.measure)
    keys = {
        "gate": target.gate,
        "direction": target.direction or ALL,
        "cargo": target.cargo,
        "route": target.route,
        "stage": target.stage,
    }
    given = [f"{key}={name}" for key, name in keys.items() if name != ALL]
    if not given:
        return named
    inside = [f"{key}={name}" for key, name in named.scope.items() if name != ALL and key in keys]
    if named.entry.directions == (named.direction,):
        inside = [word for word in inside if not word.startswith("direction=")]
    return Quantity.parse(f"{named.entry.path}[{', '.join([*named.names, *inside, *given])}]")


def asked_of(model: ScenarioModel) -> list[Quantity]:
    """Return the quantities of a scenario's targets; they must be sound."""
    return [quantity_of(target) for target in targets_of(model).values()]


def targets_of(model: ScenarioModel) -> dict[str, TargetBlock]:
    """Return the targets of the gates that are simulated; all where all are."""
    if not model.run.gates:
        return dict(model.targets)
    known = names_in(model)
    targets = {}
    for name, target in model.targets.items():
        quantity = quantity_of(target).resolved(known)
        places = quantity.gate, quantity.route, quantity.stage
        if any(place.split(".")[0] in model.run.gates for place in places):
            targets[name] = target
    return targets


def names_in(model: ScenarioModel) -> Names:
    """Return the ids of a scenario that a measure can be narrowed to."""
    routes, stages = [], []
    for gate_id, gate in model.gates.items():
        for route_id, route in gate.routes.items():
            if route.alias_of is None:
                routes.append(f"{gate_id}.{route_id}")
                inner = [*route.stages, *route.holds]
                stages += [f"{gate_id}.{route_id}.{name}" for name in inner]
    return Names(
        gates=tuple(model.gates),
        routes=tuple(routes),
        cargo=tuple(model.cargo),
        stages=tuple(stages),
        rail=tuple(name for name, gate in model.gates.items() if gate.mode == "rail"),
    )
