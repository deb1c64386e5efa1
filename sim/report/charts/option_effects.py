"""Figure: what each option changes in one measure, the best on top."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.messages import Messages
from sim.report.charts.style import GREY, INK, own_numbers, plain_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["OptionEffect", "draw_option_effects"]


#: Letters of a title's line.
_LINE = 42

#: Words stand clear of the lines behind them.
_CLEAR = {"facecolor": "white", "linewidth": 0, "pad": 1.0}


@dataclass(frozen=True)
class OptionEffect:
    """One option: its difference from the baseline and how it is written and coloured."""

    title: str
    change: float
    low: float | None
    high: float | None
    clear: bool
    shown: str
    colour: str


def draw_option_effects(title: str, effects: Sequence[OptionEffect], messages: Messages) -> Figure:
    """Intervals around zero; grey and hollow where there is no clear difference."""
    from matplotlib.figure import Figure

    lines = textwrap.wrap(title, _LINE)
    top = 0.21 + 0.15 * len(lines)
    height = 0.26 + top + 0.46 * len(effects)
    figure = Figure(figsize=(3.6, height))
    axes = figure.add_axes((0.03, 0.3 / height, 0.62, 1 - (0.3 + top) / height))
    plain_axes(axes, grid="x")
    for place, effect in enumerate(effects):
        colour = effect.colour if effect.clear else GREY
        axes.plot(_ends(effect), [place, place], color=colour, linewidth=2.0, solid_capstyle="butt")
        face = colour if effect.clear else "white"
        axes.plot(effect.change, place, "o", color=colour, markerfacecolor=face, markersize=5)
        axes.annotate(
            effect.title, (0.0, place - 0.38), xycoords=axes.get_yaxis_transform(), fontsize=7.8,
            va="center", bbox=_CLEAR, annotation_clip=False,
        )  # fmt: skip
        axes.annotate(
            effect.shown, (1.04, place), xycoords=axes.get_yaxis_transform(), fontsize=7.8,
            va="center", color=INK if effect.clear else GREY, annotation_clip=False,
        )  # fmt: skip
    spread = [0.0]
    for effect in effects:
        spread += _ends(effect)
    air = 0.1 * (max(spread) - min(spread)) or 1.0
    axes.set_xlim(min(spread) - air, max(spread) + air)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    axes.set_ylim(len(effects) - 0.6, -0.75)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    own_numbers(axes.xaxis, messages)
    heading = "\n".join(lines)
    figure.text(0.03, 1 - 0.06 / height, heading, weight="bold", fontsize=9.5, va="top")
    return figure


def _ends(effect: OptionEffect) -> list[float]:
    """Ends of the interval, or the change alone where there is none."""
    if effect.low is None or effect.high is None:
        return [effect.change, effect.change]
    return [effect.low, effect.high]
