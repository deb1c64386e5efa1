"""Run a scenario's replications, in this process or in several.

A replication's random numbers depend on the seed and its number alone, so the results
do not depend on how many processes share the work.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from typing import Literal

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.engines import choose, replications_together, simulate_many
from sim.errors import ArgumentError, EngineError, RunError
from sim.interrupts import Interrupts, children_ignore_interrupts
from sim.journeys import Journeys
from sim.measures import check_tables, measure, names_of
from sim.plan.build import build_plan
from sim.plan.memory import refuse_beyond_memory
from sim.plan.model import Plan
from sim.processes import (
    GUARD,
    WorkerPool,
    cores,
    guard_explained,
)
from sim.results import Results, stack
from sim.scenario import Scenario
from sim.scenario.derive.named_quantities import asked_of
from sim.workload import draw

__all__ = ["Keep", "Replicated", "Simulated", "replicate", "run"]

#: Whose event logs are kept: of the first replication, of all, or none.
Keep = Literal["first", "all", "none"]

_SHORT = 0.5
"""Seconds of work that Ctrl-C may lose; replications that take less together run together."""


@checked_arguments
def run(
    scenario: Scenario,
    replications: int | None = None,
    *,
    first: int = 0,
    jobs: int | WorkerPool = 1,
    engine: str = "auto",
    journeys: Keep = "first",
    measures: Collection[Quantity | str] = (),
    tables: Collection[str] | None = None,
    on_done: Callable[[int], None] | None = None,
) -> Results:
    """Simulate and measure a scenario's replications, numbered from ``first``.

    Seed, first day and number of days are settings of the scenario; change them with
    ``load(path, set={"run.days": "14"})``.

    Parameters
    ----------
    replications:
        How many; by default as the scenario says.
    first:
        Number of the first; replication ``r`` is the same whatever was run before it.
    jobs:
        Processes; 0 for one per core. 1 runs in this process. Each other process imports
        the script that calls: put the call under ``if __name__ == "__main__":``. Or
        :class:`sim.processes.WorkerPool`, which serve one run after the other.
    engine:
        ``des``, ``core``, or ``auto`` for the faster; all give the same results.
    journeys:
        Whose event logs to keep in memory.
    measures:
        Quantities to keep beside the standard ones and those of the scenario's targets, e.g.
        ``"within(2 h)[tan_thanh, export, fresh_fruit]"``: see :class:`sim.catalogue.Quantity`.
    tables:
        Tables of :func:`sim.measure` to make, all by default; what no table needs is not
        worked out. ``Results.summary`` is of ``headline``.
    on_done:
        Called with a replication's number as it finishes, in no fixed order.

    Returns
    -------
    Results
        Sorted by replication. After Ctrl-C it holds those that had finished and
        ``interrupted`` is true.

    Raises
    ------
    ArgumentTypeError
        It is no scenario but, say, a path.
    ArgumentError
        Fewer than one replication, or a negative number of processes or first replication.
    MeasureError
        There is no such measure or table, or no gate, cargo class, route or stage to take it at.
    EngineError
        There is no such engine, or it cannot run this scenario exactly.
    ScenarioError
        It would take more memory than there is.
    RunError
        A replication failed; its ``results`` hold those that had finished.
    """
    asked = scenario.model.run.replications if replications is None else replications
    if asked < 1 or first < 0 or (isinstance(jobs, int) and jobs < 0):
        raise ArgumentError("replications must be at least 1, jobs and first at least 0")
    check_tables(tables)
    began = time.perf_counter()
    plan = build_plan(scenario)
    engine = choose(engine)
    logs = {"first": int(first == 0), "all": asked, "none": 0}[journeys]
    refuse_beyond_memory(scenario, plan, min(_processes(jobs), asked), logs)
    built = time.perf_counter() - began
    known, asked_of_run = names_of(plan), [*asked_of(scenario.model), *measures]
    quantities = [q if isinstance(q, Quantity) else Quantity.parse(q) for q in asked_of_run]
    resolved = tuple(quantity.resolved(known) for quantity in quantities)
    work = partial(replicate, journeys=journeys, tables=tables, asked=resolved)
    numbers = range(first, first + asked)
    done: dict[int, Replicated] = {}
    late: list[Replicated] = []
    failure = None
    with Interrupts() as interrupts:
        interrupted = False
        try:
            outcomes = _outcomes(work, plan, engine, numbers, jobs, late)
            with closing(outcomes), interrupts.allowed():
                for outcome in outcomes:
                    done[outcome.replication] = outcome
                    if on_done is not None:
                        on_done(outcome.replication)
        except KeyboardInterrupt:
            interrupted = True
        except RunError as error:
            failure = error
        done |= {outcome.replication: outcome for outcome in late}
        interrupted = interrupted or interrupts.heard > 0
        results = _gather(scenario, plan, engine, asked, done, built, began, interrupted)
    if failure is not None:
        failure.results = results
        raise failure
    return results


@dataclass(frozen=True)
class Replicated:
    """What one replication sends back."""

    replication: int
    tables: dict[str, pl.DataFrame]
    journeys: pl.DataFrame | None
    timings: dict[str, float]


class Simulated:
    """Draws and simulates replications of a plan, several together where that costs less.

    Each is to be asked for once. If several fail together they are run one by one, so that
    each has its own failure and no other's.
    """

    def __init__(
        self, plan: Plan, engine: str, replications: Sequence[int], *, growing: bool = False
    ) -> None:
        """Take replications in their order.

        ``growing`` begins with one at a time, and doubles that as long as they take less than
        half a second together: who is interrupted loses no more.
        """
        self.plan = plan
        self._engine = engine
        self._most = replications_together(plan, engine)
        self._growing = growing
        self._left = list(replications)
        parts = -(-len(self._left) // self._most)
        self._size = 1 if growing else -(-len(self._left) // max(1, parts))
        self._ready: dict[int, tuple[Journeys, float, float]] = {}

    def take(self, replication: int) -> tuple[Journeys, float, float]:
        """One replication, and what drawing and simulating it took in seconds."""
        if replication not in self._ready:
            numbers = self._batch(replication)
            try:
                self._simulate(numbers)
            except Exception:
                if len(numbers) == 1:
                    raise
                self._left, self._size, self._growing = sorted(numbers + self._left), 1, False
                self._simulate(self._batch(replication))
        return self._ready.pop(replication)

    def _batch(self, replication: int) -> list[int]:
        """Take a replication, and as many of those after it as are run together, from the list."""
        at = self._left.index(replication)
        numbers = self._left[at : at + self._size]
        del self._left[at : at + self._size]
        return numbers

    def _simulate(self, numbers: Sequence[int]) -> None:
        workloads, drawing = [], []
        for number in numbers:
            began = time.perf_counter()
            workloads.append(draw(self.plan, number))
            drawing.append(time.perf_counter() - began)
        began = time.perf_counter()
        logs = simulate_many(self.plan, workloads, self._engine)
        each = (time.perf_counter() - began) / len(numbers)
        if self._growing:
            quick = len(numbers) * each + sum(drawing) < _SHORT
            self._size = min(2 * self._size if quick else max(1, self._size // 2), self._most)
        for number, log, seconds in zip(numbers, logs, drawing, strict=True):
            self._ready[number] = log, seconds, each


def _shares(numbers: Sequence[int], most: int, jobs: int = 1) -> list[tuple[int, ...]]:
    """Replications in order, parted so that each of ``jobs`` has equally many parts to do."""
    parts = jobs * -(-len(numbers) // (jobs * most))
    edges = [len(numbers) * part // parts for part in range(parts + 1)]
    return [tuple(numbers[a:b]) for a, b in pairwise(edges) if b > a]


def replicate(
    simulated: Simulated,
    replication: int,
    *,
    journeys: Keep,
    tables: Collection[str] | None = None,
    asked: Collection[Quantity] = (),
) -> Replicated:
    """Draw, simulate and measure one replication; ``tables``, ``asked`` as :func:`sim.measure`."""
    log, drawing, simulating = simulated.take(replication)
    began = time.perf_counter()
    measured = measure(log, simulated.plan, tables, asked).tables
    seconds = drawing, simulating, time.perf_counter() - began
    keep = journeys == "all" or (journeys == "first" and replication == 0)
    return Replicated(
        replication,
        dict(measured),
        log.to_polars() if keep else None,
        dict(zip(("draw", "simulate", "measure"), seconds, strict=True)),
    )


def _processes(jobs: int | WorkerPool) -> int:
    return jobs.count if isinstance(jobs, WorkerPool) else jobs or cores()


_Work = Callable[[Simulated, int], Replicated]


def _outcomes(
    work: _Work,
    plan: Plan,
    engine: str,
    numbers: Sequence[int],
    jobs: int | WorkerPool,
    late: list[Replicated],
) -> Generator[Replicated, None, None]:
    """Yield replications as they finish; RunError at the first failure.

    Those that finish after the caller has stopped go to ``late``.
    """
    if isinstance(jobs, int):
        with WorkerPool(jobs) as workers:
            yield from _outcomes(work, plan, engine, numbers, workers, late)
        return
    count = min(jobs.count, len(numbers))
    if count > 1:
        shares = _shares(numbers, replications_together(plan, engine), count)
        some = partial(_some, work, plan, engine)
        yield from _in_processes(some, iter(shares), count, jobs, late)
        return
    simulated = Simulated(plan, engine, numbers, growing=True)
    for replication in numbers:
        try:
            outcome = work(simulated, replication)
        except Exception as error:
            raise _failed(replication, error) from error
        yield outcome


@dataclass(frozen=True)
class _Done:
    """What a process has finished, and the failure that stopped it."""

    finished: list[Replicated]
    failure: Exception | None = None


def _some(work: _Work, plan: Plan, engine: str, numbers: Sequence[int]) -> _Done:
    """Run some replications up to the first failure."""
    simulated = Simulated(plan, engine, numbers)
    finished: list[Replicated] = []
    for replication in numbers:
        try:
            finished.append(work(simulated, replication))
        except Exception as error:  # noqa: BLE001 -- raised where it is received
            error.add_note(traceback.format_exc())
            return _Done(finished, error)
    return _Done(finished)


def _in_processes(
    some: Callable[[Sequence[int]], _Done],
    shares: Iterator[Sequence[int]],
    count: int,
    workers: WorkerPool,
    late: list[Replicated],
) -> Generator[Replicated, None, None]:
    """As :func:`_outcomes`, in ``count`` of the processes.

    Each process gets its next share when it has finished one, so that whoever stops
    waits for at most one more each.
    """
    running: dict[Future[_Done], Sequence[int]] = {}
    try:
        with children_ignore_interrupts(), guard_explained():
            running.update((workers.submit(some, share), share) for share in islice(shares, count))
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done = _received(future, running[future], workers)
                late += done.finished  # until the caller has them
                share = running.pop(future)
                running.update((workers.submit(some, more), more) for more in islice(shares, 1))
                yield from done.finished
                late.clear()
                if done.failure is not None:
                    failed = share[len(done.finished)]
                    raise _failed(failed, done.failure) from done.failure
    finally:
        for future in running:
            with suppress(Exception):
                late += future.result().finished


def _received(future: Future[_Done], share: Sequence[int], workers: WorkerPool) -> _Done:
    """What a process has sent, or why it has sent nothing."""
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _killed(share[0], workers.began) from error
    except Exception as error:
        raise _failed(share[0], error) from error


def _failed(replication: int, error: Exception) -> Exception:
    """Name the replication; what the engine refuses is no fault of a replication."""
    if isinstance(error, EngineError):
        return error
    reason = f"{type(error).__name__}: {error}"
    return RunError(f"replication {replication} failed: {reason}", replication)


def _killed(replication: int, began: bool) -> RunError:
    """Guess why a process died; ``began`` is whether any of them got as far as to work."""
    if not began:
        return RunError(f"no process could begin: {GUARD}", replication)
    reason = "its process was killed, perhaps for want of memory; use fewer jobs"
    return RunError(f"replication {replication} failed: {reason}", replication)


def _gather(
    scenario: Scenario,
    plan: Plan,
    engine: str,
    asked: int,
    done: dict[int, Replicated],
    built: float,
    began: float,
    interrupted: bool,
) -> Results:
    """Put finished replications in order."""
    ordered = [done[number] for number in sorted(done)]
    phases = ("draw", "simulate", "measure")
    return Results(
        scenario=scenario,
        plan=plan,
        engine=engine,
        asked=asked,
        replications=tuple(outcome.replication for outcome in ordered),
        tables=stack([(outcome.replication, outcome.tables) for outcome in ordered]),
        journeys={o.replication: o.journeys for o in ordered if o.journeys is not None},
        timings={
            "build": built,
            **{phase: sum(o.timings[phase] for o in ordered) for phase in phases},
            "wall": time.perf_counter() - began,
        },
        interrupted=interrupted,
    )
