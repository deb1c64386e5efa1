"""The quantities asked for with ``--measure``: what they are, and what scenarios change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from sim.catalogue import place_of, title
from sim.cli.console import fitting_table, heading, show_table
from sim.cli.tables import DIFFERENCES, LESS_DIFFERENCES, aligned, difference_cells, grid
from sim.report.text.format import decimals
from sim.report.text.uncertainty import error_name

if TYPE_CHECKING:
    from rich.table import Table

    from sim.catalogue import Quantity
    from sim.compare import Comparison, ScenarioResults
    from sim.messages import Messages

__all__ = ["print_asked", "print_asked_changes"]


def print_asked(sample: ScenarioResults, asked: Sequence[Quantity], messages: Messages) -> None:
    """Print the quantities asked for, of one scenario."""
    if not asked:
        return
    heading(
        messages.text("asked.title"),
        messages.text("asked.subtitle", error=error_name([sample], messages)),
    )
    table = grid("", first=28)
    for quantity in asked:
        entry = quantity.entry
        estimated = sample.estimate(quantity).times(entry.factor)
        digits = decimals(estimated.half_width, entry.shown_in)
        (cell,) = aligned([estimated], messages, digits, entry.unit)
        table.add_row(_name(quantity, sample, messages), cell)
    show_table(table)


def print_asked_changes(
    comparison: Comparison, asked: Sequence[Quantity], messages: Messages
) -> None:
    """Print the quantities asked for, of each scenario against the first."""
    if not asked:
        return
    base, *others = comparison.names
    known = "inputs_share" in comparison.table.columns
    columns = [column for column in DIFFERENCES if known or column != "inputs"]
    for name in others:
        heading(
            messages.text("asked.title"),
            messages.text("compare.title", scenario=name, baseline=base),
        )
        laid_out = partial(_changes_table, comparison, name, asked, messages)
        fitting_table(
            laid_out,
            lambda column: messages.text(f"compare.{column}"),
            columns,
            LESS_DIFFERENCES,
            messages,
        )


def _changes_table(
    comparison: Comparison,
    name: str,
    asked: Sequence[Quantity],
    messages: Messages,
    columns: Sequence[str],
) -> Table:
    """Lay out what a scenario changes in the quantities asked for."""
    table = grid(*(messages.text(f"compare.{column}") for column in columns), first=28)
    rows = comparison.table.filter(alternative=name)
    for quantity in asked:
        exact = quantity.resolved(comparison.base.known)
        label = _name(quantity, comparison.base, messages)
        of_measure = rows.filter(measure=exact.measure, **exact.scope)
        for row in of_measure.iter_rows(named=True):
            cells = dict(zip(DIFFERENCES, difference_cells(row, messages)[1:], strict=True))
            table.add_row(label, *(cells[column] for column in columns))
    return table


def _name(quantity: Quantity, sample: ScenarioResults, messages: Messages) -> Text:
    """Title of a quantity and where it is taken."""
    exact = quantity.resolved(sample.known)
    place = place_of(exact, messages)
    name = title(exact.entry, messages, rail=exact.gate in sample.known.rail)
    return Text(f"{name}: {place}" if place else name)
