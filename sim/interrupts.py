"""Requests to end, held back where an exception would lose what has been computed.

``KeyboardInterrupt`` may come between any two instructions. While results are put together and
written it is noted instead, and looked at when they are safe.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

__all__ = [
    "ENDING",
    "INTERRUPTED",
    "Interrupts",
    "children_ignore_interrupts",
    "end_on_signals",
    "ignore_requests",
]

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that ask to end: Ctrl-C, the end of a cluster's job, and a terminal that closes."""

INTERRUPTED = 130
"""Exit code of a process that ended on request."""

_AT_ONCE = 3
"""The third request is obeyed wherever it comes."""


_SOON = 0.01
"""Seconds after which a request that was lost is made again."""


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP do what Ctrl-C does; ``nohup`` and the like stay in force.

    A request that comes within a callback of the garbage collector, where Python drops exceptions
    and prints them, is made again.
    """
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    sys.unraisablehook = _request_again


def _request_again(dropped: sys.UnraisableHookArgs) -> None:
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    holder = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    if isinstance(holder, Interrupts):
        holder.reopen()
    again = threading.Timer(_SOON, _thread.interrupt_main)
    again.daemon = True
    again.start()


def ignore_requests() -> None:
    """Let this process ignore requests to end: its parent obeys them for both."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def children_ignore_interrupts() -> Iterator[None]:
    """Children started meanwhile ignore requests to end from their first instruction.

    This process hears them at the end: one that comes meanwhile is late and not lost.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    previous = {
        number: signal.signal(number, lambda number, _: heard.append(number))
        for number in ENDING
        if callable(signal.getsignal(number))
    }
    try:
        with _blocked():
            yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if heard:
        signal.raise_signal(heard[0])


@contextmanager
def _blocked() -> Iterator[None]:
    """Keep requests to end from this thread, as from the processes that it starts."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    resource_tracker.ensure_running()  # which, when it starts, lets some through again
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Interrupts:
    """Holds requests to end back within a ``with`` block, but for parts of it.

    Only the main thread hears signals: elsewhere nothing is held back. Blocks may be nested; an
    inner one knows what an outer one has heard.

    Attributes
    ----------
    heard:
        Requests so far.
    """

    def __init__(self) -> None:
        self.heard = 0
        self._open = False
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in ENDING:
                handler = signal.getsignal(number)
                outer = getattr(handler, "__self__", None)
                if isinstance(outer, Interrupts):
                    self.heard = max(self.heard, outer.heard)
                if callable(handler):
                    self._previous[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *raised: object) -> None:
        for number, handler in self._previous.items():
            outer = getattr(handler, "__self__", None)
            if isinstance(outer, Interrupts):
                outer.heard = max(self.heard, outer.heard)
            signal.signal(number, handler)

    def clear(self) -> None:
        """Forget what was heard: it has been obeyed."""
        self.heard = 0

    def reopen(self) -> None:
        """Take a request back that was raised where exceptions are dropped."""
        self.heard -= 1
        self._open = True

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Within this block a request, and one that was held back, is a KeyboardInterrupt."""
        self._open = True
        try:
            if self.heard:
                raise KeyboardInterrupt
            yield
        finally:
            self._open = False

    def _hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- a handler
        self.heard += 1
        if self._open or self.heard >= _AT_ONCE:
            self._open = False
            raise KeyboardInterrupt
