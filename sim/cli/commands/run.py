"""``langson run``: simulate, print, write."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
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
    from sim.cli.output import Kept
    from sim.cli.session import Session
    from sim.compare import Check
    from sim.errors import Problem
    from sim.scenario import Scenario
    from sim.words import Words

__all__ = ["run"]


class Engine(StrEnum):
    """How to simulate."""

    auto = "auto"
    des = "des"
    core = "core"


class Keep(StrEnum):
    """Whose event logs to keep."""

    first = "first"
    all = "all"
    none = "none"


def run(
    files: options.Files,
    replications: options.Replications = None,
    days: options.Days = None,
    year: options.Year = None,
    jobs: options.Jobs = 1,
    seed: options.Seed = None,
    settings: options.Settings = None,
    engine: Annotated[Engine, typer.Option(help="How to simulate.")] = Engine.auto,
    precision: options.Precision = None,
    half_widths: options.HalfWidths = None,
    measures: options.Measures = None,
    pilot: Annotated[
        bool,
        typer.Option("--check-warm-up", help="First see, by a pilot, if the warm-up is enough."),
    ] = False,
    fail_if: options.FailIf = None,
    out: options.Out = Path("results"),
    journeys: Annotated[Keep, typer.Option(help="Whose event logs to keep.")] = Keep.first,
    figures: options.Figures = True,
    report: options.Report = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    lang: options.Lang = options.Language.en,
) -> None:
    """Run scenarios and print the 20:00 bulletin, the waits and the differences.

    The others are compared with the first, vehicle by vehicle on the same random numbers.
    Ctrl-C keeps the replications that have finished.
    """
    from sim.catalogue import Quantity
    from sim.cli.outcomes import check_results, overload_warnings
    from sim.cli.output import Drawing, Kept, answer_first, keep
    from sim.cli.run_display import print_header
    from sim.cli.session import simulate_all
    from sim.compare import Condition, Goal, sample
    from sim.interrupts import Interrupts
    from sim.results import prepare
    from sim.words import words

    conditions = [Condition.parse(text) for text in fail_if or []]
    goal = Goal.parse(precision, measures or [], half_widths or [], replications)
    given = options.chosen(settings, replications=replications, days=days, year=year, seed=seed)
    scenarios = load_all(files, given)
    language = words(lang)
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    shown = [Quantity.parse(text) for text in measures or []]
    asked = asked_in(scenarios, conditions, goal, shown)
    prepare(out, [scenario.name for scenario in scenarios])
    form = options.form(as_json=as_json, quiet=quiet)
    if form is options.Form.tables:
        with suppress(OSError):  # stdout that fails here fails again once all is kept
            print_header(scenarios, language)
    if pilot:
        from sim.cli.warmup import check_warm_up

        check_warm_up(scenarios, files, given, jobs, language)
    with Interrupts() as interrupts:
        session = simulate_all(
            scenarios,
            jobs=jobs,
            engine=engine.value,
            journeys=journeys.value,
            bars=not quiet,
            words=language,
            goal=goal,
            asked=asked,
        )
        if session.code:
            interrupts.clear()
        kept, drawings = Kept(), list[Drawing]()
        if session.finished:
            kept, drawings = keep(session.finished, out, language, figures=figures, report=report)
        checks = check_results(conditions, session.finished)
        notices = overload_warnings([sample(results) for results in session.finished], language)
        answer_first(
            kept,
            drawings,
            interrupts,
            language,
            answer=partial(_answer, session, form, language, checks, notices, shown),
            close=partial(_close, session, scenarios, kept, form, language, checks, notices),
            bars=not quiet,
        )
    raise typer.Exit(session.code or kept.code or (MET if any(c.met for c in checks) else 0))


def _answer(
    session: Session,
    form: options.Form,
    words: Words,
    checks: Sequence[Check],
    notices: Sequence[Problem],
    asked: Sequence[Quantity],
) -> None:
    """Print the bulletin, the waits and the differences of a run that is safe in its folder."""
    from sim.cli.outcomes import print_checks, print_reached, print_targets, warn_of_overloads
    from sim.cli.run_display import print_tables
    from sim.compare import sample

    session.print_trouble()
    if form is options.Form.tables and session.finished:
        print_tables(session.finished, words, asked)
        print_targets([sample(results) for results in session.finished], words)
        print_reached(session.reached, words)
        if checks:
            print_checks(checks, words)
    warn_of_overloads(notices, words)


def _close(
    session: Session,
    scenarios: list[Scenario],
    kept: Kept,
    form: options.Form,
    words: Words,
    checks: Sequence[Check],
    notices: Sequence[Problem],
) -> None:
    """Print where everything is, once it is drawn; or all of it as JSON."""
    from sim.cli.run_display import print_json, print_where

    kept.print_trouble(words)
    if form is options.Form.json:
        warnings = [str(problem) for scenario in scenarios for problem in scenario.warnings]
        warnings += [problem.message for problem in notices] + kept.trouble
        print_json(session.finished, kept.folder, warnings, checks, session.reached)
    elif kept.folder is not None:
        print_where(session.finished, kept, words, bare=form is options.Form.folder)
