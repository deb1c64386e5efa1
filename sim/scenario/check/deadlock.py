"""Check that vehicles on a route cannot wait for one another for ever.

Who has a place of a hold waits for the holds and servers up to its end; a server is kept by who
waits for a hold that blocks. If these waits form a circle, each vehicle in it may have what the
next one needs (Coffman, Elphick and Shoshani, System deadlocks, *Computing Surveys* 3, 1971).
Where all paths have one order there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from sim.scenario.check.context import Context
from sim.scenario.derive.classes import Direction
from sim.scenario.derive.holds import chain, span, with_holds
from sim.scenario.derive.routes import paths_of
from sim.scenario.schema.model import PathBlock, RouteBlock
from sim.scenario.source.tree import Path
from sim.sentences import Sentence

__all__ = ["check_deadlock"]


def check_deadlock(context: Context, path: Path, route: RouteBlock) -> None:
    """Record a circle of places and servers that paths take in opposite orders."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for direction, block in paths_of(route):
        for kept, needed in _waits(route, block, direction):
            if kept != needed:
                sorter.add(needed, kept)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(error.args[1])
        message = Sentence(
            "vehicles that keep one and need the next could wait for ever: {circle}", circle=circle
        )
        hint = Sentence("let all paths take them in one order, or give one direction its own")
        context.error("deadlock", (*path, "paths"), message, hint)


def _waits(route: RouteBlock, block: PathBlock, direction: Direction) -> Iterator[tuple[str, str]]:
    """Yield what a vehicle on a path may keep, and what it waits for meanwhile."""
    roles = with_holds(route, block, direction)
    for number, role in enumerate(roles):
        if role in route.holds:
            ends = span(route.holds[role], block, direction)
            assert ends is not None  # else it were not on this path
            last = roles.index(block.stages[ends[1]])
            for needed in roles[number + 1 : last + 1]:
                if _when_full(route, needed) != "turn_back":
                    yield _pool(route, role), _pool(route, needed)
        for needed in roles[number + 1 :]:
            if role in route.holds or _when_full(route, needed) != "block":
                break
            yield role, _pool(route, needed)


def _pool(route: RouteBlock, role: str) -> str:
    """Return the last of a chain of holds, which stands for all; a stage for itself."""
    return (chain(route, role) or [role])[-1]


def _when_full(route: RouteBlock, role: str) -> str | None:
    """Return the rule of a full hold; None for a stage."""
    return route.holds[_pool(route, role)].when_full if role in route.holds else None
