"""Check outages."""

from __future__ import annotations

from sim.scenario.check.context import Context, routes

__all__ = ["check_outages"]


def check_outages(context: Context) -> None:
    """Record outages that name no gate or stage there is, and those without end."""
    gates = context.model.gates
    for name, outage in context.model.outages.items():
        path = ("outages", name)
        for number, gate in enumerate(outage.gates):
            here = (*path, "gates")
            context.refer(gate, gates, "gate", here, context.item(here, number))
        known = {
            role
            for (_, gate, *_), _, route in routes(context.model)
            if not outage.gates or gate in outage.gates
            for role in route.stages
        }
        for number, stage in enumerate(outage.stages):
            here = (*path, "stages")
            context.refer(stage, known, "stage", here, context.item(here, number))
        if outage.between.mean <= 0.0:
            hint = "write e.g. `between: exponential(20 days)`"
            context.error(
                "endless-outage", (*path, "between"), "there is no time between outages", hint
            )
