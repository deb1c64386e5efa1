"""Run scenarios one after the other, with progress bars, and keep what had finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sim.cli.console import progress_bars, say
from sim.cli.errors import FAILED, INTERRUPTED, print_trace
from sim.errors import RunError
from sim.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress, TaskID

    from sim.catalogue import Quantity
    from sim.compare import Goal, Reached
    from sim.processes import Workers
    from sim.results import Results
    from sim.runs import Keep
    from sim.scenario import Scenario
    from sim.words import Words

__all__ = ["Session", "simulate_all"]


@dataclass
class Session:
    """What came of a command.

    ``finished`` are the scenarios with at least one replication done; ``trouble`` is what
    went wrong, ``failure`` its cause if that is no interrupt, ``code`` the exit code, and
    ``reached`` how a goal of precision ended.
    """

    finished: list[Results] = field(default_factory=list)
    trouble: str = ""
    failure: RunError | None = None
    code: int = 0
    reached: Reached | None = None

    def print_trouble(self) -> None:
        """Say on stderr what went wrong, if anything did."""
        if self.trouble:
            say(self.trouble, err=True)
        if self.failure is not None:
            print_trace(self.failure)


def simulate_all(
    scenarios: Sequence[Scenario],
    *,
    jobs: int,
    engine: str,
    journeys: Keep,
    bars: bool,
    words: Words,
    goal: Goal | None = None,
    asked: Sequence[Quantity] = (),
) -> Session:
    """Run each scenario, all in the same processes; the first failure or Ctrl-C ends the session.

    ``bars`` asks for progress bars; they appear on a terminal only. With a ``goal`` all are
    run as many times as it takes; ``asked`` is kept beside the standard measures.
    """
    from sim.processes import Workers

    session = Session()
    with progress_bars(bars) as progress, Workers(jobs) as workers:
        run = partial(_simulate, session, progress, {}, words, workers, engine, journeys, asked)
        if goal is not None:
            from sim.compare import run_to_precision

            found, session.reached = run_to_precision(scenarios, goal, run)
            session.finished = [results for results in found if results.replications]
            return session
        for scenario in scenarios:
            results = run(scenario, 0, scenario.model.run.replications)
            if results.replications:
                session.finished.append(results)
            if session.code:
                break
    return session


def _simulate(
    session: Session,
    progress: Progress,
    tasks: dict[Scenario, TaskID],
    words: Words,
    workers: Workers,
    engine: str,
    journeys: Keep,
    asked: Sequence[Quantity],
    scenario: Scenario,
    first: int,
    count: int,
) -> Results:
    """Run replications of one scenario and note trouble in the session."""
    from sim.runs import run

    if scenario not in tasks:
        tasks[scenario] = progress.add_task(scenario.name, total=count)
    task = tasks[scenario]
    progress.update(task, total=first + count)
    try:
        results = run(
            scenario,
            count,
            first=first,
            jobs=workers,
            engine=engine,
            journeys=journeys,
            measures=asked,
            on_done=lambda _: progress.advance(task),
        )
    except RunError as error:
        session.code, session.failure = FAILED, error
        session.trouble = f"error: {scenario.name}: {printable(str(error))}"
        kept: Results = error.results
        return kept
    if results.interrupted:
        session.code = INTERRUPTED
        session.trouble = words.text(
            "run.interrupted",
            name=scenario.name,
            done=first + len(results.replications),
            n=first + results.asked,
        )
    return results
