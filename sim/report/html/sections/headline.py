"""Headline results: sentences, the stay by side and clock, and four numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sim.catalogue import DIRECTIONS, MEASURES, SIDES, title
from sim.compare import Estimate
from sim.messages import Messages
from sim.report.charts.stays import DRAWN, Stay, mean_stays
from sim.report.html.parts import (
    ReportTable,
    Section,
    TableCell,
    render,
    show_change,
)
from sim.report.html.report_data import Difference, ReportData
from sim.report.svg.chart import HUES, Chart, chart
from sim.report.svg.stays import draw_stay_bars
from sim.report.text.format import change_decimals, estimate_text, rounded
from sim.report.text.summary import COMPARED
from sim.report.text.uncertainty import (
    error_name,
    inputs_sentence,
    share_text,
    sign_sentences,
)

__all__ = ["section"]

#: Direction and measure of the four numbers.
_FOUR = (
    ("export", "wait_mean"),
    ("import", "wait_mean"),
    ("export", "wait_p95"),
    ("export", "waiting_2000"),
)


@dataclass(frozen=True)
class _Card:
    """One of the four numbers; ``changes`` pair a scenario's title with its difference."""

    title: str
    key: str
    value: str
    changes: list[tuple[str, str, str, str, int]]


def section(report: ReportData, messages: Messages) -> Section | None:
    """Sentences, the stay by side and clock, four numbers, and all headline measures."""
    if report.estimate(0, "all", "all", "crossed_per_day").mean is None:
        return None
    body = render(
        "headline.html.j2",
        messages,
        sentences=_sentences(report, messages),
        stays=_stays(report, messages),
        clocks=[(clock, messages.text(f"figure.stays.clock.{clock}")) for clock in DRAWN],
        cards=[
            _card(report, messages, *key)
            for key in _FOUR
            if any(
                report.estimate(n, "all", *key).mean is not None
                for n, _ in enumerate(report.several)
            )
        ],
        table=_table(report, messages),
        interval=messages.text(
            f"report.headline.{_interval(report)}",
            n=report.common,
            error=error_name(report.samples, messages),
        ),
        uncertain=_uncertain(report, messages),
        several=len(report.several),
    )
    return Section("headline", "", body)


def _stays(report: ReportData, messages: Messages) -> list[Chart]:
    """One chart for each direction at the road gates and at the stations, on one scale."""
    stays = mean_stays(report.several, report.short_titles(messages), messages)
    longest = max([0.1, *(stay.of_clock(*DRAWN) for stay in stays)])
    by_kind: dict[tuple[str, str], list[Stay]] = {}
    for stay in stays:
        by_kind.setdefault((stay.mode, stay.direction), []).append(stay)
    return [
        chart(
            partial(draw_stay_bars, alike, longest, messages),
            f"stays {mode} {direction}",
            "; ".join(stay.sentence(messages) for stay in alike),
            messages,
        )
        for (mode, direction), alike in by_kind.items()
    ]


def _uncertain(report: ReportData, messages: Messages) -> list[str]:
    """What is said of uncertain inputs: their sets, and how sure the signs of differences are."""
    sets = inputs_sentence(report.samples, messages)
    if not sets or report.comparison is None:
        return [sets] if sets else []
    return [sets, *sign_sentences(report.comparison, messages, report.titles(messages))]


def _interval(report: ReportData) -> str:
    """Say what the half-widths are of: one scenario, pairs, or scenarios of different seeds."""
    if report.comparison is None:
        return "interval"
    if report.comparison.independent:
        return "independent"
    return "shared" if report.comparison.other_demand else "pairs"


def _sentences(report: ReportData, messages: Messages) -> list[str]:
    """Say what each direction does, or for each scenario what it changes in both."""
    if report.others:
        titles = report.titles(messages)
        return [_sentence(report, number, titles, messages) for number in range(1, len(titles))]
    sentences = []
    for direction in DIRECTIONS:
        names = {"crossed": "crossed_per_day", "wait": "wait_mean"}
        names |= {side: f"wait_{side}_mean" for side in SIDES}
        facts = {
            name: report.estimate(0, "all", direction, measure) for name, measure in names.items()
        }
        if facts["wait"].mean is not None:
            shown = {name: estimate_text(value, messages) for name, value in facts.items()}
            name = messages.text(f"direction.{direction}")
            name = name[0].upper() + name[1:]
            sentences.append(messages.text("report.headline.alone", direction=name, **shown))
    waiting = report.estimate(0, "all", "export", "waiting_2000")
    if waiting.mean is not None:
        sentences.append(
            messages.text("report.headline.waiting", waiting=estimate_text(waiting, messages))
        )
    return [" ".join(sentences)]


def _sentence(report: ReportData, number: int, titles: list[str], messages: Messages) -> str:
    """Say what a scenario does to the wait of exports and of imports, and where it does most."""
    parts = []
    for direction in DIRECTIONS:
        everywhere = report.difference(number, "all", direction, "wait_mean")
        if everywhere is None:
            continue
        name = messages.text(f"direction.{direction}")
        key = f"report.headline.{_way(everywhere)}"
        text = messages.text(key, direction=name, **_values(everywhere, messages))
        most = report.most_changed(number, direction)
        if most is not None:
            gate, change = most
            place = report.gate_title(gate, messages)
            values = _values(change, messages)
            text += ", " + messages.text("report.headline.most", gate=place, **values)
        parts.append(text)
    changes = "; ".join(parts) or messages.text("report.headline.unknown")
    return f"{messages.text('report.headline.changes', scenario=titles[number])} {changes}."


def _way(difference: Difference) -> str:
    if difference.verdict == "same":
        return "same"
    return "up" if difference.change > 0 else "down"


def _values(difference: Difference, messages: Messages) -> dict[str, str]:
    digits = _digits(difference)
    shown = {"before": difference.before, "after": difference.after}
    return {name: rounded(value, digits, messages) for name, value in shown.items()} | {
        "change": show_change(difference, messages)
    }


def _digits(difference: Difference) -> int:
    """Decimals of the values beside a change: as many as the change has."""
    clear = bool(difference.clear)
    return change_decimals(difference.estimate, difference.unit, clear=clear)


def _after(difference: Difference, messages: Messages) -> str:
    """Write the value in a scenario, as fine as the interval of the change allows."""
    return rounded(difference.after, _digits(difference), messages)


def _card(report: ReportData, messages: Messages, direction: str, measure: str) -> _Card:
    titles = report.titles(messages)
    changes = []
    for number in range(1, len(titles)):
        difference = report.difference(number, "all", direction, measure)
        if difference is None:
            continue
        after = _after(difference, messages)
        verdict = difference.verdict or "same"
        colour = number % HUES
        changes.append((titles[number], after, show_change(difference, messages), verdict, colour))
    value = estimate_text(report.estimate(0, "all", direction, measure), messages)
    return _Card(title(measure, messages, direction), f"{direction} {measure}", value, changes)


def _table(report: ReportData, messages: Messages) -> ReportTable:
    """All headline measures, for all gates and each gate, with differences."""
    titles = report.titles(messages)
    columns = [
        messages.text("report.column.place"),
        messages.text("report.column.measure"),
        titles[0],
    ]
    for scenario in titles[1:]:
        columns += [scenario, messages.text("compare.difference")]
    rows: list[list[TableCell | str]] = []
    places = ["all", *report.gates] if len(report.gates) > 1 else report.gates
    for gate in places:
        measures = [key for key in COMPARED if report.happens(gate, *key)]
        for place, (direction, measure) in enumerate(measures):
            row: list[TableCell | str] = []
            if place == 0:
                place_name = report.gate_title(gate, messages)
                row.append(TableCell(place_name, "strong", len(measures), head=True))
            rail = gate in report.samples[0].known.rail
            row.append(TableCell(title(measure, messages, direction, rail=rail), "word"))
            facts = {"gate": gate, "direction": direction, "measure": measure}
            unit = MEASURES[measure].shown_in
            first = report.estimate(0, gate, direction, measure)
            shown = _with_share(estimate_text(first, messages, unit), first, messages)
            row.append(TableCell(shown, data=facts))
            for number in range(1, len(titles)):
                change = report.difference(number, gate, direction, measure)
                alone = report.estimate(number, gate, direction, measure)
                row += _cells(change, estimate_text(alone, messages, unit), messages)
            rows.append(row)
    uncertain = any(sample.uncertain for sample in report.samples)
    caption = messages.text("report.headline.caption")
    caption += f"; {messages.text('inputs.caption')}" if uncertain else ""
    return ReportTable(columns, rows, caption, heads=2)


def _cells(difference: Difference | None, alone: str, messages: Messages) -> list[TableCell | str]:
    """Write the value in a scenario and its change; the value alone without a baseline."""
    if difference is None:
        return [alone, "–"]
    after = _after(difference, messages)
    change = show_change(difference, messages)
    shown = _with_share(change, difference.estimate, messages)
    return [after, TableCell(shown, difference.verdict)]


def _with_share(text: str, estimate: Estimate, messages: Messages) -> str:
    """Write after a ± the share of the inputs in its variance, where they are uncertain."""
    share = share_text(estimate, messages)
    return f"{text} · {share}" if share else text
