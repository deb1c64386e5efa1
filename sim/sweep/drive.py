"""Drive a sweep: cut missing tasks into blocks, run them, retry those of killed workers."""

from __future__ import annotations

import math
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from sim.arguments import checked_arguments
from sim.errors import RunError
from sim.results.folder import Folder
from sim.results.parts import KEPT
from sim.sentences import Sentence
from sim.sweep.blocks import Piece, Planner, TaskBlock, singles
from sim.sweep.executor import Executor, LostBlock, SerialExecutor, Work
from sim.sweep.merging import merge
from sim.sweep.plan import Sweep
from sim.sweep.store import put
from sim.sweep.work import BlockDone, record_failure, run_block

__all__ = ["Progress", "fill", "run_pieces"]

_SHORT = 4.0
"""Seconds of work below which starting processes does not pay."""

_TRIES = 2
"""Deaths of a block's worker after which the block is run alone."""


@dataclass
class Progress:
    """Progress of a sweep: of ``asked`` tasks ``reused`` were there before.

    ``done`` and ``failed`` are those that have run since, in ``seconds``; ``left_out`` processes
    were not started for want of memory.
    """

    asked: int
    reused: int
    done: int = 0
    failed: int = 0
    workers: int = 1
    seconds: float = 0.0
    left_out: int = 0

    @property
    def left(self) -> int:
        """Tasks still to run."""
        return self.asked - self.reused - self.done - self.failed

    @property
    def rate(self) -> float:
        """Tasks per second so far."""
        return (self.done + self.failed) / self.seconds if self.seconds else 0.0

    @property
    def remaining(self) -> float:
        """Seconds until the end at this rate; infinite before anything has run."""
        return self.left / self.rate if self.rate else float("inf")


@checked_arguments
def fill(
    sweep: Sweep,
    executor: Executor,
    *,
    retry: bool = False,
    shard: tuple[int, int] = (1, 1),
    on_progress: Callable[[Progress], None] | None = None,
) -> Progress:
    """Run what a sweep lacks and, unless this is one shard of several, merge its parts.

    Hold the folder's lock. Work of a few seconds is done in this process, more by the
    executor, which is closed at the end.

    Parameters
    ----------
    retry:
        Run again what failed.
    on_progress:
        Called at the beginning and after every block.

    Raises
    ------
    WriteError
        The folder cannot be written.
    RunError
        The executor cannot run.
    """
    sweep.write_plan()
    missing = sweep.missing(retry=retry, shard=shard)
    attempt = uuid.uuid4().hex[:8] if retry else ""
    progress = Progress(sweep.shard_size(shard), sweep.shard_size(shard) - _tasks(missing))
    with closing(executor):
        run_pieces(sweep, executor, missing, progress, on_progress, f"{shard[0]}", attempt)
    if shard == (1, 1):
        merge(sweep.folder, KEPT)
    return progress


def run_pieces(
    sweep: Sweep,
    executor: Executor,
    missing: Sequence[Piece],
    progress: Progress,
    on_progress: Callable[[Progress], None] | None = None,
    part: str = "1",
    attempt: str = "",
) -> None:
    """Run some replications of points: few in this process, more by the executor.

    The executor is started when it is first needed and is not closed. ``progress`` is brought up
    to date; ``part`` names the pilot's mark in the folder, ``attempt`` tells a retry.
    """
    expected = -(-_tasks(missing) // executor.workers)
    run = _Run(sweep, progress, on_progress, expected)
    planner = Planner(missing, attempt)
    mark = f".pilot-{part}"
    per_task = run.pilot(planner, mark)
    chosen = SerialExecutor() if planner.left * per_task <= _SHORT else executor
    chosen.scale(run.workers(chosen, planner.left))
    if planner.left:
        chosen.start()
        run.all(chosen, planner)
    Folder(sweep.folder).delete(mark)


def _tasks(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.replications) for piece in pieces)


@dataclass
class _Run:
    """One go at a sweep; ``expected`` are the tasks of each process."""

    sweep: Sweep
    progress: Progress
    on_progress: Callable[[Progress], None] | None
    expected: int
    began: float = field(default_factory=time.perf_counter)
    losses: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.work: Work = partial(run_block, self.sweep.job, expected=self.expected)
        self.tell()

    def pilot(self, planner: Planner, mark: str) -> float:
        """Run two tasks here and return the seconds that the second, with all warm, took.

        Infinite if that says nothing, as it failed. Where ``mark`` is left of an earlier pilot,
        one of its tasks may have killed the process, so none is run here.
        """
        if Folder(self.sweep.folder).is_file(mark):
            return math.inf
        put(self.sweep.folder, b"", mark)
        seconds = math.inf
        for block in islice(planner, 2):
            done = self.work(block)
            seconds = math.inf if done.failed else done.seconds
            self.note(done)
        Folder(self.sweep.folder).delete(mark)
        if seconds < math.inf:
            planner.learn(1, seconds)
        return seconds

    def workers(self, executor: Executor, tasks: int) -> int:
        """Return how many processes to start: at most one a task, and what memory has room for."""
        wanted = min(executor.workers, tasks)
        room = self.sweep.processes_that_fit() if executor.local and wanted > 1 else None
        if room is None or room >= wanted:
            return wanted
        self.progress.left_out = wanted - room
        self.tell()
        return room

    def all(self, executor: Executor, planner: Planner) -> None:
        """Run all blocks; blocks whose worker died twice are run alone."""
        planner.workers = self.progress.workers = executor.workers
        suspects: list[TaskBlock] = []
        while planner.left:
            for outcome in executor.map(self.work, planner):
                if isinstance(outcome, LostBlock):
                    self.losses[outcome.block.name] += 1
                    if self.losses[outcome.block.name] < _TRIES:
                        planner.give_back(outcome.block)
                    else:
                        suspects.append(outcome.block)
                else:
                    planner.learn(outcome.tasks, outcome.seconds)
                    planner.workers = self.progress.workers = executor.workers
                    self.note(outcome)
        for block in suspects:
            self.alone(executor, block)

    def alone(self, executor: Executor, block: TaskBlock) -> None:
        """Run a block by itself and, if that fails, each of its tasks by itself."""
        for outcome in executor.map(self.work, iter([block])):
            if isinstance(outcome, BlockDone):
                self.note(outcome)
            elif block.tasks > 1:
                for single in singles(block):
                    self.alone(executor, single)
            else:
                error = RunError(
                    Sentence("{reason}, perhaps for want of memory", reason=outcome.reason), 0
                )
                self.note(record_failure(self.sweep.job, block, error))

    def note(self, done: BlockDone) -> None:
        """Count a block, and tell."""
        self.progress.done += done.tasks - done.failed
        self.progress.failed += done.failed
        self.progress.seconds = time.perf_counter() - self.began
        self.tell()

    def tell(self) -> None:
        """Say how far the sweep is."""
        if self.on_progress is not None:
            self.on_progress(self.progress)
