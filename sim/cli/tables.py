"""Tables for the terminal, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.cli.screen import to_stdout
from sim.compare import MORE_IS_BETTER, Estimate, benefit
from sim.compare.paired import SAME
from sim.report.summary import (
    BULLETIN,
    COMPARED,
    IN_MINUTES,
    WAITS,
    BulletinRow,
    change_decimals,
    decimals,
)

if TYPE_CHECKING:
    from sim.compare import Comparison
    from sim.plan.model import Plan
    from sim.words import Words

__all__ = [
    "DIFFERENCES",
    "LESS_BULLETIN",
    "LESS_DIFFERENCES",
    "LESS_WAITS",
    "aligned",
    "bulletin_table",
    "differences_table",
    "grid",
    "half_width_text",
    "waits_table",
]

_GOOD, _BAD = "green", "red"

#: Zero in every replication; written without a half-width.
_NOTHING = Estimate(0.0, 0.0)

#: Columns of the table of differences.
DIFFERENCES = ("baseline", "scenario", "difference", "gain")

#: Gains of pairing above this are rounding as much as luck.
_MOST_GAIN = 1000

#: Columns that a narrow screen does without, the least important first.
LESS_BULLETIN = ("exported_fruit", "imported_new_cars", "arrived")
LESS_WAITS = ("overnight_mean", "vietnam_time_mean", "wait_p50", "door_to_door_mean", "wait_p95")
LESS_DIFFERENCES = ("gain", "scenario", "baseline")


def grid(*headings: str, first: int = 18) -> Table:
    """Make an unboxed table: words on the left, figures to the right."""
    apart = 1 if to_stdout().width > 90 else 0
    table = Table(box=None, padding=(0, 1, 0, apart), pad_edge=False, header_style="dim")
    table.add_column("", min_width=first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", vertical="bottom", no_wrap=True)
    return table


def bulletin_table(
    rows: Sequence[BulletinRow], plan: Plan, words: Words, columns: Sequence[str] = BULLETIN
) -> Table:
    """Lay out the 20:00 bulletin in the province's own layout."""
    table = grid(*(words.text(f"bulletin.{column}") for column in columns))
    filled = [
        aligned([row.values.get(column) for row in rows], words, digits=0) for column in columns
    ]
    for row, *cells in zip(rows, *filled, strict=True):
        strong = row.kind in ("pair", "total")
        table.add_row(
            _bulletin_title(row, plan, words),
            *cells,
            style="bold" if strong else "",
            end_section=strong,
        )
    return table


def _bulletin_title(row: BulletinRow, plan: Plan, words: Words) -> str:
    if row.kind == "total":
        return words.text("bulletin.total")
    title = words.pick(plan.gates[row.gate].title)
    if row.kind == "gate":
        assumed = plan.gates[row.gate].data == "assumed"
        return words.text("bulletin.assumed", gate=title) if assumed else title
    return words.text(f"bulletin.{row.kind}", gate=title)


def waits_table(
    rows: Sequence[tuple[str, dict[str, Estimate]]], words: Words, measures: Sequence[str] = WAITS
) -> Table:
    """Lay out headline times; ``rows`` pair a title with estimates by measure."""
    table = grid(*(words.text(f"waits.{measure}") for measure in measures))
    columns = []
    for measure in measures:
        factor, digits = (60.0, 0) if measure in IN_MINUTES else (1.0, 1)
        estimates = [values[measure].times(factor) for _, values in rows]
        columns.append(aligned(estimates, words, digits))
    for (title, _), *cells in zip(rows, *columns, strict=True):
        table.add_row(title, *cells)
    return table


def aligned(estimates: Iterable[Estimate | None], words: Words, digits: int) -> list[Text]:
    """Make a column of ``mean ± half-width`` with the signs below one another."""
    shown = [
        (e, half_width_text(e.half_width, words, digits)) if e else (None, "") for e in estimates
    ]
    width = max((len(half) for _, half in shown), default=0)
    cells = []
    for estimate, half in shown:
        if estimate is None or estimate == _NOTHING:
            cells.append(Text("" if estimate is None else "0", "dim"))
            continue
        cell = Text(words.number(estimate.mean, digits))
        if half:
            cell.append(f" ± {half:>{width}}", "dim")
        cells.append(cell)
    return cells


def half_width_text(half: float | None, words: Words, digits: int) -> str:
    """Write a size; one that would be rounded to nothing says that it is less."""
    if half is None:
        return ""
    if 0 < half < 0.5 * 10.0**-digits:
        return f"<{words.number(10.0**-digits, digits)}"
    return words.number(half, digits)


def differences_table(
    comparison: Comparison, name: str, words: Words, columns: Sequence[str] = DIFFERENCES
) -> Table:
    """Lay out what the scenario ``name`` changes: all gates, then what changed at each gate."""
    other = comparison.samples[comparison.names.index(name)]
    table = grid(*(words.text(f"compare.{column}") for column in columns), first=28)
    chosen = [DIFFERENCES.index(column) for column in columns]

    def add(label: str | Text, *cells: str | Text) -> None:
        table.add_row(label, *(cells[index] for index in chosen))

    rows = {
        (row["gate"], row["direction"], row["measure"]): row
        for row in comparison.of(name).iter_rows(named=True)
    }
    for direction, measure in COMPARED:
        row = rows.get(("all", direction, measure))
        if row is not None and (row["base_mean"] or row["other_mean"]):
            add(*_difference(row, words))
    for cost in ("capex", "opex"):
        before, after = (
            sum(getattr(upgrade, cost) for upgrade in one.upgrades) / 1e9
            for one in (comparison.base, other)
        )
        if before or after:
            change = words.number(after - before, sign=True)
            heading = words.text(f"compare.{cost}")
            add(heading, words.number(before), words.number(after), change, "")
    worth = benefit(comparison.base, other, comparison.level)
    if worth is not None:
        digits = decimals(worth.half_width / 1e9, "VND")
        shown = Text(words.number(worth.net / 1e9, digits, sign=True))
        shown.append(f" ± {half_width_text(worth.half_width / 1e9, words, digits)}", "dim")
        add(words.text("compare.net"), "", "", shown, "")
        low, high = (words.number(end / 1e9, digits, sign=True) for end in (worth.low, worth.high))
        ends = words.text("compare.to", low=low, high=high)
        add(words.text("compare.net_range"), "", "", ends, "")
    for gate, title in other.gates.items():
        changed = [rows.get((gate, *key)) for key in COMPARED]
        told_apart = [row for row in changed if row and row["verdict"] not in (None, SAME)]
        if told_apart:
            table.add_row("")
            table.add_row(Text(words.pick(title), "bold"))
            for row in told_apart:
                label, *cells = _difference(row, words)
                add(f"  {label}", *cells)
    return table


def _difference(row: dict[str, Any], words: Words) -> tuple[str | Text, ...]:
    """Label, both means, the difference with its interval, and the gain of pairing."""
    minutes = row["measure"] in IN_MINUTES
    base, other, change = (
        Estimate(row[name], row["half_width"]).times(60.0 if minutes else 1.0)
        for name in ("base_mean", "other_mean", "difference")
    )
    half = change.half_width
    clear = row["verdict"] not in (None, SAME)
    unit = "min" if minutes else row["unit"]
    digits = change_decimals(change.mean or 0.0, half, unit, clear=clear)
    means = words.number(base.mean, digits), words.number(other.mean, digits)
    label = words.text(f"measure.{row['measure']}")
    return label, *means, _change(row, change, digits, words), _gain(row["variance_ratio"], words)


def _gain(ratio: float | None, words: Words) -> Text:
    """Write how many times fewer replications pairing needs; beyond a thousand, just that."""
    if ratio is None:
        return Text("")
    if ratio > _MOST_GAIN:
        return Text(f">{words.number(_MOST_GAIN)}×", "dim")
    return Text(f"{words.number(ratio, 0 if ratio >= 9.95 else 1)}×", "dim")


def _change(row: dict[str, Any], change: Estimate, digits: int, words: Words) -> Text:
    """Write a difference with its direction, in green for the better and red for the worse."""
    if change.mean is None:
        return Text("")
    if row["verdict"] == SAME:
        return Text(words.text("compare.same"), "dim")
    up = change.mean > 0
    better = up == (row["measure"] in MORE_IS_BETTER)
    size = half_width_text(abs(change.mean), words, digits)
    if change.half_width is None:
        return Text(f"{'▲' if up else '▼'} {size}")
    shown = Text(f"{'▲' if up else '▼'} {size}", _GOOD if better else _BAD)
    if not size.startswith("<"):
        shown.append(f" ± {half_width_text(change.half_width, words, digits)}", "dim")
    return shown
