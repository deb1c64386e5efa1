"""Check stages, holds and paths of routes."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from sim.scenario.channels import by_channel
from sim.scenario.check.classes import check_classes, comes, paths_of, stages_of
from sim.scenario.check.context import Context, routes
from sim.scenario.check.holds import check_holds
from sim.scenario.holds import path_of, with_holds
from sim.scenario.model import FlowBlock, PathBlock, RouteBlock, StageBlock
from sim.scenario.problems import listed
from sim.scenario.tree import Path

__all__ = ["check_routes"]

_LONGEST_MEAN = 30 * 1440.0


def check_routes(context: Context) -> None:
    """Record stages, holds and paths that do not fit together."""
    if not context.model.gates:
        hint = "write at least one under `gates:`, as in scenarios/tutorial.yaml"
        context.error("no-gates", ("gates",), "there are no gates", hint)
    for gate_id, gate in context.model.gates.items():
        for route_id, route in gate.routes.items():
            if route.alias_of is not None:
                _alias(context, ("gates", gate_id, "routes", route_id), route)
    for path, _, route in routes(context.model):
        sound = [
            _path(context, (*path, "paths", direction), one, route)
            for direction, one in paths_of(route)
        ]
        for name, stage in route.stages.items():
            _stage(context, (*path, "stages", name), name, stage, route)
        if all(sound):  # an end that is missing on a broken path says nothing about the hold
            check_holds(context, path, route)
        _order(context, path, route)


def _alias(context: Context, path: Path, route: RouteBlock) -> None:
    here = (*path, "alias_of")
    target = str(route.alias_of)
    if not context.refer(target, context.model.gates, "gate", here):
        return
    known = [k for k, r in context.model.gates[target].routes.items() if r.alias_of is None]
    if path[-1] not in known:
        hint = f"its routes: {listed(known)}" if known else "it has no routes"
        message = f"gate '{target}' has no route '{path[-1]}' of its own"
        context.error("unknown-route", here, message, hint)
    node = context.tree.find(path)
    for key in node.items.keys() - {"alias_of", "title", "evidence"} if node is not None else ():
        message = "an alias has no stages, paths or flows of its own"
        hint = f"write it at gates.{target}.routes.{path[-1]}"
        context.error("alias-with-content", (*path, key), message, hint)


def _path(context: Context, path: Path, block: PathBlock, route: RouteBlock) -> bool:
    """Check one path; return whether all its stages exist."""
    here = (*path, "stages")
    if not block.stages:
        hint = "name them in the order of the visit, or leave the path out"
        context.error("no-stages", here, "a path needs at least one stage", hint)
        return False
    sound = True
    for number, name in enumerate(block.stages):
        place = context.item(here, number)
        sound &= context.refer(name, route.stages, "stage", here, place)
        if name in block.stages[:number]:
            hint = "name it once; a second visit is a stage of its own"
            context.problems.add("stage-twice", place, f"'{name}' is here twice", hint, path=here)
    # a stage that exists is missing on the path because its name there is mistyped
    if sound or block.crossed_at not in route.stages:
        context.refer(block.crossed_at, block.stages, "stage on this path", (*path, "crossed_at"))
    return sound


def _stage(context: Context, path: Path, name: str, stage: StageBlock, route: RouteBlock) -> None:
    cargo = context.model.cargo
    for number, each in enumerate(stage.priority):
        here = (*path, "priority")
        context.refer(each, cargo, "cargo class", here, context.item(here, number))
    visits = [flow for flow in route.flows.values() if name in stages_of(route, flow)]
    for key in ("service", "share"):
        check_classes(context, (*path, key), getattr(stage, key), visits)
    means = stage.service.values() if isinstance(stage.service, dict) else [stage.service]
    longest = max((one.mean for one in means), default=0.0)
    if longest > _LONGEST_MEAN:
        message = f"the mean service is {longest / 1440.0:.3g} days"
        context.warn("absurd-value", (*path, "service"), message, "check the unit")
    _serves(context, path, stage)
    staffed = not isinstance(stage.servers, int) or stage.slots is not None or _servers(stage) > 0
    comers = [flow for flow in visits if comes(flow) and _visits(stage, flow)]
    if not staffed and comers:
        hint = "add servers, or send nobody: `share: 0 %`, or take the stage off the path"
        context.error(
            "no-servers", (*path, "servers"), "vehicles are sent here, nobody serves", hint
        )
    if stage.shifts and (not isinstance(stage.servers, int) or stage.slots is not None):
        message = "shifts have no effect beside `servers: unlimited`, slots or a batch"
        context.warn("no-effect", (*path, "shifts"), message, "leave them out")
    for flow_id, flow in route.flows.items():
        one = path_of(route, flow.direction)
        if one is not None and one.crossed_at == name and not _all_visit(stage, flow):
            message = f"not every vehicle of flow '{flow_id}' visits the stage where it crosses"
            context.error("crossing-skipped", (*path, "share"), message, "leave `share` out here")


def _serves(context: Context, path: Path, stage: StageBlock) -> None:
    """Check that a stage says how it serves, once."""
    batch = stage.batch
    if stage.servers is None and stage.slots is None and batch is None:
        hint = "write `servers: 2`, `servers: unlimited`, or `slots: [06:00, 18:00]`"
        context.error("missing-key", path, "a stage needs servers, slots or a batch", hint)
    if stage.servers is not None and stage.slots is not None:
        message = "servers have no effect beside slots: each slot takes one vehicle"
        context.warn("no-effect", (*path, "servers"), message, "leave them out")
    if batch is None:
        return
    other = "servers" if stage.servers is not None else "slots"
    if getattr(stage, other) is not None:
        message = f"a batch goes together: it has no {other}"
        context.error("batch-and-servers", (*path, "batch"), message, f"leave out `{other}`")
    if batch.size is None and batch.within is None:
        hint = "write e.g. `batch: {size: 4, within: 15 min}`"
        context.error("endless-batch", (*path, "batch"), "a batch needs a size or a time", hint)
    if stage.priority:
        message = "priority has no effect: a batch goes in order of arrival"
        context.warn("no-effect", (*path, "priority"), message, "leave it out")


def _order(context: Context, path: Path, route: RouteBlock) -> None:
    """Record two paths that visit shared stages, or take shared holds, in opposite order."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for direction, _ in paths_of(route):
        for before, after in pairwise(with_holds(route, direction)):
            if before != after:
                sorter.add(after, before)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        shared = "stages and holds" if set(error.args[1]) & route.holds.keys() else "stages"
        message = f"the paths visit shared {shared} in opposite order: {circle}"
        hint = "give one direction stages of its own"
        if shared != "stages":
            hint = "give one direction stages or holds of its own"
        context.error("circular-paths", (*path, "paths"), message, hint)


def _servers(stage: StageBlock) -> int:
    own = stage.servers if isinstance(stage.servers, int) else 0
    return own + sum(shift.servers for shift in stage.shifts.values())


def _visits(stage: StageBlock, flow: FlowBlock) -> bool:
    return any(by_channel(stage.share, flow))


def _all_visit(stage: StageBlock, flow: FlowBlock) -> bool:
    return all(share == 1.0 for share in by_channel(stage.share, flow))
