"""``langson measure``: waits, clocks and sides from an event log, observed or simulated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import say, show_fitting, show_json, show_table
from sim.cli.errors import print_problems
from sim.cli.inputs import load_all
from sim.cli.options import Json, Lang, Language

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from sim.messages import Messages
    from sim.plan import Plan

__all__ = ["measure"]

FORMAT = 1

_OF_SIDES = ("wait_vietnam_mean", "wait_border_mean", "wait_china_mean")
"""Measures that say nothing where a log has no sides."""


def measure(
    log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="Event log, a row per visit.")],
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Scenario whose stages are the log's activities: it gives sides and hours.",
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Measure an event log as a run is measured: waits, clocks and sides.

    Columns of LOG.csv: case, activity, start, end, and if wanted resource, ready (when the case
    came to the activity), gate, direction, cargo, side (vietnam, border or china).
    """
    from sim.event_logs import log_days, measure_log, read_log
    from sim.messages import messages

    table, language = read_log(log), messages(lang)
    plan = None if scenario is None else _plan(scenario, *log_days(table))
    tables = measure_log(table, plan).tables
    sides = plan is not None or "side" in table.columns
    if as_json:
        content = {name: rows.to_dicts() for name, rows in tables.items()}
        show_json({"format": FORMAT, "log": str(log), **content})
        return
    start, days = log_days(table)
    _show(tables, table, (start, days), sides, language)


def _plan(scenario: Path, start: Any, days: int) -> Plan:
    """Build a scenario's plan for the days of a log."""
    from sim.plan import build_plan

    given = [f"run.start={start.isoformat()}", "run.warm_up=0 h", f"run.days={days}"]
    (loaded,) = load_all([scenario], given)
    print_problems(loaded.warnings)
    return build_plan(loaded)


def _show(
    tables: dict[str, pl.DataFrame],
    log: pl.DataFrame,
    period: tuple[Any, int],
    sides: bool,
    messages: Messages,
) -> None:
    """Print what was measured: by gate and direction, and by activity."""
    import datetime as dt

    from rich.text import Text

    from sim.cli.tables import LESS_WAITS
    from sim.report.text.summary import WAITS

    start, days = period
    facts = {
        "cases": messages.number(log["case"].n_unique()),
        "visits": messages.number(log.height),
        "period": messages.period(start, start + dt.timedelta(days=days - 1)),
    }
    show_table(Text(messages.text("measured.title"), "bold"))
    show_table(Text(messages.text("measured.subtitle", **facts), "dim"))
    say()
    shown = [name for name in WAITS if sides or name not in _OF_SIDES]
    show_fitting(partial(_headline, tables["headline"], messages), shown, LESS_WAITS)
    say()
    show_table(_stages(tables["stages"], messages))
    if not sides:
        say()
        show_table(Text(messages.text("measured.no_sides"), "dim"))


def _headline(headline: pl.DataFrame, messages: Messages, measures: Sequence[str]) -> Table:
    """Lay out measures side by side, one line for each gate and direction with vehicles."""
    from sim.catalogue import ALL, MEASURES
    from sim.cli.tables import grid

    whole = headline.filter(cargo=ALL, route=ALL, stage=ALL).drop_nulls("value")
    values = {
        (row["gate"], row["direction"], row["measure"]): row["value"]
        for row in whole.iter_rows(named=True)
    }
    places = [(gate, way) for gate, way, name in values if name == "stay_mean"]
    table = grid(*(messages.text(f"waits.{measure}") for measure in measures), first=24)
    for gate, way in places:
        if ALL in (gate, way):
            continue
        cells = []
        for name in measures:
            entry, value = MEASURES[name], values.get((gate, way, name))
            digits = 0 if entry.shown_in == "min" else 1
            cells.append(messages.number(None if value is None else value * entry.factor, digits))
        table.add_row(f"{gate}, {messages.text(f'direction.{way}')}", *cells)
    return table


def _stages(stages: pl.DataFrame, messages: Messages) -> Table:
    """Lay out the activities with their visits, waits and services."""
    from sim.cli.tables import grid

    columns = ("visits", "wait_mean", "wait_p95", "overnight_mean", "service_mean")
    table = grid(*(messages.text(f"measured.{name}") for name in columns), first=24)
    for row in stages.iter_rows(named=True):
        digits = [0, 1, 1, 1, 1]
        cells = [messages.number(row[name], n) for name, n in zip(columns, digits, strict=True)]
        table.add_row(row["stage"], *cells)
    return table
