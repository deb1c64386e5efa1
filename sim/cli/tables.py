"""Tables for the terminal, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.catalogue import ALL, MEASURES, find, title
from sim.cli.console import to_stdout
from sim.compare import Estimate, benefit
from sim.compare.paired import SAME
from sim.report.text.format import (
    change_decimals,
    change_text,
    decimals,
    interval_text,
    mean_text,
    rounded,
)
from sim.report.text.summary import (
    BULLETIN,
    COMPARED,
    WAITS,
    BulletinRow,
    bulletin_title,
)
from sim.report.text.uncertainty import share_text

if TYPE_CHECKING:
    from sim.compare import Comparison, ScenarioResults
    from sim.messages import Messages
    from sim.plan import Plan
    from sim.validate import Skill

__all__ = [
    "DIFFERENCES",
    "LESS_BULLETIN",
    "LESS_DIFFERENCES",
    "LESS_WAITS",
    "aligned",
    "blend_shares",
    "bulletin_table",
    "difference_cells",
    "differences_table",
    "grid",
    "shares_table",
    "skill_sentence",
    "waits_table",
]

_GOOD, _BAD = "green", "red"

#: Columns of the table of differences.
DIFFERENCES = ("baseline", "scenario", "difference", "inputs", "gain")
_EMPTY = ("",) * len(DIFFERENCES)

#: Gains of pairing above this are rounding as much as chance.
_MOST_GAIN = 1000

#: Columns that a narrow screen does without, the least important first.
LESS_BULLETIN = ("imported_new_cars", "arrived", "exported_fruit")
LESS_WAITS = (
    "lost_share",
    "virtual_mean",
    "closed_mean",
    "owner_mean",
    "stay_mean",
    "within_2h",
    "wait_border_mean",
    "wait_p95",
)
LESS_DIFFERENCES = ("gain", "scenario", "baseline", "inputs")


def grid(*headings: str, first: int = 18) -> Table:
    """Make an unboxed table: words on the left, figures to the right."""
    apart = 1 if to_stdout().width > 90 else 0
    table = Table(box=None, padding=(0, 1, 0, apart), pad_edge=False, header_style="dim")
    table.add_column("", min_width=first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", vertical="bottom", no_wrap=True)
    return table


def bulletin_table(
    rows: Sequence[BulletinRow], plan: Plan, messages: Messages, columns: Sequence[str] = BULLETIN
) -> Table:
    """Lay out the 20:00 bulletin in the province's own layout."""
    table = grid(*(messages.text(f"bulletin.{column}") for column in columns))
    filled = [
        aligned([row.values.get(column) for row in rows], messages, digits=0) for column in columns
    ]
    for row, *cells in zip(rows, *filled, strict=True):
        strong = row.kind in ("pair", "total")
        table.add_row(
            bulletin_title(row, plan, messages),
            *cells,
            style="bold" if strong else "",
            end_section=strong,
        )
    return table


def waits_table(
    rows: Sequence[tuple[str, dict[str, Estimate]]],
    messages: Messages,
    measures: Sequence[str] = WAITS,
) -> Table:
    """Lay out headline times; ``rows`` pair a title with estimates by measure."""
    table = grid(*(messages.text(f"waits.{measure}") for measure in measures))
    columns = []
    for measure in measures:
        entry = MEASURES[measure]
        estimates = [values[measure].times(entry.factor) for _, values in rows]
        digits = 0 if entry.shown_in == "min" else 1
        columns.append(aligned(estimates, messages, digits, entry.unit))
    for (place, _), *cells in zip(rows, *columns, strict=True):
        table.add_row(place, *cells)
    return table


def shares_table(
    rows: Sequence[tuple[str, Mapping[str, Estimate]]],
    table: str,
    messages: Messages,
    columns: Sequence[str],
) -> Table:
    """Lay out the shares of the inputs in the variances of the ± of another table."""
    laid_out = grid(*(messages.text(f"{table}.{column}") for column in columns))
    for place, values in rows:
        laid_out.add_row(place, *(share_text(values.get(column), messages) for column in columns))
    return laid_out


def aligned(
    estimates: Iterable[Estimate | None], messages: Messages, digits: int, unit: str = ""
) -> list[Text]:
    """Make a column of ``mean ± half-width`` with the signs below one another.

    ``digits`` are the decimals it has at most.
    """
    shown = [(e, interval_text(e, messages, digits, unit) if e else "") for e in estimates]
    sizes = [len(tail) for _, tail in shown if tail.startswith("±")]
    width = max(sizes, default=0)
    cells = []
    for estimate, tail in shown:
        if estimate is None or (estimate.mean == 0.0 and not tail):
            cells.append(Text("" if estimate is None else "0", "dim"))
            continue
        cell = Text(mean_text(estimate, messages, digits))
        if tail:
            cell.append(f" ±{tail[1:]:>{width - 1}}" if tail.startswith("±") else f" {tail}", "dim")
        cells.append(cell)
    return cells


def differences_table(
    comparison: Comparison, name: str, messages: Messages, columns: Sequence[str] = DIFFERENCES
) -> Table:
    """Lay out what the scenario ``name`` changes: all gates, then what changed at each gate."""
    other = comparison.samples[comparison.names.index(name)]
    table = grid(*(messages.text(f"compare.{column}") for column in columns), first=28)
    chosen = [DIFFERENCES.index(column) for column in columns]

    def add(label: str | Text, *cells: str | Text) -> None:
        table.add_row(label, *(cells[index] for index in chosen))

    rows = {
        (row["gate"], row["direction"], row["measure"]): row
        for row in comparison.of(name).iter_rows(named=True)
    }
    everywhere = [rows.get(("all", *key)) for key in COMPARED]
    for direction, shown in _by_direction(
        row for row in everywhere if row and (row["base_mean"] or row["other_mean"])
    ):
        if direction != ALL:
            add(Text(_capital(messages.text(f"direction.{direction}")), "bold"), *_EMPTY)
        for row in shown:
            add(*difference_cells(row, messages))
    for line in _money(comparison, other, messages):
        add(*line)
    for gate, name_of in other.gates.items() if len(other.busy) > 1 else ():
        changed = [rows.get((gate, *key)) for key in COMPARED]
        told_apart = (row for row in changed if row and row["verdict"] not in (None, SAME))
        for direction, shown in _by_direction(told_apart):
            place = messages.pick(name_of)
            if direction != ALL:
                place = f"{place}, {messages.text(f'direction.{direction}')}"
            table.add_row("")
            table.add_row(Text(place, "bold"))
            for row in shown:
                add(*difference_cells(row, messages))
    return table


def _money(
    comparison: Comparison, other: ScenarioResults, messages: Messages
) -> list[tuple[str | Text, ...]]:
    """Lines of what the upgrades cost and gain, where they have prices."""
    lines: list[tuple[str | Text, ...]] = []
    for cost in ("capex", "opex"):
        before, after = (
            sum(getattr(upgrade, cost) for upgrade in sample.upgrades) / 1e9
            for sample in (comparison.base, other)
        )
        if before or after:
            change = messages.number(after - before, sign=True)
            heading = messages.text(f"compare.{cost}")
            lines.append((heading, messages.number(before), messages.number(after), change, "", ""))
    yearly = benefit(comparison.base, other, comparison.level)
    if yearly is not None:
        net = yearly.interval.times(1e-9)
        digits = decimals(net.half_width, "VND")
        gain = Text(mean_text(net, messages, digits, sign=True))
        gain.append(f" {interval_text(net, messages, digits)}", "dim")
        lines.append((messages.text("compare.net"), "", "", gain, "", ""))
        low, high = (
            rounded(end / 1e9, digits, messages, sign=True) for end in (yearly.low, yearly.high)
        )
        ends = messages.text("compare.to", low=low, high=high)
        lines.append((messages.text("compare.net_range"), "", "", ends, "", ""))
    return lines


def _by_direction(
    rows: Iterable[dict[str, Any]],
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows of the comparison, those of one direction together, in the order of the rows."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["direction"], []).append(row)
    return list(groups.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def difference_cells(row: dict[str, Any], messages: Messages) -> tuple[str | Text, ...]:
    """Label, both means, the difference with its interval, and the gain of pairing."""
    entry = find(row["measure"])
    factor = entry.factor
    change = Estimate.of(row, mean="difference").times(factor)
    clear = None if row["verdict"] is None else row["verdict"] != SAME
    digits = change_decimals(change, entry.shown_in, clear=bool(clear))
    means = [
        rounded(None if row[name] is None else row[name] * factor, digits, messages)
        for name in ("base_mean", "other_mean")
    ]
    label = title(entry, messages, rail=row["unit"].startswith("trains"))
    size, tail = change_text(change, messages, entry.shown_in, clear=clear)
    shown = Text(size, _colour(change, entry.better, clear=clear))
    shown.append(f" {tail}".rstrip(), "dim")
    share = Text(share_text(change, messages), "dim")
    return label, *means, shown, share, _gain(row["variance_ratio"], messages)


def _gain(ratio: float | None, messages: Messages) -> Text:
    """Write how many times fewer replications pairing needs; beyond a thousand, just that."""
    if ratio is None:
        return Text("")
    if ratio > _MOST_GAIN:
        return Text(f">{messages.number(_MOST_GAIN)}×", "dim")
    return Text(f"{messages.number(ratio, 0 if ratio >= 9.95 else 1)}×", "dim")


def _colour(change: Estimate, better: str | None, *, clear: bool | None) -> str:
    """Green for the better, red for the worse, dim for what cannot be told from no change."""
    if not clear:
        return "dim" if clear is False else ""
    more = (change.mean or 0.0) > 0
    return "" if better is None else _GOOD if more == (better == "more") else _BAD


def blend_shares(messages: Messages) -> dict[str, str]:
    """Weights of the blend of naive forecasts, as its description shows them."""
    from sim.validate import YESTERDAY_SHARE

    shares = {"share": YESTERDAY_SHARE, "rest": 1.0 - YESTERDAY_SHARE}
    return {name: messages.percent(share) for name, share in shares.items()}


def skill_sentence(skill: Skill, naive: str, messages: Messages) -> str:
    """Say how mean errors compare with those of a naive forecast, which ``naive`` describes."""
    return messages.text(
        "validate.skill",
        n=skill.figures,
        naive=naive,
        ours=messages.number(skill.simulated, 1),
        theirs=messages.number(skill.naive, 1),
        skill=messages.number(skill.skill, 2, sign=True),
    )
