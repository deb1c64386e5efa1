"""What options cost a year against the wait that they leave, and which are not dominated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sim.catalogue import title
from sim.compare import Benefit, ParetoStatus, benefit, best, pareto_statuses
from sim.report.charts.cost_benefit import Spot, draw_worth
from sim.report.charts.svg import SCENARIOS, chart
from sim.report.html.material import Material
from sim.report.html.parts import Cell, Section, Table, render, show_change
from sim.report.text.best import TIME, best_sentence, time_and_money
from sim.report.text.format import decimals, interval_text
from sim.words import Words

__all__ = ["section"]

_BILLION = 1e9
_DELAY = TIME.measure
"""What options are to leave little of, beside their cost."""


@dataclass(frozen=True)
class _Option:
    """A scenario with a price: its number, what a year costs and is worth, hours waited a day."""

    number: int
    worth: Benefit | None
    wait: float

    @property
    def cost(self) -> float:
        """Capital at an annuity and running cost beyond the baseline's, in bn VND a year."""
        return 0.0 if self.worth is None else (self.worth.capital + self.worth.running) / _BILLION


def section(material: Material, words: Words) -> Section | None:
    """Chart and table of the options with a price; None where there are none."""
    options, left_out = _options(material)
    if len(options) < 2:
        return None
    priced = [material.samples[option.number] for option in options]
    quantity = TIME
    good = pareto_statuses([option.cost for option in options], priced, quantity)
    titles = material.short_titles(words)
    spots = [
        Spot(
            str(option.number) if option.number else titles[0],
            option.cost,
            option.wait,
            _arms(material, option.number),
            standing,
            SCENARIOS[option.number % len(SCENARIOS)],
        )
        for option, standing in zip(options, good, strict=True)
    ]
    named: dict[ParetoStatus, list[str]] = {"efficient": [], "undecided": [], "dominated": []}
    for option, standing in zip(options, good, strict=True):
        named[standing].append(titles[option.number])
    sentence = " ".join(
        words.text(f"report.cost_benefit.{standing}", options="; ".join(named[standing]))
        for standing in ("efficient", "undecided")
        if named[standing]
    )
    names, measure = [titles[one.number] for one in options], title(_DELAY, words)
    choice = best_sentence(best(priced, quantity), names, measure, words)
    missing = "; ".join(titles[number] for number in left_out)
    body = render(
        "worth.html.j2",
        words,
        sentence=sentence,
        choice=choice,
        both=time_and_money(priced, names, words),
        missing=words.text("report.cost_benefit.missing", options=missing) if missing else "",
        chart=chart(partial(draw_worth, spots, words), f"worth {words.lang}", sentence, words),
        table=_table(material, options, good, words),
        n=material.common,
    )
    return Section("worth", words.text("report.cost_benefit.title"), body)


def _options(material: Material) -> tuple[list[_Option], list[int]]:
    """The baseline and the scenarios with a price, then the numbers of those without."""
    wait = material.estimate(0, "all", "all", _DELAY).mean
    options, left_out = [] if wait is None else [_Option(0, None, wait)], []
    for number, other in enumerate(material.samples[1:], 1):
        worth = benefit(material.samples[0], other)
        change = material.difference(number, "all", "all", _DELAY)
        if worth is None or change is None:
            left_out.append(number)
        else:
            options.append(_Option(number, worth, change.after))
    return options, left_out


def _arms(material: Material, number: int) -> tuple[float, float]:
    """How far the interval of the difference with the baseline reaches down and up."""
    change = material.difference(number, "all", "all", _DELAY) if number else None
    if change is None or change.low is None or change.high is None:
        return 0.0, 0.0
    return change.change - change.low, change.high - change.change


def _table(
    material: Material, options: list[_Option], good: list[ParetoStatus], words: Words
) -> Table:
    """One row for each option, the cheapest first."""
    names = ("number", "option", "best", "cost", "capital", "running", "wait", "change", "saved")
    columns = [words.text(f"report.cost_benefit.{name}") for name in (*names, "net", "range")]
    titles = material.short_titles(words)
    rows: list[list[Cell | str]] = []
    both = zip(options, good, strict=True)
    for option, standing in sorted(both, key=lambda one: (one[0].cost, one[0].number)):
        change = material.difference(option.number, "all", "all", _DELAY)
        half = change.half_width if option.number and change else None
        facts = {"option": str(option.number)}
        row: list[Cell | str] = [
            Cell(str(option.number) if option.number else "–", data=facts),
            Cell(titles[option.number], "strong" if standing == "efficient" else "", head=True),
            Cell(words.text(f"report.cost_benefit.is.{standing}"), "word"),
            words.number(option.cost, 1),
            *_costs(option.worth, words),
        ]
        shown = show_change(change, words) if option.number and change else "–"
        kind = change.verdict if option.number and change else ""
        row += [words.number(option.wait, max(1, decimals(half))), Cell(shown, f"range {kind}")]
        rows.append(row + _gains(option.worth, words))
    return Table(columns, rows, words.text("report.cost_benefit.caption"), heads=3)


def _costs(worth: Benefit | None, words: Words) -> list[str]:
    """Capital and running cost, in bn VND a year."""
    if worth is None:
        return ["–"] * 2
    return [words.number(cost / _BILLION, 1) for cost in (worth.capital, worth.running)]


def _gains(worth: Benefit | None, words: Words) -> list[Cell | str]:
    """What is saved, what is left of it, and the range of that, in bn VND a year."""
    if worth is None:
        return ["–"] * 3
    half = interval_text(worth.interval.times(1.0 / _BILLION), words, 1)
    ends = (worth.saved, worth.net, worth.low, worth.high)
    saved, net, low, high = (words.number(end / _BILLION, 1, sign=True) for end in ends)
    both = (f"{saved} {half}", f"{net} {half}", words.text("compare.to", low=low, high=high))
    return [Cell(text, "range") for text in both]
