"""Headline results: the conclusion in sentences, and one table for a memo."""

from __future__ import annotations

from sim.catalogue import MEASURES, title
from sim.messages import NOTHING, Messages
from sim.report.html.conclusion import conclusion, cost_per_hour
from sim.report.html.parts import ReportTable, Section, TableCell, render, show_change
from sim.report.html.report_data import ReportData
from sim.report.html.sections.measures import after_text
from sim.report.text.format import estimate_text
from sim.report.text.uncertainty import error_name, inputs_sentence, sign_sentences

__all__ = ["section"]

_MAIN = (
    ("export", "wait_mean"),
    ("import", "wait_mean"),
    ("export", "wait_p95"),
    ("export", "within_2h"),
    ("export", "stay_mean"),
    ("import", "stay_mean"),
    ("export", "waiting_2000"),
    ("all", "cost_per_day"),
)
"""Direction and measure of the rows of the table that goes into a memo."""

_ACROSS = 4
"""Scenarios that a page has room for beside one another."""


def section(report: ReportData, messages: Messages) -> Section | None:
    """Sentences, the table of the main measures, and what its ± holds."""
    if report.estimate(0, "all", "all", "crossed_per_day").mean is None:
        return None
    body = render(
        "headline.html.j2",
        messages,
        sentences=conclusion(report, messages),
        table=_table(report, messages),
        interval=messages.text(
            f"report.headline.{_interval(report)}",
            n=report.common,
            error=error_name(report.samples, messages),
        ),
        uncertain=_uncertain(report, messages),
    )
    return Section("headline", "", body)


def _uncertain(report: ReportData, messages: Messages) -> list[str]:
    """What is said of uncertain inputs: their sets, and how sure the signs of differences are."""
    sets = inputs_sentence(report.samples, messages)
    if not sets or report.comparison is None:
        return [sets] if sets else []
    return [sets, *sign_sentences(report.comparison, messages, report.titles(messages))]


def _interval(report: ReportData) -> str:
    """Say what the half-widths are of: one scenario, pairs, or scenarios of different seeds."""
    if report.comparison is None:
        return "interval"
    if report.comparison.independent:
        return "independent"
    return "shared" if report.comparison.other_demand else "pairs"


def _table(report: ReportData, messages: Messages) -> ReportTable:
    """The main measures: scenarios across where they are few enough for a page, else down."""
    titles = report.short_titles(messages)
    keys = [key for key in _MAIN if report.happens("all", *key)]
    names = [title(measure, messages, direction) for direction, measure in keys]
    rows = [_cells(report, key, messages) for key in keys]
    for name, cells in _money(report, messages):
        names.append(name)
        rows.append(cells)
    caption = messages.text("report.headline.caption")
    if len(titles) > _ACROSS:
        names, titles = titles, names
        rows = [list(column) for column in zip(*rows, strict=True)]
        heading = messages.text("compare.scenario")
    else:
        heading = messages.text("report.column.measure")
    lines: list[list[TableCell | str]] = [
        [TableCell(name, head=True), *cells] for name, cells in zip(names, rows, strict=True)
    ]
    return ReportTable([heading, *titles], lines, caption)


def _cells(report: ReportData, key: tuple[str, str], messages: Messages) -> list[TableCell]:
    """One measure in each scenario, with its change against the baseline below."""
    direction, measure = key
    unit = MEASURES[measure].shown_in
    cells = []
    for number in range(len(report.several)):
        change = report.difference(number, "all", direction, measure) if number else None
        if change is None:
            value = estimate_text(report.estimate(number, "all", *key), messages, unit)
            cells.append(TableCell(value, "range"))
        else:
            tone = change.verdict or "same"
            note = show_change(change, messages)
            cells.append(TableCell(after_text(change, messages), "range", note=note, tone=tone))
    return cells


def _money(report: ReportData, messages: Messages) -> list[tuple[str, list[TableCell]]]:
    """Annual cost, net benefit and cost of an hour less of waiting, where they are stated."""
    if not any(report.benefits):
        return []
    lines: dict[str, list[TableCell]] = {"cost": [], "net": [], "hour": []}
    for number, gain in enumerate(report.benefits):
        hour = cost_per_hour(report, number, gain)
        if gain is None:
            shown = {"cost": NOTHING, "net": NOTHING, "hour": NOTHING}
            note = ""
        else:
            low, high = (messages.number(end / 1e9, 1, sign=True) for end in (gain.low, gain.high))
            shown = {
                "cost": messages.number((gain.capital + gain.running) / 1e9, 1),
                "net": messages.number(gain.net / 1e9, 1, sign=True),
                "hour": messages.number(None if hour is None else float(f"{hour:.2g}")),
            }
            note = messages.text("compare.to", low=low, high=high)
        for name, text in shown.items():
            cell = TableCell(text, "range", note=note if name == "net" else "", tone="faint")
            lines[name].append(cell)
    return [(messages.text(f"report.headline.{name}"), cells) for name, cells in lines.items()]
