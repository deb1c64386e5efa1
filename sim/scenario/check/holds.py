"""Check holds: their ends, the flows that take a place, and overflow."""

from __future__ import annotations

from itertools import combinations

from sim.scenario.check.classes import check_classes, has_demand
from sim.scenario.check.context import Context
from sim.scenario.derive.classes import CHANNELS, DIRECTIONS, Direction, by_channel
from sim.scenario.derive.holds import chain, end, span
from sim.scenario.derive.routes import path_of, paths_of
from sim.scenario.schema.model import FlowBlock, HoldBlock, PathBlock, RouteBlock
from sim.scenario.source.tree import Path
from sim.sentences import Sentence

__all__ = ["check_holds"]


def check_holds(context: Context, path: Path, route: RouteBlock) -> None:
    """Record holds of a route that contradict each other or its paths, which are valid."""
    for name, hold in route.holds.items():
        hold_path = (*path, "holds", name)
        if name in route.stages:
            message, hint = (
                Sentence("'{name}' is a stage as well", name=name),
                Sentence("give the hold another id"),
            )
            context.error("id-twice", hold_path, message, hint)
        if not _ends(context, hold_path, hold, route):
            continue
        users = _users(hold, route)
        check_classes(context, (*hold_path, "share"), hold.share, users)
        for flow in users:
            _kept(context, hold_path, name, flow, route)
        if hold.overflow is not None:
            _overflow(context, hold_path, name, hold, route)
        else:
            _rule(context, hold_path, hold, route)
    _once(context, path, route)


def _ends(context: Context, path: Path, hold: HoldBlock, route: RouteBlock) -> bool:
    """Check that `first` and `last` are stages, in this order on a path; whether so."""
    named = [
        context.refer(stage, route.stages, Sentence("stage"), ends_path)
        for key in ("first", "last")
        for ends_path, stage in _named((*path, key), getattr(hold, key))
    ]
    if not all(named):
        return False
    by_direction = {d for v in (hold.first, hold.last) if isinstance(v, dict) for d in v}
    paths = [
        (d, route_path)
        for d, route_path in paths_of(route)
        if not by_direction or d in by_direction
    ]
    spans = [
        (d, ends) for d, route_path in paths if (ends := span(hold, route_path, d)) is not None
    ]
    apart = [d for d in by_direction if d not in dict(spans)]
    if apart or not spans:
        direction = apart[0] if apart else DIRECTIONS[0]
        first, last = (end(value, direction) for value in (hold.first, hold.last))
        message = Sentence(
            "no path of this route goes from '{first}' to '{last}'", first=first, last=last
        )
        if apart:
            message = Sentence(
                "no path of this route for {direction} goes from '{first}' to '{last}'",
                direction=direction,
                first=first,
                last=last,
            )
        if first is None or last is None:
            message = Sentence(
                "says nothing of `{end}` for {direction}",
                end="first" if first is None else "last",
                direction=direction,
            )
        context.error(
            "hold-unused", (*path, "first"), message, Sentence("name two stages of one path")
        )
        return False
    turned = [d for d, ends in spans if ends[0] > ends[1]]
    for direction in turned:
        first, last = (end(value, direction) for value in (hold.first, hold.last))
        message = Sentence("'{last}' comes before '{first}' on the path", last=last, first=first)
        hint = Sentence("swap `first` and `last`")
        if len(turned) < len(spans):
            message = Sentence("{message} for {direction}", message=message, direction=direction)
            hint = Sentence("name them for each direction that takes a place: `first: {export: …}`")
        context.error("hold-order", (*path, "last"), message, hint)
    return not turned


def _named(path: Path, value: str | dict[Direction, str]) -> list[tuple[Path, str]]:
    if isinstance(value, dict):
        return [((*path, direction), stage) for direction, stage in value.items()]
    return [(path, value)]


def _users(hold: HoldBlock, route: RouteBlock) -> list[FlowBlock]:
    """Return the flows whose path the hold is on."""
    return [
        flow
        for flow in route.flows.values()
        if (route_path := path_of(route, flow)) is not None
        and span(hold, route_path, flow.direction)
    ]


def _asking(route: RouteBlock, names: list[str], flow: FlowBlock) -> list[bool]:
    """Return, by channel, whether vehicles of a flow request one of these holds."""
    shares = [by_channel(route.holds[name].share, flow) for name in names]
    return [any(share[i] > 0.0 for share in shares if share) for i in range(len(CHANNELS))]


def _kept(context: Context, path: Path, name: str, flow: FlowBlock, route: RouteBlock) -> None:
    """Check that each flow that takes a place reaches the end of the hold."""
    asking = _asking(route, [other for other in route.holds if name in chain(route, other)], flow)
    last = end(route.holds[name].last, flow.direction)
    assert last is not None  # else the flow were no user
    visits = by_channel(route.stages[last].share, flow)
    flow_id = next(key for key, other in route.flows.items() if other is flow)
    if any(asks and share < 1.0 for asks, share in zip(asking, visits, strict=False)):
        message = Sentence(
            "not every vehicle of flow '{flow_id}' visits '{last}'", flow_id=flow_id, last=last
        )
        hint = Sentence("name a stage that all visit who take a place")
        context.error("hold-kept", (*path, "last"), message, hint)
    places = sum(route.holds[other].places for other in chain(route, name))
    if places == 0 and any(asking) and has_demand(flow):
        message = Sentence(
            "vehicles of flow '{flow_id}' need a place, and there is none", flow_id=flow_id
        )
        context.error("no-places", (*path, "places"), message, Sentence("write at least 1"))


def _overflow(context: Context, path: Path, name: str, hold: HoldBlock, route: RouteBlock) -> None:
    """Check the hold that is tried when one is full."""
    overflow_path = (*path, "overflow")
    other = hold.overflow
    assert other is not None
    if not context.refer(other, route.holds, Sentence("hold"), overflow_path):
        return
    names = chain(route, name)
    if route.holds[names[-1]].overflow in names:
        message = Sentence(
            "'{name}' overflows into itself: {value}",
            name=name,
            value=" → ".join([*names, names[0]]),
        )
        context.error(
            "circular-overflow",
            overflow_path,
            message,
            Sentence("leave `overflow` out of the last hold"),
        )
        return
    for direction, route_path in paths_of(route):
        own, its = (
            _begins(route.holds[hold_name], route_path, direction) for hold_name in (name, other)
        )
        if own is not None and own != its:
            message = Sentence(
                "begins before '{own}', '{other}' nowhere on the path", own=own, other=other
            )
            if its:
                message = Sentence(
                    "begins before '{own}', '{other}' before '{its}'",
                    own=own,
                    other=other,
                    its=its,
                )
            hint = Sentence("holds that overflow into one another begin before the same stage")
            context.error("overflow-apart", overflow_path, message, hint)
            return
    if hold.when_full != "wait":
        message = Sentence(
            "has no effect beside `overflow`: the rule of '{names}' applies", names=names[-1]
        )
        context.warn("no-effect", (*path, "when_full"), message, Sentence("leave it out here"))


def _begins(hold: HoldBlock, path: PathBlock, direction: Direction) -> str | None:
    """The stage before which a hold begins on a path."""
    return end(hold.first, direction) if span(hold, path, direction) else None


def _rule(context: Context, path: Path, hold: HoldBlock, route: RouteBlock) -> None:
    """Check that the rule of a full hold can be followed."""
    rule_path = (*path, "when_full")
    for direction, route_path in paths_of(route):
        ends = span(hold, route_path, direction)
        if ends is None:
            continue
        if hold.when_full == "block":
            before = route.stages[route_path.stages[ends[0] - 1]] if ends[0] else None
            users = [flow for flow in route.flows.values() if path_of(route, flow) is route_path]
            if (
                before is None
                or not isinstance(before.servers, int)
                or not all(
                    share == 1.0 for flow in users for share in by_channel(before.share, flow)
                )
            ):
                first = route_path.stages[ends[0]]
                message = Sentence(
                    "not every vehicle has a server to keep when it comes to '{first}'", first=first
                )
                hint = Sentence(
                    "write `wait`, or begin the hold after a stage with servers that all visit"
                )
                context.error("nothing-to-keep", rule_path, message, hint)
        if hold.when_full == "turn_back" and ends[0] > route_path.stages.index(
            route_path.crossed_at
        ):
            message = Sentence(
                "who has crossed at '{crossed_at}' cannot be turned back",
                crossed_at=route_path.crossed_at,
            )
            hint = Sentence("write `wait` or `block`, or begin the hold before the crossing")
            context.error("turned-back-late", rule_path, message, hint)


def _once(context: Context, path: Path, route: RouteBlock) -> None:
    """Check that no flow requests two holds that overflow into one third."""
    for first_hold, other in combinations(route.holds, 2):
        first, second = chain(route, first_hold), chain(route, other)
        if other in first or first_hold in second or not set(first) & set(second):
            continue
        for flow_id, flow in route.flows.items():
            asking = zip(
                *(_asking(route, [name], flow) for name in (first_hold, other)), strict=True
            )
            if any(map(all, asking)):
                shared = next(name for name in first if name in second)
                message = Sentence(
                    "vehicles of flow '{flow_id}' ask for '{first_hold}' and '{other}', and both "
                    "overflow into '{shared}'",
                    flow_id=flow_id,
                    first_hold=first_hold,
                    other=other,
                    shared=shared,
                )
                hint = Sentence("give each hold a `share`, so that a vehicle asks for one of them")
                context.error("two-places", (*path, "holds", other), message, hint)
                break
