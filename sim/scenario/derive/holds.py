"""Ends of holds on a path, and chains of overflow."""

from __future__ import annotations

from sim.scenario.derive.classes import DIRECTIONS, Direction
from sim.scenario.schema.model import HoldBlock, PathBlock, RouteBlock

__all__ = ["begins", "chain", "end", "span", "with_holds"]


def end(value: str | dict[Direction, str], direction: Direction) -> str | None:
    """Return `first` or `last` of a hold for one direction; None if it leaves that one out."""
    return value.get(direction) if isinstance(value, dict) else value


def begins(hold: HoldBlock) -> list[str]:
    """Return the stages before which a place is taken, that of exports first."""
    return [stage for way in DIRECTIONS if (stage := end(hold.first, way)) is not None]


def span(hold: HoldBlock, path: PathBlock, direction: Direction) -> tuple[int, int] | None:
    """Return where on a path a place is taken and given back; None if not on this path."""
    first, last = end(hold.first, direction), end(hold.last, direction)
    if first not in path.stages or last not in path.stages:
        return None
    return path.stages.index(first), path.stages.index(last)


def chain(route: RouteBlock, name: str) -> list[str]:
    """Return a hold and those it overflows to, in their order; each once."""
    names: list[str] = []
    following: str | None = name
    while following in route.holds and following not in names:
        names.append(following)
        following = route.holds[following].overflow
    return names


def with_holds(route: RouteBlock, path: PathBlock, direction: Direction) -> list[str]:
    """Return the stages of a path, each after the holds that begin there.

    Holds that overflow into one another stand together, the first to be tried in front.
    Those that block come first: who waits for them still has its server.
    """
    spans = {name: span(hold, path, direction) for name, hold in route.holds.items()}
    order = list(route.holds)

    def place(name: str) -> tuple[bool, int, int]:
        names = chain(route, name)
        return route.holds[names[-1]].when_full != "block", order.index(names[-1]), -len(names)

    roles: list[str] = []
    for number, role in enumerate(path.stages):
        beginning = [name for name, ends in spans.items() if ends is not None and ends[0] == number]
        roles += [*sorted(beginning, key=place), role]
    return roles
