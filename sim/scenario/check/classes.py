"""Shared checks of stages and holds: flows with demand, and values by class."""

from __future__ import annotations

from sim.scenario.check.context import Context
from sim.scenario.derive.classes import CHANNELS, DIRECTIONS, TRUSTED
from sim.scenario.schema.model import FlowBlock
from sim.scenario.source.diagnostics import listed
from sim.scenario.source.tree import Path
from sim.sentences import Sentence

__all__ = ["check_classes", "has_demand"]


def has_demand(flow: FlowBlock) -> bool:
    """Return whether a flow sends vehicles at all."""
    demand = (flow.volume, *flow.from_.values(), flow.timetable, flow.arrivals, flow.backlog)
    return any(demand)


def check_classes(context: Context, path: Path, value: object, visits: list[FlowBlock]) -> None:
    """Check the keys of a value by channel, by cargo class, by direction or by trust."""
    if not isinstance(value, dict):
        return
    keys = value.keys() - {"other"}
    kinds: dict[str, set[str]] = {
        "channel": set(CHANNELS),
        "cargo class": set(context.model.cargo),
        "direction": set(DIRECTIONS),
        "trust": {TRUSTED},
    }
    known = [*CHANNELS, *context.model.cargo, *DIRECTIONS, TRUSTED, "other"]
    places = {key: context.tree.nearest((*path, key)).start for key in keys}
    known_keys = [context.refer(key, known, Sentence("class"), path, places[key]) for key in keys]
    if not all(known_keys):
        return
    by = [kind for kind, members in kinds.items() if keys & members]
    if len(by) > 1 or not value:
        message = (
            Sentence("mixes keys by {kinds}", kinds=", ".join(by))
            if by
            else Sentence("names no class")
        )
        hint = Sentence("go by channel, cargo class, direction or trust, with `other` for the rest")
        context.error("mixed-classes", path, message, hint)
    elif by and "other" not in value:
        needed = {
            "channel": CHANNELS,
            "cargo class": sorted({flow.cargo for flow in visits}),
            "direction": sorted({flow.direction for flow in visits}),
            "trust": ["other"] if not all(flow.trusted for flow in visits) else [],
        }
        missing = [key for key in needed[by[0]] if key not in keys]
        if missing:
            message = Sentence("says nothing for {missing}", missing=listed(missing))
            context.error(
                "incomplete", path, message, Sentence("add it, or `other` for all the rest")
            )
