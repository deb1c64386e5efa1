"""The gates one by one: stages with their inputs, cargo, and costs."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.measures.economics import MONEY
from sim.messages import Messages
from sim.plan import DIRECTIONS, Plan, Stage
from sim.report.charts.waits import mean_waits
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.html.sections.economy import NO_COST, cost_ranges
from sim.report.text.evidence import note_text
from sim.report.text.key_inputs import StageInput, stage_inputs
from sim.report.text.places import place_text
from sim.report.text.summary import route_title
from sim.results import Results

__all__ = ["CARGO", "section"]


@dataclass(frozen=True)
class _Gate:
    """One gate: its id, its title, its tables, and the notes on evidence that they number."""

    id: str
    title: str
    tables: list[ReportTable]
    notes: list[str]


@dataclass(frozen=True)
class _StageUse:
    """A stage in one scenario: hours waited, mean and 95 % quantile, and share of time busy."""

    wait: tuple[float, float] | None
    busy: float | None


def section(report: ReportData, messages: Messages) -> Section | None:
    """Tables for each gate with traffic: its stages with file and evidence, cargo, costs."""
    uses = report.of_each(_uses)
    cargo = report.of_each(_by_cargo)
    gates = []
    for gate in report.gates:
        notes: dict[str, int] = {}
        tables = [
            _stages(report, gate, uses, notes, messages),
            _cargo(report, gate, cargo, messages),
            _costs(report, gate, messages),
        ]
        title = report.gate_title(gate, messages)
        gates.append(_Gate(gate, title, [table for table in tables if table.rows], list(notes)))
    if not gates:
        return None
    body = render("gates.html.j2", messages, gates=gates)
    return Section("gates", messages.text("report.gates.title"), body)


def _uses(results: Results) -> dict[str, _StageUse]:
    """Waits and utilisation of each stage, means over replications."""
    waits = mean_waits(results)
    busy = results.tables["stages"].group_by("stage").agg(pl.col("utilisation").mean())
    return {stage: _StageUse(waits.get(stage), used) for stage, used in busy.iter_rows()}


def _stages(
    report: ReportData, gate: str, uses: list[dict[str, _StageUse]], notes: dict[str, int],
    messages: Messages,
) -> ReportTable:  # fmt: skip
    """Stages of a gate in the order of the file: waits and use by scenario, inputs, evidence."""
    titles = report.short_titles(messages)
    known: dict[str, tuple[int, Plan, Stage]] = {}
    for number, results in enumerate(report.several):
        for stage in results.plan.stages:
            if results.plan.gates[stage.gate].id == gate:
                known.setdefault(stage.id, (number, results.plan, stage))
    rows: list[list[TableCell | str]] = []
    for name, (number, plan, stage) in known.items():
        if not any(name in used for used in uses):
            continue
        route = route_title(plan, stage.route, messages).partition(" · ")[2]
        head = TableCell(messages.pick(stage.title), head=True, data={"stage": name},
                         note=route, tone="faint")  # fmt: skip
        cells = [_use(used.get(name), messages) for used in uses]
        inputs = report.of_each(stage_inputs)[number].get(name, [])
        rows.append([head, *cells, _inputs(inputs, notes, messages)])
    columns = [messages.text("show.stages"), *(titles if len(titles) > 1 else [""])]
    columns.append(messages.text("report.gates.inputs"))
    return ReportTable(columns, rows, tails=1)


def _use(use: _StageUse | None, messages: Messages) -> TableCell:
    """Write mean and 95 % quantile of the wait in minutes, and the share of time busy."""
    if use is None or use.wait is None:
        return TableCell("–")
    mean, p95 = (messages.number(60 * hours, 1) for hours in use.wait)
    busy = "" if use.busy is None else messages.percent(use.busy)
    return TableCell(f"{mean} · {p95}", note=busy, tone="faint")


def _inputs(inputs: list[StageInput], notes: dict[str, int], messages: Messages) -> TableCell:
    """Write each input with its line in the file and its evidence; notes are numbered."""
    lines = []
    for given in inputs:
        evidence = messages.text(f"report.evidence.{given.evidence.kind}")
        note = note_text(given.evidence, messages)
        if note:
            evidence += f" [{notes.setdefault(note, len(notes) + 1)}]"
        lines.append(f"{given.name} = {given.value} ({place_text(given.place)}, {evidence})")
    return TableCell("; ".join(lines), "word long")


def _by_cargo(results: Results) -> pl.DataFrame:
    """Vehicles a day that cross, and hours of their stay in line and in all, by cargo."""
    plan = results.plan
    crossing = {plan.stages[flow.steps[flow.crossed].stage].id for flow in plan.flows if flow.steps}
    stays = [f"stay_{clock}_hours" for clock in ("queue", "service", "closed", "owner", "virtual")]
    keys = ["gate", "direction", "cargo"]
    places = results.tables["places"].with_columns(pl.col("stage").cast(pl.String))
    sums = places.group_by(keys, maintain_order=True).agg(
        pl.col("stays").filter(pl.col("stage").is_in(list(crossing))).sum().alias("vehicles"),
        pl.col("stay_queue_hours").sum().alias("queue"),
        pl.sum_horizontal(pl.col(stays).sum()).alias("stay"),
    )
    count = plan.days * len(results.replications)
    return sums.filter(pl.col("vehicles") > 0).select(
        *keys, pl.col("vehicles") / count, pl.col("queue", "stay") / pl.col("vehicles")
    )


def _cargo(
    report: ReportData, gate: str, several: list[pl.DataFrame], messages: Messages
) -> ReportTable:
    """Vehicles a day, minutes in line and hours of the whole stay, by direction and cargo."""
    titles = report.short_titles(messages)
    named = {
        entry.id: messages.pick(entry.title)
        for results in reversed(report.several)
        for entry in results.plan.cargo
    }
    by_scenario = [
        {row[1:3]: row[3:] for row in table.iter_rows() if row[0] == gate} for table in several
    ]
    rows: list[list[TableCell | str]] = []
    for direction in DIRECTIONS:
        keys = dict.fromkeys(key for table in by_scenario for key in table if key[0] == direction)
        for key in keys:
            way = messages.text(f"direction.{direction}")
            facts = {"gate": gate, "direction": direction, "cargo": key[1]}
            name = f"{named.get(key[1], key[1])}, {way}"
            row: list[TableCell | str] = [TableCell(name, head=True, data=facts)]
            for table in by_scenario:
                row += _cargo_cells(table.get(key), messages)
            rows.append(row)
    columns = [messages.text("report.gates.cargo")]
    for title in titles:
        lead = f"{title}: " if len(titles) > 1 else ""
        columns += [lead + messages.text(f"report.gates.{name}") for name in CARGO]
    return ReportTable(columns, rows, messages.text("report.gates.by_cargo"))


CARGO = ("vehicles", "queue", "stay")
"""What is told of each cargo in each scenario, in the order of the columns."""


def _cargo_cells(values: tuple[float, ...] | None, messages: Messages) -> list[TableCell]:
    """Write the numbers of one cargo in one scenario."""
    if values is None:
        return [TableCell("–")] * len(CARGO)
    vehicles, queue, stay = values
    shown = (messages.number(vehicles), messages.number(60 * queue), messages.number(stay, 1))
    return [TableCell(text) for text in shown]


def _costs(report: ReportData, gate: str, messages: Messages) -> ReportTable:
    """Each item of cost at a gate by scenario; empty where a scenario has no prices."""
    if any(results.plan.economics is None for results in report.several):
        return ReportTable([], [])
    ranges = report.of_each(cost_ranges)
    rows: list[list[TableCell | str]] = []
    for item in MONEY:
        items = [costs.get((gate, item), NO_COST) for costs in ranges]
        if any(value for value, _, _ in items):
            cells = [messages.number(value / 1e6, 1) for value, _, _ in items]
            rows.append([TableCell(messages.text(f"report.item.{item}"), head=True), *cells])
    titles = report.short_titles(messages)
    columns = [messages.text("report.economy.item"), *(titles if len(titles) > 1 else [""])]
    return ReportTable(columns, rows, messages.text("report.gates.costs"))
