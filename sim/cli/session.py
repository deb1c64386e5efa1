"""Run scenarios in turn, with progress bars, and keep the results that have finished."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.cli.console import progress_bars, say
from sim.cli.errors import FAILED, print_trace
from sim.errors import RunError
from sim.interrupts import INTERRUPTED
from sim.messages import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import Progress, TaskID

    from sim.catalogue import Quantity
    from sim.cli.options import OutputOptions, RunOptions
    from sim.compare import Best, PrecisionResult
    from sim.interrupts import Interrupts
    from sim.messages import Messages
    from sim.processes import WorkerPool
    from sim.results import Results
    from sim.scenario import Scenario

__all__ = ["Session", "simulate_all", "simulated"]


@dataclass
class Session:
    """Outcome of simulating scenarios.

    ``finished`` are the scenarios with at least one replication done; ``trouble`` is what
    went wrong, ``failure`` its cause if that is no interrupt, ``code`` the exit code, and
    ``precision`` how a precision that was asked for ended, ``best`` a sequential choice.
    """

    finished: list[Results] = field(default_factory=list)
    trouble: str = ""
    failure: RunError | None = None
    code: int = 0
    precision: PrecisionResult | None = None
    best: Best | None = None

    def print_trouble(self) -> None:
        """Print errors of the session on stderr."""
        if self.trouble:
            say(self.trouble, err=True)
        if self.failure is not None:
            print_trace(self.failure)


@contextmanager
def simulated(
    scenarios: Sequence[Scenario],
    options: RunOptions,
    output: OutputOptions,
    asked: Sequence[Quantity],
) -> Iterator[tuple[Session, Interrupts]]:
    """Simulate scenarios; within the block requests to end are held back.

    What has finished is written there. A request that ended the simulation has been obeyed and
    is forgotten.
    """
    from sim.interrupts import Interrupts

    with Interrupts() as interrupts:
        bars = not output.quiet
        session = simulate_all(scenarios, options, output.messages, bars=bars, asked=asked)
        if session.code:
            interrupts.clear()
        yield session, interrupts


def simulate_all(
    scenarios: Sequence[Scenario],
    options: RunOptions,
    messages: Messages,
    *,
    bars: bool = True,
    asked: Sequence[Quantity] = (),
) -> Session:
    """Run each scenario, all in the same processes; the first failure or Ctrl-C ends the session.

    ``bars`` asks for progress bars; they appear on a terminal only. With a goal of precision all
    are run as many times as it takes; ``asked`` is kept beside the standard measures.
    """
    from sim.processes import WorkerPool

    session = Session()
    with progress_bars(bars) as progress, WorkerPool(options.jobs) as workers:
        simulation = _Simulation(session, options, asked, workers, progress, messages)
        if options.goal is not None:
            from sim.compare import run_to_precision

            every, session.precision = run_to_precision(scenarios, options.goal, simulation.run)
            session.finished = [results for results in every if results.replications]
            return session
        if options.choice is not None:
            from sim.compare import run_to_best

            every, session.best = run_to_best(scenarios, *options.choice, simulation.run)
            session.finished = [results for results in every if results.replications]
            return session
        for scenario in scenarios:
            results = simulation.run(scenario, 0, scenario.model.run.replications)
            if results.replications:
                session.finished.append(results)
            if session.code:
                break
    return session


@dataclass
class _Simulation:
    """Runs scenarios in the same processes, shows progress, and notes trouble in the session."""

    session: Session
    options: RunOptions
    asked: Sequence[Quantity]
    workers: WorkerPool
    progress: Progress
    messages: Messages
    tasks: dict[Scenario, TaskID] = field(default_factory=dict)

    def run(self, scenario: Scenario, first: int, count: int) -> Results:
        """Run ``count`` replications of a scenario, numbered from ``first``."""
        from sim.runs import run

        if scenario not in self.tasks:
            self.tasks[scenario] = self.progress.add_task(scenario.name, total=count)
        task = self.tasks[scenario]
        self.progress.update(task, total=first + count)
        try:
            results = run(
                scenario,
                count,
                first=first,
                jobs=self.workers,
                engine=self.options.engine,
                journeys=self.options.journeys,
                measures=self.asked,
                on_done=lambda _: self.progress.advance(task),
            )
        except RunError as error:
            self.session.code, self.session.failure = FAILED, error
            self.session.trouble = self.messages.text(
                "run.failed",
                name=scenario.name,
                reason=printable(self.messages.translated(error.message)),
            )
            kept: Results = error.results
            return kept
        if results.interrupted:
            self.session.code = INTERRUPTED
            self.session.trouble = self.messages.text(
                "run.interrupted",
                name=scenario.name,
                done=first + len(results.replications),
                n=first + results.asked,
            )
        return results
