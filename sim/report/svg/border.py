"""Chart: the gates along the border, with a ring for each backlog."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.messages import Messages
from sim.report.charts.style import cut
from sim.report.svg.canvas import Canvas
from sim.report.svg.chart import hue

__all__ = ["GateRing", "along", "draw_border"]

#: Gates from the north-west to the south-east: by district (Tràng Định, Văn Lãng, Cao Lộc,
#: Lộc Bình, Đình Lập), and within Văn Lãng and Cao Lộc by published border marker (Tân
#: Thanh 1088-1091, Cốc Nam 1104-1105, Hữu Nghị 1116-1120, Chi Ma 1223-1224). The order of
#: gates without a published marker within their district is not known.
_ORDER = (
    *("binh_nghi", "na_nua", "na_hinh", "tan_thanh", "coc_nam", "dong_dang", "huu_nghi"),
    *("po_nhung", "co_sau", "chi_ma", "ban_chat"),
)

_LARGEST = 26.0
"""Radius of the largest ring, pixels."""

_TOP, _LEAST, _AT = 24.0, 22.0, 14.0
"""Pixels above the first gate and of a row at least; percents at which the border runs."""


@dataclass(frozen=True)
class GateRing:
    """A gate on the map.

    ``waiting`` is by scenario, None where it has no traffic; ``shown`` writes it.
    """

    gate: str
    title: str
    waiting: tuple[float | None, ...]
    shown: str


def along(gates: Sequence[str]) -> list[str]:
    """Ids in their order along the border; those whose place is not known come last."""
    known = [gate for gate in _ORDER if gate in gates]
    return known + [gate for gate in gates if gate not in known]


def draw_border(rings: Sequence[GateRing], titles: Sequence[str], messages: Messages) -> Canvas:
    """Gates down a line from the north-west to the south-east; area of a ring is its backlog."""
    most = max([1.0, *(value for ring in rings for value in ring.waiting if value)])
    radii = [
        max((_LARGEST * math.sqrt(value / most) for value in ring.waiting if value), default=0.0)
        for ring in rings
    ]
    levels, y = [], _TOP
    for radius in radii:
        half = max(_LEAST / 2, radius + 3)
        levels.append(y + half)
        y += 2 * half
    canvas = Canvas(y + 20)
    names = ("show.gate", "compare.scenario", "report.map.title")
    canvas.table.columns = [messages.text(name) for name in names]
    canvas.line((_AT, _AT), (_TOP, y), "border")
    canvas.text(0.0, 13, messages.text("report.map.north"), "tick")
    canvas.text(0.0, y + 15, messages.text("report.map.south"), "tick")
    for ring, level in zip(rings, levels, strict=True):
        _gate(canvas, ring, level, most, titles, messages)
    return canvas


def _gate(
    canvas: Canvas, ring: GateRing, y: float, most: float, titles: Sequence[str],
    messages: Messages,
) -> None:  # fmt: skip
    """Draw a gate with its rings, its name and its number beside them."""
    several = len(ring.waiting)
    drawn = [
        (number, value)
        for number, value in enumerate(ring.waiting)
        if value and (number == 0 or value != ring.waiting[0])
    ]
    for number, value in sorted(drawn, key=lambda pair: -pair[1]):
        row = (ring.title, titles[number], messages.number(value))
        radius = max(3.0, _LARGEST * math.sqrt(value / most))
        with canvas.mark(row, value, data_gate=ring.gate, data_s=number):
            canvas.dot(_AT, y, radius, f"bubble {hue(number, several)}")
    canvas.dot(_AT, y, 3.0, "fill ink" if drawn else "ring none")
    kind = "b" if drawn else "soft"
    canvas.text(34.0, y + 4, cut(ring.title, 30), kind, data_gate=ring.gate)
    if ring.shown:
        canvas.text(100.0, y + 4, ring.shown, "end num")
