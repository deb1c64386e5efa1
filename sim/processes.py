"""Worker processes, which leave signals to this one and do not outlive it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.synchronize import Event
from typing import ParamSpec, Self, TypeVar

from sim.arguments import checked_arguments
from sim.errors import ArgumentError, CompileCacheWarning, RunError, plain_warning
from sim.interrupts import ignore_requests
from sim.sentences import Sentence

__all__ = [
    "GUARD",
    "WorkerPool",
    "cores",
    "guard_explained",
    "initialise_worker",
]

P = ParamSpec("P")
T = TypeVar("T")

_MOST = 10_000
"""Processes asked for at most; more is a slip of the keyboard."""

#: What a script must do before it may start processes.
GUARD = Sentence(
    "in a script, put the call under if __name__ == '__main__':, "
    "since every process imports the script"
)


def initialise_worker(began: Event) -> None:
    """Prepare a process: leave requests to end to the parent, and do not outlive it.

    A terminal and a cluster send signals to all processes of a job; who died of one while it
    sent its results would leave the parent waiting for ever.
    """
    ignore_requests()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    warnings.formatwarning = plain_warning
    if began.is_set():  # the first process has said so
        warnings.simplefilter("ignore", CompileCacheWarning)
    began.set()


def _end_with_parent() -> None:
    """Leave at once when the parent has died, by ``kill -9`` or for want of memory."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def guard_explained() -> Iterator[None]:
    """Explain the remedy when a process that still imports its script starts others."""
    try:
        yield
    except RuntimeError as error:
        if "bootstrapping" not in str(error):
            raise
        raise RunError(
            Sentence("a process that begins cannot start others: {guard}", guard=GUARD), 0
        ) from None


def cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerPool:
    """Fresh processes for one run after the other, since starting them takes a second or two.

    They start with the first work. At the end of the ``with`` block what they are at is waited
    for: a process that is killed while it sends its results leaves its reader waiting for ever.

    Attributes
    ----------
    count:
        How many at most; 0 asks for one per core.

    Raises
    ------
    ArgumentError
        The number is negative or no number of processes.
    """

    @checked_arguments
    def __init__(self, count: int = 0) -> None:
        if not 0 <= count <= _MOST:
            raise ArgumentError(
                Sentence("jobs must be from 0 to {most}, not {count}", most=_MOST, count=count)
            )
        self.count = count or cores()
        self._context = multiprocessing.get_context("spawn")
        self._began = self._context.Event()
        self._pool: ProcessPoolExecutor | None = None

    @property
    def began(self) -> bool:
        """Whether any process has begun to work."""
        return self._began.is_set()

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand work to a process; BrokenProcessPool, here or as its result, once one has died."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.count, self._context, initializer=initialise_worker, initargs=(self._began,)
            )
        return self._pool.submit(work, *args, **kwargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()
