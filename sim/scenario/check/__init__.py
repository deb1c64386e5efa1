"""Cross-field validation, run after each field is valid on its own."""

from __future__ import annotations

from sim.scenario.check.calendars import check_calendars
from sim.scenario.check.capacity import check_capacity
from sim.scenario.check.choices import check_choices
from sim.scenario.check.context import Context
from sim.scenario.check.demand import check_demand
from sim.scenario.check.evidence import check_evidence
from sim.scenario.check.inputs import check_inputs
from sim.scenario.check.optimise import check_optimise
from sim.scenario.check.plausibility import check_plausibility
from sim.scenario.check.routes import check_routes
from sim.scenario.check.rules import check_rules
from sim.scenario.check.stages import check_stages
from sim.scenario.check.sweep import check_sweep
from sim.scenario.check.targets import check_targets
from sim.scenario.check.traffic import check_traffic
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node

__all__ = ["check", "check_inputs", "check_optimise", "check_sweep"]


def check(model: ScenarioModel, tree: Node, problems: Problems) -> None:
    """Record what does not fit together, and what looks wrong."""
    context = Context(model, tree, problems)
    check_calendars(context)
    check_demand(context)
    check_stages(context)
    check_routes(context)
    check_rules(context)
    check_choices(context)
    check_evidence(context)
    check_targets(context)
    check_plausibility(context)
    if not problems.errors:
        check_traffic(context)
    if not problems.errors:
        check_capacity(context)
