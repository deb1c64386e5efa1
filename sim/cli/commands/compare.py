"""``langson compare``: scenarios or results of earlier runs against the first of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.cli import options
from sim.cli.console import print_folder, say, show_json
from sim.cli.errors import FAILED, MET, BadParameter, print_problems
from sim.cli.inputs import asked_in, load_all
from sim.cli.session import simulated
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.cli.output import Written
    from sim.cli.session import Session
    from sim.compare import Best, Check, Comparison, ScenarioResults
    from sim.errors import Problem
    from sim.interrupts import Interrupts
    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["compare"]

FORMAT = 1


@options.with_options
def compare(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT", help="Scenario files, names, or results folders."),
    ],
    *,
    request: Annotated[
        options.RunOptions, options.OptionGroup(options.RunOptions.parse, gates=None)
    ],
    best_by: Annotated[
        str | None,
        typer.Option(
            "--best",
            metavar="MEASURE",
            help="Choose the best by this, as in wait.mean, and say what is sure of it.",
        ),
    ] = None,
    indifference: Annotated[
        str | None,
        typer.Option(
            metavar="VALUE",
            help="With --best: difference that does not matter, as in 2 min; run until one is "
            "the best but for that, --replications being the most.",
        ),
    ] = None,
    output: options.Output,
) -> None:
    """Compare scenarios with the first: differences, their intervals, the gain of pairing.

    Scenario files are run; results folders are read (one of several scenarios stands for all
    in it). The first scenario is the baseline, and --fail-if does not apply to it.
    """
    from sim.cli.output import print_then_draw, write_output
    from sim.results.folder import answering

    wanted = _wanted(best_by)
    request = _sequential(request, wanted, indifference, inputs)
    stored = {path: _opened(path) for path in inputs if path.is_dir()}
    scenarios, asked = _prepared(inputs, stored, request, wanted, output)
    with (
        answering(*stored),
        simulated(scenarios, request, output, asked) as (session, interrupts),
    ):
        samples = _in_order(inputs, stored, session)
        if len(samples) < 2:
            _keep_alone(session, output, interrupts)
        outcome = _outcome(samples, session, request, wanted, output)
        metadata = {"name": samples[-1].name, "compared": _sources(outcome.comparison)}
        written, drawings = write_output(session.finished, output, outcome.comparison, metadata)
        answer, close = partial(_answer, outcome, output), partial(_close, outcome, written, output)
        print_then_draw(written, drawings, interrupts, output, answer=answer, close=close)
    met = MET if any(check.met for check in outcome.checks) else 0
    raise typer.Exit(session.code or written.code or met)


@dataclass(frozen=True)
class _Outcome:
    """Outcome of a comparison: differences, conditions, the best, and overload warnings."""

    session: Session
    comparison: Comparison
    checks: Sequence[Check]
    choice: Best | None
    notices: Sequence[Problem]
    asked: Sequence[Quantity]


def _wanted(best_by: str | None) -> Quantity | None:
    """Quantity by which the best is chosen."""
    from sim.catalogue import Quantity
    from sim.compare.best import require_merit

    if best_by is None:
        return None
    quantity = Quantity.parse(best_by)
    require_merit(quantity)
    return quantity


def _sequential(
    request: options.RunOptions,
    wanted: Quantity | None,
    indifference: str | None,
    inputs: Sequence[Path],
) -> options.RunOptions:
    """Options with a sequential choice, where one is asked for; ``--replications`` end it."""
    from sim.compare import selection_rule

    if indifference is None:
        return request
    if wanted is None or request.goal is not None or any(path.is_dir() for path in inputs):
        raise typer.BadParameter(
            "--indifference goes with --best and scenario files, and without a precision"
        )
    own = (text.partition("=") for text in request.settings)
    asked = [int(value) for path, _, value in own if path.strip() == "run.replications"]
    rule = selection_rule(wanted, len(inputs), indifference, asked[-1] if asked else None)
    return replace(request, choice=(wanted, rule))


def _prepared(
    inputs: Sequence[Path],
    stored: Mapping[Path, Sequence[ScenarioResults]],
    request: options.RunOptions,
    wanted: Quantity | None,
    output: options.OutputOptions,
) -> tuple[list[Scenario], list[Quantity]]:
    """Load the inputs that are scenarios, and the quantities to keep of them."""
    from sim.results import prepare

    scenarios = load_all(
        [path for path in inputs if path not in stored], request.settings, request.inputs
    )
    if stored and (request.goal is not None or (request.settings and not scenarios)):
        precise = request.goal is not None
        wrong = "no precision can be asked of them" if precise else "nothing in them can be set"
        raise BadParameter(Sentence("results folders are finished: {wrong}", wrong=wrong))
    if len(scenarios) + sum(len(samples) for samples in stored.values()) < 2:
        raise BadParameter(Sentence("give at least two scenario files or results folders"))
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    asked = asked_in(scenarios, request, [] if wanted is None else [wanted])
    prepare(output.out, [scenario.name for scenario in scenarios])
    return scenarios, asked


def _outcome(
    samples: Sequence[ScenarioResults],
    session: Session,
    request: options.RunOptions,
    wanted: Quantity | None,
    output: options.OutputOptions,
) -> _Outcome:
    """Compare scenarios with the first, and check what is asked of them."""
    from sim.cli.outcomes import overload_warnings
    from sim.compare import best, check_all, compare_runs
    from sim.report.text.summary import distinct_titles

    comparison = compare_runs(samples, distinct_titles(samples, output.messages))
    checks = check_all(request.conditions, comparison.samples[1:], comparison.names[1:])
    choice = session.best
    if choice is None and wanted is not None:
        choice = best(comparison.samples, wanted)
    notices = overload_warnings(comparison.samples, output.messages)
    return _Outcome(session, comparison, checks, choice, notices, request.measures)


def _keep_alone(
    session: Session, output: options.OutputOptions, interrupts: Interrupts
) -> NoReturn:
    """Write what had finished where there is nothing to compare it with, and leave."""
    from sim.cli.output import draw_all, write_output

    written, drawings = write_output(session.finished, output)
    session.print_trouble()
    if session.finished:
        draw_all(written, interrupts, drawings)
        written.print_trouble(output.messages)
        say(written.folder) if written.folder is not None else None
    raise typer.Exit(session.code or FAILED)


def _opened(path: Path) -> Sequence[ScenarioResults]:
    """All scenarios of a results folder."""
    from sim.compare import scenario_results
    from sim.results import open_all
    from sim.results.folder import reading

    with reading(path):
        return [scenario_results(stored) for stored in open_all(path)]


def _in_order(
    inputs: Sequence[Path], stored: Mapping[Path, Sequence[ScenarioResults]], session: Session
) -> list[ScenarioResults]:
    """All scenarios as the command line names them; those that did not finish are missing."""
    from sim.compare import scenario_results

    fresh = iter(session.finished)
    samples: list[ScenarioResults] = []
    for path in inputs:
        samples += stored[path] if path in stored else map(scenario_results, islice(fresh, 1))
    return samples


def _sources(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the source of each scenario, the baseline first."""
    return [
        {
            "name": sample.name,
            "title": name,
            "folder": None if sample.folder is None else str(sample.folder),
            "seed": sample.seed,
            "start": sample.start.isoformat(),
            "days": sample.days,
            "replications": len(sample.replications),
        }
        for name, sample in zip(comparison.names, comparison.samples, strict=True)
    ]


def _answer(outcome: _Outcome, output: options.OutputOptions) -> None:
    """Print the differences, once they are safe in a folder."""
    from sim.cli.differences import print_comparison
    from sim.cli.outcomes import (
        print_best,
        print_checks,
        print_precision,
        print_targets,
        warn_of_overloads,
    )
    from sim.cli.requested import print_asked_changes

    comparison, messages = outcome.comparison, output.messages
    outcome.session.print_trouble()
    warn_of_overloads(outcome.notices, messages)
    if output.form is options.Form.tables:
        print_comparison(comparison, messages)
        print_asked_changes(comparison, outcome.asked, messages)
        print_best(outcome.choice, comparison.names, messages)
        print_targets(comparison.samples, messages)
        print_precision(outcome.session.precision, comparison.samples, messages)
        if outcome.checks:
            print_checks(outcome.checks, messages)


def _close(outcome: _Outcome, written: Written, output: options.OutputOptions) -> None:
    """Print where everything is, once it is drawn; or all of it as JSON."""
    written.print_trouble(output.messages)
    if output.form is options.Form.json:
        show_json(_plain(outcome, written, output.messages))
    elif output.form is options.Form.folder:
        say(written.folder) if written.folder is not None else None
    else:
        print_folder(written.folder)


def _plain(outcome: _Outcome, written: Written, messages: Messages) -> dict[str, Any]:
    """Everything that is printed, for JSON."""
    from sim.cli.outcomes import plain_best, plain_check, plain_precision
    from sim.report.text.notices import caveats

    comparison = outcome.comparison
    return {
        "format": FORMAT,
        "folder": None if written.folder is None else str(written.folder),
        "scenarios": _sources(comparison),
        "level": comparison.level,
        "comparison": comparison.table.to_dicts(),
        "checks": [plain_check(check) for check in outcome.checks],
        "best": plain_best(outcome.choice, comparison.names),
        "precision": plain_precision(outcome.session.precision),
        "warnings": [
            *caveats(comparison, messages),
            *(problem.message for problem in outcome.notices),
            *written.trouble,
        ],
    }
