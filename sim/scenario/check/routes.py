"""Check paths and holds of routes."""

from __future__ import annotations

from sim.scenario.check.context import Context, routes
from sim.scenario.check.deadlock import check_deadlock
from sim.scenario.check.holds import check_holds
from sim.scenario.derive.classes import DIRECTIONS
from sim.scenario.derive.routes import direction_of, path_name, path_of
from sim.scenario.derive.visitors import with_visitors
from sim.scenario.schema.model import FlowBlock, PathBlock, RouteBlock
from sim.scenario.source.diagnostics import listed
from sim.scenario.source.tree import Path

__all__ = ["check_routes"]


def check_routes(context: Context) -> None:
    """Record holds, paths and flows that do not fit together."""
    if not context.model.gates:
        hint = "write at least one under `gates:`, as in scenarios/tutorial.yaml"
        context.error("no-gates", ("gates",), "there are no gates", hint)
    for gate_id, gate in context.model.gates.items():
        for route_id, route in gate.routes.items():
            if route.alias_of is not None:
                _alias(context, ("gates", gate_id, "routes", route_id), route)
    for path, _, route in routes(context.model):
        sound = [
            _path(context, (*path, "paths", name), name, route_path, route)
            for name, route_path in route.paths.items()
        ]
        for name, flow in route.flows.items():
            _flow(context, (*path, "flows", name), flow, route)
        if all(sound):  # an end that is missing on a broken path says nothing about the hold
            check_holds(context, path, with_visitors(context.model, path, route))
        check_deadlock(context, path, route)


def _alias(context: Context, path: Path, route: RouteBlock) -> None:
    alias_path = (*path, "alias_of")
    target = str(route.alias_of)
    if not context.refer(target, context.model.gates, "gate", alias_path):
        return
    known = [k for k, r in context.model.gates[target].routes.items() if r.alias_of is None]
    if path[-1] not in known:
        hint = f"its routes: {listed(known)}" if known else "it has no routes"
        message = f"gate '{target}' has no route '{path[-1]}' of its own"
        context.error("unknown-route", alias_path, message, hint)
    node = context.tree.find(path)
    for key in node.items.keys() - {"alias_of", "title", "evidence"} if node is not None else ():
        message = "an alias has no stages, paths or flows of its own"
        hint = f"write it at gates.{target}.routes.{path[-1]}"
        context.error("alias-with-content", (*path, key), message, hint)


def _path(context: Context, path: Path, name: str, block: PathBlock, route: RouteBlock) -> bool:
    """Check one path; return whether all its stages exist."""
    if direction_of(name, block) is None:
        hint = "write `direction: export` or `direction: import` in it"
        context.error("missing-key", path, f"path '{name}' does not tell its direction", hint)
    elif name in DIRECTIONS and direction_of(name, block) != name:
        message = f"path '{name}' says it is for {block.direction}"
        context.error("path-direction", (*path, "direction"), message, "give it another id")
    stages_path = (*path, "stages")
    if not block.stages:
        hint = "name them in the order of the visit, or leave the path out"
        context.error("no-stages", stages_path, "a path needs at least one stage", hint)
        return False
    sound = True
    for number, stage in enumerate(block.stages):
        place = context.item(stages_path, number)
        sound &= context.refer(stage, route.stages, "stage", stages_path, place)
        if stage in block.stages[:number]:
            hint = "name it once; a second visit is a stage of its own"
            context.problems.add(
                "stage-twice", place, f"'{stage}' is here twice", hint, path=stages_path
            )
    # a stage that exists is missing on the path because its name there is mistyped
    if sound or block.crossed_at not in route.stages:
        context.refer(block.crossed_at, block.stages, "stage on this path", (*path, "crossed_at"))
    return sound


def _flow(context: Context, path: Path, flow: FlowBlock, route: RouteBlock) -> None:
    """Check that a flow has a path, and that both go the same way."""
    if flow.path is not None and not context.refer(flow.path, route.paths, "path", (*path, "path")):
        return
    flow_path = path_of(route, flow)
    if flow_path is None:
        context.error(
            "no-path",
            (*path, "direction"),
            f"the route has no path for {flow.direction}",
            f"write `paths: {{{flow.direction}: {{stages: […], crossed_at: …}}}}` in the route",
        )
    elif direction_of(path_name(flow), flow_path) not in (flow.direction, None):
        message = f"path '{path_name(flow)}' is not for {flow.direction}"
        context.error("path-direction", (*path, "path"), message, "take a path of that direction")
    else:
        _backlog_age(context, (*path, "backlog_age"), flow, route, flow_path)


def _backlog_age(
    context: Context, path: Path, flow: FlowBlock, route: RouteBlock, flow_path: PathBlock
) -> None:
    """Check that an age of the initial queue has vehicles, and an owner who holds them."""
    if flow.backlog_age is None:
        return
    held = [
        role
        for role in flow_path.stages
        if role in route.stages and route.stages[role].held_by == "owner"
    ]
    if not flow.backlog:
        message = "has no effect: no vehicle waits when the run starts"
        context.warn("no-effect", path, message, "write `backlog:` beside it, or leave it out")
    elif not held:
        message = "no stage on this path is held by an owner, so nobody has been held"
        hint = "leave it out, or write `held_by: owner` in the stage where they are"
        context.error("no-hold", path, message, hint)
