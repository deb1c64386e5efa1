"""Section on where vehicles wait: a schematic map."""

from __future__ import annotations

from functools import partial

from sim.messages import Messages
from sim.report.charts.style import gates_left_out, largest
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.report.svg.border import GateRing, along, draw_border
from sim.report.svg.chart import chart

__all__ = ["has_stock", "section"]

_MOST = 14
"""Gates that the map has room for."""


def section(report: ReportData, messages: Messages) -> Section | None:
    """All gates along the border, each with the backlog at 20:00 in every scenario."""
    every = [_ring(report, gate, messages) for gate in along(list(report.every_gate))]
    sizes = [max((value or 0.0 for value in ring.waiting), default=0.0) for ring in every]
    rings = [every[place] for place in largest(sizes, _MOST)]
    if not has_stock(report):
        return None
    titles = report.short_titles(messages)
    label = messages.text(
        "report.map.label",
        counts="; ".join(f"{ring.title} {ring.shown}" for ring in rings if ring.shown),
    )
    body = render(
        "border.html.j2",
        messages,
        chart=chart(partial(draw_border, rings, titles, messages), "border", label, messages),
        left_out=gates_left_out(len(rings), len(every), messages),
        titles=titles,
    )
    return Section("border", messages.text("report.map.title"), body)


def has_stock(report: ReportData) -> bool:
    """Whether export vehicles wait at 20:00 at any gate in any scenario."""
    return any(report.happens(gate, "export", "waiting_2000") for gate in report.gates)


def _ring(report: ReportData, gate: str, messages: Messages) -> GateRing:
    """A gate; a number that does not change is written once."""
    waiting = tuple(
        report.estimate(number, gate, "export", "waiting_2000").mean if gate in report.gates
        else None
        for number in range(len(report.several))
    )  # fmt: skip
    shown = [messages.number(value) for value in waiting if value is not None]
    text = shown[0] if len(set(shown)) == 1 else " → ".join(shown)
    return GateRing(gate, report.gate_title(gate, messages), waiting, text if shown else "")
