"""What came out, in a sentence and four numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.html.charts import SCENARIOS
from sim.report.html.material import Difference, Material
from sim.report.html.parts import (
    Cell,
    Section,
    Table,
    render,
    show_change,
    show_estimate,
)
from sim.report.summary import COMPARED, IN_MINUTES
from sim.report.uncertainty import decimals, rounded
from sim.words import Words

__all__ = ["section"]

#: Direction and measure of the four numbers.
_FOUR = (
    ("all", "wait_mean"),
    ("all", "wait_p95"),
    ("export", "waiting_2000"),
    ("all", "crossed_per_day"),
)


@dataclass(frozen=True)
class _Card:
    """One of the four numbers; ``changes`` pair a scenario's title with its difference."""

    title: str
    key: str
    value: str
    changes: list[tuple[str, str, str, str, str]]


def section(material: Material, words: Words) -> Section | None:
    """Sentence, four numbers, and the table of all headline measures."""
    if material.estimate(0, "all", "all", "crossed_per_day").mean is None:
        return None
    body = render(
        "headline.html.j2",
        words,
        sentences=_sentences(material, words),
        cards=[_card(material, words, *key) for key in _FOUR],
        table=_table(material, words),
        interval=words.text(f"report.headline.{_interval(material)}", n=material.common),
        several=len(material.several),
    )
    return Section("headline", "", body)


def _interval(material: Material) -> str:
    """What the half-widths are of: one scenario, pairs, or scenarios of different seeds."""
    if material.comparison is None:
        return "interval"
    if material.comparison.independent:
        return "independent"
    return "shared" if material.comparison.other_demand else "pairs"


def _sentences(material: Material, words: Words) -> list[str]:
    """One sentence for each scenario, or one for the only one."""
    if not material.others:
        wait, _, waiting, crossed = (material.estimate(0, "all", *key) for key in _FOUR)
        key = "alone" if waiting.mean is not None else "alone_short"
        facts = {"wait": wait, "waiting": waiting, "crossed": crossed}
        shown = {name: show_estimate(found, words) for name, found in facts.items()}
        return [words.text(f"report.headline.{key}", **shown)]
    titles = material.titles(words)
    return [_sentence(material, number, titles, words) for number in range(1, len(titles))]


def _sentence(material: Material, number: int, titles: list[str], words: Words) -> str:
    """Say what a scenario does to the mean wait of all, and where it does most."""
    everywhere = material.difference(number, "all", "all", "wait_mean")
    if everywhere is None:
        return words.text("report.headline.unknown", scenario=titles[number])
    text = words.text(
        f"report.headline.{_way(everywhere)}",
        scenario=titles[number],
        **_values(everywhere, words),
    )
    most = material.most_changed(number)
    if most is None:
        return text
    gate, change = most
    return f"{text} " + words.text(
        "report.headline.most",
        gate=material.gate_title(gate, words),
        **_values(change, words),
    )


def _way(difference: Difference) -> str:
    if difference.verdict == "same":
        return "same"
    return "up" if difference.change > 0 else "down"


def _values(difference: Difference, words: Words) -> dict[str, str]:
    digits = decimals(difference.half_width, difference.unit)
    shown = {"before": difference.before, "after": difference.after}
    return {name: rounded(value, digits, words) for name, value in shown.items()} | {
        "change": show_change(difference, words)
    }


def _after(difference: Difference, words: Words) -> str:
    """What a scenario leaves, as fine as the interval of the change allows."""
    return rounded(difference.after, decimals(difference.half_width, difference.unit), words)


def _card(material: Material, words: Words, direction: str, measure: str) -> _Card:
    titles = material.titles(words)
    changes = []
    for number in range(1, len(titles)):
        difference = material.difference(number, "all", direction, measure)
        if difference is None:
            continue
        after = _after(difference, words)
        verdict = difference.verdict or "same"
        colour = SCENARIOS[number % len(SCENARIOS)]
        changes.append((titles[number], after, show_change(difference, words), verdict, colour))
    value = show_estimate(material.estimate(0, "all", direction, measure), words)
    return _Card(words.text(f"measure.{measure}"), measure, value, changes)


def _table(material: Material, words: Words) -> Table:
    """All headline measures, for all gates and each gate, with differences."""
    titles = material.titles(words)
    columns = [words.text("report.column.place"), words.text("report.column.measure"), titles[0]]
    for title in titles[1:]:
        columns += [title, words.text("compare.difference")]
    rows: list[list[Cell | str]] = []
    places = ["all", *material.gates] if len(material.gates) > 1 else material.gates
    for gate in places:
        measures = [key for key in COMPARED if material.happens(gate, *key)]
        for place, (direction, measure) in enumerate(measures):
            row: list[Cell | str] = []
            if place == 0:
                title = material.gate_title(gate, words)
                row.append(Cell(title, "strong", len(measures), head=True))
            row.append(Cell(words.text(f"measure.{measure}"), "word"))
            facts = {"gate": gate, "direction": direction, "measure": measure}
            unit = "" if measure in IN_MINUTES else "h"
            shown = show_estimate(material.estimate(0, gate, direction, measure), words, unit)
            row.append(Cell(shown, data=facts))
            for number in range(1, len(titles)):
                change = material.difference(number, gate, direction, measure)
                alone = material.estimate(number, gate, direction, measure)
                row += _cells(change, show_estimate(alone, words, unit), words)
            rows.append(row)
    return Table(columns, rows, words.text("report.headline.caption"), heads=2)


def _cells(difference: Difference | None, alone: str, words: Words) -> list[Cell | str]:
    """What a scenario leaves and changes; where there is nothing to compare with, what it has."""
    if difference is None:
        return [alone, "–"]
    after = _after(difference, words)
    return [after, Cell(show_change(difference, words), difference.verdict)]
