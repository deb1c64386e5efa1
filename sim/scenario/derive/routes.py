"""A flow on its route: its path, its departures, and the units served."""

from __future__ import annotations

from sim.clock import DAY
from sim.scenario.derive.classes import DIRECTIONS, Direction
from sim.scenario.schema.model import (
    CargoBlock,
    FlowBlock,
    PathBlock,
    RouteBlock,
    SlotsBlock,
    StageBlock,
)
from sim.units import Window

__all__ = [
    "daily_slots",
    "departures_of",
    "direction_of",
    "path_name",
    "path_of",
    "paths_of",
    "pieces",
    "stages_of",
]


def path_name(flow: FlowBlock) -> str:
    """Return the id of a flow's path."""
    return flow.path or flow.direction


def path_of(route: RouteBlock, flow: FlowBlock) -> PathBlock | None:
    """Return a flow's path; None where there is none of its name."""
    return route.paths.get(path_name(flow))


def stages_of(route: RouteBlock, flow: FlowBlock) -> list[str]:
    """Return the stages on the path of a flow."""
    path = path_of(route, flow)
    return path.stages if path is not None else []


def direction_of(name: str, path: PathBlock) -> Direction | None:
    """Return the direction of a path, which its name may give."""
    return path.direction or next(
        (direction for direction in DIRECTIONS if direction == name), None
    )


def paths_of(route: RouteBlock) -> list[tuple[Direction, PathBlock]]:
    """Return the paths of a route, each with its direction."""
    ways = [(direction_of(name, path), path) for name, path in route.paths.items()]
    return [(direction, path) for direction, path in ways if direction is not None]


def pieces(stage: StageBlock, flow: FlowBlock, cargo: CargoBlock) -> float | None:
    """Return the units that one vehicle is served for; None where none are stated."""
    return {
        "vehicle": 1.0,
        "wagon": float(flow.wagons),
        "tonne": cargo.payload,
        "passenger": None if flow.passengers is None else float(flow.passengers),
    }[stage.per]


def daily_slots(stage: StageBlock) -> list[float]:
    """Return the departures of a day in minutes, sorted, each as often as it has places."""
    if stage.slots is None:
        return []
    places = stage.slots.places if isinstance(stage.slots, SlotsBlock) else 1
    return [time for time in departures_of(stage.slots) for _ in range(places)]


def departures_of(slots: SlotsBlock | list[float]) -> list[float]:
    """Return the departures of a day in minutes, sorted, each once."""
    if not isinstance(slots, SlotsBlock):
        return sorted(slots)
    times = list(slots.times or [])
    windows = list(slots.hours or ())
    if len(windows) > 1 and windows[0].start == 0.0 and windows[-1].end == DAY:
        last = windows.pop()  # hours that pass midnight were split there
        windows[0] = Window(last.start, DAY + windows[0].end)
    every = slots.every or DAY
    for start, end in windows:
        count = int((end - start) / every) + 1  # one too many, for rounding
        times += [t % DAY for k in range(count) if (t := start + k * every) < end]
    return sorted(times)
