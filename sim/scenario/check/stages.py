"""Check stages: servers, calendars, classes and service times."""

from __future__ import annotations

from sim.scenario.check.classes import check_classes, has_demand
from sim.scenario.check.context import Context, routes
from sim.scenario.derive.classes import CHANNELS, DIRECTIONS, TRUSTED, by_channel, serves
from sim.scenario.derive.routes import departures_of, path_of, pieces, stages_of
from sim.scenario.derive.visitors import with_visitors
from sim.scenario.schema.model import FlowBlock, RouteBlock, SlotsBlock, StageBlock
from sim.scenario.source.tree import Path

__all__ = ["check_stages"]

_MOST_PLACES = 100_000
#: Values that may go by class, each with `other` for the rest.
_BY_CLASS = ("service", "share", "no_show")


def check_stages(context: Context) -> None:
    """Record stages that cannot serve the flows that visit them."""
    for cargo in context.model.cargo.keys() & {*CHANNELS, *DIRECTIONS, TRUSTED, "other"}:
        hint = "give the cargo class another id"
        context.error("reserved-id", ("cargo", cargo), f"'{cargo}' means something else", hint)
    for path, _, own in routes(context.model):
        route = with_visitors(context.model, path, own)
        for name, stage in route.stages.items():
            stage_path = (*path, "stages", name)
            visits = [flow for flow in route.flows.values() if name in stages_of(route, flow)]
            _stage(context, stage_path, stage, visits)
            if stage.slots is not None:
                _slots(context, (*stage_path, "slots"), stage.slots)
            _waiting(context, stage_path, stage)
            _pieces(context, stage_path, name, stage, route)
            _crossing(context, stage_path, name, stage, route)


def _all_visit(stage: StageBlock, flow: FlowBlock) -> bool:
    """Return whether every vehicle of a flow visits a stage of its path."""
    return all(share == 1.0 for share in by_channel(stage.share, flow))


def _stage(context: Context, path: Path, stage: StageBlock, visits: list[FlowBlock]) -> None:
    _classes(context, (*path, "priority"), stage.priority)
    for name, shift in stage.shifts.items():
        _classes(context, (*path, "shifts", name, "only"), shift.only)
        _classes(context, (*path, "shifts", name, "prefers"), shift.prefers)
    for key in _BY_CLASS:
        check_classes(context, (*path, key), getattr(stage, key), visits)
    _serves(context, path, stage)
    sent = [flow for flow in visits if has_demand(flow) and any(by_channel(stage.share, flow))]
    unserved = [flow for flow in sent if not _is_served(stage, flow)]
    if unserved:
        some = f" those of {unserved[0].cargo}, {unserved[0].direction}"
        whom = some if len(unserved) < len(sent) else ""
        hint = "add servers, or send nobody: `share: 0 %`, or take the stage off the path"
        message = f"vehicles are sent here, nobody serves{whom}"
        context.error("no-servers", (*path, "servers"), message, hint)
    if stage.shifts and (not isinstance(stage.servers, int) or stage.slots is not None):
        message = "shifts have no effect beside `servers: unlimited`, slots or a batch"
        context.warn("no-effect", (*path, "shifts"), message, "leave them out")


def _serves(context: Context, path: Path, stage: StageBlock) -> None:
    """Check that a stage states exactly one way of serving."""
    batch = stage.batch
    if stage.servers is None and stage.slots is None and batch is None:
        hint = "write `servers: 2`, `servers: unlimited`, or `slots: [06:00, 18:00]`"
        context.error("missing-key", path, "a stage needs servers, slots or a batch", hint)
    if stage.servers is not None and stage.slots is not None:
        message = "servers have no effect beside slots: each place of a slot takes one vehicle"
        hint = "leave them out; over another file write `servers: null`"
        context.warn("no-effect", (*path, "servers"), message, hint)
    if stage.servers == "unlimited" and stage.slots is None and stage.priority:
        message = "priority has no effect where servers are unlimited: nobody is in line"
        context.warn("no-effect", (*path, "priority"), message, "leave it out")
    if batch is None:
        return
    for other in ("servers", "slots"):
        if getattr(stage, other) is not None:
            context.exclude("batch-and-servers", path, other, "batch")
    if batch.size is None and batch.within is None:
        hint = "write e.g. `batch: {size: 4, within: 15 min}`"
        context.error("endless-batch", (*path, "batch"), "a batch needs a size or a time", hint)
    if stage.priority:
        message = "priority has no effect: a batch goes in order of arrival"
        context.warn("no-effect", (*path, "priority"), message, "leave it out")


def _classes(context: Context, path: Path, named: list[str]) -> None:
    """Check the names in a list of classes."""
    known = [*context.model.cargo, *DIRECTIONS, TRUSTED]
    for number, class_name in enumerate(named):
        context.refer(class_name, known, "class", path, context.item(path, number))


def _slots(context: Context, path: Path, slots: SlotsBlock | list[float]) -> None:
    """Check that slots name their departures, once, and not too many."""
    if isinstance(slots, SlotsBlock):
        if slots.times is not None and slots.hours is not None:
            context.exclude("slots", path, "times", "hours")
            return
        if (slots.hours is None) != (slots.every is None):
            message = "`hours` and `every` go together"
            hint = "write e.g. `slots: {hours: 07:00-20:00, every: 30 min, places: 12}`"
            context.error("slots", path, message, hint)
            return
        if slots.every is not None and slots.every < 1.0:
            hint = "write at least 1 min; use `places` for vehicles that go together"
            context.error("out-of-range", (*path, "every"), "slots are too close", hint)
            return
    departures = departures_of(slots)
    if not departures:
        hint = "write `{hours: 07:00-20:00, every: 30 min}` or `{times: [06:00, 18:00]}`"
        context.error("slots", path, "names no departures", hint)
    places = slots.places if isinstance(slots, SlotsBlock) else 1
    if len(departures) * places > _MOST_PLACES:
        message = f"{len(departures) * places:,} places a day are too many to simulate"
        hint = "take fewer departures or places"
        context.error("out-of-range", (*path, "places"), message, hint)


def _waiting(context: Context, path: Path, stage: StageBlock) -> None:
    """Check that the keys of waiting and no-shows fit the kind of stage."""
    if stage.slots is None and stage.no_show != 0.0:
        message = "has no effect without slots"
        context.warn("no-effect", (*path, "no_show"), message, "leave it out")
    if stage.wait == "virtual" and not isinstance(stage.servers, int) and stage.slots is None:
        message = "nobody has a booking where servers are unlimited or a batch gathers"
        hint = "write slots or a number of servers, or `held_by: owner`"
        context.error("no-queue", (*path, "wait"), message, hint)
    elif stage.wait == "virtual" and stage.held_by == "owner":
        message = "has no effect beside `held_by: owner`: the owner's yard is the gate's"
        context.error("no-queue", (*path, "wait"), message, "keep one of them")


def _pieces(context: Context, path: Path, name: str, stage: StageBlock, route: RouteBlock) -> None:
    """Check that a service by tonne or passenger knows how many there are."""
    for flow_id, flow in route.flows.items():
        cargo = context.model.cargo.get(flow.cargo)
        if name not in stages_of(route, flow) or cargo is None:
            continue
        if pieces(stage, flow, cargo) is None:
            what = "payload" if stage.per == "tonne" else "passengers"
            where = f"cargo class '{flow.cargo}'" if stage.per == "tonne" else f"flow '{flow_id}'"
            hint = f"write e.g. `{'payload: 20 t' if stage.per == 'tonne' else 'passengers: 40'}`"
            context.error("no-pieces", (*path, "per"), f"{where} states no {what}", f"{hint} there")


def _crossing(
    context: Context, path: Path, name: str, stage: StageBlock, route: RouteBlock
) -> None:
    for flow_id, flow in route.flows.items():
        flow_path = path_of(route, flow)
        if flow_path is not None and flow_path.crossed_at == name and not _all_visit(stage, flow):
            message = f"not every vehicle of flow '{flow_id}' visits the stage where it crosses"
            context.error("crossing-skipped", (*path, "share"), message, "leave `share` out here")


def _is_served(stage: StageBlock, flow: FlowBlock) -> bool:
    """Return whether any server of a stage may serve a flow."""
    if stage.slots is not None or not isinstance(stage.servers, int):
        return True
    shifts = stage.shifts.values()
    return stage.servers > 0 or any(shift.servers and serves(shift, flow) for shift in shifts)
