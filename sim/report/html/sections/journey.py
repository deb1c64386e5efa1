"""One vehicle's day: the median one and one of the longest 5 %, the same in all scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import Chart, chart
from sim.report.svg.journeys import KINDS, JourneyBar, draw_journeys
from sim.report.text.journeys import Journey, pick_journeys

__all__ = ["section"]


@dataclass(frozen=True)
class _Gate:
    """One gate's bars, with the same as a table."""

    title: str
    chart: Chart
    table: ReportTable


def section(report: ReportData, messages: Messages) -> Section | None:
    """Export vehicles of the gates that scenarios change most, or of the fullest gate."""
    gates = []
    for gate, numbers in _chosen(report).items():
        bars = _bars(report, gate, numbers, messages)
        if not bars:
            continue
        title = report.gate_title(gate, messages)
        times = "; ".join(f"{bar.title}: {_hours(bar.journey, messages)} h" for bar in bars)
        label = messages.text("report.journey.label", gate=title, times=times)
        draw = partial(draw_journeys, bars, report.base.plan.start, messages)
        drawn = chart(draw, f"journey {gate}", label, messages)
        gates.append(_Gate(title, drawn, _table(bars, messages)))
    if not gates:
        return None
    kinds = [(kind, messages.text(f"report.journey.{kind}")) for kind in KINDS]
    body = render("journey.html.j2", messages, gates=gates, kinds=kinds, n=len(report.several))
    return Section("journey", messages.text("report.journey.title"), body)


def _chosen(report: ReportData) -> dict[str, list[int]]:
    """Gates to show, each with the scenarios to show there, the baseline first."""
    chosen: dict[str, list[int]] = {}
    for number in range(1, len(report.several)):
        most = report.most_changed(number, "export")
        if most is not None:
            chosen.setdefault(most[0], [0]).append(number)
    if chosen:
        return chosen
    stocks = {
        gate: report.estimate(0, gate, "export", "waiting_2000").mean or 0.0
        for gate in report.gates
    }
    if not stocks:
        return {}
    return {max(stocks, key=lambda gate: stocks[gate]): list(range(len(report.several)))}


def _bars(
    report: ReportData, gate: str, numbers: list[int], messages: Messages
) -> list[JourneyBar]:
    """The same two vehicles in each scenario; else, where none is common, two of each."""
    titles = report.short_titles(messages)
    several = [report.several[number] for number in numbers]
    same = len({results.seed for results in several}) == 1
    picked = pick_journeys(several, gate, "export") if same else None
    if picked is None:
        alone = [pick_journeys([results], gate, "export") for results in several]
        pairs = [(n, both[0]) for n, both in zip(numbers, alone, strict=True) if both]
    else:
        pairs = list(zip(numbers, picked, strict=True))
    compared = len(numbers) > 1
    own = "own_" if compared and picked is None else ""
    bars = []
    for place, name in enumerate(("median", "longest")):
        for number, journeys in pairs:
            title = messages.text(f"report.journey.{own}{name}")
            title = f"{titles[number]}: {title}" if compared else title
            bars.append(JourneyBar(title, journeys[place], report.several[number].plan))
    return bars


def _hours(journey: Journey, messages: Messages) -> str:
    return messages.number((journey.crossed - journey.arrive) / 60, 1)


def _table(bars: list[JourneyBar], messages: Messages) -> ReportTable:
    """Hours of each kind of span, by vehicle."""
    rows: list[list[TableCell | str]] = []
    for bar in bars:
        row: list[TableCell | str] = [TableCell(bar.title, head=True)]
        for kind in KINDS:
            minutes = sum(s.end - s.begin for s in bar.journey.spans if s.kind == kind)
            row.append(messages.number(minutes / 60, 1))
        rows.append([*row, _hours(bar.journey, messages)])
    columns = [messages.text("report.journey.vehicle")]
    columns += [messages.text(f"report.journey.{kind}") for kind in KINDS]
    columns.append(messages.text("report.term.door"))
    return ReportTable(columns, rows, messages.text("report.journey.axis_table"))
