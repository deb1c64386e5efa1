"""The pictures of a run, and of several beside one another, drawn from their tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.compare import MORE_IS_BETTER, Comparison, compare_runs
from sim.compare.paired import SAME
from sim.plan.model import Plan, StageKind
from sim.report.backlog import Backlog, draw_backlog
from sim.report.differences import Change, MeasureChange, draw_differences
from sim.report.style import house_style, save
from sim.report.summary import (
    COMPARED,
    IN_MINUTES,
    distinct_titles,
    route_title,
)
from sim.report.utilisation import StageLoad, draw_utilisation
from sim.report.waits import StageWait, draw_waits
from sim.results import Results, open_all, publish, restored
from sim.words import Words, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "KINDS",
    "backlogs",
    "differences",
    "draw_comparison",
    "draw_figures",
    "draw_stored",
    "loads",
    "stage_waits",
]

#: Forms in which pictures can be written.
KINDS = ("pdf", "svg", "png")

_BOTH = ("png", "svg")

#: Stages where 95 of 100 vehicles wait less than this many hours are left out.
SHORT_WAIT = 0.05


def draw_stored(folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH) -> list[Path]:
    """Draw all pictures of a results folder again, in the forms asked for.

    Returns the folders of pictures, which stand beside earlier ones.

    Raises
    ------
    ResultsError
        The folder cannot be read, or not be written.
    """
    stored = open_all(folder)
    several = [restored(one) for one in stored]
    drawn = [
        draw_figures(results, one.folder, lang, kinds)
        for one, results in zip(stored, several, strict=True)
    ]
    if len(several) > 1:
        comparison = compare_runs(several, distinct_titles(several, words(lang)))
        compared_in = draw_comparison(comparison, folder, lang, kinds)
        drawn += [compared_in] if compared_in else []
    return drawn


def draw_figures(
    results: Results, folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH
) -> Path:
    """Draw backlog, waits and utilisation into ``folder/figures``, as PNG and SVG.

    A picture without anything to show is left out. Returns the folder of pictures.

    Raises
    ------
    ResultsError
        The folder cannot be written.
    """
    language = words(lang)

    def fill(inner: Path) -> None:
        with house_style():
            for name, figure in _figures(results, language).items():
                save(figure, inner, name, kinds)

    return publish(folder / "figures", fill)


def draw_comparison(
    comparison: Comparison, folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH
) -> Path | None:
    """Draw what each scenario changes against the first into ``folder/figures/comparison``.

    Returns the folder of pictures, or None where there is nothing to show.

    Raises
    ------
    ResultsError
        The folder cannot be written.
    """
    language = words(lang)
    panels = differences(comparison, language)
    if not panels:
        return None
    names, count = comparison.names, comparison.common
    paired = not comparison.independent

    def fill(inner: Path) -> None:
        with house_style():
            figure = draw_differences(panels, names, count, language, paired=paired)
            save(figure, inner, "comparison", kinds)

    return publish(folder / "figures", fill)


def differences(comparison: Comparison, language: Words) -> list[MeasureChange]:
    """One panel for each measure that is not zero throughout: all gates, then each gate."""
    busy = {gate for one in comparison.samples for gate in one.busy}
    titles = comparison.base.gates.items()
    places = {gate: language.pick(title) for gate, title in titles if gate in busy}
    if len(places) > 1:
        places = {"all": language.text("waits.all"), **places}
    panels = []
    for direction, measure in COMPARED:
        rows = comparison.table.filter(direction=direction, measure=measure)
        rows = rows.drop_nulls("difference")
        if not any(rows["base_mean"]) and not any(rows["other_mean"]):
            continue
        factor = 60.0 if measure in IN_MINUTES else 1.0
        changes = [
            Change(
                places[row["gate"]],
                row["alternative"],
                factor * row["difference"],
                None if row["half_width"] is None else factor * row["half_width"],
                clear=row["verdict"] not in (None, SAME),
            )
            for row in rows.iter_rows(named=True)
            if row["gate"] in places
        ]
        title = language.text(f"measure.{measure}")
        panels.append(MeasureChange(title, measure in MORE_IS_BETTER, tuple(changes)))
    return panels


def _figures(results: Results, language: Words) -> dict[str, Figure]:
    count, scenario = len(results.replications), language.pick(results.plan.title)
    figures: dict[str, Figure] = {}
    if gates := backlogs(results, language):
        figures["backlog"] = draw_backlog(gates, results.plan.start, count, language, scenario)
    if waits := stage_waits(results, language):
        figures["waits"] = draw_waits(waits, count, language, scenario)
    if busy := loads(results, language):
        figures["utilisation"] = draw_utilisation(busy, count, language, scenario)
    return figures


def backlogs(results: Results, language: Words) -> list[Backlog]:
    """Export vehicles waiting over time, for gates that have exports."""
    plan = results.plan
    waiting = pl.col("waiting")
    drawn = []
    for number, gate in enumerate(plan.gates):
        if not any(flow.gate == number and flow.direction == 0 for flow in plan.flows):
            continue
        mine = (  # gate by gate: a year of a hundred replications is long
            results.tables["backlog"]
            .filter(pl.col("gate") == gate.id)
            .group_by("minute")
            .agg(waiting.mean().alias("mean"), _quantile(0.05, "low"), _quantile(0.95, "high"))
            .sort("minute")
        )
        values = {name: mine[name].cast(pl.Float64).to_numpy() for name in mine.columns}
        minutes = values["minute"]
        closed = _closed(plan, number, float(minutes[0]), float(minutes[-1]))
        drawn.append(
            Backlog(
                language.pick(gate.title),
                minutes,
                values["mean"],
                values["low"],
                values["high"],
                closed,
            )
        )
    return drawn


def stage_waits(results: Results, language: Words) -> list[StageWait]:
    """Mean and P95 physical wait in hours, where anyone waits."""
    mean = _stage_means(results, "stages", ["wait_mean", "wait_p95"])
    drawn = []
    for stage in results.plan.stages:
        found = mean.get((stage.id,))
        if found is None or found["wait_p95"] is None or found["wait_p95"] < 60 * SHORT_WAIT:
            continue
        place, title = route_title(results.plan, stage.route, language), language.pick(stage.title)
        drawn.append(StageWait(place, title, found["wait_mean"] / 60, found["wait_p95"] / 60))
    return drawn


def loads(results: Results, language: Words) -> list[StageLoad]:
    """Utilisation by hour of the day of every stage with servers or slots."""
    hours = (
        results.tables["hours"]
        .group_by("stage", "hour")
        .agg(pl.col("utilisation").mean())
        .sort("hour")
    )
    drawn = []
    for stage in results.plan.stages:
        if stage.kind not in (StageKind.SERVERS, StageKind.SLOTS):
            continue
        mine = hours.filter(pl.col("stage") == stage.id)["utilisation"].fill_null(np.nan)
        busy = mine.to_numpy()
        if busy.size != 24 or not np.nansum(busy) > 0:
            continue
        place = route_title(results.plan, stage.route, language)
        drawn.append(StageLoad(place, language.pick(stage.title), busy))
    return drawn


def _stage_means(
    results: Results, table: str, columns: list[str]
) -> dict[tuple[str, ...], dict[str, float]]:
    """Means over replications by stage."""
    means = results.tables[table].group_by("stage").agg(pl.col(columns).mean())
    return {(row["stage"],): row for row in means.iter_rows(named=True)}


def _quantile(share: float, name: str) -> pl.Expr:
    return pl.col("waiting").quantile(share, "linear").alias(name)


def _closed(plan: Plan, gate: int, begin: float, end: float) -> list[tuple[float, float]]:
    """Hours within ``begin`` and ``end`` when none of the gate's border stages is open."""
    calendars = [
        plan.calendars[calendar]
        for stage in plan.stages
        if stage.gate == gate and stage.side == "border"
        for calendar in np.unique(stage.server_calendar)
    ]
    spans = sorted(
        (float(a), float(b))
        for calendar in calendars
        for a, b in zip(calendar.opens, calendar.closes, strict=True)
    )
    closed, at = [], begin
    for opens, closes in spans:
        if opens > at:
            closed.append((at, min(opens, end)))
        at = max(at, closes)
        if at >= end:
            break
    if spans and at < end:
        closed.append((at, end))
    return [(a, b) for a, b in closed if a < b]
