"""Run a scenario's replications, in this process or in several.

A replication's random numbers depend on the seed and its number alone, so the results
do not depend on how many processes share the work.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Collection, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from typing import Literal

import polars as pl

from sim.engines import choose, simulate
from sim.errors import EngineError, RunError
from sim.measures import measure
from sim.plan.build import build_plan
from sim.plan.model import Plan
from sim.processes import GUARD, begin, children_ignore_interrupts, cores, guard_explained
from sim.results import Results, stack
from sim.scenario import Scenario
from sim.workload import draw

__all__ = ["Keep", "Replicated", "replicate", "run"]

#: Whose event logs are kept: of the first replication, of all, or none.
Keep = Literal["first", "all", "none"]


def run(
    scenario: Scenario,
    replications: int | None = None,
    *,
    first: int = 0,
    jobs: int = 1,
    engine: str = "auto",
    journeys: Keep = "first",
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
        the script that calls: put the call under ``if __name__ == "__main__":``.
    journeys:
        Whose event logs to keep in memory.
    on_done:
        Called with a replication's number as it finishes, in no fixed order.

    Returns
    -------
    Results
        Sorted by replication. After Ctrl-C it holds those that had finished and
        ``interrupted`` is true.

    Raises
    ------
    EngineError
        There is no such engine, or it cannot run this scenario exactly.
    RunError
        A replication failed; its ``results`` hold those that had finished.
    """
    asked = scenario.model.run.replications if replications is None else replications
    if asked < 1 or jobs < 0 or first < 0:
        raise ValueError("replications must be at least 1, jobs and first at least 0")
    began = time.perf_counter()
    plan = build_plan(scenario)
    engine = choose(engine)
    built = time.perf_counter() - began
    work = partial(replicate, plan, engine=engine, journeys=journeys)
    done: dict[int, Replicated] = {}
    interrupted, failure = False, None
    try:
        with closing(_outcomes(work, range(first, first + asked), jobs)) as outcomes:
            for outcome in outcomes:
                done[outcome.replication] = outcome
                if on_done is not None:
                    on_done(outcome.replication)
    except KeyboardInterrupt:
        interrupted = True
    except RunError as error:
        failure = error
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


_Work = Callable[[int], Replicated]


def replicate(
    plan: Plan,
    replication: int,
    *,
    engine: str,
    journeys: Keep,
    only: Collection[str] | None = None,
) -> Replicated:
    """Draw, simulate and measure one replication; ``only`` as :func:`sim.measure`."""
    clock = [time.perf_counter()]
    workload = draw(plan, replication)
    clock.append(time.perf_counter())
    log = simulate(plan, workload, engine=engine)
    clock.append(time.perf_counter())
    tables = measure(log, plan, only).tables
    clock.append(time.perf_counter())
    seconds = (after - before for before, after in pairwise(clock))
    keep = journeys == "all" or (journeys == "first" and replication == 0)
    return Replicated(
        replication,
        dict(tables),
        log.to_polars() if keep else None,
        dict(zip(("draw", "simulate", "measure"), seconds, strict=True)),
    )


def _outcomes(work: _Work, numbers: range, jobs: int) -> Generator[Replicated, None, None]:
    """Yield replications as they finish; RunError at the first failure."""
    jobs = min(jobs or cores(), len(numbers))
    if jobs > 1:
        yield from _in_processes(work, iter(numbers), jobs)
        return
    for replication in numbers:
        try:
            outcome = work(replication)
        except Exception as error:
            raise _failed(replication, error) from error
        yield outcome


def _in_processes(
    work: _Work, numbers: Iterator[int], jobs: int
) -> Generator[Replicated, None, None]:
    """As :func:`_outcomes`, in ``jobs`` fresh processes.

    Each process gets its next replication when it has finished one, so that whoever stops
    waits for at most one more each. They are not killed: a process that dies while it
    sends its results leaves its reader waiting for ever.
    """
    context = multiprocessing.get_context("spawn")
    began = context.Event()
    pool = ProcessPoolExecutor(jobs, context, initializer=begin, initargs=(began,))
    running: dict[Future[Replicated], int] = {}
    with pool:
        with children_ignore_interrupts(), guard_explained():
            running.update((pool.submit(work, number), number) for number in islice(numbers, jobs))
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                replication = running.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool as error:
                    raise _killed(replication, began.is_set()) from error
                except Exception as error:
                    raise _failed(replication, error) from error
                running.update((pool.submit(work, number), number) for number in islice(numbers, 1))
                yield outcome


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
