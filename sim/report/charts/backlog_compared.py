"""Figure: vehicles waiting at one gate over time, several scenarios in one panel."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.messages import Messages
from sim.report.charts.backlog import Backlog, evening_labels, evenings, shade_closed
from sim.report.charts.style import BLUE, GREY, INK, cut, own_numbers, plain_axes
from sim.report.charts.svg import SCENARIOS, dashes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_gate"]

#: Points of a line beyond which it is thinned; a page is no place for more.
_POINTS = 200


def draw_gate(
    title: str,
    lines: Sequence[Backlog | None],
    ceiling: float,
    start: dt.date,
    messages: Messages,
) -> Figure:
    """One panel: a line and its band for each scenario, None where it has no such gate."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.6, 2.0))
    axes = figure.add_axes((0.105, 0.25, 0.87, 0.62))
    plain_axes(axes)
    drawn = [(number, line) for number, line in enumerate(lines) if line is not None]
    colours = (BLUE,) if len(lines) == 1 else SCENARIOS
    shade_closed(axes, drawn[0][1])
    for number, line in drawn:
        colour = colours[number % len(colours)]
        step = max(1, math.ceil(line.minutes.size / _POINTS))
        minutes, low, high, mean = (
            values[::step] for values in (line.minutes, line.low, line.high, line.mean)
        )
        axes.fill_between(minutes, low, high, color=colour, alpha=0.18, linewidth=0)
        style = dashes(number) if len(lines) > 1 else "-"
        axes.plot(minutes, mean, style, color=colour, linewidth=1.4)
        at = evenings(line.minutes)
        waiting = np.interp(at, line.minutes, line.mean)
        axes.plot(at, waiting, "o", color="white", markeredgecolor=colour, markersize=3)
    axes.set_title(cut(title, 44), loc="left", weight="bold", pad=4)
    _ticks(axes, drawn[0][1], start, messages)
    axes.set_ylim(0, ceiling)
    axes.locator_params(axis="y", nbins=4, integer=True)
    own_numbers(axes.yaxis, messages)
    axes.tick_params(axis="both", labelcolor=INK)
    axes.tick_params(axis="x", length=3, color=GREY)
    return figure


def _ticks(axes: Axes, line: Backlog, start: dt.date, messages: Messages) -> None:
    """Mark about five evenings, the time of the bulletin."""
    axes.set_xlim(float(line.minutes[0]), float(line.minutes[-1]))
    at = evenings(line.minutes)
    at = at[:: max(1, math.ceil(at.size / 5))]
    axes.set_xticks(at, evening_labels(at, line.minutes, start, messages))
