"""Processes on this machine, by ``concurrent.futures``."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.context import SpawnContext

from sim.arguments import checked_arguments
from sim.errors import RunError
from sim.interrupts import children_ignore_interrupts
from sim.processes import GUARD, cores, guard_explained, initialise_worker
from sim.sentences import Sentence
from sim.sweep.blocks import TaskBlock
from sim.sweep.executor import Executor, LostBlock, Outcome, SerialExecutor, Work
from sim.sweep.work import BlockDone

__all__ = ["ProcessExecutor", "local_executor"]


@checked_arguments
def local_executor(jobs: int) -> Executor:
    """Return an executor on this machine: ``jobs`` processes, 0 for one per core."""
    workers = jobs or cores()
    return ProcessExecutor(workers) if workers > 1 else SerialExecutor()


_PATIENCE = 3
"""Pools that may die before one of their processes has begun, as one killed at once does."""


class ProcessExecutor:
    """A pool of worker processes, rebuilt when one of them is killed.

    A process that dies takes the pool with it. Blocks that were being run then are given
    back as lost, at most one per process; what was finished is on the disk.
    """

    local = True

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._began = self._context.Event()
        self._stillborn = 0

    def start(self) -> None:
        """Make the pool, unless there is one; its processes start with the first blocks."""
        if self._pool is not None:
            return
        self._pool = ProcessPoolExecutor(
            self.workers, self._context, initializer=initialise_worker, initargs=(self._began,)
        )

    def map(self, work: Work, blocks: Iterator[TaskBlock]) -> Iterator[Outcome]:
        """Give each process its next block when it has finished one."""
        running: dict[Future[BlockDone], TaskBlock] = {}
        self._submit(work, islice(blocks, self.workers), running)
        while running:
            outcomes: list[Outcome] = []
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                block = running.pop(future)
                try:
                    outcomes.append(future.result())
                except BrokenProcessPool as error:
                    self._stillborn += not self._began.is_set()
                    if self._stillborn == _PATIENCE:
                        raise RunError(
                            Sentence("no process could begin: {guard}", guard=GUARD), 0
                        ) from error
                    outcomes += [
                        LostBlock(lost, "its process was killed")
                        for lost in (block, *running.values())
                    ]
                    running.clear()
                    self.close()
                    self.start()
                    break
            # first more work, then the outcomes, whose receiver may take its time
            self._submit(work, islice(blocks, self.workers - len(running)), running)
            yield from outcomes

    def _submit(
        self, work: Work, blocks: Iterator[TaskBlock], running: dict[Future[BlockDone], TaskBlock]
    ) -> None:
        with children_ignore_interrupts(), guard_explained():
            running.update((self._future(work, block), block) for block in blocks)

    def _future(self, work: Work, block: TaskBlock) -> Future[BlockDone]:
        """Hand a block to the pool; to one that died meanwhile it is lost at once."""
        assert self._pool is not None
        try:
            return self._pool.submit(work, block)
        except BrokenProcessPool as error:
            lost: Future[BlockDone] = Future()
            lost.set_exception(error)
            return lost

    def scale(self, workers: int) -> None:
        """Change the number of processes, unless they are there already."""
        if self._pool is None:
            self.workers = workers

    def close(self) -> None:
        """End the processes at once: what they were at is done again later."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=True, cancel_futures=True)
