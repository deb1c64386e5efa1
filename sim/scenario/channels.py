"""Values that vary by customs channel, cargo class or direction."""

from __future__ import annotations

from typing import TypeVar

from sim.scenario.model import FlowBlock

__all__ = ["CHANNELS", "by_channel"]

T = TypeVar("T")

#: Customs risk channels, in the order of every triple.
CHANNELS = ("green", "yellow", "red")


def by_channel(value: T | dict[str, T], flow: FlowBlock) -> tuple[T, ...]:
    """Return a value that may vary by channel, cargo class or direction, for each channel.

    Empty where the value does not say; that is recorded elsewhere.
    """
    if not isinstance(value, dict):
        return (value, value, value)
    found = [
        next((value[key] for key in (channel, *_keys(flow)) if key in value), None)
        for channel in CHANNELS
    ]
    given = tuple(each for each in found if each is not None)
    return given if len(given) == len(CHANNELS) else ()


def _keys(flow: FlowBlock) -> tuple[str, ...]:
    return (flow.cargo, flow.direction, "other")
