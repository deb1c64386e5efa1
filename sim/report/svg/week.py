"""Chart: how busy one stage is, weekday by hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Bools, Floats
from sim.messages import Messages
from sim.report.charts.style import cut
from sim.report.svg.canvas import Canvas
from sim.report.svg.scale import Scale
from sim.units import WEEKDAYS

__all__ = ["FULL", "LEVELS", "draw_week_cells"]

FULL = 0.95
"""Share of the open time from which a cell is red."""

LEVELS = 8
"""Blues of the cells below that, in the style sheet."""

_TOP, _ROW, _PART = 38.0, 15.0, 0.04
"""Pixels above the cells and of a row, and the share of a row that parts it from the next."""


def draw_week_cells(
    title: str, subtitle: str, week: Floats, days: Sequence[int], messages: Messages
) -> Canvas:
    """One panel with a row for each of the ``days``, hatched where closed, red from 95 %.

    ``week`` has shape ``(7, 24)``: busy share of the open server time, NaN where closed.
    """
    canvas = Canvas(_TOP + _ROW * len(days) + 17)
    rows = week[list(days)]
    levels = np.where(rows >= FULL, LEVELS, np.minimum(rows / FULL * LEVELS, LEVELS - 1))
    levels = np.where(np.isnan(rows), -1, levels).astype(int)
    bottom = _TOP + _ROW * len(days)
    with canvas.plane(_TOP, _ROW * len(days), (24.0, float(len(days)))):
        for level in np.unique(levels[levels >= 0]).tolist():
            boxes = [
                (begin, len(days) - 1 - day + _PART, end - begin, 1 - 2 * _PART)
                for day, begin, end in _runs(levels == level)
            ]
            canvas.cells(boxes, "l-full" if level == LEVELS else f"l{level}")
    hours = Scale(0.0, 24.0)
    for day, begin, end in _runs(levels < 0):
        y = _TOP + _ROW * (day + _PART)
        canvas.rect(hours(begin), y, hours(end - begin), _ROW * (1 - 2 * _PART), "closed")
    for place, day in enumerate(days):
        name = messages.text(f"report.weekday.{WEEKDAYS[day]}")
        canvas.text(0.0, _TOP + _ROW * place + 11.5, name, "tick halo")
    for hour in range(0, 25, 3):
        side = "" if hour == 0 else "end" if hour == 24 else "mid"
        canvas.text(hours(hour), bottom + 13, f"{hour}", f"tick {side}".strip())
    canvas.text(0.0, 13, cut(title, 44), "b")
    canvas.text(0.0, 29, cut(subtitle, 54), "soft")
    percents = ["-" if np.isnan(v) else f"{100 * v:.0f}" for v in rows.ravel()]
    names = [messages.text(f"report.weekday.{WEEKDAYS[day]}") for day in days]
    canvas.facts = {"data_cells": " ".join(percents), "data_days": " ".join(names)}
    return canvas


def _runs(wanted: Bools) -> list[tuple[int, float, float]]:
    """Row, first and last edge of wanted cells, those beside one another in a row together."""
    runs = []
    for day, row in enumerate(wanted):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
        runs += [(day, float(begin), float(end)) for begin, end in edges.reshape(-1, 2)]
    return runs
