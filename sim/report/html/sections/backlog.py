"""Vehicles waiting at each gate, hour by hour, on one scale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from sim.messages import LANGUAGES, Messages
from sim.messages import messages as language
from sim.report.charts.backlog import Backlog, backlogs, evening_text, evenings, scale
from sim.report.charts.style import MOST_GATES, gates_left_out, largest
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.svg.backlog import draw_backlog_lines
from sim.report.svg.chart import chart
from sim.results import Results

__all__ = ["section"]


def section(report: ReportData, messages: Messages) -> Section | None:
    """One small chart for each gate with exports, all scenarios in it."""
    by_scenario = [
        {
            title: replace(line, title=title)
            for line in lines
            for title in (report.gate_title(line.gate, messages),)
        }
        for lines in report.of_each(_backlogs)
    ]
    gates = list(dict.fromkeys(title for lines in by_scenario for title in lines))
    if not gates:
        return None
    ceiling = scale([line for by_gate in by_scenario for line in by_gate.values()])
    longest = [max(by_gate[g].mean.max() for by_gate in by_scenario if g in by_gate) for g in gates]
    drawn = largest(longest, MOST_GATES)
    charts = []
    for number in drawn:
        gate = gates[number]
        lines = _unlike([by_gate.get(gate) for by_gate in by_scenario])
        start = report.base.plan.start
        draw = partial(draw_backlog_lines, gate, lines, ceiling, start, messages)
        label = messages.text("report.backlog.label", gate=gate, counts=_counts(lines, messages))
        charts.append(chart(draw, f"backlog {number}", label, messages))
    body = render(
        "backlog.html.j2",
        messages,
        charts=charts,
        titles=report.short_titles(messages),
        n=report.common,
        left_out=gates_left_out(len(drawn), len(gates), messages),
        table=_table(report, gates, by_scenario, messages),
    )
    return Section("backlog", messages.text("figure.backlog.title"), body)


def _backlogs(results: Results) -> list[Backlog]:
    """Data of all gates, under titles that each language replaces."""
    return backlogs(results, language(LANGUAGES[0]))


def _unlike(lines: list[Backlog | None]) -> list[Backlog | None]:
    """Leave out scenarios whose line is that of the first: they would only hide it."""
    first = lines[0]
    if first is None:
        return lines
    same = [line is not None and np.array_equal(line.mean, first.mean) for line in lines]
    return [None if same[n] and n else line for n, line in enumerate(lines)]


def _at_20(line: Backlog) -> float:
    """Mean backlog over the 20:00s."""
    at = evenings(line.minutes)
    return float(np.interp(at, line.minutes, line.mean).mean()) if at.size else float("nan")


def _counts(lines: list[Backlog | None], messages: Messages) -> str:
    return ", ".join(messages.number(_at_20(line)) for line in lines if line is not None)


def _table(
    report: ReportData, gates: list[str], by_scenario: list[dict[str, Backlog]], messages: Messages
) -> ReportTable:
    """Backlog at 20:00 and the most of the mean line, gate by gate."""
    rows: list[list[TableCell | str]] = []
    for gate in gates:
        lines = [
            (title, by_gate[gate])
            for title, by_gate in zip(report.short_titles(messages), by_scenario, strict=True)
            if gate in by_gate
        ]
        for number, (title, line) in enumerate(lines):
            row: list[TableCell | str] = (
                [] if number else [TableCell(gate, "", len(lines), head=True)]
            )
            worst = int(np.argmax(line.mean))
            row += [
                TableCell(title, "word"),
                evening_text(line, messages) if evenings(line.minutes).size else "–",
                messages.number(float(line.mean[worst])),
                messages.number(float(line.high[worst])),
            ]
            rows.append(row)
    names = ("at_20", "most", "most_95")
    columns = [messages.text("show.gate"), messages.text("compare.scenario")]
    columns += [messages.text(f"report.backlog.{name}") for name in names]
    return ReportTable(columns, rows, heads=2)
