"""Chart: what options cost a year against the hours that vehicles still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.catalogue import title
from sim.compare import ParetoStatus
from sim.messages import Messages
from sim.report.svg.axes import across, upwards
from sim.report.svg.canvas import Canvas
from sim.report.svg.chart import hue
from sim.report.svg.scale import Scale

__all__ = ["CostPoint", "draw_cost_benefit"]

_TOP, _TALL = 26.0, 190.0


@dataclass(frozen=True)
class CostPoint:
    """One option: bn VND a year, hours waited a day, and its Pareto status.

    ``sign`` stands beside the point, ``arms`` is how far the interval of the wait reaches down
    and up.
    """

    number: int
    sign: str
    title: str
    cost: float
    wait: float
    arms: tuple[float, float]
    status: ParetoStatus


def draw_cost_benefit(points: Sequence[CostPoint], messages: Messages) -> Canvas:
    """Line: Pareto front of means. Filled: efficient. Grey: dominated with confidence."""
    canvas = Canvas(_TOP + _TALL + 36)
    costs = [point.cost for point in points]
    ends = [
        *(point.wait - point.arms[0] for point in points),
        *(point.wait + point.arms[1] for point in points),
    ]
    wide, tall = (max(values) - min(values) or 1.0 for values in (costs, ends))
    x = Scale(min(costs) - 0.1 * wide, max(costs) + 0.12 * wide)
    y = Scale(min(ends) - 0.12 * tall, max(ends) + 0.12 * tall, _TOP + _TALL, _TOP)
    name = title("waited_per_day", messages)
    canvas.table.columns = [
        messages.text("report.cost_benefit.option"),
        messages.text("report.cost_benefit.axis"), name,
    ]  # fmt: skip
    across(canvas, x, (_TOP, _TOP + _TALL), messages, messages.text("report.cost_benefit.axis"))
    upwards(canvas, y, messages, 5)
    canvas.text(0.0, 13, name, "b")
    corners = front(points)
    for (cost, wait), (further, less) in pairwise(corners):
        canvas.line((x(cost), x(further)), (y(wait), y(less)), "stroke dotted none")
    for point in points:
        colour = "none" if point.status == "dominated" else hue(point.number)
        row = (point.title, messages.number(point.cost, 1), messages.number(point.wait, 1))
        with canvas.mark(row, point.cost, point.wait, data_s=point.number):
            low, high = point.wait - point.arms[0], point.wait + point.arms[1]
            canvas.line((x(point.cost),) * 2, (y(low), y(high)), f"stroke {colour}")
            kind = "fill" if point.status == "efficient" else "ring"
            canvas.dot(x(point.cost), y(point.wait), 5, f"{kind} {colour}")
        kind = "b halo" if point.status == "efficient" else "halo"
        canvas.text(x(point.cost) + 1.6, y(point.wait) - 6, point.sign, kind)
    return canvas


def front(points: Sequence[CostPoint]) -> list[tuple[float, float]]:
    """Cost and wait of the options that wait less, on average, than all that cost no more."""
    corners: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: (point.cost, point.wait)):
        if not corners or point.wait < corners[-1][1]:
            corners.append((point.cost, point.wait))
    return corners
