"""Check choices between gates, and which cargo a route accepts."""

from __future__ import annotations

from sim.scenario.check.context import Context, routes
from sim.scenario.derive.routes import direction_of, path_name, path_of
from sim.scenario.derive.visitors import alternatives, visitor
from sim.scenario.schema.model import FlowBlock, RouteBlock
from sim.scenario.source.diagnostics import listed
from sim.scenario.source.tree import Path
from sim.sentences import Sentence
from sim.units import duration_text

__all__ = ["check_choices"]


def check_choices(context: Context) -> None:
    """Record alternatives that a flow cannot take, and choices for which nothing is published."""
    for path, _, route in routes(context.model):
        for number, cargo in enumerate(route.accepts):
            accepts_path = (*path, "accepts")
            place = context.item(accepts_path, number)
            context.refer(cargo, context.model.cargo, Sentence("cargo class"), accepts_path, place)
        for name, flow in route.flows.items():
            flow_path = (*path, "flows", name)
            _accepted(context, (*flow_path, "cargo"), flow, route, path)
            if flow.choice is not None:
                _choice(context, (*flow_path, "choice"), flow, (path[1], path[3]))
                _together(context, flow, name, (path[1], path[3]))


def _together(context: Context, flow: FlowBlock, name: str, home: tuple[str, str]) -> None:
    """Record that only some of the gates among which a flow chooses are simulated."""
    assert flow.choice is not None
    run = context.model.run.gates
    among = list(dict.fromkeys(gate for gate, _ in alternatives(flow.choice, home)))
    left_out = [gate for gate in among if gate not in run]
    if run and 0 < len(left_out) < len(among):
        message = Sentence(
            "vehicles of {value} choose among {among}",
            value=".".join((*home, name)),
            among=listed(among),
        )
        hint = Sentence("name {left_out} too, or none of them", left_out=listed(left_out))
        context.error("gates-apart", ("run", "gates"), message, hint)


def _choice(context: Context, path: Path, flow: FlowBlock, home: tuple[str, str]) -> None:
    assert flow.choice is not None
    if context.model.news is None:
        hint = Sentence("write e.g. `news: {every: 30 min}` at the top of the file")
        context.error("missing-key", path, Sentence("nothing is published for this choice"), hint)
    if flow.choice.value_of_time <= 0.0:
        hint = Sentence("write e.g. `value_of_time: 100_000 VND/h`")
        value_path = (*path, "value_of_time")
        context.error("out-of-range", value_path, Sentence("time must be worth something"), hint)
    others = {k: option for k, option in alternatives(flow.choice, home).items() if k != home}
    if not others:
        message = Sentence("has no effect with no gate but its own")
        context.warn(
            "no-effect", (*path, "alternatives"), message, Sentence("name another, or leave it out")
        )
    for (gate_id, route_id), option in others.items():
        gate_path = (*path, "alternatives", gate_id)
        _alternative(context, gate_path, visitor(flow, option), gate_id, route_id)
        if flow.patience is not None and flow.patience.mean < option.travel:
            patience, travel = map(duration_text, (flow.patience.mean, option.travel))
            message = Sentence(
                "is {travel} away, but a load waits only {patience} there",
                travel=travel,
                patience=patience,
            )
            hint = Sentence(
                "patience counts from the arrival at that gate; is one of the two mistyped?"
            )
            context.warn("patience-below-travel", (*gate_path, route_id), message, hint)


def _alternative(
    context: Context, path: Path, flow: FlowBlock, gate_id: str, route_id: str
) -> None:
    if not context.refer(gate_id, context.model.gates, Sentence("gate"), path):
        return
    alternative_path = (*path, route_id)
    own = {k: r for k, r in context.model.gates[gate_id].routes.items() if r.alias_of is None}
    if route_id not in own:
        hint = (
            Sentence("its routes: {own}", own=listed(own)) if own else Sentence("it has no routes")
        )
        message = Sentence(
            "gate '{gate_id}' has no route '{route_id}' of its own",
            gate_id=gate_id,
            route_id=route_id,
        )
        context.error("unknown-route", alternative_path, message, hint)
        return
    route = own[route_id]
    way = path_of(route, flow)
    if way is None or direction_of(path_name(flow), way) != flow.direction:
        hint = Sentence("leave this alternative out, give that route a path, or name one by `path`")
        message = Sentence(
            "route '{gate_id}.{route_id}' has no path '{path_name}' for this flow",
            gate_id=gate_id,
            route_id=route_id,
            path_name=path_name(flow),
        )
        context.error("no-path", alternative_path, message, hint)
    _accepted(context, alternative_path, flow, route, ("gates", gate_id, "routes", route_id))


def _accepted(context: Context, path: Path, flow: FlowBlock, route: RouteBlock, of: Path) -> None:
    known = {flow.cargo, *route.accepts} <= set(context.model.cargo)
    if known and route.accepts and flow.cargo not in route.accepts:
        message = Sentence(
            "route '{of}.{of2}' does not accept '{cargo}'", of=of[1], of2=of[3], cargo=flow.cargo
        )
        hint = Sentence("it accepts {accepts}", accepts=listed(route.accepts))
        context.error("not-accepted", path, message, hint)
