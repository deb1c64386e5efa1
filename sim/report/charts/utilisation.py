"""Chart of the utilisation of each stage by hour, and its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.compare import summarise
from sim.messages import Messages
from sim.plan import StageKind
from sim.report.charts.style import (
    CLOSED,
    GREY,
    INK,
    MOST_STAGES,
    cut,
    heading,
    largest,
    left_out,
    lines_by_place,
    load_colours,
    stages_left_out,
)
from sim.report.text.format import size_text
from sim.report.text.summary import route_title
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["StageLoad", "draw_utilisation", "stage_loads"]


@dataclass(frozen=True, eq=False)
class StageLoad:
    """Utilisation of one stage by hour of the day.

    ``hours`` has shape ``(24,)``: busy share of the open server time, NaN where closed.
    ``place`` names gate and route; ``half_width`` is the widest of an hour's 95 % interval.
    """

    place: str
    stage: str
    hours: Floats
    half_width: float | None = None


def draw_utilisation(
    loads: Sequence[StageLoad], replications: int, messages: Messages, scenario: str = ""
) -> Figure:
    """Stage by hour, in blocks by route; closed hours are hatched, 95 % and over is red.

    Of many stages the busiest are drawn.
    """
    from matplotlib.figure import Figure

    every = loads
    busiest = [float(np.nanmax(load.hours)) for load in every]
    loads = [every[place] for place in largest(busiest, MOST_STAGES)]
    height = 1.75 + 0.205 * (len(loads) + 1.35 * len({load.place for load in loads}))
    figure = Figure(figsize=(10, height))
    heading(
        figure,
        messages.text("figure.hours.title"),
        messages.text("figure.hours.subtitle", n=replications),
        scenario,
    )
    axes = figure.add_axes((0.3, 0.62 / height, 0.67, 1 - 1.75 / height))
    at, rows = 0.0, list[tuple[float, Floats]]()
    for load, at in lines_by_place(axes, loads, -0.43, head=1.1, gap=0.25, middle=0.5):
        _row(axes, load, at, messages)
        rows.append((at, load.hours))
    _cells(axes, rows)
    _frame(axes, at + 1.25, messages)
    _key(figure, height, messages)
    left_out(figure, stages_left_out(len(loads), len(every), messages))
    return figure


def _row(axes: Axes, load: StageLoad, at: float, messages: Messages) -> None:
    """Texts of a line: the stage, hours of 95 % or more, and at the end the widest half-width."""
    if load.half_width is not None:
        half = f"±{size_text(100.0 * load.half_width, messages, 0)}"
        axes.text(24.12, at + 0.5, half, va="center", fontsize=6.5, color=GREY)
    axes.text(-0.25, at + 0.5, cut(load.stage, 44), ha="right", va="center", fontsize=8)
    for hour in np.flatnonzero(load.hours >= 0.95):
        axes.text(
            hour + 0.5, at + 0.5, f"{min(100, round(100 * load.hours[hour]))}",
            color="white", ha="center", va="center", fontsize=6.5,
        )  # fmt: skip


def _cells(axes: Axes, rows: Sequence[tuple[float, Floats]]) -> None:
    """Draw the cells of all rows at once: open hours by their colour, closed ones hatched."""
    from matplotlib.collections import PolyCollection

    busy = np.array([hours for _, hours in rows]).reshape(-1, 24)
    at = np.array([at for at, _ in rows])
    row, hour = np.nonzero(~np.isnan(busy))
    axes.add_collection(
        PolyCollection(
            list(_boxes(at[row], hour, hour + 1)), array=np.clip(busy[row, hour], 0.0, 0.999),
            cmap=load_colours(), clim=(0, 1), edgecolors="none", antialiaseds=False, zorder=0.5,
        ),
        autolim=False,
    )  # fmt: skip
    steps = np.diff(np.pad(np.isnan(busy).astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, begin = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)
    axes.add_collection(
        PolyCollection(
            list(_boxes(at[row], begin, end)), facecolors=CLOSED, edgecolors="#C3CAD2",
            hatch="////", linewidths=0, zorder=0.6,
        ),
        autolim=False,
    )  # fmt: skip


def _boxes(at: Floats, begin: Ints, end: Ints) -> Floats:
    """Corners of boxes within lines, from one hour to another; shape ``(boxes, 4, 2)``."""
    low, high = at + 0.06, at + 0.94
    corners = [(begin, low), (end, low), (end, high), (begin, high)]
    return np.array(corners, dtype=np.float64).transpose(2, 0, 1)


def _frame(axes: Axes, bottom: float, messages: Messages) -> None:
    """Hours at Vietnam time below, and Beijing time, an hour ahead, above."""
    axes.set_xlim(0, 24)
    axes.set_ylim(bottom, 0)
    axes.set_yticks([])
    hours = range(0, 25, 3)
    axes.set_xticks(list(hours), [f"{hour:02}:00" for hour in hours])
    axes.set_xlabel(messages.text("figure.hours.vietnam"), fontsize=8)
    above = axes.secondary_xaxis("top")
    above.set_xticks(list(hours), [f"{(hour + 1) % 24:02}:00" for hour in hours])
    above.set_xlabel(messages.text("figure.hours.beijing"), fontsize=8, color=GREY)
    above.tick_params(length=0, labelcolor=GREY)
    axes.tick_params(length=0)
    for spines in (axes.spines, above.spines):
        for spine in spines.values():
            spine.set_visible(False)


def _key(figure: Figure, height: float, messages: Messages) -> None:
    """Draw the scale of colours, bottom left."""
    from matplotlib.patches import Rectangle

    axes = figure.add_axes((0.02, 0.3 / height, 0.22, 0.14 / height))
    axes.imshow(
        np.linspace(0, 0.999, 200).reshape(1, -1),
        cmap=load_colours(),
        aspect="auto",
        extent=(0, 100, 0, 1),
        vmin=0,
        vmax=1,
    )
    axes.add_patch(
        Rectangle((122, 0), 14, 1, facecolor=CLOSED, edgecolor="#C3CAD2", hatch="////", linewidth=0)
    )
    axes.set_xlim(0, 160)
    axes.set_yticks([])
    axes.set_xticks(
        [0, 50, 95, 129],
        ["0", "50", "95 %", messages.text("figure.hours.closed")],
        color=INK,
        fontsize=7.5,
    )
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def stage_loads(results: Results, language: Messages) -> list[StageLoad]:
    """Utilisation by hour of the day of every stage with servers or slots."""
    hours = summarise(
        results.tables["hours"], ["stage", "hour"], "utilisation", bounds=(0.0, 1.0)
    ).sort("hour")
    drawn = []
    for stage in results.plan.stages:
        if stage.kind not in (StageKind.SERVERS, StageKind.SLOTS):
            continue
        of_stage = hours.filter(pl.col("stage") == stage.id)
        busy = of_stage["mean"].fill_null(np.nan).to_numpy()
        if busy.size != 24 or not np.nansum(busy) > 0:
            continue
        place = route_title(results.plan, stage.route, language)
        title, half = language.pick(stage.title), of_stage["half_width"].drop_nulls().max()
        drawn.append(StageLoad(place, title, busy, None if half is None else cast("float", half)))
    return drawn
