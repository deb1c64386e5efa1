"""Chart: trains through a border station as railway people draw them, time across."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sim.clock import DAY
from sim.messages import Messages
from sim.report.charts.style import cut
from sim.report.svg.canvas import Canvas
from sim.report.svg.scale import Scale

__all__ = ["Train", "draw_trains"]

_TRACK, _TOP, _GAP, _NAME = 10.0, 4.0, 60.0, 18.0


@dataclass(frozen=True)
class Train:
    """A train in minutes of the run.

    ``direction`` is 0 for exports, 1 for imports. ``spans`` are (side, kind, begin, end): side
    ``china``, ``border`` or ``vietnam``, kind ``wait`` or ``service``.
    """

    direction: int
    spans: tuple[tuple[str, str, float, float], ...]


def draw_trains(
    trains: Sequence[Train], names: tuple[str, str], begin: float, end: float, start: dt.date,
    messages: Messages,
) -> Canvas:  # fmt: skip
    """Two stations, the Chinese above; thin lines wait, thick ones are served, slopes move.

    ``names`` are the Chinese and the Vietnamese station; ``begin`` and ``end`` the time shown.
    """
    tracks = {side: _tracks(trains, side) for side in ("china", "vietnam")}
    depth = {
        side: _NAME + _TRACK * max([1, *(track + 1 for track in used.values())])
        for side, used in tracks.items()
    }
    lower = _TOP + depth["china"] + _GAP
    bottom = lower + depth["vietnam"]
    canvas = Canvas(bottom + 34)
    scale = Scale(begin, end)
    base = {"china": _TOP + _NAME + _TRACK / 2, "vietnam": lower + _NAME + _TRACK / 2}
    rows = {
        (side, number): base[side] + _TRACK * track
        for side, used in tracks.items()
        for number, track in used.items()
    }
    edges = {"china": _TOP + depth["china"], "vietnam": lower}
    canvas.rect(0.0, _TOP, 100.0, depth["china"], "plain")
    canvas.rect(0.0, lower, 100.0, depth["vietnam"], "plain")
    _hours(canvas, scale, bottom, start, messages)
    middle = _TOP + depth["china"] + _GAP / 2
    canvas.line((0.0, 100.0), (middle, middle), "stroke dotted none")
    columns = ("train", "side", "kind", "span", "minutes")
    canvas.table.columns = [messages.text(f"report.rail.{name}") for name in columns]
    for number, train in enumerate(trains):
        _train(canvas, train, number, rows, edges, scale, start, messages)
    for name, top in zip(names, (_TOP, lower), strict=True):
        canvas.text(0.8, top + 13, cut(name, 44), "b")
    return canvas


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
    canvas: Canvas, train: Train, number: int, rows: dict[tuple[str, int], float],
    edges: dict[str, float], scale: Scale, start: dt.date, messages: Messages,
) -> None:  # fmt: skip
    """Draw the spans of one train."""
    colour = f"d{train.direction}"
    order = ("vietnam", "china") if train.direction == 0 else ("china", "vietnam")
    y_from, y_to = (rows.get((side, number), edges[side]) for side in order)
    way = messages.text(f"direction.{'export' if train.direction == 0 else 'import'}")
    for side, kind, begin, end in train.spans:
        moves = side == "border" and kind == "service"
        levels = (y_from, y_to) if moves else (rows.get((side, number), y_from),) * 2
        clocks = " – ".join(f"{_moment(start, at):%H:%M}" for at in (begin, end))
        row = (
            f"{way} {number + 1}", messages.text(f"side.{side}"),
            messages.text(f"report.rail.{kind}"), clocks, messages.number(end - begin),
        )  # fmt: skip
        across = tuple(min(max(scale(at), 0.0), 100.0) for at in (begin, end))
        width = "stroke" if moves or kind == "wait" else "stroke thick"
        with canvas.mark(row, end - begin):
            canvas.line((across[0], across[1]), levels, f"{width} {colour}")


def _moment(start: dt.date, minute: float) -> dt.datetime:
    return dt.datetime.combine(start, dt.time()) + dt.timedelta(minutes=int(minute))


def _hours(canvas: Canvas, scale: Scale, bottom: float, start: dt.date, messages: Messages) -> None:
    """Mark every sixth hour, with the date at midnight."""
    first, last = (_moment(start, minute).date() for minute in (scale.low, scale.high))
    date = messages.day if first.year == last.year else messages.date
    minute = scale.low
    while minute <= scale.high + 1:
        x, moment = scale(minute), _moment(start, minute)
        canvas.line((x, x), (_TOP, bottom), "grid")
        side = "" if x < 3.0 else "end" if x > 97.0 else "mid"
        canvas.text(x, bottom + 14, f"{moment.hour}:00", f"tick {side}".strip())
        if moment.hour == 0:
            canvas.text(x, bottom + 28, date(moment.date()), f"tick {side}".strip())
        minute += DAY / 4
