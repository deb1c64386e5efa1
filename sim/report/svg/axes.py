"""Axes of charts: faint lines at round values, their numbers, and words for rows."""

from __future__ import annotations

from sim.messages import Messages
from sim.report.svg.canvas import Canvas
from sim.report.svg.scale import Scale, ticks

__all__ = ["LINE", "across", "row_title", "upwards"]

LINE = 16.0
"""Pixels of a line of words."""


def across(
    canvas: Canvas, scale: Scale, span: tuple[float, float], messages: Messages, unit: str = ""
) -> None:
    """Draw lines down the chart at round values, ``span`` from top to bottom, numbers below.

    ``unit`` is written after the last number.
    """
    top, bottom = span
    chosen = ticks(scale.low, scale.high, 5)
    for value in chosen:
        x = scale(value)
        canvas.line((x, x), (top, bottom), "zero" if value == 0.0 and scale.low < 0.0 else "grid")
        side = "" if x < 4.0 else "end" if x > 93.0 else "mid"
        canvas.text(x, bottom + 13, messages.short(value), f"tick {side}".strip())
    if unit:
        canvas.text(100.0, bottom + 13 + LINE * 0.9, unit, "tick end")


def upwards(canvas: Canvas, scale: Scale, messages: Messages, most: int = 3) -> None:
    """Draw lines across the chart at round values, their numbers on the lines at the left."""
    for value in ticks(scale.low, scale.high, most):
        y = scale(value)
        canvas.line((0.0, 100.0), (y, y), "zero" if value == 0.0 else "grid")
        if value:
            canvas.text(0.0, y - 3, messages.short(value), "tick halo")


def row_title(canvas: Canvas, y: float, title: str, kind: str = "", **facts: object) -> None:
    """Write the words of a row above it."""
    canvas.text(0.0, y, title, kind, **facts)
