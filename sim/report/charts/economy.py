"""Figure: hours by state and CO2 by side at each gate, scenarios under one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.catalogue import title
from sim.messages import Messages
from sim.report.charts.style import cut, own_numbers, plain_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["SHADES", "CostBar", "draw_economy"]

SHADES = (1.0, 0.66, 0.38, 0.18)
"""Strength of the parts of a bar, in their order."""


@dataclass(frozen=True)
class CostBar:
    """A day of one gate in one scenario: hours by state, kg of CO2 by side."""

    hours: tuple[float, ...]
    co2: tuple[float, ...]
    colour: str


def draw_economy(
    bars: Mapping[str, Sequence[CostBar]], messages: Messages, titles: Mapping[str, str]
) -> Figure:
    """Stacked bars; the hue is the scenario, the shade the state or the side."""
    from matplotlib.figure import Figure

    count = max(len(gate_bars) for gate_bars in bars.values())
    block = count + 0.9
    height = 0.75 + 0.17 * block * len(bars)
    figure = Figure(figsize=(7.6, height))
    bottom, tall = 0.3 / height, 1 - 0.6 / height
    left = figure.add_axes((0.17, bottom, 0.38, tall))
    right = figure.add_axes((0.6, bottom, 0.38, tall))
    names = messages.text("report.economy.hours"), title("co2_per_day", messages)
    for axes, name in zip((left, right), names, strict=True):
        plain_axes(axes, grid="x")
        axes.set_title(name, loc="left", fontsize=9, weight="bold")
        axes.set_yticks([])
        axes.set_ylim(block * len(bars) - 0.7, -0.7)
        axes.locator_params(axis="x", nbins=5)
        own_numbers(axes.xaxis, messages)
    for place, (gate, gate_bars) in enumerate(bars.items()):
        for number, bar in enumerate(gate_bars):
            y = place * block + number
            _stack(left, y, bar.hours, bar.colour)
            _stack(right, y, [part / 1000.0 for part in bar.co2], bar.colour)
        left.text(
            -0.03, place * block + (count - 1) / 2, cut(titles[gate], 22),
            transform=left.get_yaxis_transform(), ha="right", va="center", weight="bold",
            fontsize=8.5,
        )  # fmt: skip
    for axes in (left, right):
        axes.set_xlim(left=0.0)
    return figure


def _stack(axes: Axes, y: float, parts: Sequence[float], colour: str) -> None:
    start = 0.0
    for part, shade in zip(parts, SHADES, strict=False):
        axes.barh(y, part, 0.8, left=start, color=colour, alpha=shade, linewidth=0)
        start += part
