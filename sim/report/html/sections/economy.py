"""Hours, money and air by place: what waiting costs and emits, and where."""

from __future__ import annotations

from functools import partial

import polars as pl

from sim.catalogue import title
from sim.measures.economics import AIR, MONEY
from sim.measures.exposure import STATES
from sim.messages import Messages
from sim.report.charts.style import MOST_GATES, gates_left_out, largest
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import Chart, chart
from sim.report.svg.economy import CostBar, draw_cost_bars
from sim.results import Results

__all__ = ["NO_COST", "cost_ranges", "section"]

_SIDES = ("vietnam", "border", "china")

NO_COST = (0.0, 0.0, 0.0)
"""Costs at a gate that a scenario does not have."""

Ranges = dict[tuple[str, str], tuple[float, float, float]]
"""Value, low and high a day by gate (or ``all``) and item."""


def section(report: ReportData, messages: Messages) -> Section | None:
    """Hours by state and CO2 by side at each gate, then money and air with their ranges.

    None where a scenario has no prices.
    """
    if any(results.plan.economics is None for results in report.several):
        return None
    titles = report.short_titles(messages)
    daily = report.of_each(_daily)
    ranges = report.of_each(cost_ranges)
    every = {gate: _bars(daily, gate) for gate in report.gates}
    sizes = [max(sum(bar.co2) for bar in gate_bars) for gate_bars in every.values()]
    gates = [report.gates[place] for place in largest(sizes, MOST_GATES)]
    bars = {gate: every[gate] for gate in gates}
    body = render(
        "economy.html.j2",
        messages,
        titles=titles,
        charts=_charts(bars, report, messages),
        left_out=gates_left_out(len(bars), len(every), messages),
        air=_air(daily, ranges, report, messages),
        money=_money(ranges, titles, messages),
        stages=_stages(daily, report, messages),
        keys=[
            (messages.text("report.economy.by_state"), _parts(STATES, messages)),
            (messages.text("report.economy.by_side"), _parts(_SIDES, messages)),
        ],
        n=report.common,
    )
    return Section("economy", messages.text("report.economy.title"), body)


def _parts(parts: tuple[str, ...], messages: Messages) -> list[str]:
    """Name the parts of a bar."""
    return [messages.text(f"report.part.{part}") for part in parts]


def _charts(bars: dict[str, list[CostBar]], report: ReportData, messages: Messages) -> list[Chart]:
    """Hours by state, and tonnes of CO2 by side."""
    titles = report.short_titles(messages)
    hours = {gate: [bar.hours for bar in several] for gate, several in bars.items()}
    co2 = {
        gate: [tuple(part / 1000 for part in bar.co2) for bar in several]
        for gate, several in bars.items()
    }
    drawn = (
        ("hours", messages.text("report.economy.hours"), hours, STATES),
        ("co2", title("co2_per_day", messages), co2, _SIDES),
    )
    charts = []
    for name, heading, sizes, parts in drawn:
        shown = {report.gate_title(gate, messages): several for gate, several in sizes.items()}
        label = "; ".join(
            f"{gate}: "
            + ", ".join(
                f"{titles[number]} {messages.number(sum(parts), 1)}"
                for number, parts in enumerate(several)
            )
            for gate, several in shown.items()
        )
        draw = partial(draw_cost_bars, heading, shown, _parts(parts, messages), titles, messages)
        charts.append(chart(draw, f"economy {name}", f"{heading}. {label}", messages))
    return charts


def _daily(results: Results) -> pl.DataFrame:
    """Return the table of places, each number a mean over replications and days."""
    numbers = [*(f"{state}_hours" for state in STATES), *MONEY, *AIR]
    return (
        results.tables["places"]
        .group_by("gate", "stage", "side", maintain_order=True)
        .agg(pl.col(numbers).sum() / (results.plan.days * len(results.replications)))
    )


def _bars(daily: list[pl.DataFrame], gate: str) -> list[CostBar]:
    """Hours by state and CO2 by side of one gate in each scenario."""
    bars = []
    for table in daily:
        of_gate = table.filter(pl.col("gate") == gate)
        hours = [float(of_gate[f"{state}_hours"].sum()) for state in STATES]
        co2 = [float(of_gate.filter(pl.col("side") == side)["co2"].sum()) for side in _SIDES]
        bars.append(CostBar(tuple(hours), tuple(co2)))
    return bars


def cost_ranges(results: Results) -> Ranges:
    """Means over replications, both directions together."""
    count = len(results.replications)
    costs = results.tables["costs"]
    both = pl.concat([costs, costs.with_columns(gate=pl.lit("all"))])
    sums = both.group_by("gate", "item").agg(pl.col("value", "low", "high").sum() / count)
    return {(gate, item): (value, low, high) for gate, item, value, low, high in sums.iter_rows()}


def _air(
    daily: list[pl.DataFrame], ranges: list[Ranges], report: ReportData, messages: Messages
) -> ReportTable:
    """Hours, cost and what is burnt and emitted a day, by gate and scenario."""
    names = ("hours", "cost", "diesel", "co2", "nox", "pm25")
    columns = [messages.text("report.column.place"), messages.text("compare.scenario")]
    columns += [messages.text(f"report.economy.{name}") for name in names]
    titles = report.short_titles(messages)
    rows: list[list[TableCell | str]] = []
    places = ["all", *report.gates] if len(report.gates) > 1 else report.gates
    for gate in places:
        for number, scenario in enumerate(titles):
            table = daily[number]
            of_gate = table if gate == "all" else table.filter(pl.col("gate") == gate)
            hours = sum(float(of_gate[f"{state}_hours"].sum()) for state in STATES)
            by_item = {item: ranges[number].get((gate, item), NO_COST) for item in (*MONEY, *AIR)}
            cost = _total([by_item[item] for item in MONEY])
            row: list[TableCell | str] = []
            if number == 0:
                place = report.gate_title(gate, messages)
                row.append(TableCell(place, "strong", len(titles), head=True))
            row += [TableCell(scenario, "word"), messages.number(hours)]
            row.append(_with_range(cost, 1e6, messages, gate, "cost"))
            row += [_with_range(by_item[item], 1.0, messages, gate, item) for item in AIR]
            rows.append(row)
    return ReportTable(columns, rows, heads=2)


def _money(ranges: list[Ranges], titles: list[str], messages: Messages) -> ReportTable:
    """Each item of cost over all gates."""
    columns = [messages.text("report.economy.item"), *titles]
    rows: list[list[TableCell | str]] = []
    for item in MONEY:
        if any(range_of["all", item][2] for range_of in ranges):
            name = TableCell(messages.text(f"report.item.{item}"), head=True)
            cells = [_with_range(f["all", item], 1e6, messages, "all", item) for f in ranges]
            rows.append([name, *cells])
    return ReportTable(columns, rows)


def _stages(daily: list[pl.DataFrame], report: ReportData, messages: Messages) -> ReportTable:
    """CO2 a day by stage, where there is any."""
    columns = [messages.text("report.column.place"), messages.text("show.stages")]
    columns += report.short_titles(messages)
    by_stage = [dict(table.select("stage", "co2").iter_rows()) for table in daily]
    stages = {s.id: (report.base.plan, s) for s in report.base.plan.stages}
    for results in report.others:
        for stage in results.plan.stages:
            stages.setdefault(stage.id, (results.plan, stage))
    rows: list[list[TableCell | str]] = []
    for name, (plan, stage) in stages.items():
        values = [of_stage.get(name) for of_stage in by_stage]
        if any(values):
            place = TableCell(messages.pick(plan.gates[stage.gate].title), head=True)
            row: list[TableCell | str] = [place, TableCell(messages.pick(stage.title), "word")]
            rows.append(row + [messages.number(value) for value in values])
    return ReportTable(columns, rows, heads=2)


def _total(parts: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    value, low, high = (sum(bounds) for bounds in zip(*parts, strict=True))
    return value, low, high


def _with_range(
    three: tuple[float, float, float], unit: float, messages: Messages, gate: str, item: str
) -> TableCell:
    """Write ``24 (6 to 67)``; a range of nothing is not written."""
    value, low, high = (part / unit for part in three)
    digits = 0 if abs(high) >= 100 else 1
    shown = messages.number(value, digits)
    if low != high:
        ends = {"low": messages.number(low, digits), "high": messages.number(high, digits)}
        together = messages.text("compare.to", **ends).replace(" ", "\N{NO-BREAK SPACE}")
        shown += f" ({together})"
    return TableCell(shown, "range", data={"gate": gate, "item": item})
