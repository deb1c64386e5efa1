"""Feasibility of observed figures: those that no run of a plan can show, or every run shows."""

from __future__ import annotations

from collections.abc import Iterable

from sim.arguments import checked_arguments
from sim.errors import Problem
from sim.plan import DIRECTIONS, Flow, Plan
from sim.scenario.source.diagnostics import Problems
from sim.sentences import Sentence
from sim.validate.observed import Observation, gates_of
from sim.validate.quantities import QUANTITIES

__all__ = ["check_feasible"]


@checked_arguments
def check_feasible(observed: Iterable[Observation], plan: Plan) -> list[Problem]:
    """Return a warning for each figure that nothing in the plan can feed, in their order.

    The model shows 0 for it whatever happens: an observed 0 cannot be missed, any other not met.
    """
    problems = Problems()
    for figure in observed:
        if not any(_may_feed(plan, flow, figure) for flow in plan.flows):
            problems.warn("no-flow", figure.place, *_said(plan, figure))
    return problems.warnings


_LINES = ("fruit", "new_cars")
"""Lines of the bulletin with names of their own; the rest is what they leave."""


def _may_feed(plan: Plan, flow: Flow, figure: Observation) -> bool:
    """Return whether vehicles of a flow that come in the run count for a figure."""
    quantity = QUANTITIES[figure.quantity]
    line = plan.cargo[flow.cargo].counted_as
    return (
        plan.gates[flow.gate].id in gates_of(plan, figure.gate, figure.quantity)
        and quantity.direction in (None, DIRECTIONS[flow.direction])
        and (flow.backlog > 0 or float(flow.volume.sum()) > 0.0)
        and (
            quantity.kind == "time"
            or (line != "none" and quantity.cargo in (None, line))
            or (quantity.cargo == "rest" and line not in (*_LINES, "none"))
        )
    )


def _said(plan: Plan, figure: Observation) -> tuple[Sentence, Sentence]:
    """Message and remedy."""
    shown = f"{figure.value:g}" if figure.high is None else f"{figure.value:g}-{figure.high:g}"
    end = Sentence("cannot be missed") if figure.top == 0.0 else Sentence("cannot be met")
    message = Sentence(
        "no flow that comes in the run can feed {quantity} at {gate}: {shown} {end}",
        quantity=figure.quantity,
        gate=figure.gate,
        shown=shown,
        end=end,
    )
    hidden = {
        plan.cargo[flow.cargo].id
        for flow in plan.flows
        if plan.gates[flow.gate].id in gates_of(plan, figure.gate, figure.quantity)
        and plan.cargo[flow.cargo].counted_as == "none"
    }
    hint = Sentence("leave the figure out, or give the gate a flow that it counts")
    if hidden:
        cargo = ", ".join(sorted(hidden))
        hint = Sentence("cargo {cargo} is `counted_as: none`; {hint}", cargo=cargo, hint=hint)
    return message, hint
