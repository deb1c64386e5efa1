"""Run a scenario's replications, in this process or in several.

A replication's random numbers depend on the seed and its number alone, so the results
do not depend on how many processes share the work.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypedDict, Unpack, overload

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.engines import choose, expect, replications_together
from sim.errors import ArgumentError, EngineError, RunError
from sim.interrupts import Interrupts, children_ignore_interrupts
from sim.measures import check_own_tables, check_tables, names_of
from sim.parameter_sets import SETS, ParameterSets, further_runs, is_replication
from sim.plan import Plan, build_plan, require_consistent
from sim.plan.memory import refuse_beyond_memory
from sim.processes import (
    GUARD,
    WorkerPool,
    cores,
    guard_explained,
)
from sim.results import PlanResults, Results, stack
from sim.runs.replications import Keep, Own, Replicated, Simulated, replicate, shares
from sim.scenario import Scenario
from sim.scenario.derive.named_quantities import asked_of
from sim.sentences import Sentence
from sim.workload import WorkloadCache

__all__ = ["Keep", "replicate", "run"]


class _Options(TypedDict, total=False):
    """Options of :func:`run`, for its two signatures."""

    first: int
    jobs: int | WorkerPool
    engine: str
    journeys: Keep
    measures: Collection[Quantity | str]
    tables: Collection[str] | None
    own_tables: Mapping[str, Own] | None
    workloads: WorkloadCache | None
    on_done: Callable[[int], None] | None


@overload
def run(
    scenario: Scenario, replications: int | None = None, **options: Unpack[_Options]
) -> Results: ...
@overload
def run(scenario: Plan, replications: int, **options: Unpack[_Options]) -> PlanResults: ...
@checked_arguments
def run(
    scenario: Scenario | Plan,
    replications: int | None = None,
    *,
    first: int = 0,
    jobs: int | WorkerPool = 1,
    engine: str = "auto",
    journeys: Keep = "first",
    measures: Collection[Quantity | str] = (),
    tables: Collection[str] | None = None,
    own_tables: Mapping[str, Own] | None = None,
    workloads: WorkloadCache | None = None,
    on_done: Callable[[int], None] | None = None,
) -> Results | PlanResults:
    """Simulate and measure a scenario's replications, numbered from ``first``.

    Seed, first day and number of days are settings of the scenario; change them with
    ``load(path, set={"run.days": "14"})``.

    Parameters
    ----------
    scenario:
        Or a plan: of :func:`sim.build_plan`, with parts replaced as you like.
    replications:
        How many; by default as the scenario says. A plan says nothing of it.
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
    own_tables:
        Measures of your own by name: functions from the journeys of a replication to a polars
        table with the same columns in each. They stand in ``tables`` beside the others. With
        several processes each must be a function of a module.
    workloads:
        Cache of what was drawn in this process (others draw for themselves), for one run after
        the other: what is there is not drawn again, and the results are the same.
    on_done:
        Called with a replication's number as it finishes, in no fixed order.

    Returns
    -------
    Results, or PlanResults of a plan
        Sorted by replication. After Ctrl-C it holds those that had finished and
        ``interrupted`` is true.

    Raises
    ------
    ArgumentTypeError
        It is no scenario and no plan but, say, a path.
    ArgumentError
        Fewer than one replication, or a negative number of processes or first replication; or a
        table of your own has a name that is taken or is no identifier.
    MeasureError
        There is no such measure or table, or no gate, cargo class, route or stage to take it at.
    EngineError
        There is no such engine, or it cannot run this scenario exactly.
    ScenarioError
        It would take more memory than there is.
    RunError
        A replication failed; its ``results`` hold those that had finished.
    """
    asked, source = _asked(scenario, replications)
    if asked < 1 or first < 0 or (isinstance(jobs, int) and jobs < 0):
        raise ArgumentError(Sentence("replications must be at least 1, jobs and first at least 0"))
    check_tables(tables)
    own = dict(own_tables or {})
    check_own_tables(list(own))
    began = time.perf_counter()
    plan = scenario if isinstance(scenario, Plan) else build_plan(scenario)
    require_consistent(plan)
    engine = choose(engine)
    logs = {"first": int(first == 0), "all": asked, "none": 0}[journeys]
    refuse_beyond_memory(source, plan, min(_processes(jobs), asked), logs)
    built = time.perf_counter() - began
    quantities = _resolved(plan, [*_targets(source), *measures])
    work = partial(replicate, journeys=journeys, tables=tables, asked=quantities, own=own)
    numbers = range(first, first + asked)
    sets = ParameterSets(source, plan)
    return _Simulation(source, sets, engine, numbers, jobs, work, workloads, began, built).run(
        on_done
    )


def _asked(scenario: Scenario | Plan, replications: int | None) -> tuple[int, Scenario | None]:
    """Return the number of replications, and the scenario if there is one."""
    if isinstance(scenario, Plan):
        if replications is None:
            raise ArgumentError(
                Sentence("run(): a plan does not say how many replications; name a number")
            )
        return replications, None
    return scenario.model.run.replications if replications is None else replications, scenario


def _targets(scenario: Scenario | None) -> list[Quantity]:
    """Return the quantities of the scenario's targets."""
    return [] if scenario is None else asked_of(scenario.model)


def _processes(jobs: int | WorkerPool) -> int:
    return jobs.count if isinstance(jobs, WorkerPool) else jobs or cores()


def _resolved(plan: Plan, asked: Sequence[Quantity | str]) -> tuple[Quantity, ...]:
    """Read quantities, and look up the places that they name in a plan."""
    known = names_of(plan)
    quantities = [q if isinstance(q, Quantity) else Quantity.parse(q) for q in asked]
    return tuple(quantity.resolved(known) for quantity in quantities)


_Work = Callable[[Simulated, int], Replicated]


@dataclass(frozen=True)
class _Simulation:
    """Replications to simulate and measure; times in seconds.

    ``work`` is what a replication goes through; the run ``began`` at a reading of the clock, and
    its plan was ``built`` in so much time.
    """

    scenario: Scenario | None
    sets: ParameterSets
    engine: str
    numbers: Sequence[int]
    jobs: int | WorkerPool
    work: _Work
    workloads: WorkloadCache | None
    began: float
    built: float

    def run(self, on_done: Callable[[int], None] | None) -> Results | PlanResults:
        """Run the replications; a failure is raised with the results of those before it."""
        done: dict[int, Replicated] = {}
        late: list[Replicated] = []
        failure = None
        with Interrupts() as interrupts:
            interrupted = False
            try:
                numbers = self.sets.numbers(self.numbers)
                outcomes = _outcomes(
                    self.work, self.sets, self.engine, numbers, self.jobs, late, self.workloads
                )
                with closing(outcomes), interrupts.allowed():
                    for outcome in outcomes:
                        done[outcome.replication] = outcome
                        if on_done is not None and is_replication(outcome.replication):
                            on_done(outcome.replication)
            except KeyboardInterrupt:
                interrupted = True
            except RunError as error:
                failure = error
            done |= {outcome.replication: outcome for outcome in late}
            results = self._gathered(done, interrupted or interrupts.heard > 0)
        if failure is not None:
            failure.results = results
            raise failure
        return results

    def _gathered(self, done: dict[int, Replicated], interrupted: bool) -> Results | PlanResults:
        """Put finished replications in order, then the further runs of sets."""
        whole = sorted(number for number in done if is_replication(number))
        further = [other for number in whole for other in further_runs(number) if other in done]
        ordered = [done[number] for number in (*whole, *further)]
        tables = stack([(outcome.replication, outcome.tables) for outcome in ordered])
        if self.sets.uncertain and whole:
            tables[SETS] = self.sets.table(whole)
        phases = ("draw", "simulate", "measure")
        results = PlanResults(
            plan=self.sets.base,
            engine=self.engine,
            asked=len(self.numbers),
            replications=tuple(whole),
            tables=tables,
            journeys={o.replication: o.journeys for o in ordered if o.journeys is not None},
            timings={
                "build": self.built,
                **{phase: sum(o.timings[phase] for o in ordered) for phase in phases},
                "wall": time.perf_counter() - self.began,
            },
            interrupted=interrupted,
        )
        if self.scenario is None:
            return results
        return Results(scenario=self.scenario, **vars(results))


def _outcomes(
    work: _Work,
    sets: ParameterSets,
    engine: str,
    numbers: Sequence[int],
    jobs: int | WorkerPool,
    late: list[Replicated],
    drawn: WorkloadCache | None = None,
) -> Generator[Replicated, None, None]:
    """Yield replications as they finish; RunError at the first failure.

    Those that finish after the caller has stopped go to ``late``.
    """
    if isinstance(jobs, int):
        with WorkerPool(jobs) as workers:
            yield from _outcomes(work, sets, engine, numbers, workers, late, drawn)
        return
    count = min(jobs.count, len(numbers))
    expected = -(-len(numbers) // count)
    expect(sets.base, expected)
    if count > 1:
        some = partial(_some, work, engine, expected)
        yield from _in_processes(some, _parts(sets, numbers, engine, count), count, jobs, late)
        return
    for plan, several in sets.groups(numbers):
        simulated = Simulated(plan, engine, several, growing=True, workloads=drawn)
        for replication in several:
            try:
                outcome = work(simulated, replication)
            except Exception as error:
                raise _failed(replication, error) from error
            yield outcome


_Part = tuple[Plan, Sequence[int]]
"""A plan, and some of its replications."""


def _parts(sets: ParameterSets, numbers: Sequence[int], engine: str, count: int) -> Iterator[_Part]:
    """Yield what ``count`` processes do, in the order in which they begin it."""
    for plan, several in sets.groups(numbers):
        most = replications_together(plan, engine)
        jobs = 1 if sets.uncertain else count  # the processes share the sets
        for share in shares(several, most, jobs):
            yield plan, share


@dataclass(frozen=True)
class _Done:
    """Replications that a process has finished, and the failure that stopped it."""

    finished: list[Replicated]
    failure: Exception | None = None


def _some(work: _Work, engine: str, expected: int, plan: Plan, numbers: Sequence[int]) -> _Done:
    """Run some of the replications expected of a process, up to the first failure."""
    expect(plan, expected)
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
    some: Callable[[Plan, Sequence[int]], _Done],
    parts: Iterator[_Part],
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
            running.update((workers.submit(some, *part), part[1]) for part in islice(parts, count))
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done = _received(future, running[future], workers)
                late += done.finished  # until the caller has them
                share = running.pop(future)
                running.update((workers.submit(some, *part), part[1]) for part in islice(parts, 1))
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
    """Return what a process has sent; raise why it has sent nothing."""
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _process_lost(share[0], workers.began) from error
    except Exception as error:
        raise _failed(share[0], error) from error


def _failed(replication: int, error: Exception) -> Exception:
    """Name the replication; what the engine refuses is no fault of a replication."""
    if isinstance(error, EngineError):
        return error
    reason = Sentence("{kind}: {error}", kind=type(error).__name__, error=error)
    return RunError(
        Sentence(
            "replication {replication} failed: {reason}", replication=replication, reason=reason
        ),
        replication,
    )


def _process_lost(replication: int, began: bool) -> RunError:
    """Name the likely cause of a killed process; ``began``: whether any of them could work."""
    if not began:
        return RunError(Sentence("no process could begin: {guard}", guard=GUARD), replication)
    reason = Sentence("its process was killed, perhaps for want of memory; use fewer jobs")
    return RunError(
        Sentence(
            "replication {replication} failed: {reason}", replication=replication, reason=reason
        ),
        replication,
    )
