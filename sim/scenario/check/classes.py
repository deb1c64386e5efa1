"""What checks of routes and of holds share: who visits, and values by class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from sim.scenario.channels import CHANNELS
from sim.scenario.check.context import Context
from sim.scenario.holds import Direction, path_of
from sim.scenario.model import FlowBlock, PathBlock, RouteBlock
from sim.scenario.problems import listed
from sim.scenario.tree import Path

__all__ = ["check_classes", "comes", "paths_of", "stages_of"]


def paths_of(route: RouteBlock) -> Iterator[tuple[Direction, PathBlock]]:
    """Yield the directions that a route has, with their paths."""
    for direction in get_args(Direction):
        path = path_of(route, direction)
        if path is not None:
            yield direction, path


def stages_of(route: RouteBlock, flow: FlowBlock) -> list[str]:
    """Return the stages on the path of a flow."""
    path = path_of(route, flow.direction)
    return path.stages if path is not None else []


def comes(flow: FlowBlock) -> bool:
    """Return whether a flow sends vehicles at all."""
    return any((flow.volume, *flow.from_.values(), flow.timetable, flow.backlog))


def check_classes(context: Context, path: Path, value: object, visits: list[FlowBlock]) -> None:
    """Check the keys of a value by channel, by cargo class or by direction."""
    if not isinstance(value, dict):
        return
    keys = value.keys() - {"other"}
    kinds = {
        "channel": set(CHANNELS),
        "cargo class": set(context.model.cargo),
        "direction": set(get_args(Direction)),
    }
    known = [*CHANNELS, *context.model.cargo, *get_args(Direction), "other"]
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
