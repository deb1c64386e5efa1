"""All headline measures by gate, with differences."""

from __future__ import annotations

from markupsafe import Markup

from sim.catalogue import MEASURES, title
from sim.compare import Estimate
from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render, show_change
from sim.report.html.report_data import Difference, ReportData
from sim.report.text.format import change_decimals, estimate_text, rounded
from sim.report.text.summary import COMPARED
from sim.report.text.uncertainty import share_text

__all__ = ["after_text", "section"]

_EXPLORE = Markup('<div id="explore" hidden></div>')
"""Where the page's script lets readers choose what to see."""


def section(report: ReportData, messages: Messages) -> Section | None:
    """One table: a row for each measure of all gates and of each gate."""
    if report.estimate(0, "all", "all", "crossed_per_day").mean is None:
        return None
    body = render("measures.html.j2", messages, table=_table(report, messages), explore=_EXPLORE)
    return Section("measures", messages.text("report.measures.title"), body)


def after_text(difference: Difference, messages: Messages) -> str:
    """Write the value in a scenario, as fine as the interval of the change allows."""
    clear = bool(difference.clear)
    digits = change_decimals(difference.estimate, difference.unit, clear=clear)
    return rounded(difference.after, digits, messages)


def _table(report: ReportData, messages: Messages) -> ReportTable:
    """All headline measures, for all gates and each gate, with differences."""
    titles = report.titles(messages)
    columns = [
        messages.text("report.column.place"),
        messages.text("report.column.measure"),
        titles[0],
    ]
    for scenario in titles[1:]:
        columns += [scenario, messages.text("compare.difference")]
    rows: list[list[TableCell | str]] = []
    places = ["all", *report.gates] if len(report.gates) > 1 else report.gates
    for gate in places:
        measures = [key for key in COMPARED if report.happens(gate, *key)]
        for place, (direction, measure) in enumerate(measures):
            row: list[TableCell | str] = []
            if place == 0:
                place_name = report.gate_title(gate, messages)
                row.append(TableCell(place_name, "strong", len(measures), head=True))
            rail = gate in report.samples[0].known.rail
            row.append(TableCell(title(measure, messages, direction, rail=rail), "word"))
            facts = {"gate": gate, "direction": direction, "measure": measure, "s": "0"}
            unit = MEASURES[measure].shown_in
            first = report.estimate(0, gate, direction, measure)
            shown = _with_share(estimate_text(first, messages, unit), first, messages)
            row.append(TableCell(shown, data=facts))
            for number in range(1, len(titles)):
                change = report.difference(number, gate, direction, measure)
                alone = report.estimate(number, gate, direction, measure)
                row += _cells(change, estimate_text(alone, messages, unit), messages)
            rows.append(row)
    uncertain = any(sample.uncertain for sample in report.samples)
    caption = messages.text("report.headline.caption")
    caption += f"; {messages.text('inputs.caption')}" if uncertain else ""
    return ReportTable(columns, rows, caption, heads=2)


def _cells(difference: Difference | None, alone: str, messages: Messages) -> list[TableCell | str]:
    """Write the value in a scenario and its change; the value alone without a baseline."""
    if difference is None:
        return [alone, "–"]
    after = after_text(difference, messages)
    change = show_change(difference, messages)
    shown = _with_share(change, difference.estimate, messages)
    return [after, TableCell(shown, difference.verdict)]


def _with_share(text: str, estimate: Estimate, messages: Messages) -> str:
    """Write after a ± the share of the inputs in its variance, where they are uncertain."""
    share = share_text(estimate, messages)
    return f"{text} · {share}" if share else text
