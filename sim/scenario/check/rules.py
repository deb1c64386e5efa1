"""Check outages and stop-receiving rules."""

from __future__ import annotations

from sim.scenario.check.context import Context, routes
from sim.sentences import Sentence

__all__ = ["check_rules"]

#: Minutes from one outage to the next, in the mean: every one is drawn.
_SHORTEST = 1.0


def check_rules(context: Context) -> None:
    """Record unknown gates, stages and cargo classes, and outages that never end."""
    simulated = ("run", "gates")
    for number, gate in enumerate(context.model.run.gates):
        place = context.item(simulated, number)
        context.refer(gate, context.model.gates, Sentence("gate"), simulated, place)
    for gate_id, block in context.model.gates.items():
        if block.stop_receiving is not None:
            cargo_path = ("gates", gate_id, "stop_receiving", "cargo")
            for number, cargo in enumerate(block.stop_receiving.cargo):
                place = context.item(cargo_path, number)
                context.refer(
                    cargo, context.model.cargo, Sentence("cargo class"), cargo_path, place
                )
    _outages(context)


def _outages(context: Context) -> None:
    gates = context.model.gates
    for name, outage in context.model.outages.items():
        path = ("outages", name)
        for number, gate in enumerate(outage.gates):
            gates_path = (*path, "gates")
            context.refer(
                gate, gates, Sentence("gate"), gates_path, context.item(gates_path, number)
            )
        known = {
            role
            for (_, gate, *_), _, route in routes(context.model)
            if not outage.gates or gate in outage.gates
            for role in route.stages
        }
        for number, stage in enumerate(outage.stages):
            stages_path = (*path, "stages")
            context.refer(
                stage, known, Sentence("stage"), stages_path, context.item(stages_path, number)
            )
        if not outage.stages:
            message = Sentence("has no effect: it stops no stages")
            context.warn(
                "no-effect", (*path, "stages"), message, Sentence("name some, or leave it out")
            )
        if outage.between.mean + outage.lasts.mean < _SHORTEST:
            hint = Sentence("write at least 1 min in all, e.g. `between: exponential(20 days)`")
            message = Sentence("comes again within seconds")
            context.error("out-of-range", (*path, "between"), message, hint)
        elif outage.between.mean <= 0.0:
            hint = Sentence("write e.g. `between: exponential(20 days)`")
            context.error(
                "endless-outage",
                (*path, "between"),
                Sentence("there is no time between outages"),
                hint,
            )
