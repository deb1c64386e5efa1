"""The ladder of options: what each changes against the baseline, with its interval."""

from __future__ import annotations

from functools import partial

from sim.catalogue import MEASURES, title
from sim.report.charts.option_effects import Rung, draw_ladder
from sim.report.charts.svg import SCENARIOS, chart
from sim.report.html.material import Material
from sim.report.html.parts import Section, render, shortened, show_change
from sim.report.text.summary import COMPARED
from sim.words import Words

__all__ = ["section"]

_LONGEST = 46


def section(material: Material, words: Words) -> Section | None:
    """One ladder for each measure that any option changes, over all gates."""
    if not material.others:
        return None
    titles = material.titles(words)
    charts = []
    for direction, measure in COMPARED:
        rungs = _rungs(material, titles, direction, measure, words)
        if not any(rung.change for rung in rungs):
            continue
        name = title(measure, words, direction)
        label = f"{name}: " + "; ".join(f"{rung.title} {rung.shown}" for rung in rungs)
        draw = partial(draw_ladder, name, rungs, words)
        charts.append(chart(draw, f"options {direction} {measure} {words.lang}", label, words))
    if not charts:
        return None
    body = render("options.html.j2", words, charts=charts, base=titles[0], n=material.common)
    return Section("options", words.text("report.options.title"), body)


def _rungs(
    material: Material, titles: list[str], direction: str, measure: str, words: Words
) -> list[Rung]:
    """Differences of all options in one measure, the best first."""
    rungs = []
    for number in range(1, len(titles)):
        found = material.difference(number, "all", direction, measure)
        if found is not None:
            rungs.append(
                Rung(
                    shortened(titles[number], _LONGEST),
                    found.change,
                    found.low,
                    found.high,
                    found.verdict in ("better", "worse"),
                    show_change(found, words),
                    SCENARIOS[number % len(SCENARIOS)],
                )
            )
    more = MEASURES[measure].more_is_better
    return sorted(rungs, key=lambda rung: -rung.change if more else rung.change)
