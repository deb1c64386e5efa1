"""Observed figures that no run of a plan can show, or that every run shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.arguments import checked_arguments
from sim.errors import Problem
from sim.plan.model import DIRECTIONS, Flow, Plan
from sim.scenario.source.diagnostics import Problems
from sim.validate.observed import ALL, Observation

__all__ = ["check_feasible"]

_Feeds = Callable[[Plan, Flow], bool]


def _goods(*lines: str) -> _Feeds:
    """Flows whose cargo the bulletin counts, in one of these lines if any is named."""

    def feeds(plan: Plan, flow: Flow) -> bool:
        line = plan.cargo[flow.cargo].counted_as
        return line != "none" and (not lines or line in lines)

    return feeds


def _anyone(_plan: Plan, _flow: Flow) -> bool:
    return True


#: Direction (None for both) and kind of the flows that a quantity counts.
_FEEDS: dict[str, tuple[str | None, _Feeds]] = {
    "exported": ("export", _goods()),
    "exported_fruit": ("export", _goods("fruit")),
    "imported": ("import", _goods()),
    "imported_new_cars": ("import", _goods("new_cars")),
    "arrived": ("export", _goods()),
    "waiting": ("export", _goods()),
    "waiting_fruit": ("export", _goods("fruit")),
    "wagons_exported": ("export", _goods()),
    "wagons_imported": ("import", _goods()),
    "vietnam_time_h": (None, _anyone),
}


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


def _may_feed(plan: Plan, flow: Flow, figure: Observation) -> bool:
    """Whether vehicles of a flow that come in the run count for a figure."""
    direction, feeds = _FEEDS[figure.quantity]
    gate = plan.gates[flow.gate]
    rail = figure.quantity.startswith("wagons")
    there = gate.mode == ("rail" if rail else "road") if figure.gate == ALL else True
    return (
        there
        and figure.gate in (ALL, gate.id)
        and direction in (None, DIRECTIONS[flow.direction])
        and (flow.backlog > 0 or float(flow.volume.sum()) > 0.0)
        and feeds(plan, flow)
    )


def _said(plan: Plan, figure: Observation) -> tuple[str, str]:
    """Message and remedy."""
    end = "cannot be missed" if figure.value == 0.0 else "cannot be met"
    message = f"no flow that comes in the run can feed {figure.quantity} at {figure.gate}"
    hidden = {
        plan.cargo[flow.cargo].id
        for flow in plan.flows
        if figure.gate in (ALL, plan.gates[flow.gate].id)
        and plan.cargo[flow.cargo].counted_as == "none"
    }
    hint = "leave the figure out, or give the gate a flow that it counts"
    if hidden:
        hint = f"cargo {', '.join(sorted(hidden))} is `counted_as: none`; {hint}"
    return f"{message}: {figure.value:g} {end}", hint
