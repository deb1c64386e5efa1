"""Figure: a schematic map of the gates along the border, with a ring for each backlog."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.messages import Messages
from sim.report.charts.style import BLUE, FAINT, GREY, INK, cut
from sim.report.charts.svg import SCENARIOS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["GateRing", "along", "draw_border"]

#: Gates from the north-west to the south-east: by district (Tràng Định, Văn Lãng, Cao Lộc,
#: Lộc Bình, Đình Lập), and within Văn Lãng and Cao Lộc by published border marker (Tân
#: Thanh 1088-1091, Cốc Nam 1104-1105, Hữu Nghị 1116-1120, Chi Ma 1223-1224). The order of
#: gates without a published marker within their district is not known.
_ORDER = (
    *("binh_nghi", "na_nua", "na_hinh", "tan_thanh", "coc_nam", "dong_dang", "huu_nghi"),
    *("po_nhung", "co_sau", "chi_ma", "ban_chat"),
)

_WIDTH, _HEIGHT = 7.6, 2.7
_LARGEST = 0.40
"""Radius of the largest ring, inches."""


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


def draw_border(rings: Sequence[GateRing], messages: Messages) -> Figure:
    """Gates on a line from the north-west to the south-east; area of a ring is its backlog."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, _HEIGHT))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, _HEIGHT)
    axes.axis("off")
    curve = np.linspace(0, _WIDTH, 60)
    axes.plot(curve, _border(curve), color=FAINT, linewidth=5, zorder=0, solid_capstyle="butt")
    for name, y in (("china", _HEIGHT - 0.16), ("vietnam", 0.14)):
        text = messages.text(f"report.map.{name}")
        axes.text(0.06, y, text, fontsize=9, color=GREY, weight="bold", va="center")
    most = max([1.0, *(value for ring in rings for value in ring.waiting if value)])
    step = (_WIDTH - 1.0) / max(1, len(rings) - 1)
    for place, ring in enumerate(rings):
        x = 0.45 + place * step if len(rings) > 1 else _WIDTH / 2
        _gate(axes, ring, x, most, above=bool(place % 2))
    return figure


def _border(x: float | np.ndarray) -> np.ndarray:
    """Height of the line at ``x``: it falls from the left to the right, in waves."""
    share = np.asarray(x, dtype=np.float64) / _WIDTH
    return np.asarray(0.56 * _HEIGHT - 0.12 * share * _HEIGHT + 0.10 * np.sin(9 * share))


def _gate(axes: Axes, ring: GateRing, x: float, most: float, *, above: bool) -> None:
    """Draw a gate with its rings, and its name on a lead above or below."""
    from matplotlib.patches import Circle

    y = float(_border(x))
    alone = len(ring.waiting) == 1
    drawn = [
        (number, value)
        for number, value in enumerate(ring.waiting)
        if value and (number == 0 or value != ring.waiting[0])
    ]
    for number, value in drawn:
        radius = max(0.03, _LARGEST * math.sqrt(value / most))
        first = number == 0 and not alone
        colour = BLUE if alone else SCENARIOS[number % len(SCENARIOS)]
        axes.add_patch(
            Circle(
                (x, y), radius, facecolor=(colour, 0.12 if first else 0.25), edgecolor=colour,
                linestyle="--" if first else "-", linewidth=1.3, zorder=3 if first else 2,
            )
        )  # fmt: skip
    dot = INK if drawn else "white"
    axes.plot(x, y, "o", color=dot, markeredgecolor=INK if drawn else GREY, markersize=4, zorder=4)
    level = y + (0.62 if above else -0.66)
    axes.plot([x, x], [y, level], color=FAINT, linewidth=0.8, zorder=1)
    title = [cut(line, 24) for line in ring.title.replace(" (", "\n(").split("\n")]
    lines = [*title, *([ring.shown] if ring.shown else [])]
    for row, text in enumerate(lines):
        at = level + (0.06 + 0.155 * (len(lines) - 1 - row) if above else -0.09 - 0.155 * row)
        axes.text(
            x, at, text, ha="center", va="bottom" if above else "top", zorder=5,
            fontsize=8.2 if drawn else 7.2, weight="bold" if drawn and row == 0 else "normal",
            color=INK if drawn else GREY,
        )  # fmt: skip
