"""Chart: the stay of a vehicle as stacked bars by side and clock."""

from __future__ import annotations

from collections.abc import Sequence

from sim.messages import Messages
from sim.report.charts.stays import DRAWN, Stay
from sim.report.charts.style import cut
from sim.report.svg.axes import LINE, across
from sim.report.svg.canvas import Canvas
from sim.report.svg.scale import Scale

__all__ = ["draw_stay_bars"]

_ROW, _BAR = 82.0, 22.0
_INSIDE, _NAMED = 8.0, 17.0
"""Percents of the width from which a number fits into a bar, and the name of a side below it."""


def draw_stay_bars(stays: Sequence[Stay], longest: float, messages: Messages) -> Canvas:
    """One bar for each stay, in the order in which sides are passed.

    ``longest`` are the hours at the right edge, the same for all charts that are compared.
    """
    canvas = Canvas(_ROW * len(stays) + 22)
    scale = Scale(0.0, longest)
    canvas.table.columns = [
        messages.text(f"report.stays.{name}") for name in ("stay", "side", "clock", "hours")
    ]
    across(canvas, scale, (4.0, _ROW * len(stays)), messages)
    for place, stay in enumerate(stays):
        _bar(canvas, stay, _ROW * place, scale, messages)
    return canvas


def _bar(canvas: Canvas, stay: Stay, top: float, scale: Scale, messages: Messages) -> None:
    """Draw one stay: title, the whole in words, clocks side by side, names of sides below."""
    canvas.text(0.0, top + 13, cut(stay.title, 56), "b halo")
    canvas.text(0.0, top + 13 + LINE, stay.rest(messages), "soft halo")
    y, at = top + 2 * LINE + 6, 0.0
    for side in stay.sides:
        begin, name = at, messages.text(f"side.{side}")
        for clock in DRAWN:
            hours = stay.hours[side, clock]
            if hours <= 0.0:
                continue
            x, width = scale(at), scale(hours)
            shown = messages.number(hours, 2 if hours < 1.0 else 1)
            row = (stay.title, name, messages.text(f"figure.stays.clock.{clock}"), shown)
            with canvas.mark(row, hours):
                canvas.rect(x, y, width, _BAR, f"c-{clock}")
            if width >= _INSIDE:
                text = messages.number(hours, 1)
                canvas.text(x + width / 2, y + 15, text, f"mid on-{clock}")
            at += hours
        if scale(at - begin) >= _NAMED:
            text = f"{name} {messages.number(at - begin, 1)}"
            canvas.text(scale((begin + at) / 2), y + _BAR + 13, text, "mid soft halo")
        canvas.line((scale(at), scale(at)), (y - 3, y + _BAR + 3), "ink")
