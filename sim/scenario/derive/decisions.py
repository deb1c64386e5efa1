"""Decisions of a scenario: numbers tried, objective and limits, and who may decide a value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.catalogue import COSTS, Constraint, Quantity
from sim.errors import MeasureError, UnitError
from sim.scenario.derive.named_quantities import names_in
from sim.scenario.source.tree import Path
from sim.sentences import Sentence
from sim.units import parse_money, parse_money_per_year

if TYPE_CHECKING:
    from sim.scenario.schema.model import RouteBlock, ScenarioModel
    from sim.scenario.schema.optimise import DecisionBlock, OptimiseBlock
    from sim.scenario.schema.sweep import Value

__all__ = [
    "NET_BENEFIT",
    "constraints_of",
    "decided_by_china",
    "objective_value",
    "quantities_decided_by",
    "tried",
]

NET_BENEFIT = "net_benefit"
"""Objective: yearly savings against building nothing, less the yearly cost of what is built."""


def tried(decision: DecisionBlock) -> tuple[Value, ...]:
    """Return the numbers of a decision that are tried, in their order; whole ones as such."""
    if decision.values:
        return tuple(decision.values)
    if decision.least is None or decision.most is None:
        return ()
    count = math.floor((decision.most - decision.least) / decision.step + 1e-9) + 1
    numbers = (round(decision.least + step * decision.step, 9) for step in range(max(count, 0)))
    return tuple(int(number) if number == int(number) else number for number in numbers)


def constraints_of(block: OptimiseBlock) -> list[Constraint]:
    """Return the limits of a choice, the budget first.

    Raises
    ------
    MeasureError
        A limit cannot be read.
    """
    limits = [Constraint.parse(text) for text in block.subject_to]
    if block.budget is None:
        return limits
    text = f"capex <= {block.budget / 1e9:g} bn VND"
    return [Constraint(text, None, "capex", "", False, block.budget, COSTS["capex"]), *limits]


def objective_value(objective: str, text: str) -> float:
    """Read a difference of what is optimised, in its unit.

    Raises
    ------
    MeasureError
        The text has another unit.
    """
    if objective not in (*COSTS, NET_BENEFIT):
        return Quantity.parse(objective).value(text)
    try:
        return parse_money(text) if objective == "capex" else parse_money_per_year(text)
    except UnitError as error:
        raise MeasureError(
            Sentence(
                "{objective}: {message}; {hint}",
                objective=objective,
                message=error.message,
                hint=error.hint,
            )
        ) from error


def quantities_decided_by(block: OptimiseBlock, model: ScenarioModel) -> list[Quantity]:
    """Return the quantities that a choice needs; the block must be sound."""
    known = names_in(model)
    texts = [text for text in (block.minimise, block.maximise, block.front) if text is not None]
    named = [Quantity.parse(text) for text in texts if text not in (*COSTS, NET_BENEFIT)]
    limited = (limit.quantity for limit in constraints_of(block))
    named += [quantity for quantity in limited if quantity is not None]
    return list(dict.fromkeys(quantity.resolved(known) for quantity in named))


def decided_by_china(model: ScenarioModel, path: Path) -> bool:
    """Return whether the value at a path is of a stage, hold or calendar of the Chinese side."""
    if path[0] == "countries":
        return path[1:2] == ("china",)
    if path[0] == "calendars":
        return any(
            stage.side == "china"
            and path[1:2] in [(stage.calendar,), *((shift.calendar,) for shift in shifts)]
            for gate in model.gates.values()
            for route in gate.routes.values()
            for stage in route.stages.values()
            for shifts in [stage.shifts.values()]
        )
    if path[0] != "gates" or len(path) < 6:
        return False
    gate = model.gates.get(path[1])
    route = gate.routes.get(path[3]) if gate is not None and path[2] == "routes" else None
    if route is None:
        return False
    return _sides(route, path[4], path[5]) == {"china"}


def _sides(route: RouteBlock, kind: str, name: str) -> set[str]:
    """Sides of a stage of a route, or of the stages before a hold."""
    if kind == "stages":
        return {route.stages[name].side} if name in route.stages else set()
    if kind != "holds" or name not in route.holds:
        return set()
    hold = route.holds[name]
    if hold.side is not None:
        return {hold.side}
    first = [hold.first] if isinstance(hold.first, str) else hold.first.values()
    return {route.stages[stage].side for stage in first if stage in route.stages}
