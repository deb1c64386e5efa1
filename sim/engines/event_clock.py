"""Events at absolute times, on SimPy's clock."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy

__all__ = ["Call", "EventClock"]


class Call:
    """What SimPy's clock needs of an event, and no more: it calls back once."""

    __slots__ = ("callbacks", "what")

    _ok = True

    def __init__(self, callback: Callable[[Call], None], what: int) -> None:
        self.callbacks = [callback]
        self.what = what


class EventClock(simpy.Environment):
    """SimPy's clock with events at absolute times.

    ``Timeout`` adds a delay to the present, which rounds; a calendar names the instant.
    """

    _queue: list[Any]  # SimPy declares it for its own events

    def at(self, time: float, order: int, callback: Callable[[Call], None], what: int) -> None:
        """Call back at ``time``; lower ``order`` first at one instant."""
        heappush(self._queue, (time, order, next(self._eid), Call(callback, what)))
