"""``langson validate``: hold a scenario against figures that were observed."""

from __future__ import annotations

import dataclasses
import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import say, show_json, show_table, to_stdout
from sim.cli.errors import print_problems
from sim.cli.inputs import load_all
from sim.cli.options import (
    Json,
    Lang,
    Language,
    OptionGroup,
    RunOptions,
    with_options,
)
from sim.cli.session import simulate_all
from sim.units import clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sim.messages import Messages
    from sim.results import Results
    from sim.validate import Figure, GoodnessOfFit, Observation

__all__ = ["validate"]

FORMAT = 1


@with_options
def validate(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file, or its name.")],
    observed: Annotated[
        Path,
        typer.Argument(
            metavar="OBSERVED.csv",
            help="Observed figures, one on each line; or the name of such a file, as in july-2025.",
        ),
    ],
    request: Annotated[
        RunOptions,
        OptionGroup(
            RunOptions.parse,
            gates=None,
            precision=None,
            half_widths=None,
            measures=None,
            fail_if=None,
        ),
    ],
    as_json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Hold a scenario against observed figures: errors, GEH, and what is within tolerance.

    Columns of OBSERVED.csv: gate (id, several as huu_nghi+tan_thanh, or all), quantity (as exported
    or waiting), value (or a range, 80-100), and if wanted day, until (last day of a sum), time (of
    a stock), use (calibrated or predicted), source, note. Misses end with 0 too.
    """
    from sim.messages import messages
    from sim.plan import build_plan
    from sim.validate import check_feasible, compare_with, read_observed

    (loaded,) = load_all([scenario], request.settings, request.inputs)
    language = messages(lang)
    plan = build_plan(loaded)
    observations = read_observed(observed, plan)
    print_problems([*loaded.warnings, *check_feasible(observations, plan)])
    session = simulate_all([loaded], dataclasses.replace(request, journeys="none"), language)
    session.print_trouble()
    for results in session.finished:
        figures = compare_with(results, observations)
        if as_json:
            _print_json(results, observed, figures, observations)
        else:
            _show(results, figures, observations, language)
    raise typer.Exit(session.code)


def _show(
    results: Results, figures: Sequence[Figure], known: Sequence[Observation], messages: Messages
) -> None:
    """Print a table for each use, the sums under it, and what the columns mean."""
    from rich.text import Text

    from sim.compare import scenario_results
    from sim.report.text.uncertainty import error_name
    from sim.validate import FORECAST, LEAST_FLOW, LEVELS, USES

    title = messages.text("validate.title", scenario=results.spec.shown_title(messages))
    show_table(Text(title, "bold"))
    facts = {"period": results.spec.period(messages), "n": len(results.replications)}
    error = error_name([scenario_results(results)], messages)
    subtitle = messages.text("validate.subtitle", **facts, error=error)
    show_table(Text(subtitle, "dim"))
    for use in USES:
        of_use = [figure for figure in figures if figure.observed.use == use]
        if of_use:
            say()
            show_table(Text(messages.text(f"validate.use.{use}"), "bold"))
            show_table(_table(of_use, results, messages))
            _print_sums(of_use, messages)
            if use == FORECAST:
                _print_skills(of_use, known, messages)
    if len({figure.observed.use for figure in figures}) > 1:
        say()
        show_table(Text(messages.text("validate.use.all"), "bold"))
        _print_sums(figures, messages)
    say()
    least = messages.short(LEAST_FLOW)
    interval = "interval_inputs" if scenario_results(results).uncertain else "interval"
    for note in ("tolerance", interval, "geh", "error"):
        facts = {"least": least, "level": messages.percent(LEVELS[-1])}
        show_table(Text(messages.text(f"validate.note.{note}", **facts), "dim"))


def _print_sums(figures: Sequence[Figure], messages: Messages) -> None:
    """Print how well figures fit."""
    from rich.text import Text

    from sim.validate import fit

    goodness = fit(figures)
    show_table(Text(_summary(goodness, messages)))
    shares = [
        messages.text(
            "validate.covered", level=messages.percent(level), share=messages.percent(share)
        )
        for level, share in goodness.coverage.items()
        if not math.isnan(share)
    ]
    if shares:
        show_table(Text(messages.text("validate.coverage", shares=", ".join(shares))))


def _print_skills(
    figures: Sequence[Figure], known: Sequence[Observation], messages: Messages
) -> None:
    """Print whether forecasts that need no simulator do better."""
    from rich.text import Text

    from sim.cli.tables import blend_shares, skill_sentence
    from sim.validate import skills

    for name, skill in skills(figures, known).items():
        naive = messages.text(f"validate.naive.{name}", **blend_shares(messages))
        show_table(Text(skill_sentence(skill, naive, messages)))


def _table(figures: Sequence[Figure], results: Results, messages: Messages) -> Table:
    """Lay out figures, one a line."""
    from sim.cli.tables import aligned, grid
    from sim.validate import LEVELS

    names = ("observed", "simulated", "interval", "error", "within")
    level, wide = messages.percent(LEVELS[-1]), max(24, to_stdout().width - 54)
    heads = (messages.text(f"validate.column.{name}", level=level) for name in names)
    table = grid(*heads, first=24)
    counts, hours = (
        aligned(
            [figure.estimate if _digits(figure) == digits else None for figure in figures],
            messages,
            digits,
        )
        for digits in (0, 1)
    )
    for figure, *cells in zip(figures, counts, hours, strict=True):
        error = None if figure.error is None else 100.0 * figure.error
        table.add_row(
            "\n".join(textwrap.wrap(_title(figure, results, messages), wide)),
            _observed(figure, messages),
            cells[_digits(figure)],
            _interval(figure, messages),
            messages.number(error, 1, sign=True),
            messages.text("validate.yes") if figure.within else messages.text("validate.no"),
            style="" if figure.within else "red",
        )
    return table


def _title(figure: Figure, results: Results, messages: Messages) -> str:
    """Gates, quantity and, if it has one, day or days."""
    from sim.validate import ALL

    seen = figure.observed
    titles = {gate.id: messages.pick(gate.title) for gate in results.plan.gates}
    mode = "rail" if seen.quantity.startswith("wagons") else "road"
    titles[ALL] = messages.text(f"validate.all.{mode}")
    where = " + ".join(titles[gate] for gate in seen.gate.split("+"))
    quantity = messages.text(f"validate.quantity.{seen.quantity}", time=clock_text(seen.time))
    title = f"{where}, {quantity}"
    if seen.day is None:
        return title
    last = f" – {messages.day(seen.until)}" if seen.until else ""
    return f"{title}, {messages.day(seen.day)}{last}"


def _observed(figure: Figure, messages: Messages) -> str:
    """Write a number, or a range."""
    ends = dict.fromkeys((figure.observed.value, figure.observed.top))
    return "–".join(messages.number(end, _digits(figure)) for end in ends)


def _interval(figure: Figure, messages: Messages) -> str:
    """Write the interval of a simulated day."""
    from sim.validate import LEVELS

    ends = figure.intervals.get(LEVELS[-1], ())
    return "–".join(messages.number(end, _digits(figure)) for end in ends)


def _digits(figure: Figure) -> int:
    """Decimals to write: one for hours, none for counts."""
    return 1 if figure.kind == "time" else 0


def _summary(goodness: GoodnessOfFit, messages: Messages) -> str:
    """Write the sums in a line."""
    within = messages.text(
        "validate.within",
        n=goodness.figures,
        k=goodness.within,
        share=messages.percent(goodness.share),
    )
    sums = messages.text(
        "validate.sums",
        mape=messages.percent(goodness.mape, 1),
        rmse=messages.number(goodness.rmse, 1),
    )
    if math.isnan(goodness.geh_share):
        return f"{within} · {sums}"
    geh = messages.text("validate.geh_share", share=messages.percent(goodness.geh_share))
    return f"{within} · {sums} · {geh}"


def _print_json(
    results: Results, observed: Path, figures: Sequence[Figure], known: Sequence[Observation]
) -> None:
    """Everything that the tables show, as one JSON object."""
    from sim.validate import FORECAST, USES, skills

    groups = {"all": list(figures)} | {
        use: [figure for figure in figures if figure.observed.use == use] for use in USES
    }
    content = {
        "format": FORMAT,
        "scenario": results.name,
        "observed": str(observed),
        "engine": results.engine,
        "replications": len(results.replications),
        "days": results.plan.days,
        "figures": [_plain(figure) for figure in figures],
        "fit": {name: _plain_fit(of_use) for name, of_use in groups.items()},
        "skill": {
            naive: {**vars(skill), "skill": skill.skill}
            for naive, skill in skills(groups[FORECAST], known).items()
        },
    }
    show_json(content)


def _plain_fit(figures: Sequence[Figure]) -> dict[str, Any]:
    """Return the goodness of fit for JSON."""
    from sim.validate import fit

    goodness = fit(figures)
    coverage = {f"{100 * level:g}": share for level, share in goodness.coverage.items()}
    return {**vars(goodness), "share": goodness.share, "coverage": coverage}


def _plain(figure: Figure) -> dict[str, Any]:
    """One figure for JSON."""
    seen, figures = dataclasses.asdict(figure.observed), figure.estimate.plain()
    figures = {"simulated": figures.pop("mean"), **figures}
    del seen["place"]
    seen["observed"] = seen.pop("value")
    seen |= {name: seen[name] and seen[name].isoformat() for name in ("day", "until")}
    seen["time"] = clock_text(seen["time"]) if figure.kind == "stock" else None
    return {
        **seen,
        **figures,
        "error": figure.error,
        "open_hours": figure.open_hours,
        "geh": figure.geh,
        "intervals": {f"{100 * level:g}": list(ends) for level, ends in figure.intervals.items()},
        "tolerance": figure.tolerance,
        "within": figure.within,
    }
