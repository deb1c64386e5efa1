"""Events at absolute times, on SimPy's clock; no other module touches SimPy's internals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappush
from typing import Any

import simpy

__all__ = ["Call", "EventClock"]


class Call:
    """The least event that SimPy's clock can handle: it calls back once.

    ``what`` is a number for the callback, mostly a row; ``time`` the minute of the event.
    """

    __slots__ = ("callbacks", "time", "what")

    _ok = True

    def __init__(self, callback: Callable[[Call], None], what: int, time: float) -> None:
        self.callbacks = [callback]
        self.what = what
        self.time = time


class EventClock(simpy.Environment):
    """SimPy's clock with events at absolute times.

    ``Timeout`` adds a delay to the present, which rounds; a calendar names the instant. SimPy
    takes events off the list and moves its clock; callbacks read the present from their event.

    Attributes
    ----------
    events:
        SimPy's list of events: a heap of (minute, order, number, event).
    numbers:
        Numbers of events, ascending. Half of all events are pushed without a call of :meth:`at`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = self._queue
        self.numbers: Iterator[int] = self._eid

    def at(self, time: float, order: int, callback: Callable[[Call], None], what: int) -> None:
        """Call back at ``time``; lower ``order`` first at one instant."""
        heappush(self.events, (time, order, next(self.numbers), Call(callback, what, time)))

    def repeat(self, call: Call, callback: Callable[[Call], None], what: int, time: float) -> None:
        """Reuse a call that has just been made, for another ``what`` and a later time."""
        call.callbacks, call.what, call.time = [callback], what, time
        heappush(self.events, (time, 1, next(self.numbers), call))
