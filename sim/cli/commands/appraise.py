"""``langson appraise``: net present value, rate of return, delay and cost per hour saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import heading, note, progress_bars, say, show_json, show_table
from sim.cli.errors import BadParameter, print_problems
from sim.cli.inputs import load_all
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.appraisal import Appraisal, Appraised
    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["appraise"]

FORMAT = 1


@options.with_options
def appraise(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="BASE OVERLAY…", help="The base scenario, then those with upgrades."
        ),
    ],
    *,
    request: Annotated[
        options.RunOptions,
        options.OptionGroup(
            options.RunOptions.parse,
            days=None,
            year=None,
            precision=None,
            half_widths=None,
            measures=None,
            fail_if=None,
        ),
    ],
    weeks: options.Weeks = 4,
    at: Annotated[
        list[int] | None,
        typer.Option(
            min=2000,
            max=2100,
            metavar="YYYY",
            help="Year to simulate, else every fifth of the growth profiles. Repeatable.",
        ),
    ] = None,
    late: Annotated[
        float, typer.Option(min=0.1, max=30, metavar="YEARS", help="Delay whose cost is told.")
    ] = 2.0,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> None:
    """Appraise upgrades economically, from opening to horizon, against a base.

    Prints net present value, rate of return, benefit-cost ratio and payback, what a delay and an
    hour saved cost, and which input decides: see langson explain appraisal.
    """
    from sim.appraisal import appraise as appraised
    from sim.messages import messages
    from sim.processes import WorkerPool

    scenarios = load_all(files, request.settings, request.inputs)
    if len(scenarios) < 2:
        raise BadParameter(Sentence("give the base and at least one scenario with upgrades"))
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    base, *others = scenarios
    with progress_bars(not as_json) as progress, WorkerPool(request.jobs) as workers:
        task = progress.add_task(base.name, total=None)
        appraisal = appraised(
            base,
            others,
            weeks=weeks,
            years=at,
            jobs=workers,
            on_done=lambda _: progress.advance(task),
        )
    if as_json:
        show_json(_plain(appraisal, late))
    else:
        _print(appraisal, late, messages(lang))


def _print(appraisal: Appraisal, late: float, messages: Messages) -> None:
    """Print the tables and sentences."""
    from sim.report.text.appraisal import delay_sentences, limits, pays_sentence, ranking_sentence

    _print_values(appraisal, messages)
    for sentence in [
        ranking_sentence(appraisal, messages),
        *(pays_sentence(alternative, messages) for alternative in appraisal.alternatives),
    ]:
        show_table(sentence) if sentence else None
    say()
    for alternative in appraisal.alternatives:
        show_table(delay_sentences(alternative, late, messages))
    _print_hours(appraisal, messages)
    for alternative in appraisal.alternatives:
        _print_switching(alternative, messages)
    say()
    first = appraisal.alternatives[0]
    years = sorted({year for alternative in appraisal.alternatives for year in alternative.nodes})
    note(
        messages.text(
            "appraise.basis",
            weeks=str(len(appraisal.weeks)),
            n=appraisal.replications,
            years=", ".join(map(str, years)),
        )
    )
    note(messages.text("run.assumed", n=appraisal.assumptions))
    for sentence in limits(appraisal, messages):
        note(sentence)
    level = messages.percent(first.indicators.level)
    note(messages.text("appraise.legend", level=level))


def _print_values(appraisal: Appraisal, messages: Messages) -> None:
    """Print one line of indicators for each alternative, and its range."""
    from sim.cli.tables import grid
    from sim.economics import PRICE_YEAR
    from sim.report.text.appraisal import INDICATORS, indicator_cells, range_cell, title_of

    first = appraisal.alternatives[0].indicators
    heading(
        messages.text("appraise.title", base=_title(appraisal.base, messages)),
        messages.text(
            "appraise.subtitle",
            year=str(PRICE_YEAR),
            rate=messages.percent(first.rate.value),
            life=messages.short(first.life.value),
        ),
    )
    table = grid(*(messages.text(f"appraise.{name}") for name in INDICATORS), first=28)
    for alternative in appraisal.alternatives:
        table.add_row(
            _short(title_of(alternative, messages)), *indicator_cells(alternative, messages)
        )
        table.add_row(messages.text("appraise.range"), range_cell(alternative, messages))
    show_table(table)


def _print_hours(appraisal: Appraisal, messages: Messages) -> None:
    """Print the hours saved and what each of them costs."""
    from sim.cli.tables import grid
    from sim.economics import PRICE_YEAR
    from sim.report.text.appraisal import hour_rows, title_of

    life = messages.short(appraisal.alternatives[0].indicators.life.value)
    heading(
        messages.text("appraise.hours.title"),
        messages.text("appraise.hours.subtitle", year=str(PRICE_YEAR), life=life),
    )
    table = grid(*(messages.text(f"appraise.hours.{name}") for name in ("saved", "cost")), first=36)
    for alternative in appraisal.alternatives:
        table.add_row(_short(title_of(alternative, messages)))
        for cells in hour_rows(alternative, messages):
            table.add_row(*cells)
    show_table(table)
    prices = appraisal.alternatives[0].prices
    note(
        messages.text(
            "appraise.hours.priced",
            delay=messages.number(prices["delay"]),
            driver=messages.number(prices["driver"]),
            year=str(PRICE_YEAR),
        )
    )


def _print_switching(alternative: Appraised, messages: Messages) -> None:
    """Print the inputs by how far they move the net present value."""
    from sim.cli.tables import grid
    from sim.economics import PRICE_YEAR
    from sim.report.text.appraisal import switching_cells, title_of

    heading(
        messages.text("appraise.switching.title", name=title_of(alternative, messages)),
        messages.text("appraise.switching.subtitle", year=str(PRICE_YEAR)),
    )
    names = ("range", "low", "high", "zero")
    table = grid("", *(messages.text(f"appraise.switching.{name}") for name in names), first=20)
    for row in alternative.indicators.switching:
        table.add_row(*switching_cells(row, alternative, messages))
    show_table(table)


def _plain(appraisal: Appraisal, late: float) -> dict[str, Any]:
    """Return everything that is printed, in VND and years."""
    from sim.economics import PRICE_YEAR

    return {
        "format": FORMAT,
        "price_year": PRICE_YEAR,
        "currency": "VND",
        "base": appraisal.base.name,
        "replications": appraisal.replications,
        "assumptions": appraisal.assumptions,
        "weeks": [{"first": week.first.isoformat(), "days": week.days} for week in appraisal.weeks],
        "alternatives": [
            _plain_alternative(alternative, late) for alternative in appraisal.alternatives
        ],
    }


def _plain_alternative(alternative: Appraised, late: float) -> dict[str, Any]:
    own, flows = alternative.indicators, alternative.indicators.flows
    users = flows.benefit["value"][: own.sets].mean(axis=0).sum(axis=0)
    streams = {
        "benefit": users,
        "capital": flows.capital["value"],
        "running": flows.running["value"],
        "residual": flows.residual["value"],
        "net": own.net,
    }
    return {
        "name": alternative.name,
        "title": dict(alternative.title),
        "discount_rate": vars(own.rate),
        "life": vars(own.life),
        "npv": own.npv.plain(),
        "npv_range": dict(zip(("low", "high"), own.npv_range, strict=True)),
        "eirr": own.eirr,
        "bcr": own.bcr,
        "payback": own.payback,
        "probability": own.probability,
        "delay": {
            "years": late,
            "paid_as_planned": own.delay(late).plain(),
            "paid_later": own.delay(late, paid_later=True).plain(),
        },
        "hours": [
            {"kind": row.kind, "saved": row.hours.plain(), "cost": row.cost} for row in own.per_hour
        ],
        "switching": [vars(row) for row in own.switching],
        "simulated_years": alternative.nodes,
        "overloaded": alternative.overloaded,
        "new_segments": alternative.alone,
        "changed_segments": alternative.grown,
        "flows": [
            {"year": year, **{name: float(stream[k]) for name, stream in streams.items()}}
            for k, year in enumerate(flows.years)
        ],
    }


def _title(scenario: Scenario, messages: Messages) -> str:
    return messages.pick(scenario.model.title.model_dump())


def _short(title: str) -> str:
    import textwrap

    return textwrap.shorten(title, 28, placeholder=" …")
