"""Chart: vehicles waiting at one gate over time, all scenarios in one panel."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats, Ints
from sim.clock import DAY
from sim.messages import Messages
from sim.report.charts.backlog import Backlog, evening_text, evenings
from sim.report.charts.style import cut
from sim.report.svg.axes import LINE, upwards
from sim.report.svg.canvas import Canvas, pixels
from sim.report.svg.chart import hue
from sim.report.svg.scale import Scale

__all__ = ["draw_backlog_lines", "sampled"]

_POINTS = 200
"""Points of a line beyond which it is thinned; a page is no place for more."""

_TOP, _TALL = 24.0, 96.0


def draw_backlog_lines(
    title: str,
    lines: Sequence[Backlog | None],
    ceiling: float,
    start: dt.date,
    messages: Messages,
) -> Canvas:
    """One panel: a line and its band for each scenario, None where it has no such gate.

    ``ceiling`` is the top of the scale that all panels share.
    """
    canvas = Canvas(_TOP + _TALL + 2 * LINE + 4)
    drawn = [(number, line) for number, line in enumerate(lines) if line is not None]
    first = drawn[0][1]
    points = sampled(first.minutes)
    minutes = first.minutes[points]
    span = float(minutes[0]), float(minutes[-1])
    across, down = Scale(*span), Scale(0.0, ceiling, _TOP + _TALL, _TOP)
    for begin, end in first.closed if span[1] - span[0] < 60 * DAY else ():
        x = across(begin)
        canvas.rect(x, _TOP, across(end) - x, _TALL, "plain")
    upwards(canvas, down, messages)
    box = float(max(1, points.size - 1)), ceiling
    with canvas.plane(_TOP, _TALL, box):
        for number, line in drawn:
            colour = hue(number, len(lines))
            low, high, mean = (values[points] for values in (line.low, line.high, line.mean))
            canvas.band(low, high, f"band {colour}", data_s=number)
            canvas.path(enumerate(mean), f"line {colour}", data_s=number)
    for number, line in drawn:
        for at in _thinned(evenings(line.minutes), 31):
            level = down(float(np.interp(at, line.minutes, line.mean)))
            canvas.dot(across(at), level, 2.6, f"ring {hue(number, len(lines))}", data_s=number)
    canvas.text(0.0, 13, cut(title, 30), "b")
    if evenings(first.minutes).size:
        count = evening_text(first, messages)
        canvas.text(100, 13, messages.text("figure.backlog.at_20", count=count), "end soft")
    _days(canvas, first, across, start, messages)
    first_minute = (start - dt.date(1970, 1, 1)).days * DAY + span[0]
    step = (span[1] - span[0]) / max(1, points.size - 1)
    canvas.facts = {
        "data_from": pixels(first_minute), "data_step": pixels(step, 4), "data_gate": first.gate,
    }  # fmt: skip
    return canvas


def sampled(minutes: Floats) -> Ints:
    """Choose the points of a line: all, or at the same hours of each day, or each day's 20:00.

    Of more days than that leaves room for, evenings are left out evenly.
    """
    spacing = float(minutes[1] - minutes[0]) if minutes.size > 1 else DAY
    daily = round(DAY / spacing)
    steps = [step for step in range(1, daily) if daily % step == 0]
    step = next((step for step in steps if minutes.size / step <= _POINTS), 0)
    if step:
        return np.arange(0, minutes.size, step)
    at = np.searchsorted(minutes, evenings(minutes))
    return np.asarray(at[:: max(1, math.ceil(at.size / _POINTS))])


def _thinned(at: Floats, most: int) -> Floats:
    """Return all times, or none where they would lie on top of one another."""
    return at if at.size <= most else at[:0]


def _days(canvas: Canvas, line: Backlog, across: Scale, start: dt.date, messages: Messages) -> None:
    """Mark about four evenings, the time of the bulletin, with the year where runs pass one."""
    at = evenings(line.minutes)
    at = at[:: max(1, math.ceil(at.size / 4))]
    ends = [start + dt.timedelta(days=int(minute // DAY)) for minute in line.minutes[[0, -1]]]
    years = ends[0].year != ends[1].year
    bottom = _TOP + _TALL
    for minute in at:
        x, day = across(float(minute)), start + dt.timedelta(days=int(minute // DAY))
        side = "" if x < 8.0 else "end" if x > 92.0 else "mid"
        canvas.line((x, x), (bottom, bottom + 4), "ink")
        canvas.text(x, bottom + 15, "20:00", f"tick {side}".strip())
        shown = messages.date(day) if years else messages.day(day)
        canvas.text(x, bottom + 28, shown, f"tick {side}".strip())
