"""Figure: what options cost a year against the hours that vehicles still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.catalogue import title
from sim.compare import ParetoStatus
from sim.report.charts.style import FAINT, GREY, INK, own_numbers, plain_axes
from sim.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Spot", "draw_worth"]


@dataclass(frozen=True)
class Spot:
    """One option: bn VND a year, hours waited a day, and how it stands.

    ``arms`` is how far the interval of the wait reaches down and up.
    """

    title: str
    cost: float
    wait: float
    arms: tuple[float, float]
    standing: ParetoStatus
    colour: str


def draw_worth(spots: Sequence[Spot], words: Words) -> Figure:
    """Options on the line are dominated by no mean; filled are not dominated, grey surely are."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, 3.0))
    axes = figure.add_axes((0.08, 0.17, 0.9, 0.73))
    plain_axes(axes)
    axes.plot(*zip(*_front(spots), strict=True), color=GREY, linewidth=1.0, linestyle=":", zorder=1)
    for spot in spots:
        colour = GREY if spot.standing == "dominated" else spot.colour
        axes.errorbar(spot.cost, spot.wait, [[arm] for arm in spot.arms], color=colour, zorder=2)
        best = spot.standing == "efficient"
        axes.plot(
            spot.cost, spot.wait, "o", color=colour, markerfacecolor=colour if best else "white",
            markersize=7, markeredgewidth=1.6, zorder=3,
        )  # fmt: skip
        axes.annotate(
            spot.title, (spot.cost, spot.wait), (7, 4), textcoords="offset points",
            fontsize=8.5, weight="bold" if best else "normal",
            color=GREY if spot.standing == "dominated" else INK,
        )  # fmt: skip
    axes.axvline(0, color=FAINT, linewidth=0.9, zorder=0)
    axes.margins(0.08, 0.15)
    own_numbers(axes.xaxis, words)
    own_numbers(axes.yaxis, words)
    axes.set_xlabel(words.text("report.cost_benefit.axis"), fontsize=8)
    axes.set_title(title("waited_per_day", words), loc="left", fontsize=9, weight="bold")
    return figure


def _front(spots: Sequence[Spot]) -> list[tuple[float, float]]:
    """Cost and wait of the options that wait less, on average, than all that cost no more."""
    found: list[tuple[float, float]] = []
    for spot in sorted(spots, key=lambda spot: (spot.cost, spot.wait)):
        if not found or spot.wait < found[-1][1]:
            found.append((spot.cost, spot.wait))
    return found
