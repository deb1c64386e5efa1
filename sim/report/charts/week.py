"""Figure: how busy one stage is, weekday by hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Bools, Floats
from sim.messages import Messages
from sim.report.charts.style import CLOSED, INK, load_colours
from sim.units import WEEKDAYS

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.path import Path

__all__ = ["draw_week"]


def draw_week(
    title: str, subtitle: str, week: Floats, days: Sequence[int], messages: Messages
) -> Figure:
    """One panel with a row for each of the ``days``, hatched where closed, red from 95 %.

    ``week`` has shape ``(7, 24)``: busy share of the open server time, NaN where closed;
    ``days`` are the weekdays measured.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

    figure = Figure(figsize=(3.6, 1.85))
    axes = figure.add_axes((0.105, 0.13, 0.875, 0.63))
    rows = week[list(days)]
    shown = np.ma.masked_invalid(np.clip(rows, 0.0, 0.999))
    axes.imshow(
        shown, cmap=load_colours(), vmin=0, vmax=1, aspect="auto", interpolation="none",
        extent=(0, 24, len(days), 0),
    )  # fmt: skip
    axes.add_patch(
        PathPatch(
            _cells(np.isnan(rows)),
            facecolor=CLOSED, edgecolor="#C3CAD2", hatch="//////", linewidth=0,
        )
    )  # fmt: skip
    for day in range(1, len(days)):
        axes.axhline(day, color="white", linewidth=1.0)
    axes.set_yticks(
        np.arange(len(days)) + 0.5,
        [messages.text(f"report.weekday.{WEEKDAYS[day]}") for day in days],
        fontsize=7.5,
    )
    axes.set_xticks(range(0, 25, 3), [f"{hour}" for hour in range(0, 25, 3)], fontsize=7.5)
    axes.set_xlim(0, 24)
    axes.tick_params(length=0, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    figure.text(0.105, 0.975, title, weight="bold", fontsize=8.6, va="top")
    figure.text(0.105, 0.865, subtitle, fontsize=8, va="top")
    return figure


def _cells(wanted: Bools) -> Path:
    """One path around all wanted cells, those beside one another together."""
    from matplotlib.path import Path

    boxes = []
    for day, row in enumerate(wanted):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
        boxes += [
            Path([(a, day), (b, day), (b, day + 1), (a, day + 1), (a, day)], closed=True)
            for a, b in edges.reshape(-1, 2).tolist()
        ]
    return Path.make_compound_path(*boxes)
