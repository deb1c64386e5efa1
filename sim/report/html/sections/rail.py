"""Rail: trains through the border station as a train graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from sim.catalogue import DIRECTIONS, MEASURES, title
from sim.clock import DAY
from sim.messages import Messages
from sim.plan import StageKind
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import Chart, chart
from sim.report.svg.trains import Train, draw_trains
from sim.report.text.format import estimate_text
from sim.results import Results

__all__ = ["section"]

_SHOWN = 2 * DAY
"""Minutes of the run that are drawn."""

_MEASURES = (
    ("export", "crossed_per_day"),
    ("import", "crossed_per_day"),
    ("export", "door_to_door_mean"),
    ("import", "door_to_door_mean"),
)


@dataclass(frozen=True)
class _Graph:
    """The train graph of one scenario."""

    title: str
    drawn: Chart


def section(report: ReportData, messages: Messages) -> Section | None:
    """A graph of the first two measured days for each scenario in which trains run otherwise."""
    rail = [gate.id for gate in report.base.plan.gates if gate.mode == "rail"]
    gates = [gate for gate in rail if gate in report.gates]
    graphs = [graph for gate in gates for graph in _graphs(report, gate, messages)]
    if not graphs:
        return None
    kinds = [messages.text(f"direction.{name}") for name in DIRECTIONS]
    body = render(
        "rail.html.j2", messages, graphs=graphs, kinds=kinds, table=_table(report, gates, messages)
    )
    return Section("rail", messages.text("report.rail.title"), body)


def _graphs(report: ReportData, gate: str, messages: Messages) -> list[_Graph]:
    titles = report.short_titles(messages)
    block = report.base.scenario.model.gates[gate]
    own, other = block.title, block.counterpart
    own_side = messages.pick(own.model_dump())
    other_side = messages.pick(other.model_dump()) if other else messages.text("report.map.china")
    graphs: list[_Graph] = []
    first: list[Train] = []
    for number, results in enumerate(report.several):
        trains = report.of_each(_trains)[number].get(gate, [])
        if not trains or (number and trains == first):
            continue
        first = first or trains
        plan = results.plan
        end = min(plan.warm_up + _SHOWN, plan.horizon)
        names = (other_side, own_side)
        draw = partial(draw_trains, trains, names, plan.warm_up, end, plan.start, messages)
        label = messages.text(
            "report.rail.label", gate=own_side, scenario=titles[number], n=len(trains)
        )
        name = f"rail {gate} {number}"
        heading = f"{own_side}: {titles[number]}" if len(titles) > 1 else own_side
        graphs.append(_Graph(heading, chart(draw, name, label, messages)))
    return graphs


def _trains(results: Results) -> dict[str, list[Train]]:
    """Trains by gate of the first log kept, those that are there in the time shown."""
    plan = results.plan
    if not results.journeys:
        return {}
    log = results.journeys[min(results.journeys)]
    stages = {stage.id: stage for stage in plan.stages}
    directions = {flow.id: flow.direction for flow in plan.flows}
    end = min(plan.warm_up + _SHOWN, plan.horizon)
    rail = [gate.id for gate in plan.gates if gate.mode == "rail"]
    spans: dict[tuple[str, int, int], list[tuple[str, str, float, float]]] = {}
    visits = log.with_columns(pl.col("gate", "flow", "stage").cast(pl.String))
    visits = visits.filter(pl.col("gate").is_in(rail)).sort("gate", "vehicle", "arrive", "start")
    for visit in visits.iter_rows(named=True):
        stage = stages[visit["stage"]]
        arrive, start, finish = (
            end if visit[name] is None else visit[name] for name in ("arrive", "start", "finish")
        )
        key = visit["gate"], visit["vehicle"], directions[visit["flow"]]
        own = spans.setdefault(key, [])
        own.append((stage.side, "wait", arrive, start))
        if stage.kind is not StageKind.HOLD:
            own.append((stage.side, "service", start, finish))
    trains: dict[str, list[Train]] = {}
    for (gate, _, direction), own in spans.items():
        shown = tuple(
            span for span in own if plan.warm_up < span[3] and span[2] < min(end, span[3])
        )
        if shown:
            trains.setdefault(gate, []).append(Train(direction, shown))
    return trains


def _table(report: ReportData, gates: list[str], messages: Messages) -> ReportTable:
    """Trains a day and hours from arrival to crossing, by direction and scenario."""
    titles = report.short_titles(messages)
    rows: list[list[TableCell | str]] = []
    for gate in gates:
        for direction, measure in _MEASURES:
            name = title(measure, messages, direction, rail=True)
            estimates = [report.estimate(n, gate, direction, measure) for n in range(len(titles))]
            if estimates[0].mean is not None:
                unit = MEASURES[measure].shown_in
                shown = [estimate_text(estimated, messages, unit) for estimated in estimates]
                rows.append([TableCell(name, head=True), *shown])
    return ReportTable([messages.text("report.column.measure"), *titles], rows)
