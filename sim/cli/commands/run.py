"""``langson run``: simulate, print, write."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.errors import MET, print_problems
from sim.cli.inputs import asked_in, load_all

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.cli.output import Written
    from sim.cli.session import Session
    from sim.compare import Check
    from sim.errors import Problem
    from sim.scenario import Scenario

__all__ = ["run"]


class Engine(StrEnum):
    """Engine that simulates."""

    auto = "auto"
    des = "des"
    core = "core"


class Keep(StrEnum):
    """Whose event logs to keep."""

    first = "first"
    all = "all"
    none = "none"


@options.with_options
def run(
    files: options.Files,
    *,
    request: options.Simulation,
    engine: Annotated[Engine, typer.Option(help="How to simulate.")] = Engine.auto,
    pilot: Annotated[
        bool,
        typer.Option("--check-warm-up", help="First see, by a pilot, if the warm-up is enough."),
    ] = False,
    journeys: Annotated[Keep, typer.Option(help="Whose event logs to keep.")] = Keep.first,
    output: options.Output,
) -> None:
    """Run scenarios and print the 20:00 bulletin, the waits and the differences.

    The others are compared with the first, vehicle by vehicle on the same random numbers.
    Ctrl-C keeps the replications that have finished.
    """
    from sim.cli.output import print_then_draw, write_output
    from sim.cli.session import simulated

    request = replace(request, engine=engine.value, journeys=journeys.value)
    scenarios, asked = _prepared(files, request, output, pilot=pilot)
    with simulated(scenarios, request, output, asked) as (session, interrupts):
        written, drawings = write_output(session.finished, output)
        outcome = _outcome(session, scenarios, request, output)
        answer, close = partial(_answer, outcome, output), partial(_close, outcome, written, output)
        print_then_draw(written, drawings, interrupts, output, answer=answer, close=close)
    met = MET if any(check.met for check in outcome.checks) else 0
    raise typer.Exit(session.code or written.code or met)


def _prepared(
    files: Sequence[Path],
    request: options.RunOptions,
    output: options.OutputOptions,
    *,
    pilot: bool,
) -> tuple[list[Scenario], list[Quantity]]:
    """Load the scenarios and the quantities to keep, and print what is known of the scenarios.

    With ``pilot`` it is said whether their warm-ups are long enough.
    """
    from sim.cli.run_display import print_header
    from sim.results import prepare

    scenarios = load_all(files, request.settings, request.inputs)
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    asked = asked_in(scenarios, request)
    prepare(output.out, [scenario.name for scenario in scenarios])
    if output.form is options.Form.tables:
        with suppress(OSError):  # stdout that fails here fails again once all is kept
            print_header(scenarios, output.messages)
    if pilot:
        from sim.cli.warmup import check_warm_up

        check_warm_up(scenarios, files, request, output.messages)
    return scenarios, asked


@dataclass(frozen=True)
class _Outcome:
    """Outcome of a run: results, conditions, overload warnings, and quantities asked for."""

    session: Session
    scenarios: Sequence[Scenario]
    checks: Sequence[Check]
    notices: Sequence[Problem]
    asked: Sequence[Quantity]


def _outcome(
    session: Session,
    scenarios: Sequence[Scenario],
    request: options.RunOptions,
    output: options.OutputOptions,
) -> _Outcome:
    """Check conditions and overloads of what has finished."""
    from sim.cli.outcomes import check_results, overload_warnings
    from sim.compare import scenario_results

    checks = check_results(request.conditions, session.finished)
    samples = [scenario_results(results) for results in session.finished]
    notices = overload_warnings(samples, output.messages)
    return _Outcome(session, scenarios, checks, notices, request.measures)


def _answer(outcome: _Outcome, output: options.OutputOptions) -> None:
    """Print the bulletin, the waits and the differences of a run that is safe in its folder."""
    from sim.cli.outcomes import print_checks, print_precision, print_targets, warn_of_overloads
    from sim.cli.run_display import print_tables
    from sim.compare import scenario_results

    session, messages = outcome.session, output.messages
    session.print_trouble()
    if output.form is options.Form.tables and session.finished:
        print_tables(session.finished, messages, outcome.asked)
        samples = [scenario_results(results) for results in session.finished]
        print_targets(samples, messages)
        print_precision(session.precision, samples, messages)
        if outcome.checks:
            print_checks(outcome.checks, messages)
    warn_of_overloads(outcome.notices, messages)


def _close(outcome: _Outcome, written: Written, output: options.OutputOptions) -> None:
    """Print where everything is, once it is drawn; or all of it as JSON."""
    from sim.cli.run_display import print_json, print_where

    session, messages = outcome.session, output.messages
    written.print_trouble(messages)
    if output.form is options.Form.json:
        warnings = [str(problem) for scenario in outcome.scenarios for problem in scenario.warnings]
        warnings += [problem.message for problem in outcome.notices] + written.trouble
        print_json(session.finished, written.folder, warnings, outcome.checks, session.precision)
    elif written.folder is not None:
        print_where(session.finished, written, messages, bare=output.form is options.Form.folder)
