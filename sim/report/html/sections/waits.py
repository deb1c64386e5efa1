"""Waits before each stage, and the bottleneck of each gate."""

from __future__ import annotations

from functools import partial

from sim.messages import Messages
from sim.report.charts.style import MOST_STAGES, largest, stages_left_out
from sim.report.charts.waits import SHORT_WAIT, StageWaits, mean_waits
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import Chart, chart
from sim.report.svg.waits import draw_wait_lines
from sim.report.text.bottleneck import bottlenecks
from sim.report.text.summary import route_title

__all__ = ["section"]

#: Stages where 95 of 100 vehicles wait less than this many hours are in the table alone.
_DRAWN = 0.25


def section(report: ReportData, messages: Messages) -> Section | None:
    """The chart of waits, the bottleneck of each gate, and the waits as a table."""
    waits = _waits(report, messages)
    if not waits:
        return None
    worst = max(waits, key=lambda wait: max(pair[1] for pair in wait.values if pair))
    label = messages.text(
        "report.waits.label",
        stage=worst.stage,
        place=worst.place,
        hours=messages.number(max(pair[1] for pair in worst.values if pair), 1),
    )
    long = _drawn(waits)
    sizes = [max(pair[1] for pair in wait.values if pair) for wait in long]
    drawn = [long[place] for place in largest(sizes, MOST_STAGES)]
    body = render(
        "waits.html.j2",
        messages,
        charts=_charts(drawn, report.short_titles(messages), label, messages),
        left_out=stages_left_out(len(drawn), len(long), messages),
        titles=report.short_titles(messages),
        n=report.common,
        bottlenecks=_bottlenecks(report, messages),
    )
    return Section("waits", messages.text("figure.waits.title"), body)


def _charts(
    waits: list[StageWaits], titles: list[str], label: str, messages: Messages
) -> list[Chart]:
    """One chart for each place, all on one scale; ``label`` says where most is waited."""
    longest = 1.02 * max([0.1, *(pair[1] for wait in waits for pair in wait.values if pair)])
    return [
        chart(
            partial(
                draw_wait_lines, [w for w in waits if w.place == place], titles, longest, messages
            ),
            f"waits {number}",
            f"{place}. {label}",
            messages,
        )
        for number, place in enumerate(dict.fromkeys(wait.place for wait in waits))
    ]


def _waits(report: ReportData, messages: Messages) -> list[StageWaits]:
    """Stages at which someone waits in some scenario, place by place."""
    by_scenario = report.of_each(mean_waits)
    plans = [results.plan for results in report.several]
    stages = {stage.id: (plan, stage) for plan in plans[::-1] for stage in plan.stages}
    order = dict.fromkeys(stage.id for plan in plans for stage in plan.stages)
    waits = []
    for plan, stage in (stages[name] for name in order):
        values = tuple(means.get(stage.id) for means in by_scenario)
        if max((pair[1] for pair in values if pair), default=0.0) >= SHORT_WAIT:
            place = route_title(plan, stage.route, messages)
            waits.append(StageWaits(place, messages.pick(stage.title), values, stage.id))
    return waits


def _drawn(waits: list[StageWaits]) -> list[StageWaits]:
    """The longest waits (all, if none is long), scenarios left out where they change nothing."""
    long = [wait for wait in waits if max(pair[1] for pair in wait.values if pair) >= _DRAWN]
    return [
        StageWaits(wait.place, wait.stage, (wait.values[0], *(
            None if pair == wait.values[0] else pair for pair in wait.values[1:]
        )), wait.id)
        for wait in long or waits
    ]  # fmt: skip


def _bottlenecks(report: ReportData, messages: Messages) -> ReportTable:
    """For each gate, where most is waited, in each scenario that differs from the first."""
    by_scenario = report.of_each(bottlenecks)
    titles = report.short_titles(messages)
    rows: list[list[TableCell | str]] = []
    for gate in [gate for gate in report.gates if any(gate in by_gate for by_gate in by_scenario)]:
        lines = [
            (number, by_gate[gate])
            for number, by_gate in enumerate(by_scenario)
            if gate in by_gate and (number == 0 or by_gate[gate] != by_scenario[0].get(gate))
        ]
        for place, (number, bottleneck) in enumerate(lines):
            stages = {stage.id: stage for stage in report.several[number].plan.stages}
            row: list[TableCell | str] = []
            if place == 0:
                name = report.gate_title(gate, messages)
                row.append(TableCell(name, "strong", len(lines), head=True))
            row += [TableCell(titles[number], "word")] if len(titles) > 1 else []
            full = bottleneck.utilisation is not None and bottleneck.utilisation >= 0.95
            row += [
                TableCell(messages.pick(stages[bottleneck.stage].title), "word"),
                messages.percent(bottleneck.share),
                messages.number(bottleneck.hours, 1),
                TableCell(messages.percent(bottleneck.utilisation), "full" if full else ""),
            ]
            rows.append(row)
    columns = [messages.text("show.gate")]
    columns += [messages.text("compare.scenario")] if len(titles) > 1 else []
    columns += [messages.text(f"report.bottleneck.{name}") for name in ("stage", "share", "hours")]
    columns.append(messages.text("report.term.utilisation"))
    return ReportTable(columns, rows, heads=len(columns) - 3)
