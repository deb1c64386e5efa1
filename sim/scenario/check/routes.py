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
from sim.sentences import Sentence

__all__ = ["check_routes"]


def check_routes(context: Context) -> None:
    """Record holds, paths and flows that do not fit together."""
    if not context.model.gates:
        hint = Sentence("write at least one under `gates:`, as in scenarios/tutorial.yaml")
        context.error("no-gates", ("gates",), Sentence("there are no gates"), hint)
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
    if not context.refer(target, context.model.gates, Sentence("gate"), alias_path):
        return
    known = [k for k, r in context.model.gates[target].routes.items() if r.alias_of is None]
    if path[-1] not in known:
        hint = (
            Sentence("its routes: {known}", known=listed(known))
            if known
            else Sentence("it has no routes")
        )
        message = Sentence(
            "gate '{target}' has no route '{path}' of its own", target=target, path=path[-1]
        )
        context.error("unknown-route", alias_path, message, hint)
    node = context.tree.find(path)
    for key in node.items.keys() - {"alias_of", "title", "evidence"} if node is not None else ():
        message = Sentence("an alias has no stages, paths or flows of its own")
        hint = Sentence("write it at gates.{target}.routes.{path}", target=target, path=path[-1])
        context.error("alias-with-content", (*path, key), message, hint)


def _path(context: Context, path: Path, name: str, block: PathBlock, route: RouteBlock) -> bool:
    """Check one path; return whether all its stages exist."""
    if direction_of(name, block) is None:
        hint = Sentence("write `direction: export` or `direction: import` in it")
        context.error(
            "missing-key",
            path,
            Sentence("path '{name}' does not tell its direction", name=name),
            hint,
        )
    elif name in DIRECTIONS and direction_of(name, block) != name:
        message = Sentence(
            "path '{name}' says it is for {direction}", name=name, direction=block.direction
        )
        context.error(
            "path-direction", (*path, "direction"), message, Sentence("give it another id")
        )
    stages_path = (*path, "stages")
    if not block.stages:
        hint = Sentence("name them in the order of the visit, or leave the path out")
        context.error("no-stages", stages_path, Sentence("a path needs at least one stage"), hint)
        return False
    sound = True
    for number, stage in enumerate(block.stages):
        place = context.item(stages_path, number)
        sound &= context.refer(stage, route.stages, Sentence("stage"), stages_path, place)
        if stage in block.stages[:number]:
            hint = Sentence("name it once; a second visit is a stage of its own")
            context.problems.add(
                "stage-twice",
                place,
                Sentence("'{stage}' is here twice", stage=stage),
                hint,
                path=stages_path,
            )
    # a stage that exists is missing on the path because its name there is mistyped
    if sound or block.crossed_at not in route.stages:
        context.refer(
            block.crossed_at, block.stages, Sentence("stage on this path"), (*path, "crossed_at")
        )
    return sound


def _flow(context: Context, path: Path, flow: FlowBlock, route: RouteBlock) -> None:
    """Check that a flow has a path, and that both go the same way."""
    if flow.path is not None and not context.refer(
        flow.path, route.paths, Sentence("path"), (*path, "path")
    ):
        return
    flow_path = path_of(route, flow)
    if flow_path is None:
        context.error(
            "no-path",
            (*path, "direction"),
            Sentence("the route has no path for {direction}", direction=flow.direction),
            Sentence(
                "write `paths: {{{direction}: {{stages: […], crossed_at: …}}}}` in the route",
                direction=flow.direction,
            ),
        )
    elif direction_of(path_name(flow), flow_path) not in (flow.direction, None):
        message = Sentence(
            "path '{path_name}' is not for {direction}",
            path_name=path_name(flow),
            direction=flow.direction,
        )
        context.error(
            "path-direction", (*path, "path"), message, Sentence("take a path of that direction")
        )
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
        message = Sentence("has no effect: no vehicle waits when the run starts")
        context.warn(
            "no-effect", path, message, Sentence("write `backlog:` beside it, or leave it out")
        )
    elif not held:
        message = Sentence("no stage on this path is held by an owner, so nobody has been held")
        hint = Sentence("leave it out, or write `held_by: owner` in the stage where they are")
        context.error("no-hold", path, message, hint)
