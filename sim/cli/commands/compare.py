"""``langson compare``: scenarios or results of earlier runs against the first of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.cli import options
from sim.cli.console import print_folder, say, show_json
from sim.cli.errors import FAILED, MET, print_problems
from sim.cli.inputs import asked_in, load_all
from sim.cli.session import simulate_all

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.cli.output import Drawing, Kept
    from sim.cli.session import Session
    from sim.compare import Best, Check, Comparison, Reached, Sample
    from sim.errors import Problem
    from sim.interrupts import Interrupts
    from sim.words import Words

__all__ = ["compare"]

FORMAT = 1


def compare(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT", help="Scenario files, names, or results folders."),
    ],
    replications: options.Replications = None,
    days: options.Days = None,
    year: options.Year = None,
    jobs: options.Jobs = 1,
    seed: options.Seed = None,
    settings: options.Settings = None,
    precision: options.Precision = None,
    half_widths: options.HalfWidths = None,
    measures: options.Measures = None,
    fail_if: options.FailIf = None,
    best_by: Annotated[
        str | None,
        typer.Option(
            "--best",
            metavar="MEASURE",
            help="Choose the best by this, as in wait.mean, and say what is sure of it.",
        ),
    ] = None,
    out: options.Out = Path("results"),
    figures: options.Figures = True,
    report: options.Report = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    lang: options.Lang = options.Language.en,
) -> None:
    """Compare scenarios with the first: differences, their intervals, the gain of pairing.

    Scenario files are run; results folders are read (one of several scenarios stands for all
    in it). The first scenario is the yardstick, and --fail-if does not apply to it.
    """
    from sim.catalogue import Quantity
    from sim.cli.outcomes import overload_warnings
    from sim.cli.output import answer_first, keep
    from sim.compare import Condition, Goal, best, check_all, compare_runs
    from sim.compare.best import require_merit
    from sim.interrupts import Interrupts
    from sim.report.text.summary import distinct_titles
    from sim.results import prepare
    from sim.results.folder import reading
    from sim.words import words

    conditions = [Condition.parse(text) for text in fail_if or []]
    goal = Goal.parse(precision, measures or [], half_widths or [], replications)
    wanted = None if best_by is None else Quantity.parse(best_by)
    if wanted is not None:
        require_merit(wanted)
    given = options.chosen(settings, replications=replications, days=days, year=year, seed=seed)
    language = words(lang)
    stored = {path: _opened(path) for path in inputs if path.is_dir()}
    scenarios = load_all([path for path in inputs if path not in stored], given)
    if stored and (goal is not None or (given and not scenarios)):
        wrong = "no precision can be asked of them" if goal else "nothing in them can be set"
        raise typer.BadParameter(f"results folders are finished: {wrong}")
    if len(scenarios) + sum(len(found) for found in stored.values()) < 2:
        raise typer.BadParameter("give at least two scenario files or results folders")
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    shown = [Quantity.parse(text) for text in measures or []]
    asked = asked_in(scenarios, conditions, goal, shown if wanted is None else [*shown, wanted])
    prepare(out, [scenario.name for scenario in scenarios])
    form = options.form(as_json=as_json, quiet=quiet)
    with Interrupts() as interrupts:
        session = simulate_all(
            scenarios,
            jobs=jobs,
            engine="auto",
            journeys="first",
            bars=not quiet,
            words=language,
            goal=goal,
            asked=asked,
        )
        if session.code:
            interrupts.clear()
        write = partial(keep, session.finished, out, language)
        wanted_files = {"figures": figures, "report": report}
        samples = _in_order(inputs, stored, session)
        if len(samples) < 2:
            _keep_alone(session, partial(write, **wanted_files), interrupts, language)
        with reading(next(iter(stored))) if stored else nullcontext():
            comparison = compare_runs(samples, distinct_titles(samples, language))
        facts = {"name": comparison.samples[-1].name, "compared": _sources(comparison)}
        kept, drawings = write(comparison=comparison, facts=facts, **wanted_files)
        checks = check_all(conditions, comparison.samples[1:], comparison.names[1:])
        choice = None if wanted is None else best(comparison.samples, wanted)
        notices = overload_warnings(comparison.samples, language)
        outcome = comparison, checks, choice, session.reached
        answer_first(
            kept,
            drawings,
            interrupts,
            language,
            answer=partial(_answer, session, *outcome, notices, shown, form, language),
            close=partial(_close, *outcome, notices, kept, form, language),
            bars=not quiet,
        )
    raise typer.Exit(session.code or kept.code or (MET if any(c.met for c in checks) else 0))


def _keep_alone(
    session: Session,
    write: Callable[[], tuple[Kept, list[Drawing]]],
    interrupts: Interrupts,
    words: Words,
) -> NoReturn:
    """Write what had finished where there is nothing to compare it with, and leave."""
    from sim.cli.output import adorn

    kept, drawings = write() if session.finished else (None, [])
    session.print_trouble()
    if kept is not None:
        adorn(kept, interrupts, drawings)
        kept.print_trouble(words)
        say(kept.folder) if kept.folder is not None else None
    raise typer.Exit(session.code or FAILED)


def _opened(path: Path) -> Sequence[Sample]:
    """All scenarios of a results folder."""
    from sim.compare import sample
    from sim.results import open_all

    return [sample(stored) for stored in open_all(path)]


def _in_order(
    inputs: Sequence[Path], stored: Mapping[Path, Sequence[Sample]], session: Session
) -> list[Sample]:
    """All scenarios as the command line names them; those that did not finish are missing."""
    from sim.compare import sample

    fresh = iter(session.finished)
    samples: list[Sample] = []
    for path in inputs:
        samples += stored[path] if path in stored else map(sample, islice(fresh, 1))
    return samples


def _sources(comparison: Comparison) -> list[dict[str, Any]]:
    """Where each scenario comes from, the yardstick first."""
    return [
        {
            "name": one.name,
            "title": name,
            "folder": None if one.folder is None else str(one.folder),
            "seed": one.seed,
            "start": one.start.isoformat(),
            "days": one.days,
            "replications": len(one.replications),
        }
        for name, one in zip(comparison.names, comparison.samples, strict=True)
    ]


def _answer(
    session: Session,
    comparison: Comparison,
    checks: Sequence[Check],
    choice: Best | None,
    reached: Reached | None,
    notices: Sequence[Problem],
    asked: Sequence[Quantity],
    form: options.Form,
    words: Words,
) -> None:
    """Print the differences, once they are safe in a folder."""
    from sim.cli.differences import print_comparison
    from sim.cli.outcomes import (
        print_best,
        print_checks,
        print_reached,
        print_targets,
        warn_of_overloads,
    )
    from sim.cli.requested import print_asked_changes

    session.print_trouble()
    warn_of_overloads(notices, words)
    if form is options.Form.tables:
        print_comparison(comparison, words)
        print_asked_changes(comparison, asked, words)
        print_best(choice, comparison.names, words)
        print_targets(comparison.samples, words)
        print_reached(reached, words)
        if checks:
            print_checks(checks, words)


def _close(
    comparison: Comparison,
    checks: Sequence[Check],
    choice: Best | None,
    reached: Reached | None,
    notices: Sequence[Problem],
    kept: Kept,
    form: options.Form,
    words: Words,
) -> None:
    """Print where everything is, once it is drawn; or all of it as JSON."""
    from sim.cli.outcomes import plain_best, plain_check, plain_reached
    from sim.report.text.notices import caveats

    kept.print_trouble(words)
    if form is options.Form.json:
        content = {
            "format": FORMAT,
            "folder": None if kept.folder is None else str(kept.folder),
            "scenarios": _sources(comparison),
            "level": comparison.level,
            "comparison": comparison.table.to_dicts(),
            "checks": [plain_check(check) for check in checks],
            "best": plain_best(choice, comparison.names),
            "precision": plain_reached(reached),
            "warnings": [
                *caveats(comparison, words),
                *(problem.message for problem in notices),
                *kept.trouble,
            ],
        }
        show_json(content)
    elif form is options.Form.folder:
        say(kept.folder) if kept.folder is not None else None
    else:
        print_folder(kept.folder)
