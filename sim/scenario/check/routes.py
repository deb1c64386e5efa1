"""Check stages, holds and paths of routes."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from sim.scenario.channels import CHANNELS, by_channel
from sim.scenario.check.context import Context, routes
from sim.scenario.model import FlowBlock, HoldBlock, PathBlock, RouteBlock, StageBlock
from sim.scenario.problems import listed
from sim.scenario.tree import Path

__all__ = ["check_routes", "paths_of"]

_DIRECTIONS = ("export", "import")
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
        # an end that is missing on a broken path says nothing about the hold
        for name, hold in route.holds.items() if all(sound) else ():
            _hold(context, (*path, "holds", name), name, hold, route)
        _order(context, path, route)


def paths_of(route: RouteBlock) -> Iterator[tuple[str, PathBlock]]:
    """Yield the directions that a route has, with their paths."""
    for direction, path in zip(_DIRECTIONS, (route.paths.export, route.paths.import_), strict=True):
        if path is not None:
            yield direction, path


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
    visits = [flow for flow in route.flows.values() if name in _stages(route, flow)]
    for key in ("service", "share"):
        _by(context, (*path, key), getattr(stage, key), visits)
    means = stage.service.values() if isinstance(stage.service, dict) else [stage.service]
    longest = max((one.mean for one in means), default=0.0)
    if longest > _LONGEST_MEAN:
        message = f"the mean service is {longest / 1440.0:.3g} days"
        context.warn("absurd-value", (*path, "service"), message, "check the unit")
    if stage.servers is None and stage.slots is None:
        hint = "write `servers: 2`, `servers: unlimited`, or `slots: [06:00, 18:00]`"
        context.error("missing-key", path, "a stage needs servers or slots", hint)
    if stage.servers is not None and stage.slots is not None:
        message = "servers have no effect beside slots: each slot takes one vehicle"
        context.warn("no-effect", (*path, "servers"), message, "leave them out")
    staffed = not isinstance(stage.servers, int) or stage.slots is not None or _servers(stage) > 0
    comers = [flow for flow in visits if _comes(flow) and _visits(stage, flow)]
    if not staffed and comers:
        hint = "add servers, or send nobody: `share: 0 %`, or take the stage off the path"
        context.error(
            "no-servers", (*path, "servers"), "vehicles are sent here, nobody serves", hint
        )
    if stage.shifts and (stage.servers == "unlimited" or stage.slots is not None):
        message = "shifts have no effect beside `servers: unlimited` or slots"
        context.warn("no-effect", (*path, "shifts"), message, "leave them out")
    for flow_id, flow in route.flows.items():
        one = _of(route, flow)
        if one is not None and one.crossed_at == name and not _all_visit(stage, flow):
            message = f"not every vehicle of flow '{flow_id}' visits the stage where it crosses"
            context.error("crossing-skipped", (*path, "share"), message, "leave `share` out here")


def _by(context: Context, path: Path, value: object, visits: list[FlowBlock]) -> None:
    """Check the keys of a value by channel, by cargo class or by direction."""
    if not isinstance(value, dict):
        return
    keys = value.keys() - {"other"}
    kinds = {
        "channel": set(CHANNELS),
        "cargo class": set(context.model.cargo),
        "direction": set(_DIRECTIONS),
    }
    known = [*CHANNELS, *context.model.cargo, *_DIRECTIONS, "other"]
    places = {key: context.tree.nearest((*path, key)).start for key in keys}
    found = [context.refer(key, known, "class", path, places[key]) for key in keys]
    if not all(found):
        return
    by = [kind for kind, members in kinds.items() if keys & members]
    if len(by) > 1 or not value:
        message = f"mixes keys by {' and by '.join(by)}" if by else "names no class"
        hint = "go by channel, by cargo class or by direction, with `other` for the rest"
        context.error("mixed-classes", path, message, hint)
    elif by and "other" not in value:
        needed = {
            "channel": CHANNELS,
            "cargo class": sorted({flow.cargo for flow in visits}),
            "direction": sorted({flow.direction for flow in visits}),
        }
        missing = [key for key in needed[by[0]] if key not in keys]
        if missing:
            message = f"says nothing for {listed(missing)}"
            context.error("incomplete", path, message, "add it, or `other` for all the rest")


def _hold(context: Context, path: Path, name: str, hold: HoldBlock, route: RouteBlock) -> None:
    if name in route.stages:
        context.error("id-twice", path, f"'{name}' is a stage as well", "give the hold another id")
    ends = [context.refer(getattr(hold, end), route.stages, "stage", (*path, end)) for end in _ENDS]
    if not all(ends):
        return
    used = [one for _, one in paths_of(route) if {hold.first, hold.last} <= set(one.stages)]
    if not used:
        message = f"no path of this route goes from '{hold.first}' to '{hold.last}'"
        context.error("hold-unused", (*path, "first"), message, "name two stages of one path")
    for one in used:
        if one.stages.index(hold.first) > one.stages.index(hold.last):
            message = f"'{hold.last}' comes before '{hold.first}' on the path"
            context.error("hold-order", (*path, "last"), message, "swap `first` and `last`")
    for flow_id, flow in route.flows.items():
        if _of(route, flow) not in used:
            continue
        if not _all_visit(route.stages[hold.last], flow):
            message = f"not every vehicle of flow '{flow_id}' visits '{hold.last}'"
            context.error("hold-kept", (*path, "last"), message, "name a stage that all visit")
        if hold.places == 0 and _comes(flow):
            message = f"vehicles of flow '{flow_id}' need a place, and there is none"
            context.error("no-places", (*path, "places"), message, "write at least 1")


_ENDS = ("first", "last")


def _order(context: Context, path: Path, route: RouteBlock) -> None:
    """Record two paths that visit shared stages in opposite order."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for _, one in paths_of(route):
        for before, after in pairwise(one.stages):
            if before != after:
                sorter.add(after, before)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        message = f"the paths visit shared stages in opposite order: {circle}"
        hint = "give one direction stages of its own"
        context.error("circular-paths", (*path, "paths"), message, hint)


def _of(route: RouteBlock, flow: FlowBlock) -> PathBlock | None:
    return route.paths.export if flow.direction == "export" else route.paths.import_


def _stages(route: RouteBlock, flow: FlowBlock) -> list[str]:
    one = _of(route, flow)
    return one.stages if one is not None else []


def _comes(flow: FlowBlock) -> bool:
    return bool(flow.volume) or bool(flow.timetable) or flow.backlog > 0


def _servers(stage: StageBlock) -> int:
    own = stage.servers if isinstance(stage.servers, int) else 0
    return own + sum(shift.servers for shift in stage.shifts.values())


def _visits(stage: StageBlock, flow: FlowBlock) -> bool:
    return any(by_channel(stage.share, flow))


def _all_visit(stage: StageBlock, flow: FlowBlock) -> bool:
    return all(share == 1.0 for share in by_channel(stage.share, flow))
