"""``langson run``: simulate, print, write."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, StrEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.errors import print_problems
from sim.cli.options import (
    Days,
    Files,
    Jobs,
    Lang,
    Language,
    Replications,
    Settings,
    Year,
)
from sim.cli.screen import abandon_stdout
from sim.errors import Problem, ResultsError

if TYPE_CHECKING:
    from sim.cli.session import Session
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
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Root of all luck, else as the file.")
    ] = None,
    settings: Settings = None,
    engine: Annotated[Engine, typer.Option(help="How to simulate.")] = Engine.auto,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the results folder goes.")] = Path(
        "results"
    ),
    journeys: Annotated[Keep, typer.Option(help="Whose event logs to keep.")] = Keep.first,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw pictures.")] = True,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder.")] = False,
    lang: Lang = Language.en,
) -> None:
    """Run scenarios and print the 20:00 bulletin, the waits and the differences.

    The others are compared with the first, vehicle by vehicle on the same luck.
    Ctrl-C keeps the replications that have finished.
    """
    from sim.cli.report import keep, print_header
    from sim.cli.session import simulate_all
    from sim.results import prepare
    from sim.words import words

    own = {
        "run.replications": replications,
        "run.days": days,
        "run.year": year,
        "run.seed": seed,
    }
    given = [f"{path}={value}" for path, value in own.items() if value is not None]
    scenarios = load_all(files, [*(settings or []), *given])
    language = words(lang)
    for scenario in scenarios:
        print_problems(scenario.warnings)
    prepare(out)
    form = Form.json if as_json else Form.folder if quiet else Form.tables
    if form is Form.tables:
        with suppress(OSError):  # stdout that fails here fails again once all is kept
            print_header(scenarios, language)
    session = simulate_all(
        scenarios,
        jobs=jobs,
        engine=engine.value,
        journeys=journeys.value,
        bars=not quiet,
        words=language,
    )
    folder = keep(session.finished, out, figures, report, language) if session.finished else None
    try:
        _tell(session, scenarios, folder, form, language, figures=figures, report=report)
    except OSError as error:
        if folder is None or isinstance(error, BrokenPipeError):
            raise
        abandon_stdout()
        reason = f"cannot print: {error.strerror or error}"
        raise ResultsError(f"{reason}; the results are in {folder}") from error
    raise typer.Exit(session.code)


def _tell(
    session: Session,
    scenarios: list[Scenario],
    folder: Path | None,
    form: Form,
    words: Words,
    *,
    figures: bool,
    report: bool,
) -> None:
    """Print what came of a run, once it is safe in its folder."""
    from sim.cli.report import print_json, print_tables, print_where, warn_of_growth

    if session.trouble:
        typer.echo(session.trouble, err=True)
    if form is Form.tables and session.finished:
        print_tables(session.finished, words)
    notices = warn_of_growth(session.finished, words)
    print_problems(Problem("growing-queue", notice, level="warning") for notice in notices)
    if form is Form.json:
        warnings = [str(problem) for scenario in scenarios for problem in scenario.warnings]
        print_json(session.finished, folder, warnings + notices)
    elif folder is not None:
        bare = form is Form.folder
        print_where(session.finished, folder, words, figures=figures, report=report, bare=bare)


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
