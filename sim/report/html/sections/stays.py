"""The stay of a vehicle by side and clock, as a time release study shows it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sim.messages import Messages
from sim.report.charts.stays import DRAWN, Stay, mean_stays
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import Chart, chart
from sim.report.svg.stays import draw_stay_bars

__all__ = ["section"]


def section(report: ReportData, messages: Messages) -> Section | None:
    """A chart for each direction at the road gates and at the stations, on one scale."""
    stays = mean_stays(report.several, report.short_titles(messages), messages)
    if not stays:
        return None
    longest = max([0.1, *(stay.of_clock(*DRAWN) for stay in stays)])
    by_kind: dict[tuple[str, str], list[Stay]] = {}
    for stay in stays:
        by_kind.setdefault((stay.mode, stay.direction), []).append(stay)
    charts = [
        _chart(f"stays {mode} {direction}", _unlike(alike, messages), longest, messages)
        for (mode, direction), alike in by_kind.items()
    ]
    clocks = [(clock, messages.text(f"figure.stays.clock.{clock}")) for clock in DRAWN]
    body = render("stays.html.j2", messages, stays=charts, clocks=clocks)
    return Section("stays", messages.text("figure.stays.title"), body)


def _chart(name: str, stays: list[Stay], longest: float, messages: Messages) -> Chart:
    label = "; ".join(stay.sentence(messages) for stay in stays)
    return chart(partial(draw_stay_bars, stays, longest, messages), name, label, messages)


def _unlike(stays: list[Stay], messages: Messages) -> list[Stay]:
    """Draw stays that are the same as the first one once, and say so."""
    first, *others = stays
    unlike = [stay for stay in others if dict(stay.hours) != dict(first.hours)]
    if len(unlike) == len(others):
        return stays
    n = len(others) - len(unlike)
    title = messages.text("report.stays.same", title=first.title, n=n)
    return [replace(first, title=title), *unlike]
