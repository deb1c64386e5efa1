"""Waterfall chart of upgrades: effects in order, and each alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.messages import Messages
from sim.report.charts.style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    VERMILION,
    cut,
    heading,
    own_numbers,
    plain_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.compare import UpgradeEffects

__all__ = ["draw_waterfall"]

_BAR = 0.34  # inches a row


def draw_waterfall(
    effects: UpgradeEffects,
    titles: Sequence[str],
    measure: str,
    scale: float,
    messages: Messages,
    scenario: str,
) -> Figure:
    """Bars from the value without upgrades to that with all, and marks for each alone.

    ``titles`` are those of the upgrades, ``measure`` that of the measure with its unit,
    ``scale`` turns values into that unit, and ``scenario`` says what was run.
    """
    from matplotlib.figure import Figure

    rows = len(titles) + 2
    figure = Figure(figsize=(9.0, 1.25 + _BAR * rows))
    height = figure.get_size_inches()[1]
    subtitle = messages.text("figure.levers.subtitle")
    heading(figure, messages.text("figure.levers.title"), subtitle, scenario)
    axes = figure.add_axes((0.36, 0.55 / height, 0.6, _BAR * rows / height))
    plain_axes(axes, grid="x")
    now = (effects.none or 0.0) * scale
    ends = [0.0, now, (effects.every or 0.0) * scale]
    axes.barh(0, now, color=GREY, height=0.62)
    for place, lever in enumerate(effects.effects, 1):
        step = (lever.step.mean or 0.0) * scale
        colour = BLUE if step <= 0 else VERMILION
        axes.barh(place, step, left=now, color=colour, height=0.62)
        axes.plot([now + step, now + step], [place - 0.31, place + 1.31], color=INK, linewidth=0.6)
        alone = ((effects.none or 0.0) + (lever.alone.mean or 0.0)) * scale
        axes.plot(alone, place, marker="D", markersize=5, color="white", markeredgecolor=INK)
        now += step
        ends += [now, alone]
    axes.barh(rows - 1, (effects.every or 0.0) * scale, color=GREY, height=0.62)
    names = [messages.text("levers.none"), *titles, messages.text("levers.all")]
    shown = [cut(name, 46) for name in names]
    axes.set_yticks(range(rows), shown)
    axes.set_ylim(rows - 0.5, -0.5)
    air = 0.05 * (max(ends) - min(ends)) or 1.0
    axes.set_xlim(min(ends) - (air if min(ends) < 0 else 0.0), max(ends) + air)
    axes.set_xlabel(measure)
    axes.axvline(0.0, color=FAINT, linewidth=0.8)
    own_numbers(axes.xaxis, messages)
    return figure
