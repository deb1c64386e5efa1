"""``langson validate``: hold a scenario against figures that were observed."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import say, show_json, show_table
from sim.cli.errors import print_problems
from sim.cli.inputs import load_all
from sim.cli.options import (
    Days,
    Jobs,
    Json,
    Lang,
    Language,
    Replications,
    RunOptions,
    Seed,
    Settings,
    Year,
    as_settings,
)
from sim.cli.session import simulate_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sim.results import Results
    from sim.validate import Figure, Fit
    from sim.words import Words

__all__ = ["validate"]

FORMAT = 1


def validate(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file, or its name.")],
    observed: Annotated[
        Path,
        typer.Argument(
            metavar="OBSERVED.csv",
            help="Observed figures, one on each line; or the name of such a file, as in july-2025.",
        ),
    ],
    replications: Replications = None,
    days: Days = None,
    year: Year = None,
    jobs: Jobs = 1,
    seed: Seed = None,
    settings: Settings = None,
    as_json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Hold a scenario against observed figures: errors, GEH, and what is within tolerance.

    Columns of OBSERVED.csv: gate (id or all), quantity (as exported or waiting), value, and
    if wanted day, use (calibrated or predicted), source, note. Misses end with 0 too.
    """
    from sim.plan import build_plan
    from sim.validate import check_feasible, compare_with, read_observed
    from sim.words import words

    given = as_settings(settings, replications=replications, days=days, year=year, seed=seed)
    options = RunOptions.parse(given, jobs=jobs, journeys="none")
    (loaded,) = load_all([scenario], options.settings)
    language = words(lang)
    plan = build_plan(loaded)
    observations = read_observed(observed, plan)
    print_problems([*loaded.warnings, *check_feasible(observations, plan)])
    session = simulate_all([loaded], options, language)
    session.print_trouble()
    for results in session.finished:
        figures = compare_with(results, observations)
        if as_json:
            _print_json(results, observed, figures)
        else:
            _show(results, figures, language)
    raise typer.Exit(session.code)


def _show(results: Results, figures: Sequence[Figure], words: Words) -> None:
    """Print a table for each use, the sums under it, and what the columns mean."""
    from rich.text import Text

    from sim.validate import LEAST_FLOW, USES, fit

    title = words.text("validate.title", scenario=results.spec.shown_title(words))
    show_table(Text(title, "bold"))
    facts = {"period": results.spec.period(words), "n": len(results.replications)}
    subtitle = words.text("validate.subtitle", **facts)
    show_table(Text(subtitle, "dim"))
    for use in USES:
        mine = [figure for figure in figures if figure.observed.use == use]
        if mine:
            say()
            show_table(Text(words.text(f"validate.use.{use}"), "bold"))
            show_table(_table(mine, results, words))
            show_table(Text(_summary(fit(mine), words)))
    if len({figure.observed.use for figure in figures}) > 1:
        say()
        show_table(Text(words.text("validate.use.all"), "bold"))
        show_table(Text(_summary(fit(figures), words)))
    say()
    least = words.short(LEAST_FLOW)
    for note in ("tolerance", "geh", "error"):
        show_table(Text(words.text(f"validate.note.{note}", least=least), "dim"))


def _table(figures: Sequence[Figure], results: Results, words: Words) -> Table:
    """Lay out figures, one a line."""
    from sim.cli.tables import aligned, grid

    names = ("observed", "simulated", "error", "geh", "within")
    table = grid(*(words.text(f"validate.column.{name}") for name in names), first=36)
    counts, hours = (
        aligned([one.found if _digits(one) == digits else None for one in figures], words, digits)
        for digits in (0, 1)
    )
    for figure, *cells in zip(figures, counts, hours, strict=True):
        error = None if figure.error is None else 100.0 * figure.error
        table.add_row(
            _title(figure, results, words),
            words.number(figure.observed.value, _digits(figure)),
            cells[_digits(figure)],
            words.number(error, 1, sign=True),
            "" if figure.kind != "flow" else words.number(figure.geh, 1),
            words.text("validate.yes") if figure.within else words.text("validate.no"),
            style="" if figure.within else "red",
        )
    return table


def _title(figure: Figure, results: Results, words: Words) -> str:
    """Gate, quantity and, if it has one, day."""
    from sim.validate import ALL

    one = figure.observed
    titles = {gate.id: words.pick(gate.title) for gate in results.plan.gates}
    mode = "rail" if one.quantity.startswith("wagons") else "road"
    titles[ALL] = words.text(f"validate.all.{mode}")
    title = f"{titles[one.gate]}, {words.text(f'validate.quantity.{one.quantity}')}"
    return f"{title}, {words.day(one.day)}" if one.day else title


def _digits(figure: Figure) -> int:
    """Decimals to write: one for hours, none for counts."""
    return 1 if figure.kind == "time" else 0


def _summary(found: Fit, words: Words) -> str:
    """Write the sums in a line."""
    within = words.text(
        "validate.within", n=found.figures, k=found.within, share=words.percent(found.share)
    )
    sums = words.text(
        "validate.sums", mape=words.percent(found.mape, 1), rmse=words.number(found.rmse, 1)
    )
    if math.isnan(found.geh_share):
        return f"{within} · {sums}"
    geh = words.text("validate.geh_share", share=words.percent(found.geh_share))
    return f"{within} · {sums} · {geh}"


def _print_json(results: Results, observed: Path, figures: Sequence[Figure]) -> None:
    """Everything that the tables show, as one JSON object."""
    from sim.validate import USES, fit

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
        "fit": {
            name: vars(fit(mine)) | {"share": fit(mine).share} for name, mine in groups.items()
        },
    }
    show_json(content)


def _plain(figure: Figure) -> dict[str, Any]:
    """One figure for JSON."""
    one, figures = dataclasses.asdict(figure.observed), dict(vars(figure.found))
    figures = {"simulated": figures.pop("mean"), **figures}
    del one["place"]
    one["observed"] = one.pop("value")
    one["day"] = one["day"] and one["day"].isoformat()
    return {
        **one,
        **figures,
        "error": figure.error,
        "open_hours": figure.open_hours,
        "geh": figure.geh,
        "tolerance": figure.tolerance,
        "within": figure.within,
    }
