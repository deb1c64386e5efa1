"""Figure: trains through a border station as railway people draw them, time across."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from sim.clock import DAY
from sim.messages import Messages
from sim.report.charts.style import BLUE, CLOSED, GREY, INK, VERMILION, cut, plain_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["TRAINS", "Train", "draw_trains"]

#: Colours of exports and imports.
TRAINS = (BLUE, VERMILION)
_TRACK = 0.16


@dataclass(frozen=True)
class Train:
    """A train in minutes of the run.

    ``spans`` are (side, kind, begin, end): side ``china``, ``border`` or ``vietnam``, kind
    ``wait`` or ``service``.
    """

    direction: int
    spans: tuple[tuple[str, str, float, float], ...]


def draw_trains(
    trains: Sequence[Train], names: tuple[str, str], begin: float, end: float, start: dt.date,
    messages: Messages,
) -> Figure:  # fmt: skip
    """Two stations, the Chinese above; thin lines wait, thick ones are served, slopes move.

    ``names`` are the Chinese and the Vietnamese station; ``begin`` and ``end`` the time shown.
    """
    from matplotlib.figure import Figure

    tracks = {side: _tracks(trains, side) for side in ("china", "vietnam")}
    depth = {side: max([1, *(t + 1 for t in used.values())]) for side, used in tracks.items()}
    gap = 1.0
    bottom = _TRACK * (depth["china"] + depth["vietnam"]) + gap
    height = 0.75 + bottom
    figure = Figure(figsize=(7.6, height))
    axes = figure.add_axes((0.13, 0.5 / height, 0.84, 1 - 0.62 / height))
    plain_axes(axes, grid="x")
    rows = {
        ("china", n): _TRACK * track for n, track in tracks["china"].items()
    } | {
        ("vietnam", n): _TRACK * (depth["china"] + track) + gap
        for n, track in tracks["vietnam"].items()
    }  # fmt: skip
    edges = {"china": _TRACK * (depth["china"] - 0.5), "vietnam": _TRACK * depth["china"] + gap}
    for low, high in ((-_TRACK / 2, edges["china"]), (edges["vietnam"] - _TRACK / 2, bottom)):
        axes.axhspan(low, high, color=CLOSED, linewidth=0, zorder=0)
    for number, train in enumerate(trains):
        _train(axes, train, number, rows, edges)
    axes.set_xlim(begin, end)
    axes.set_ylim(bottom, -_TRACK / 2)
    middles = [edges["china"] / 2, (edges["vietnam"] + bottom) / 2]
    axes.set_yticks(
        middles, [fill(cut(name, 30), 15) for name in names], fontsize=8.5, weight="bold"
    )
    axes.axhline((edges["china"] + edges["vietnam"]) / 2, color=GREY, linewidth=0.7, dashes=(6, 4))
    _hours(axes, begin, end, start, messages)
    return figure


def _tracks(trains: Sequence[Train], side: str) -> dict[int, int]:
    """Give each train the first track of a side that is free while it stands there."""
    free: list[float] = []
    tracks = {}
    stays = []
    for number, train in enumerate(trains):
        times = [(a, b) for place, _, a, b in train.spans if place == side]
        if times:
            stays.append((min(a for a, _ in times), max(b for _, b in times), number))
    for came, went, number in sorted(stays):
        track = next((t for t, until in enumerate(free) if until <= came), len(free))
        free[track:] = [went] if track == len(free) else [went, *free[track + 1 :]]
        tracks[number] = track
    return tracks


def _train(
    axes: Axes,
    train: Train,
    number: int,
    rows: dict[tuple[str, int], float],
    edges: dict[str, float],
) -> None:
    colour = TRAINS[train.direction]
    order = ("vietnam", "china") if train.direction == 0 else ("china", "vietnam")
    y_from, y_to = (rows.get((side, number), edges[side]) for side in order)
    for side, kind, begin, end in train.spans:
        if side == "border" and kind == "service":
            axes.plot([begin, end], [y_from, y_to], color=colour, linewidth=1.6, zorder=3)
            continue
        y = y_from if side == "border" else rows[side, number]
        wide = 1.0 if kind == "wait" else 4.0
        axes.plot([begin, end], [y, y], color=colour, linewidth=wide, solid_capstyle="butt")


def _hours(axes: Axes, begin: float, end: float, start: dt.date, messages: Messages) -> None:
    """Mark every fourth hour, with the date at midnight."""
    ticks, labels = [], []
    first, last = (start + dt.timedelta(days=int(minute // DAY)) for minute in (begin, end))
    date = messages.day if first.year == last.year else messages.date
    minute = begin
    while minute <= end + 1:
        day = start + dt.timedelta(days=int(minute // DAY))
        hour = int(minute % DAY) // 60
        ticks.append(minute)
        labels.append(f"{hour}:00\n{date(day)}" if hour == 0 else f"{hour}:00")
        minute += 240
    axes.set_xticks(ticks, labels, color=INK)
