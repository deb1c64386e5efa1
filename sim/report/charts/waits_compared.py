"""Figure: how long vehicles wait before each stage, several scenarios on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.messages import Messages
from sim.report.charts.style import BLUE, INK, lines_by_place, name_line, own_numbers, plain_axes
from sim.report.charts.svg import SCENARIOS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["StageWaits", "draw_waits"]

_STEP = 0.24


@dataclass(frozen=True)
class StageWaits:
    """Physical wait before one stage in hours: mean and P95 by scenario, None where it lacks it."""

    place: str
    stage: str
    values: tuple[tuple[float, float] | None, ...]


def draw_waits(waits: Sequence[StageWaits], messages: Messages) -> Figure:
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
        _stage(axes, wait, at)
    axes.set_ylim(at + 1.0, -0.8)
    axes.set_yticks([])
    known = [pair for wait in waits for pair in wait.values if pair is not None]
    axes.set_xlim(0, 1.04 * max([0.1, *(p95 for _, p95 in known)]))
    own_numbers(axes.xaxis, messages)
    axes.set_xlabel(messages.text("figure.waits.axis"), fontsize=8)
    return figure


def _stage(axes: Axes, wait: StageWaits, at: float) -> None:
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
