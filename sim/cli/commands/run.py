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
from sim.cli.console import print_safely
from sim.cli.errors import MET, print_problems
from sim.cli.inputs import asked_in, load_all

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.cli.output import Kept
    from sim.cli.session import Session
    from sim.compare import Check
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
    from sim.cli.outcomes import check_results
    from sim.cli.output import Kept, keep
    from sim.cli.run_display import print_header
    from sim.cli.session import simulate_all
    from sim.compare import Condition, Goal
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
        kept = Kept()
        if session.finished:
            kept = keep(session.finished, out, interrupts, language, figures=figures, report=report)
        checks = check_results(conditions, session.finished)
        tell = partial(_tell, session, scenarios, kept, form, language, checks, shown)
        print_safely(kept.folder, interrupts, language, tell)
    raise typer.Exit(session.code or kept.code or (MET if any(c.met for c in checks) else 0))


def _tell(
    session: Session,
    scenarios: list[Scenario],
    kept: Kept,
    form: options.Form,
    words: Words,
    checks: Sequence[Check],
    asked: Sequence[Quantity],
) -> None:
    """Print what came of a run, once it is safe in its folder."""
    from sim.cli.outcomes import (
        overload_warnings,
        print_checks,
        print_reached,
        print_targets,
        warn_of_overloads,
    )
    from sim.cli.run_display import print_json, print_tables, print_where
    from sim.compare import sample

    samples = [sample(results) for results in session.finished]
    session.print_trouble()
    kept.print_trouble(words)
    if form is options.Form.tables and session.finished:
        print_tables(session.finished, words, asked)
        print_targets(samples, words)
        print_reached(session.reached, words)
        if checks:
            print_checks(checks, words)
    notices = overload_warnings(samples, words)
    warn_of_overloads(notices, words)
    if form is options.Form.json:
        warnings = [str(problem) for scenario in scenarios for problem in scenario.warnings]
        warnings += [problem.message for problem in notices] + kept.trouble
        print_json(session.finished, kept.folder, warnings, checks, session.reached)
    elif kept.folder is not None:
        print_where(session.finished, kept, words, bare=form is options.Form.folder)
