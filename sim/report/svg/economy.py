"""Charts: hours by state, or CO2 by side, at each gate, scenarios below one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.messages import Messages
from sim.report.charts.style import cut
from sim.report.svg.axes import across, row_title
from sim.report.svg.canvas import Canvas
from sim.report.svg.chart import hue
from sim.report.svg.scale import Scale

__all__ = ["CostBar", "draw_cost_bars"]

_HEAD, _WORDS, _BAR, _GAP = 20.0, 17.0, 12.0, 6.0


@dataclass(frozen=True)
class CostBar:
    """A day of one gate in one scenario: hours by state, kg of CO2 by side."""

    hours: tuple[float, ...]
    co2: tuple[float, ...]


def draw_cost_bars(
    title: str,
    bars: Mapping[str, Sequence[tuple[float, ...]]],
    parts: Sequence[str],
    titles: Sequence[str],
    messages: Messages,
) -> Canvas:
    """Stacked bars by place and scenario; the hue is the scenario, the shade the part.

    ``bars`` are the sizes of the parts by title of a place, one tuple for each scenario of
    ``titles``; ``parts`` name the parts.
    """
    block = _WORDS + _BAR * len(titles) + _GAP
    bottom = _HEAD + block * len(bars)
    canvas = Canvas(bottom + 20)
    most = max([1e-9, *(sum(sizes) for several in bars.values() for sizes in several)])
    scale = Scale(0.0, most * 1.02)
    names = ("place", "scenario", "part")
    canvas.table.columns = [
        *(messages.text(f"report.economy.column.{name}") for name in names), title,
    ]  # fmt: skip
    across(canvas, scale, (_HEAD, bottom), messages)
    canvas.text(0.0, 13, title, "b")
    for place, (name, several) in enumerate(bars.items()):
        y = _HEAD + block * place
        row_title(canvas, y + 13, cut(name, 44), kind="halo")
        for number, sizes in enumerate(several):
            start = 0.0
            for part, size in enumerate(sizes):
                if size <= 0.0:
                    continue
                row = (name, titles[number], parts[part], messages.number(size, 1))
                with canvas.mark(row, size, data_s=number):
                    canvas.rect(
                        scale(start), y + _WORDS + _BAR * number, scale(size), _BAR - 2,
                        f"fill p{part} {hue(number, len(titles))}",
                    )  # fmt: skip
                start += size
    return canvas
