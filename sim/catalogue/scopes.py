"""Scopes of measures: directions, sides, clocks, and the names of a scenario."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["CHANNELS", "CLOCKS", "DIRECTIONS", "SIDES", "Direction", "Names"]

Direction = Literal["export", "import"]

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

CHANNELS = ("green", "yellow", "red")
"""Customs risk channels, in the order of every triple."""

SIDES = ("vietnam", "border", "china")
"""Who holds a vehicle at a stage: Vietnam's agencies, the crossing itself, China's agencies."""

CLOCKS = ("queue", "service", "closed", "owner", "virtual")
"""What a minute of a vehicle's stay is spent on; each minute is on exactly one clock."""


@dataclass(frozen=True)
class Names:
    """Ids that a scenario knows; stages as ``gate.route.name``, routes as ``gate.route``."""

    gates: Collection[str] = ()
    routes: Collection[str] = ()
    cargo: Collection[str] = ()
    stages: Collection[str] = ()
    rail: Collection[str] = ()
    """Those of the gates that are stations."""
