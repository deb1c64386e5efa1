"""Figure: a few vehicles' ways through a gate as bars of waiting and service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.messages import Messages
from sim.plan import Plan
from sim.report.charts.style import (
    AMBER,
    BLUE,
    CLOSED,
    FAINT,
    GREEN,
    GREY,
    INK,
    cut,
    own_numbers,
    plain_axes,
)
from sim.report.text.journeys import Journey, Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "JourneyBar", "draw_journeys"]

#: Queueing in amber, service blue, closed hours pale, held by the owner hatched.
COLOURS = {
    "wait": AMBER,
    "closed": FAINT,
    "service": BLUE,
    "virtual": GREEN,
    "owner": CLOSED,
}


@dataclass(frozen=True, eq=False)
class JourneyBar:
    """One vehicle: what it is called, its journey, and the plan that its stages index."""

    title: str
    journey: Journey
    plan: Plan


def draw_journeys(bars: Sequence[JourneyBar], start: dt.date, messages: Messages) -> Figure:
    """Bars from arrival to crossing, in hours since the arrival of each."""
    from matplotlib.figure import Figure

    height = 0.5 + 0.62 * len(bars)
    figure = Figure(figsize=(7.6, height))
    axes = figure.add_axes((0.01, 0.42 / height, 0.98, 1 - 0.46 / height))
    plain_axes(axes, grid="x")
    longest = max(bar.journey.crossed - bar.journey.arrive for bar in bars) / 60
    axes.set_xlim(0, 1.02 * longest)
    for place, bar in enumerate(bars):
        _bar(axes, bar, place, longest, start, messages)
    axes.set_ylim(len(bars) - 0.55, -0.75)
    axes.set_yticks([])
    own_numbers(axes.xaxis, messages)
    axes.set_xlabel(messages.text("report.journey.axis"), fontsize=8)
    return figure


def _bar(
    axes: Axes, bar: JourneyBar, place: int, longest: float, start: dt.date, messages: Messages
) -> None:
    journey = bar.journey
    midnight = dt.datetime.combine(start, dt.time())
    came, went = (
        midnight + dt.timedelta(minutes=int(at)) for at in (journey.arrive, journey.crossed)
    )
    day = messages.day if came.year == went.year else messages.date
    clock = f"{day(came.date())} {came:%H:%M} → {day(went.date())} {went:%H:%M}"
    axes.text(0, place - 0.47, cut(bar.title, 72), fontsize=8.2, weight="bold", va="center")
    axes.text(1.02 * longest, place - 0.47, clock, fontsize=8, ha="right", va="center", color=GREY)
    for span in journey.spans:
        _span(axes, span, bar, place, longest, messages)


def _span(
    axes: Axes, span: Span, bar: JourneyBar, place: int, longest: float, messages: Messages
) -> None:
    begin, width = (span.begin - bar.journey.arrive) / 60, (span.end - span.begin) / 60
    axes.barh(
        place, width, left=begin, height=0.46, color=COLOURS[span.kind], linewidth=0.4,
        edgecolor=FAINT if span.kind == "owner" else "white",
        hatch="////" if span.kind == "owner" else None,
    )  # fmt: skip
    held = span.kind == "owner"
    name = messages.pick(bar.plan.stages[span.stage].title)
    if width > (0.0078 * len(name) + 0.01) * longest:
        colour = "white" if span.kind == "service" else INK
        axes.text(
            begin + width / 2, place, name, ha="center", va="center", fontsize=7.2, color=colour,
            bbox={"facecolor": CLOSED, "linewidth": 0, "pad": 1.5} if held else None,
        )  # fmt: skip
