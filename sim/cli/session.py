"""Run scenarios one after the other, with progress bars, and keep what had finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.cli.errors import FAILED, INTERRUPTED
from sim.cli.screen import to_stderr
from sim.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress

    from sim.results import Results
    from sim.runs import Keep
    from sim.scenario import Scenario
    from sim.words import Words

__all__ = ["Session", "simulate_all"]


@dataclass
class Session:
    """What came of a command.

    ``finished`` are the scenarios with at least one replication done; ``trouble`` is what
    went wrong, and ``code`` the exit code.
    """

    finished: list[Results] = field(default_factory=list)
    trouble: str = ""
    code: int = 0


def simulate_all(
    scenarios: Sequence[Scenario],
    *,
    jobs: int,
    engine: str,
    journeys: Keep,
    bars: bool,
    words: Words,
) -> Session:
    """Run each scenario; the first failure or Ctrl-C ends the session.

    ``bars`` asks for progress bars; they appear on a terminal only.
    """
    session = Session()
    with _progress(bars) as progress:
        for scenario in scenarios:
            results = _simulate(scenario, session, progress, words, jobs, engine, journeys)
            if results is not None and results.replications:
                session.finished.append(results)
            if session.code:
                break
    return session


def _simulate(
    scenario: Scenario,
    session: Session,
    progress: Progress,
    words: Words,
    jobs: int,
    engine: str,
    journeys: Keep,
) -> Results | None:
    """Run one scenario and note trouble in the session."""
    from sim.runs import run

    task = progress.add_task(scenario.name, total=scenario.model.run.replications)
    try:
        results = run(
            scenario,
            jobs=jobs,
            engine=engine,
            journeys=journeys,
            on_done=lambda _: progress.advance(task),
        )
    except RunError as error:
        session.code, session.trouble = FAILED, f"{scenario.name}: {error}"
        kept: Results | None = error.results
        return kept
    if results.interrupted:
        session.code = INTERRUPTED
        session.trouble = words.text(
            "run.interrupted",
            name=scenario.name,
            done=len(results.replications),
            n=results.asked,
        )
    return results


def _progress(bars: bool) -> Progress:
    """Bars like ``baseline-2025 ━━━━━━━━ 7/10 0:00:03``, gone when all is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = to_stderr()
    return Progress(
        TextColumn("  {task.description:<28}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not (bars and console.is_terminal),
    )
