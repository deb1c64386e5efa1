"""Chart of the wait before each stage, and its data, of one scenario and of several."""

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
    "mean_waits",
    "stage_waits",
]

#: Stages where 95 of 100 vehicles wait less than this many hours are left out.
SHORT_WAIT = 0.05


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
    """Physical wait before one stage in hours: mean and P95 by scenario, None where it lacks it.

    ``id`` is that of the stage.
    """

    place: str
    stage: str
    values: tuple[tuple[float, float] | None, ...]
    id: str = ""


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
