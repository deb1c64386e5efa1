"""Utilisation of the bottleneck of each gate, weekday by hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.clock import DAY
from sim.compare import Estimate, summarise
from sim.messages import Messages
from sim.plan import Plan
from sim.report.charts.style import MOST_GATES, gates_left_out, largest
from sim.report.html.parts import ReportTable, Section, TableCell, render, shortened
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import chart
from sim.report.svg.week import FULL, draw_week_cells
from sim.report.text.bottleneck import bottlenecks
from sim.report.text.cached import cached_by_results
from sim.report.text.format import interval_text, mean_text
from sim.report.text.summary import route_title
from sim.results import Results
from sim.results.estimates import SHARE
from sim.units import WEEKDAYS

__all__ = ["section"]


@dataclass(frozen=True, eq=False)
class _Week:
    """Utilisation of one stage in one scenario, shape ``(7, 24)``, NaN where closed.

    ``hours`` are estimates by hour of the day, of the weekdays open then.
    """

    place: str
    stage: str
    scenario: int
    values: Floats
    hours: Mapping[int, Estimate]


def section(report: ReportData, messages: Messages) -> Section | None:
    """A panel for each gate's bottleneck, and one for each scenario where it is another week."""
    weeks = _weeks(report, messages)
    if not weeks:
        return None
    titles, days = report.short_titles(messages), _measured(report.base.plan)
    charts = []
    drawn = _drawn(weeks)
    for number, week in enumerate(drawn):
        several = len(titles) > 1
        subtitle = f"{week.stage} · {titles[week.scenario]}" if several else week.stage
        place = shortened(week.place, 41)
        draw = partial(draw_week_cells, place, shortened(subtitle, 58), week.values, days, messages)
        busiest, hour = np.unravel_index(np.nanargmax(week.values), week.values.shape)
        label = messages.text(
            "report.load.label",
            stage=f"{week.place}, {subtitle}",
            share=messages.percent(float(week.values[busiest, hour])),
            day=messages.text(f"report.weekday.{WEEKDAYS[int(busiest)]}"),
            hour=f"{hour}:00",
        )
        charts.append(chart(draw, f"load {number}", label, messages))
    table = _table(weeks, titles, messages)
    body = render(
        "load.html.j2",
        messages,
        charts=charts,
        n=report.common,
        table=table,
        several=len(titles),
        left_out=gates_left_out(_places(drawn), _places(weeks), messages),
    )
    return Section("load", messages.text("report.load.title"), body)


def _drawn(weeks: list[_Week]) -> list[_Week]:
    """The weeks of the busiest places, of as many as a page has room for."""
    busiest: dict[str, float] = {}
    for week in weeks:
        most = float(np.nanmean(week.values))
        busiest[week.place] = max(most, busiest.get(week.place, 0.0))
    places = list(busiest)
    chosen = {places[number] for number in largest(list(busiest.values()), MOST_GATES)}
    return [week for week in weeks if week.place in chosen]


def _places(weeks: list[_Week]) -> int:
    return len({week.place for week in weeks})


def _measured(plan: Plan) -> list[int]:
    """Weekdays that the measured time touches."""
    first, last = int(plan.warm_up // DAY), math.ceil(plan.horizon / DAY)
    return sorted({(plan.start.weekday() + day) % 7 for day in range(first, last)})


def _weeks(report: ReportData, messages: Messages) -> list[_Week]:
    """Each gate's bottleneck in each scenario, left out where its week is that of the first."""
    by_stage, hours = report.of_each(_by_stage), report.of_each(_by_hour)
    busiest = report.of_each(_busiest)
    weeks = []
    for gate in report.gates:
        shown: list[tuple[str, Floats]] = []
        for number, results in enumerate(report.several):
            name = busiest[number].get(gate)
            values = None if name is None else by_stage[number].get(name)
            if name is None or values is None or not np.nansum(values) > 0:
                continue
            if any(name == other and _same(values, week) for other, week in shown[:1]):
                continue
            shown.append((name, values))
            stage = next(stage for stage in results.plan.stages if stage.id == name)
            place = route_title(results.plan, stage.route, messages)
            title = messages.pick(stage.title)
            weeks.append(_Week(place, title, number, values, hours[number][name]))
    return weeks


def _same(first: Floats, other: Floats) -> bool:
    return np.array_equal(first, other, equal_nan=True)


@cached_by_results
def _busiest(results: Results) -> dict[str, str]:
    """For each gate, its bottleneck if that has servers, else its busiest stage."""
    timed = set(results.tables["weekdays"]["stage"].unique())
    named = {
        gate: bottleneck.stage
        for gate, bottleneck in bottlenecks(results).items()
        if bottleneck.stage in timed
    }
    means = (
        results.tables["stages"]
        .filter(pl.col("stage").cast(pl.String).is_in(list(timed)))
        .group_by("gate", "stage", maintain_order=True)
        .agg(pl.col("utilisation").mean())
        .drop_nulls()
        .sort("utilisation", maintain_order=True)
    )
    return {row["gate"]: row["stage"] for row in means.iter_rows(named=True)} | named


@cached_by_results
def _by_stage(results: Results) -> dict[str, Floats]:
    """Mean over replications by stage."""
    means = (
        results.tables["weekdays"]
        .group_by("stage", "weekday", "hour")
        .agg(pl.col("utilisation").mean())
    )
    weeks = {stage: np.full((7, 24), np.nan) for stage in means["stage"].unique()}
    for stage, weekday, hour, used in means.iter_rows():
        weeks[stage][weekday, hour] = used
    return weeks


@cached_by_results
def _by_hour(results: Results) -> dict[str, dict[int, Estimate]]:
    """Estimates by stage and hour of the day, of the weekdays open then, of what is shown."""
    shown = list(_busiest(results).values())
    table = results.tables["weekdays"].filter(pl.col("stage").cast(pl.String).is_in(shown))
    hours: dict[str, dict[int, Estimate]] = {}
    summary = summarise(table, ["stage", "hour"], "utilisation", bounds=(0.0, 1.0))
    for row in summary.drop_nulls("mean").iter_rows(named=True):
        hours.setdefault(row["stage"], {})[row["hour"]] = Estimate.of(row)
    return hours


def _hour(estimate: Estimate | None, messages: Messages) -> tuple[TableCell, TableCell]:
    """Utilisation of an hour in %, and its interval; a dash where the stage is closed."""
    if estimate is None or estimate.mean is None:
        return TableCell("–", "faint"), TableCell("", "faint")
    percent = estimate.times(100.0)
    mean = TableCell(mean_text(percent, messages, 0), "full" if estimate.mean >= FULL else "")
    return mean, TableCell(interval_text(percent, messages, 0, SHARE), "faint")


def _table(weeks: list[_Week], titles: list[str], messages: Messages) -> ReportTable:
    """Utilisation by hour of the day, mean over the weekdays open then."""
    columns = [messages.text("report.column.place"), messages.text("show.stages")]
    columns += [messages.text("compare.scenario")] if len(titles) > 1 else []
    columns += [f"{hour}" for hour in range(24)]
    rows: list[list[TableCell | str]] = []
    for week in weeks:
        shown = [_hour(week.hours.get(hour), messages) for hour in range(24)]
        tails = [tail for _, tail in shown if tail.text]
        span = 2 if tails else 1
        row: list[TableCell | str] = [
            TableCell(week.place, span=span, head=True),
            TableCell(week.stage, "word", span),
        ]
        row += [TableCell(titles[week.scenario], "word", span)] if len(titles) > 1 else []
        rows.append([*row, *(mean for mean, _ in shown)])
        if tails:
            rows.append([tail for _, tail in shown])
    return ReportTable(columns, rows, messages.text("report.load.caption"), heads=len(columns) - 24)
