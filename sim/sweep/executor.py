"""Executor interface of sweeps: start, map, scale, close.

An executor is not an engine, which simulates: it schedules and moves work. That is done by others
(``concurrent.futures``, ``dask.distributed``); the classes here only speak to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from sim.sweep.blocks import TaskBlock
from sim.sweep.work import BlockDone

__all__ = ["Executor", "LostBlock", "Outcome", "SerialExecutor", "Work"]

Work = Callable[[TaskBlock], BlockDone]


@dataclass(frozen=True)
class LostBlock:
    """A block whose worker process died; its tasks are not done."""

    block: TaskBlock
    reason: str


Outcome = BlockDone | LostBlock


class Executor(Protocol):
    """Runs blocks on other processes or machines."""

    @property
    def workers(self) -> int:
        """Processes that work now, at least 1."""

    @property
    def local(self) -> bool:
        """Whether they share the memory of this machine."""

    def start(self) -> None:
        """Bring the workers up, where they are not."""

    def map(self, work: Work, blocks: Iterator[TaskBlock]) -> Iterator[Outcome]:
        """Run blocks, taken as workers get free, and yield outcomes in no fixed order.

        An error that ``work`` raises is raised here, and ends the sweep.
        """

    def scale(self, workers: int) -> None:
        """Change the number of workers, where the executor can."""

    def close(self) -> None:
        """Stop the workers; a second call does nothing."""


class SerialExecutor:
    """Runs blocks in this process, one after the other."""

    workers = 1
    local = True

    def start(self) -> None:
        """Do nothing."""

    def map(self, work: Work, blocks: Iterator[TaskBlock]) -> Iterator[Outcome]:
        """Run each block when its outcome is asked for."""
        return map(work, blocks)

    def scale(self, workers: int) -> None:
        """Do nothing: this process is the only one."""

    def close(self) -> None:
        """Do nothing."""
