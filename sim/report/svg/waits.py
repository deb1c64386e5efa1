"""Chart: the wait before each stage of one place, all scenarios."""

from __future__ import annotations

from collections.abc import Sequence

from sim.messages import Messages
from sim.report.charts.style import cut
from sim.report.charts.waits import StageWaits
from sim.report.svg.axes import across, row_title
from sim.report.svg.canvas import Canvas
from sim.report.svg.chart import hue
from sim.report.svg.scale import Scale

__all__ = ["draw_wait_lines"]

_WORDS, _LINE, _GAP = 17.0, 11.0, 5.0


def draw_wait_lines(
    waits: Sequence[StageWaits], titles: Sequence[str], longest: float, messages: Messages
) -> Canvas:
    """A dot for the mean and a line to the 95 % quantile, scenarios one below another.

    ``longest`` are the hours at the right edge, the same for all places; ``titles`` are those
    of the scenarios.
    """
    rows = sum(_WORDS + _GAP + _LINE * _drawn(wait) for wait in waits)
    canvas = Canvas(20 + rows + 20)
    scale = Scale(0.0, longest)
    names = ("stage", "scenario", "mean", "p95")
    canvas.table.columns = [messages.text(f"report.waits.column.{name}") for name in names]
    across(canvas, scale, (20.0, 20 + rows), messages)
    canvas.text(0.0, 13, cut(waits[0].place, 50), "b")
    y = 20.0
    for wait in waits:
        row_title(canvas, y + 13, cut(wait.stage, 46), kind="halo", data_stage=wait.id)
        y += _WORDS
        for number, pair in enumerate(wait.values):
            if pair is not None:
                _scenario(canvas, wait, number, titles, y + _LINE / 2, scale, messages)
                y += _LINE
        y += _GAP
    return canvas


def _drawn(wait: StageWaits) -> int:
    return sum(pair is not None for pair in wait.values)


def _scenario(
    canvas: Canvas, wait: StageWaits, number: int, titles: Sequence[str], y: float, scale: Scale,
    messages: Messages,
) -> None:  # fmt: skip
    pair = wait.values[number]
    assert pair is not None
    colour, (mean, p95) = hue(number, len(titles)), pair
    row = (wait.stage, titles[number], messages.number(mean, 2), messages.number(p95, 2))
    with canvas.mark(row, mean, p95, data_s=number, data_stage=wait.id):
        canvas.rect(0.0, y - _LINE / 2, 100.0, _LINE, "hit")
        canvas.line((scale(mean), scale(p95)), (y, y), f"stroke {colour}")
        canvas.line((scale(p95), scale(p95)), (y - 4, y + 4), f"stroke {colour}")
        canvas.dot(
            scale(mean), y, 3.4, f"{'ring' if number == 0 and len(titles) > 1 else 'fill'} {colour}"
        )
