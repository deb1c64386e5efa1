"""Figure: what options cost a year against the hours that vehicles still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.catalogue import title
from sim.compare import ParetoStatus
from sim.messages import Messages
from sim.report.charts.style import FAINT, GREY, INK, own_numbers, plain_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["CostPoint", "draw_cost_benefit"]


@dataclass(frozen=True)
class CostPoint:
    """One option: bn VND a year, hours waited a day, and its Pareto status.

    ``arms`` is how far the interval of the wait reaches down and up.
    """

    title: str
    cost: float
    wait: float
    arms: tuple[float, float]
    status: ParetoStatus
    colour: str


def draw_cost_benefit(points: Sequence[CostPoint], messages: Messages) -> Figure:
    """Line: Pareto front of means. Filled: efficient. Grey: dominated with confidence."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, 3.0))
    axes = figure.add_axes((0.08, 0.17, 0.9, 0.73))
    plain_axes(axes)
    axes.plot(
        *zip(*_front(points), strict=True), color=GREY, linewidth=1.0, linestyle=":", zorder=1
    )
    for point in points:
        colour = GREY if point.status == "dominated" else point.colour
        axes.errorbar(point.cost, point.wait, [[arm] for arm in point.arms], color=colour, zorder=2)
        best = point.status == "efficient"
        axes.plot(
            point.cost, point.wait, "o", color=colour, markerfacecolor=colour if best else "white",
            markersize=7, markeredgewidth=1.6, zorder=3,
        )  # fmt: skip
        axes.annotate(
            point.title, (point.cost, point.wait), (7, 4), textcoords="offset points",
            fontsize=8.5, weight="bold" if best else "normal",
            color=GREY if point.status == "dominated" else INK,
        )  # fmt: skip
    axes.axvline(0, color=FAINT, linewidth=0.9, zorder=0)
    axes.margins(0.08, 0.15)
    own_numbers(axes.xaxis, messages)
    own_numbers(axes.yaxis, messages)
    axes.set_xlabel(messages.text("report.cost_benefit.axis"), fontsize=8)
    axes.set_title(title("waited_per_day", messages), loc="left", fontsize=9, weight="bold")
    return figure


def _front(points: Sequence[CostPoint]) -> list[tuple[float, float]]:
    """Cost and wait of the options that wait less, on average, than all that cost no more."""
    corners: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: (point.cost, point.wait)):
        if not corners or point.wait < corners[-1][1]:
            corners.append((point.cost, point.wait))
    return corners
