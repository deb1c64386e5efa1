"""Effects of options: what each changes against the baseline, with its interval."""

from __future__ import annotations

from functools import partial

from sim.catalogue import MEASURES, title
from sim.messages import Messages
from sim.report.html.parts import Section, render, shortened, show_change
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import chart
from sim.report.svg.effects import OptionEffect, draw_effects
from sim.report.text.summary import COMPARED
from sim.report.text.uncertainty import error_name

__all__ = ["section"]

_LONGEST = 46


def section(report: ReportData, messages: Messages) -> Section | None:
    """One chart for each measure that any option changes, over all gates."""
    if not report.others:
        return None
    titles = report.titles(messages)
    charts = []
    for direction, measure in COMPARED:
        effects = _effects(report, titles, direction, measure, messages)
        if not any(effect.clear for effect in effects):
            continue
        name = title(measure, messages, direction)
        label = f"{name}: " + "; ".join(f"{effect.title} {effect.shown}" for effect in effects)
        draw = partial(draw_effects, name, effects, messages)
        charts.append(chart(draw, f"options {direction} {measure}", label, messages))
    if not charts:
        return None
    error = error_name(report.samples, messages)
    facts = {"base": titles[0], "n": report.common, "error": error}
    body = render("options.html.j2", messages, charts=charts, **facts)
    return Section("options", messages.text("report.options.title"), body)


def _effects(
    report: ReportData, titles: list[str], direction: str, measure: str, messages: Messages
) -> list[OptionEffect]:
    """Differences of all options in one measure, the best first."""
    effects = []
    for number in range(1, len(titles)):
        difference = report.difference(number, "all", direction, measure)
        if difference is not None:
            effects.append(
                OptionEffect(
                    number,
                    shortened(titles[number], _LONGEST),
                    difference.change,
                    difference.low,
                    difference.high,
                    difference.verdict in ("better", "worse"),
                    show_change(difference, messages),
                )
            )
    more = MEASURES[measure].more_is_better
    return sorted(effects, key=lambda effect: -effect.change if more else effect.change)
