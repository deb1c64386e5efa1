"""Classes of vehicles (customs channel, cargo, direction, trust), and values that go by them."""

from __future__ import annotations

from typing import TypeVar

from sim.catalogue import CHANNELS, DIRECTIONS, Direction
from sim.scenario.schema.model import FlowBlock, ShiftBlock

__all__ = [
    "CHANNELS",
    "DIRECTIONS",
    "TRUSTED",
    "Direction",
    "by_channel",
    "classes_of",
    "serves",
]

T = TypeVar("T")

#: The word for flows that say `trusted: true`.
TRUSTED = "trusted"


def classes_of(flow: FlowBlock) -> tuple[str, ...]:
    """Return every class that a flow belongs to: its cargo, its trust, its direction."""
    return (flow.cargo, *([TRUSTED] if flow.trusted else []), flow.direction)


def serves(shift: ShiftBlock, flow: FlowBlock) -> bool:
    """Return whether the servers of a shift may serve a flow."""
    return not shift.only or not set(shift.only).isdisjoint(classes_of(flow))


def by_channel(value: T | dict[str, T], flow: FlowBlock) -> tuple[T, ...]:
    """Return a value that may vary by channel or by class of the flow, for each channel.

    Empty where the value does not say; that is recorded elsewhere.
    """
    if not isinstance(value, dict):
        return (value, value, value)
    values = [
        next((value[key] for key in (channel, *classes_of(flow), "other") if key in value), None)
        for channel in CHANNELS
    ]
    given = tuple(given_value for given_value in values if given_value is not None)
    return given if len(given) == len(CHANNELS) else ()
