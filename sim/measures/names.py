"""Ids of a plan that a measure can be narrowed to."""

from __future__ import annotations

from sim.arguments import checked_arguments
from sim.catalogue import Names
from sim.plan import Plan

__all__ = ["names_of"]


@checked_arguments
def names_of(plan: Plan) -> Names:
    """Gates, routes, cargo classes and stages of a plan, in its order."""
    return Names(
        gates=tuple(gate.id for gate in plan.gates),
        routes=tuple(route.id for route in plan.routes),
        cargo=tuple(cargo.id for cargo in plan.cargo),
        stages=tuple(stage.id for stage in plan.stages),
        rail=tuple(gate.id for gate in plan.gates if gate.mode == "rail"),
    )
