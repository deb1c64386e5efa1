"""What a target may be of: the headline measures, as they are written, and their units."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["MEASURES", "Measure"]

Measure = Literal[
    "crossed.per_day",
    "arrived.per_day",
    "wait.mean",
    "wait.p50",
    "wait.p95",
    "overnight.mean",
    "owner_hold.mean",
    "door_to_door.mean",
    "door_to_door.p95",
    "vietnam_time.mean",
    "vietnam_time.p95",
    "same_day.share",
    "over_24h.share",
    "waiting.2000",
    "cost.per_day",
    "co2.per_day",
    "virtual.mean",
    "wagons.per_day",
    "teu.per_day",
]

_UNITS = {
    "crossed.per_day": "vehicles/day",
    "arrived.per_day": "vehicles/day",
    "same_day.share": "%",
    "over_24h.share": "%",
    "waiting.2000": "vehicles",
    "cost.per_day": "mn VND/day",
    "co2.per_day": "t/day",
    "wagons.per_day": "wagons/day",
    "teu.per_day": "TEU/day",
}

MEASURES: dict[str, str] = {name: _UNITS.get(name, "h") for name in get_args(Measure)}
"""Unit of each measure, as in tables of results."""
