"""``langson run``: simulate, print, write."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from enum import Enum, StrEnum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.errors import MET, print_problems
from sim.cli.options import (
    Days,
    FailIf,
    Figures,
    Files,
    HalfWidths,
    Jobs,
    Json,
    Lang,
    Language,
    Measures,
    Out,
    Precision,
    Quiet,
    Replications,
    Report,
    Seed,
    Settings,
    Year,
    chosen,
)
from sim.cli.screen import print_safely

if TYPE_CHECKING:
    from sim.cli.session import Session
    from sim.compare import Check, Condition, Goal
    from sim.scenario import Scenario
    from sim.words import Words

__all__ = ["Form", "check_gates", "load_all", "run"]


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


class Form(Enum):
    """What is printed at the end."""

    tables = auto()
    json = auto()
    folder = auto()


def run(
    files: Files,
    replications: Replications = None,
    days: Days = None,
    year: Year = None,
    jobs: Jobs = 1,
    seed: Seed = None,
    settings: Settings = None,
    engine: Annotated[Engine, typer.Option(help="How to simulate.")] = Engine.auto,
    precision: Precision = None,
    half_widths: HalfWidths = None,
    measures: Measures = None,
    pilot: Annotated[
        bool,
        typer.Option("--check-warm-up", help="First see, by a pilot, if the warm-up is enough."),
    ] = False,
    fail_if: FailIf = None,
    out: Out = Path("results"),
    journeys: Annotated[Keep, typer.Option(help="Whose event logs to keep.")] = Keep.first,
    figures: Figures = True,
    report: Report = True,
    as_json: Json = False,
    quiet: Quiet = False,
    lang: Lang = Language.en,
) -> None:
    """Run scenarios and print the 20:00 bulletin, the waits and the differences.

    The others are compared with the first, vehicle by vehicle on the same luck.
    Ctrl-C keeps the replications that have finished.
    """
    from sim.cli.report import check_results, keep, print_header
    from sim.cli.session import simulate_all
    from sim.compare import Condition, Goal
    from sim.results import prepare
    from sim.words import words

    conditions = [Condition.parse(text) for text in fail_if or []]
    goal = Goal.parse(precision, measures or [], half_widths or [], replications)
    given = chosen(settings, replications=replications, days=days, year=year, seed=seed)
    scenarios = load_all(files, given)
    language = words(lang)
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    for scenario in scenarios:
        check_gates(scenario, conditions, goal)
    prepare(out)
    form = Form.json if as_json else Form.folder if quiet else Form.tables
    if form is Form.tables:
        with suppress(OSError):  # stdout that fails here fails again once all is kept
            print_header(scenarios, language)
    if pilot:
        from sim.cli.warmup import check_warm_up

        check_warm_up(scenarios, files, given, jobs, language)
    session = simulate_all(
        scenarios,
        jobs=jobs,
        engine=engine.value,
        journeys=journeys.value,
        bars=not quiet,
        words=language,
        goal=goal,
    )
    checks = check_results(conditions, session.finished)
    folder = keep(session.finished, out, figures, report, language) if session.finished else None
    shown = {"figures": figures, "report": report}
    tell = partial(_tell, session, scenarios, folder, form, language, checks, **shown)
    print_safely(folder, tell)
    raise typer.Exit(session.code or (MET if any(check.met for check in checks) else 0))


def _tell(
    session: Session,
    scenarios: list[Scenario],
    folder: Path | None,
    form: Form,
    words: Words,
    checks: Sequence[Check],
    *,
    figures: bool,
    report: bool,
) -> None:
    """Print what came of a run, once it is safe in its folder."""
    from sim.cli.changes import (
        print_checks,
        print_reached,
        print_targets,
        unstable_queues,
        warn_of_unstable,
    )
    from sim.cli.report import print_json, print_tables, print_where
    from sim.compare import sample

    samples = [sample(results) for results in session.finished]
    if session.trouble:
        typer.echo(session.trouble, err=True)
    if form is Form.tables and session.finished:
        print_tables(session.finished, words)
        print_targets(samples, words)
        print_reached(session.reached, words)
        if checks:
            print_checks(checks, words)
    notices = unstable_queues(samples, words)
    warn_of_unstable(notices, words)
    if form is Form.json:
        warnings = [str(problem) for scenario in scenarios for problem in scenario.warnings]
        print_json(session.finished, folder, warnings + notices, checks, session.reached)
    elif folder is not None:
        bare = form is Form.folder
        print_where(session.finished, folder, words, figures=figures, report=report, bare=bare)


def check_gates(scenario: Scenario, conditions: Sequence[Condition], goal: Goal | None) -> None:
    """Raise MeasureError if an option names a gate that a scenario lacks."""
    asked = [condition.quantity for condition in conditions]
    for quantity in asked + (goal.asked() if goal is not None else []):
        quantity.check_gate(scenario.model.gates)


def load_all(files: list[Path], settings: list[str]) -> list[Scenario]:
    """Load all files before any complaint, so that one pass shows every mistake.

    Raises
    ------
    ScenarioError
        With the problems of all files.
    """
    from sim.errors import ScenarioError
    from sim.scenario import load

    scenarios, problems = [], []
    for file in files:
        try:
            scenarios.append(load(file, set=settings))
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ScenarioError(problems)
    return scenarios
