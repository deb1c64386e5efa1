"""Figure: what options cost a year against the mean wait that they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.style import FAINT, GREY, INK, own_numbers, plain_axes
from sim.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Spot", "draw_worth"]


@dataclass(frozen=True)
class Spot:
    """One option: bn VND a year, mean wait and half-width in minutes."""

    title: str
    cost: float
    wait: float
    half_width: float
    efficient: bool
    colour: str


def draw_worth(spots: Sequence[Spot], words: Words) -> Figure:
    """Efficient options are filled and joined by a line, the others hollow."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, 3.0))
    axes = figure.add_axes((0.08, 0.17, 0.9, 0.73))
    plain_axes(axes)
    best = sorted((s.cost, s.wait) for s in spots if s.efficient)
    axes.plot(*zip(*best, strict=True), color=GREY, linewidth=1.0, linestyle=":", zorder=1)
    for spot in spots:
        axes.errorbar(spot.cost, spot.wait, spot.half_width, color=spot.colour, zorder=2)
        face = spot.colour if spot.efficient else "white"
        axes.plot(
            spot.cost, spot.wait, "o", color=spot.colour, markerfacecolor=face, markersize=7,
            zorder=3,
        )  # fmt: skip
        axes.annotate(
            spot.title, (spot.cost, spot.wait), (7, 4), textcoords="offset points",
            fontsize=8.5, weight="bold" if spot.efficient else "normal", color=INK,
        )  # fmt: skip
    axes.axvline(0, color=FAINT, linewidth=0.9, zorder=0)
    axes.margins(0.08, 0.15)
    own_numbers(axes.xaxis, words)
    own_numbers(axes.yaxis, words)
    axes.set_xlabel(words.text("report.worth.axis"), fontsize=8)
    axes.set_title(words.text("measure.wait_mean"), loc="left", fontsize=9, weight="bold")
    return figure
