"""Chart: a few vehicles' ways through a gate as bars of waiting and service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sim.messages import Messages
from sim.plan import Plan
from sim.report.charts.style import cells, cut
from sim.report.svg.axes import LINE, across
from sim.report.svg.canvas import Canvas
from sim.report.svg.scale import Scale
from sim.report.text.journeys import Journey

__all__ = ["KINDS", "JourneyBar", "draw_journeys"]

KINDS = ("wait", "closed", "service", "virtual", "owner")
"""Kinds of a span; each has its colour in the style sheet."""

_ROW, _BAR = 72.0, 22.0
_LETTER = 2.0
"""Percents of a letter's width on a phone."""


@dataclass(frozen=True, eq=False)
class JourneyBar:
    """One vehicle: what it is called, its journey, and the plan that its stages index."""

    title: str
    journey: Journey
    plan: Plan


def draw_journeys(bars: Sequence[JourneyBar], start: dt.date, messages: Messages) -> Canvas:
    """Bars from arrival to crossing, in hours since the arrival of each."""
    bottom = _ROW * len(bars)
    canvas = Canvas(bottom + 36)
    scale = Scale(0.0, max(bar.journey.crossed - bar.journey.arrive for bar in bars) / 60)
    names = ("vehicle", "stage", "kind", "span", "minutes")
    canvas.table.columns = [messages.text(f"report.journey.{name}") for name in names]
    across(canvas, scale, (4.0, bottom), messages, messages.text("report.journey.axis"))
    for place, bar in enumerate(bars):
        _bar(canvas, bar, _ROW * place, scale, start, messages)
    return canvas


def _bar(
    canvas: Canvas, bar: JourneyBar, top: float, scale: Scale, start: dt.date, messages: Messages
) -> None:
    journey = bar.journey
    came, went = (_moment(start, at) for at in (journey.arrive, journey.crossed))
    day = messages.day if came.year == went.year else messages.date
    clock = f"{day(came.date())} {came:%H:%M} → {day(went.date())} {went:%H:%M}"
    canvas.text(0.0, top + 13, cut(bar.title, 56), "b halo")
    canvas.text(0.0, top + 13 + LINE, clock, "soft halo")
    y = top + 2 * LINE + 6
    for span in journey.spans:
        begin, hours = (span.begin - journey.arrive) / 60, (span.end - span.begin) / 60
        name = messages.pick(bar.plan.stages[span.stage].title)
        clocks = f"{_moment(start, span.begin):%H:%M}–{_moment(start, span.end):%H:%M}"
        kind, minutes = messages.text(f"report.journey.{span.kind}"), messages.number(60 * hours)
        stage = bar.plan.stages[span.stage].id
        with canvas.mark((bar.title, name, kind, clocks, minutes), 60 * hours, data_stage=stage):
            canvas.rect(scale(begin), y, scale(hours), _BAR, f"edge j-{span.kind}")
        if scale(hours) > _LETTER * cells(name) + 2:
            middle = scale(begin + hours / 2)
            canvas.text(middle, y + 15, name, f"mid onj-{span.kind}")


def _moment(start: dt.date, minute: float) -> dt.datetime:
    return dt.datetime.combine(start, dt.time()) + dt.timedelta(minutes=int(minute))
