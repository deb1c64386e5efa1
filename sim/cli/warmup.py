"""``langson run --check-warm-up``: a pilot says whether the stated warm-up is long enough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.console import say, to_stderr
from sim.cli.errors import print_problems
from sim.cli.inputs import load_all
from sim.errors import Problem
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.cli.options import RunOptions
    from sim.compare import WarmUpAssessment
    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["check_warm_up"]

#: Replications of a pilot.
_PILOTS = 8


def check_warm_up(
    scenarios: Sequence[Scenario],
    files: Sequence[Path],
    options: RunOptions,
    messages: Messages,
) -> None:
    """Run a pilot of each scenario and say on stderr whether its warm-up will do.

    ``files`` are those that the scenarios were loaded from.
    """
    from sim.compare import PILOT, assess_warm_up
    from sim.processes import WorkerPool
    from sim.runs import run

    pilots = load_all(files, [*options.settings, "run.warm_up=0 days", f"run.days={PILOT}"])
    with WorkerPool(options.jobs) as workers:
        for scenario, pilot in zip(scenarios, pilots, strict=True):
            with to_stderr().status(messages.text("warm_up.working", scenario=scenario.name)):
                results = run(pilot, _PILOTS, jobs=workers, journeys="none")
            if len(results.replications) < _PILOTS:
                raise KeyboardInterrupt
            _say(assess_warm_up(results, scenario.model.run.warm_up), scenario, messages)


def _say(assessment: WarmUpAssessment, scenario: Scenario, messages: Messages) -> None:
    """Say what a pilot found."""
    sentence = messages.text(
        f"warm_up.{_kind(assessment)}",
        scenario=scenario.name,
        stated=messages.duration(scenario.model.run.warm_up),
        point=messages.text("duration.days", n=assessment.point or 0),
        days=messages.text("duration.days", n=assessment.days),
        n=assessment.replications,
        batch=str(assessment.batch),
    )
    if assessment.too_short:
        print_problems([Problem("warm-up", Sentence(sentence), level="warning")])
    else:
        say(sentence, err=True)


def _kind(assessment: WarmUpAssessment) -> str:
    if not assessment.too_short:
        return "enough"
    return "never" if assessment.point is None else "short"
