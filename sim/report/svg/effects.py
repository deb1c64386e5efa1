"""Chart: what each option changes in one measure, the best on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.messages import Messages
from sim.report.charts.style import cut
from sim.report.svg.axes import LINE, across
from sim.report.svg.canvas import Canvas
from sim.report.svg.chart import hue
from sim.report.svg.scale import Scale

__all__ = ["OptionEffect", "draw_effects"]

_ROW = 42.0


@dataclass(frozen=True)
class OptionEffect:
    """One option: its number, its difference from the baseline and how that is written."""

    number: int
    title: str
    change: float
    low: float | None
    high: float | None
    clear: bool
    shown: str

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of the interval, or the change alone where there is none."""
        if self.low is None or self.high is None:
            return self.change, self.change
        return self.low, self.high


def draw_effects(title: str, effects: Sequence[OptionEffect], messages: Messages) -> Canvas:
    """Intervals around zero; grey and hollow where there is no clear difference."""
    top = LINE + 4
    bottom = top + _ROW * len(effects)
    canvas = Canvas(bottom + 20)
    spread = [0.0, *(end for effect in effects for end in effect.ends)]
    air = 0.06 * (max(spread) - min(spread)) or 1.0
    scale = Scale(min(spread) - air, max(spread) + air)
    canvas.table.columns = [messages.text("compare.scenario"), title]
    across(canvas, scale, (top, bottom), messages)
    canvas.text(0.0, 13, cut(title, 54), "b")
    for place, effect in enumerate(effects):
        y = top + _ROW * place
        colour = hue(effect.number) if effect.clear else "none"
        row = (effect.title, effect.shown)
        with canvas.mark(row, effect.change, data_s=effect.number):
            canvas.rect(0.0, y + 2, 100.0, _ROW - 4, "hit")
            ends = effect.ends
            canvas.line((scale(ends[0]), scale(ends[1])), (y + 28, y + 28), f"stroke wide {colour}")
            kind = "fill" if effect.clear else "ring"
            canvas.dot(scale(effect.change), y + 28, 4.5, f"{kind} {colour}")
        canvas.text(0.0, y + 15, cut(effect.title, 40), "halo")
        canvas.text(100.0, y + 15, effect.shown, f"end num halo{'' if effect.clear else ' soft'}")
    return canvas
