"""Tornado chart: a measure with each input alone at the ends of its range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.messages import Messages
from sim.report.charts.style import (
    BLUE,
    INK,
    VERMILION,
    cut,
    heading,
    own_numbers,
    plain_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.sensitivity import TornadoBar

__all__ = ["draw_tornado"]

_BAR = 0.42  # inches a row


def draw_tornado(
    bars: Sequence[TornadoBar], measure: str, scale: float, messages: Messages, scenario: str
) -> Figure:
    """Bars from the value at the median to those at the ends of each input, the widest on top.

    ``measure`` is the measure with its unit, ``scale`` turns values into that unit, and
    ``scenario`` says what was run.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 1.6 + _BAR * len(bars)))
    height = figure.get_size_inches()[1]
    subtitle = messages.text("figure.tornado.subtitle")
    heading(figure, messages.text("figure.tornado.title"), subtitle, scenario)
    axes = figure.add_axes((0.26, 0.55 / height, 0.7, _BAR * len(bars) / height))
    plain_axes(axes, grid="x")
    ends = []
    for place, bar in enumerate(bars):
        middle = bar.middle * scale
        low_text, high_text = bar.short_texts
        sides = ((bar.low, low_text, BLUE), (bar.high, high_text, VERMILION))
        farthest = max(abs(end * scale - middle) for end, _, _ in sides)
        both = (bar.low - bar.middle) * (bar.high - bar.middle) < 0.0
        for end, text, colour in sides:
            width = end * scale - middle
            axes.barh(place, width, left=middle, color=colour, height=0.62)
            if both or (width and abs(width) == farthest):
                axes.annotate(
                    cut(text, 30),
                    (end * scale, place),
                    xytext=(4 if width >= 0 else -4, 0),
                    textcoords="offset points",
                    ha="left" if width >= 0 else "right",
                    va="center",
                    fontsize=7.5,
                    color=INK,
                )
            ends.append(end * scale)
    axes.set_yticks(range(len(bars)), [cut(bar.input, 34) for bar in bars])
    axes.set_ylim(len(bars) - 0.5, -0.5)
    air = 0.25 * (max(ends) - min(ends)) or 1.0
    axes.set_xlim(min(ends) - air, max(ends) + air)
    axes.axvline(bars[0].middle * scale, color=INK, linewidth=0.8)
    axes.set_xlabel(measure)
    own_numbers(axes.xaxis, messages)
    return figure
