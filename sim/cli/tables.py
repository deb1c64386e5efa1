"""Tables for the terminal, at most 100 columns wide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.compare.paired import SAME
from sim.report.summary import BULLETIN, WAITS, BulletinRow, Estimate

if TYPE_CHECKING:
    import polars as pl

    from sim.plan.model import Plan
    from sim.results import Results
    from sim.words import Words

__all__ = ["bulletin_table", "differences_table", "grid", "waits_table"]

_GOOD, _BAD = "green", "red"

#: Zero in every replication; written without a half-width.
_NOTHING = Estimate(0.0, 0.0)

#: Rows of the table of differences: direction and measure.
COMPARED = (
    ("all", "wait_mean"),
    ("all", "wait_p95"),
    ("all", "over_24h_share"),
    ("export", "waiting_2000"),
    ("all", "vietnam_time_mean"),
    ("all", "door_to_door_mean"),
    ("all", "crossed_per_day"),
)

#: Measures of which more is better; of the others less is.
MORE_IS_BETTER = {"crossed_per_day"}


def grid(*headings: str, first: int = 18) -> Table:
    """Make an unboxed table: words on the left, figures to the right."""
    table = Table(box=None, padding=(0, 1, 0, 1), pad_edge=False, header_style="dim")
    table.add_column("", min_width=first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", vertical="bottom", no_wrap=True)
    return table


def bulletin_table(rows: Sequence[BulletinRow], plan: Plan, words: Words) -> Table:
    """Lay out the 20:00 bulletin in the province's own layout."""
    table = grid(*(words.text(f"bulletin.{column}") for column in BULLETIN))
    columns = [
        aligned([row.values.get(column) for row in rows], words, digits=0) for column in BULLETIN
    ]
    for row, *cells in zip(rows, *columns, strict=True):
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


def waits_table(rows: Sequence[tuple[str, dict[str, Estimate]]], words: Words) -> Table:
    """Headline times; ``rows`` pair a title with estimates by measure."""
    table = grid(*(words.text(f"waits.{measure}") for measure in WAITS))
    columns = [aligned([values.get(m) for _, values in rows], words, digits=1) for m in WAITS]
    for (title, _), *cells in zip(rows, *columns, strict=True):
        table.add_row(title, *cells)
    return table


def aligned(estimates: Iterable[Estimate | None], words: Words, digits: int) -> list[Text]:
    """Make a column of ``mean ± half-width`` with the signs below one another."""
    shown = [(e, _half(e.half_width, words, digits)) if e else (None, "") for e in estimates]
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


def _half(half: float | None, words: Words, digits: int) -> str:
    """Write a half-width; one that would be rounded to nothing keeps its size."""
    if half is None:
        return ""
    if 0 < half < 0.5 * 10.0**-digits:
        return f"<{words.number(10.0**-digits, digits)}"
    return words.number(half, digits)


def differences_table(frame: pl.DataFrame, results: Sequence[Results], words: Words) -> Table:
    """Lay out what a scenario changes: all gates together, then what changed at each gate.

    ``frame`` holds the rows of :func:`sim.report.summary.compared` for one scenario;
    ``results`` are those of the baseline and of that scenario.
    """
    plan = results[1].plan
    table = grid(
        words.text("compare.baseline"),
        words.text("compare.scenario"),
        words.text("compare.difference"),
        first=34,
    )
    rows = {
        (row["gate"], row["direction"], row["measure"]): row for row in frame.iter_rows(named=True)
    }
    for direction, measure in COMPARED:
        row = rows.get(("all", direction, measure))
        if row is not None and (row["base_mean"] or row["other_mean"]):
            table.add_row(*_difference(row, words))
    for name in ("capex", "opex"):
        before, after = (_cost(scenario, name) for scenario in results)
        if before or after:
            change = words.number(after - before, sign=True)
            table.add_row(
                words.text(f"compare.{name}"), words.number(before), words.number(after), change
            )
    for gate in plan.gates:
        changed = [rows.get((gate.id, *key)) for key in COMPARED]
        told_apart = [row for row in changed if row and row["verdict"] not in (None, SAME)]
        if told_apart:
            table.add_row("")
            table.add_row(Text(words.pick(gate.title), "bold"))
            for row in told_apart:
                label, *cells = _difference(row, words)
                table.add_row(f"  {label}", *cells)
    return table


def _difference(row: dict[str, Any], words: Words) -> tuple[str | Text, ...]:
    """Label, both means, and the difference with its interval."""
    half = row["half_width"]
    digits = _digits(half, row["unit"])
    label = words.text(f"measure.{row['measure']}")
    means = (words.number(row[f"{side}_mean"], digits) for side in ("base", "other"))
    if row["difference"] is None:
        return label, *means, ""
    if row["verdict"] == SAME:
        shown = Text(words.text("compare.same"), "dim")
        return label, *means, shown
    up = row["difference"] > 0
    better = up == (row["measure"] in MORE_IS_BETTER)
    size = words.number(abs(row["difference"]), digits)
    shown = Text(f"{'▲' if up else '▼'} {size}", (_GOOD if better else _BAD) if half else "")
    if half is not None:
        shown.append(f" ± {_half(half, words, digits)}", "dim")
    return label, *means, shown


def _digits(half: float | None, unit: str) -> int:
    """Decimals that the half-width supports: down to its first significant figure."""
    least = 1 if unit in ("h", "%") else 0
    if not half:
        return least
    return min(2, max(least, -math.floor(math.log10(half))))


def _cost(results: Results, name: str) -> float:
    """Capital cost or yearly cost of a scenario's upgrades in bn VND."""
    upgrades = results.scenario.model.upgrades.values()
    return sum(getattr(upgrade, name) or 0.0 for upgrade in upgrades) / 1e9
