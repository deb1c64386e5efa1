"""Check stages: servers, calendars, classes and service times."""

from __future__ import annotations

from sim.scenario.check.classes import check_classes, has_demand
from sim.scenario.check.context import Context, routes
from sim.scenario.derive.classes import CHANNELS, DIRECTIONS, TRUSTED, by_channel, serves
from sim.scenario.derive.routes import departures_of, path_of, pieces, stages_of
from sim.scenario.derive.visitors import with_visitors
from sim.scenario.schema.model import FlowBlock, RouteBlock, SlotsBlock, StageBlock
from sim.scenario.source.tree import Path
from sim.sentences import Sentence

__all__ = ["check_stages"]

_MOST_PLACES = 100_000
#: Values that may go by class, each with `other` for the rest.
_BY_CLASS = ("service", "share", "no_show")


def check_stages(context: Context) -> None:
    """Record stages that cannot serve the flows that visit them."""
    for cargo in context.model.cargo.keys() & {*CHANNELS, *DIRECTIONS, TRUSTED, "other"}:
        hint = Sentence("give the cargo class another id")
        context.error(
            "reserved-id",
            ("cargo", cargo),
            Sentence("'{cargo}' means something else", cargo=cargo),
            hint,
        )
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
        hint = Sentence("add servers, or send nobody: `share: 0 %`, or take the stage off the path")
        message = Sentence("vehicles are sent here, and nobody serves them")
        if len(unserved) < len(sent):
            message = Sentence(
                "vehicles are sent here, and nobody serves those of {cargo}, {direction}",
                cargo=unserved[0].cargo,
                direction=unserved[0].direction,
            )
        context.error("no-servers", (*path, "servers"), message, hint)
    if stage.shifts and (not isinstance(stage.servers, int) or stage.slots is not None):
        message = Sentence("shifts have no effect beside `servers: unlimited`, slots or a batch")
        context.warn("no-effect", (*path, "shifts"), message, Sentence("leave them out"))


def _serves(context: Context, path: Path, stage: StageBlock) -> None:
    """Check that a stage states exactly one way of serving."""
    batch = stage.batch
    if stage.servers is None and stage.slots is None and batch is None:
        hint = Sentence("write `servers: 2`, `servers: unlimited`, or `slots: [06:00, 18:00]`")
        context.error(
            "missing-key", path, Sentence("a stage needs servers, slots or a batch"), hint
        )
    if stage.servers is not None and stage.slots is not None:
        message = Sentence(
            "servers have no effect beside slots: each place of a slot takes one vehicle"
        )
        hint = Sentence("leave them out; over another file write `servers: null`")
        context.warn("no-effect", (*path, "servers"), message, hint)
    if stage.servers == "unlimited" and stage.slots is None and stage.priority:
        message = Sentence("priority has no effect where servers are unlimited: nobody is in line")
        context.warn("no-effect", (*path, "priority"), message, Sentence("leave it out"))
    if batch is None:
        return
    for other in ("servers", "slots"):
        if getattr(stage, other) is not None:
            context.exclude("batch-and-servers", path, other, "batch")
    if batch.size is None and batch.within is None:
        hint = Sentence("write e.g. `batch: {size: 4, within: 15 min}`")
        context.error(
            "endless-batch", (*path, "batch"), Sentence("a batch needs a size or a time"), hint
        )
    if stage.priority:
        message = Sentence("priority has no effect: a batch goes in order of arrival")
        context.warn("no-effect", (*path, "priority"), message, Sentence("leave it out"))


def _classes(context: Context, path: Path, named: list[str]) -> None:
    """Check the names in a list of classes."""
    known = [*context.model.cargo, *DIRECTIONS, TRUSTED]
    for number, class_name in enumerate(named):
        context.refer(class_name, known, Sentence("class"), path, context.item(path, number))


def _slots(context: Context, path: Path, slots: SlotsBlock | list[float]) -> None:
    """Check that slots name their departures, once, and not too many."""
    if isinstance(slots, SlotsBlock):
        if slots.times is not None and slots.hours is not None:
            context.exclude("slots", path, "times", "hours")
            return
        if (slots.hours is None) != (slots.every is None):
            message = Sentence("`hours` and `every` go together")
            hint = Sentence("write e.g. `slots: {hours: 07:00-20:00, every: 30 min, places: 12}`")
            context.error("slots", path, message, hint)
            return
        if slots.every is not None and slots.every < 1.0:
            hint = Sentence("write at least 1 min; use `places` for vehicles that go together")
            context.error("out-of-range", (*path, "every"), Sentence("slots are too close"), hint)
            return
    departures = departures_of(slots)
    if not departures:
        hint = Sentence("write `{hours: 07:00-20:00, every: 30 min}` or `{times: [06:00, 18:00]}`")
        context.error("slots", path, Sentence("names no departures"), hint)
    places = slots.places if isinstance(slots, SlotsBlock) else 1
    if len(departures) * places > _MOST_PLACES:
        message = Sentence(
            "{count:,} places a day are too many to simulate", count=len(departures) * places
        )
        hint = Sentence("take fewer departures or places")
        context.error("out-of-range", (*path, "places"), message, hint)


def _waiting(context: Context, path: Path, stage: StageBlock) -> None:
    """Check that the keys of waiting and no-shows fit the kind of stage."""
    if stage.slots is None and stage.no_show != 0.0:
        message = Sentence("has no effect without slots")
        context.warn("no-effect", (*path, "no_show"), message, Sentence("leave it out"))
    if stage.wait == "virtual" and not isinstance(stage.servers, int) and stage.slots is None:
        message = Sentence("nobody has a booking where servers are unlimited or a batch gathers")
        hint = Sentence("write slots or a number of servers, or `held_by: owner`")
        context.error("no-queue", (*path, "wait"), message, hint)
    elif stage.wait == "virtual" and stage.held_by == "owner":
        message = Sentence("has no effect beside `held_by: owner`: the owner's yard is the gate's")
        context.error("no-queue", (*path, "wait"), message, Sentence("keep one of them"))


def _pieces(context: Context, path: Path, name: str, stage: StageBlock, route: RouteBlock) -> None:
    """Check that a service by tonne or passenger knows how many there are."""
    for flow_id, flow in route.flows.items():
        cargo = context.model.cargo.get(flow.cargo)
        if name not in stages_of(route, flow) or cargo is None:
            continue
        if pieces(stage, flow, cargo) is None:
            message = Sentence("flow '{flow}' states no passengers", flow=flow_id)
            hint = Sentence("write e.g. `passengers: 40` there")
            if stage.per == "tonne":
                message = Sentence("cargo class '{cargo}' states no payload", cargo=flow.cargo)
                hint = Sentence("write e.g. `payload: 20 t` there")
            context.error("no-pieces", (*path, "per"), message, hint)


def _crossing(
    context: Context, path: Path, name: str, stage: StageBlock, route: RouteBlock
) -> None:
    for flow_id, flow in route.flows.items():
        flow_path = path_of(route, flow)
        if flow_path is not None and flow_path.crossed_at == name and not _all_visit(stage, flow):
            message = Sentence(
                "not every vehicle of flow '{flow_id}' visits the stage where it crosses",
                flow_id=flow_id,
            )
            context.error(
                "crossing-skipped", (*path, "share"), message, Sentence("leave `share` out here")
            )


def _is_served(stage: StageBlock, flow: FlowBlock) -> bool:
    """Return whether any server of a stage may serve a flow."""
    if stage.slots is not None or not isinstance(stage.servers, int):
        return True
    shifts = stage.shifts.values()
    return stage.servers > 0 or any(shift.servers and serves(shift, flow) for shift in shifts)
