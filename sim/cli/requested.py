"""The quantities asked for with ``--measure``: what they are, and what scenarios change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from sim.catalogue import place_of, title
from sim.cli.console import heading, show_table
from sim.cli.tables import DIFFERENCES, aligned, difference_cells, grid
from sim.compare import estimate
from sim.report.text.format import decimals

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.compare import Comparison, ScenarioResults
    from sim.messages import Messages

__all__ = ["print_asked", "print_asked_changes"]


def print_asked(sample: ScenarioResults, asked: Sequence[Quantity], messages: Messages) -> None:
    """Print the quantities asked for, of one scenario."""
    if not asked:
        return
    heading(messages.text("asked.title"), messages.text("asked.subtitle"))
    table = grid("", first=28)
    for quantity in asked:
        entry = quantity.entry
        estimated = estimate(sample.values(quantity), bounds=quantity.bounds).times(entry.factor)
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
    for name in others:
        heading(
            messages.text("asked.title"),
            messages.text("compare.title", scenario=name, baseline=base),
        )
        table = grid(*(messages.text(f"compare.{column}") for column in DIFFERENCES), first=28)
        rows = comparison.table.filter(alternative=name)
        for quantity in asked:
            exact = quantity.resolved(comparison.base.known)
            label = _name(quantity, comparison.base, messages)
            of_measure = rows.filter(measure=exact.measure, **exact.scope)
            for row in of_measure.iter_rows(named=True):
                table.add_row(label, *difference_cells(row, messages)[1:])
        show_table(table)


def _name(quantity: Quantity, sample: ScenarioResults, messages: Messages) -> Text:
    """Title of a quantity and where it is taken."""
    exact = quantity.resolved(sample.known)
    place = place_of(exact, messages)
    name = title(exact.entry, messages, rail=exact.gate in sample.known.rail)
    return Text(f"{name}: {place}" if place else name)
