"""Charts of the wait before each stage, of one scenario and of several, and their data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sim.messages import Messages
from sim.report.charts.style import (
    BLUE,
    GREY,
    INK,
    MOST_STAGES,
    heading,
    largest,
    left_out,
    lines_by_place,
    name_line,
    own_numbers,
    plain_axes,
    stages_left_out,
)
from sim.report.charts.svg import SCENARIOS
from sim.report.text.summary import route_title
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "SHORT_WAIT",
    "StageWait",
    "StageWaits",
    "draw_waits",
    "draw_waits_compared",
    "mean_waits",
    "stage_waits",
]

#: Stages where 95 of 100 vehicles wait less than this many hours are left out.
SHORT_WAIT = 0.05

#: Lines between two scenarios on the line of a stage.
_STEP = 0.24


@dataclass(frozen=True)
class StageWait:
    """Physical wait before one stage, in hours; ``place`` names gate and route."""

    place: str
    stage: str
    mean: float
    p95: float


def draw_waits(
    waits: Sequence[StageWait], replications: int, messages: Messages, scenario: str = ""
) -> Figure:
    """Horizontal bars for the mean and a mark for P95, in blocks by route.

    Of many stages those with the longest waits are drawn.
    """
    from matplotlib.figure import Figure

    every = waits
    waits = [every[place] for place in largest([wait.p95 for wait in every], MOST_STAGES)]
    height = 1.25 + 0.2 * (len(waits) + 1.5 * len({wait.place for wait in waits}))
    figure = Figure(figsize=(10, height))
    heading(
        figure,
        messages.text("figure.waits.title"),
        messages.text("figure.waits.subtitle", n=replications),
        scenario,
    )
    axes = figure.add_axes((0.3, 0.42 / height, 0.675, 1 - 1.2 / height))
    plain_axes(axes, grid="x")
    at = 0.0
    for wait, at in lines_by_place(axes, waits, -0.43, gap=0.5):
        _bar(axes, wait, at, messages)
    axes.set_ylim(at + 1.1, -0.8)
    axes.set_yticks([])
    axes.set_xlim(0, 1.12 * max([0.1, *(wait.p95 for wait in waits)]))
    own_numbers(axes.xaxis, messages)
    axes.set_xlabel(messages.text("figure.waits.axis"))
    left_out(figure, stages_left_out(len(waits), len(every), messages))
    return figure


def _bar(axes: Axes, wait: StageWait, at: float, messages: Messages) -> None:
    name_line(axes, wait, at)
    axes.barh(at, wait.mean, height=0.62, color=BLUE)
    axes.plot([wait.mean, wait.p95], [at, at], color=GREY, linewidth=1.0)
    axes.plot(wait.p95, at, "|", color=INK, markersize=7, markeredgewidth=1.6)
    shown = f"{messages.number(wait.mean, 1)} · {messages.number(wait.p95, 1)}"
    axes.annotate(
        shown,
        (wait.p95, at),
        (6, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
        color=GREY,
    )


@dataclass(frozen=True)
class StageWaits:
    """Physical wait before one stage in hours: mean and P95 by scenario, None where it lacks it."""

    place: str
    stage: str
    values: tuple[tuple[float, float] | None, ...]


def draw_waits_compared(waits: Sequence[StageWaits], messages: Messages) -> Figure:
    """A mark for the mean and a line to P95, in blocks by place."""
    from matplotlib.figure import Figure

    count = len(waits[0].values)
    row = max(0.2, 0.09 * count + 0.08)
    height = 0.75 + row * (len(waits) + 1.4 * len({wait.place for wait in waits}))
    figure = Figure(figsize=(7.6, height))
    axes = figure.add_axes((0.36, 0.45 / height, 0.615, 1 - 0.7 / height))
    plain_axes(axes, grid="x")
    axes.tick_params(labeltop=True)  # the figure is taller than a screen
    at = 0.0
    for wait, at in lines_by_place(axes, waits, -0.56, gap=0.4):
        _scenarios(axes, wait, at)
    axes.set_ylim(at + 1.0, -0.8)
    axes.set_yticks([])
    known = [pair for wait in waits for pair in wait.values if pair is not None]
    axes.set_xlim(0, 1.04 * max([0.1, *(p95 for _, p95 in known)]))
    own_numbers(axes.xaxis, messages)
    axes.set_xlabel(messages.text("figure.waits.axis"), fontsize=8)
    return figure


def _scenarios(axes: Axes, wait: StageWaits, at: float) -> None:
    """Draw one stage: a line for each scenario, close together, the baseline hollow."""
    name_line(axes, wait, at)
    alone = len(wait.values) == 1
    drawn = [(number, pair) for number, pair in enumerate(wait.values) if pair is not None]
    for place, (number, (mean, p95)) in enumerate(drawn):
        colour = BLUE if alone else SCENARIOS[number % len(SCENARIOS)]
        y = at + _STEP * (place - (len(drawn) - 1) / 2)
        axes.plot([mean, p95], [y, y], color=colour, linewidth=1.0, zorder=2)
        axes.plot(p95, y, "|", color=colour, markersize=5, markeredgewidth=1.3, zorder=2)
        face = "white" if number == 0 and not alone else colour
        axes.plot(
            mean, y, "o", color=colour, markerfacecolor=face, markersize=3.8, zorder=3,
            clip_on=False,
        )  # fmt: skip
    axes.axhline(at + 0.5, color=INK, linewidth=0.1, zorder=0)


def mean_waits(results: Results) -> dict[str, tuple[float, float]]:
    """Mean and P95 of the physical wait in hours by stage, means over replications."""
    columns = ["wait_mean", "wait_p95"]
    means = results.tables["stages"].group_by("stage").agg(pl.col(columns).mean() / 60.0)
    rows = means.drop_nulls(columns).iter_rows(named=True)
    return {row["stage"]: (row["wait_mean"], row["wait_p95"]) for row in rows}


def stage_waits(results: Results, messages: Messages) -> list[StageWait]:
    """The stages where anyone waits, in the order of the scenario."""
    waits, plan = mean_waits(results), results.plan
    return [
        StageWait(
            route_title(plan, stage.route, messages), messages.pick(stage.title), *waits[stage.id]
        )
        for stage in plan.stages
        if stage.id in waits and waits[stage.id][1] >= SHORT_WAIT
    ]
