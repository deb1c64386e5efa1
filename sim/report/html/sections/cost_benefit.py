"""Cost–benefit of options: yearly cost against the remaining wait, and the Pareto front."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sim.catalogue import title
from sim.compare import Benefit, ParetoStatus, best, pareto_statuses
from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render, show_change
from sim.report.html.report_data import ReportData
from sim.report.svg.chart import chart
from sim.report.svg.cost_benefit import CostPoint, draw_cost_benefit
from sim.report.text.best import TIME, best_sentence, time_and_money
from sim.report.text.format import decimals, interval_text
from sim.report.text.uncertainty import error_name

__all__ = ["section"]

_BILLION = 1e9
_DELAY = TIME.measure
"""What options are to leave little of, beside their cost."""


@dataclass(frozen=True)
class _Option:
    """A scenario with a price: its number, what it gains in a year, hours waited a day."""

    number: int
    gains: Benefit | None
    wait: float

    @property
    def cost(self) -> float:
        """Capital at an annuity and running cost beyond the baseline's, in bn VND a year."""
        return 0.0 if self.gains is None else (self.gains.capital + self.gains.running) / _BILLION


def section(report: ReportData, messages: Messages) -> Section | None:
    """Chart and table of the options with a price; None where there are none."""
    options, left_out = _options(report)
    if len(options) < 2:
        return None
    priced = [report.samples[option.number] for option in options]
    quantity = TIME
    costs = [option.cost for option in options]
    good = report.once("front", lambda: pareto_statuses(costs, priced, quantity))
    titles = report.short_titles(messages)
    points = [
        CostPoint(
            option.number,
            str(option.number) if option.number else titles[0],
            titles[option.number],
            option.cost,
            option.wait,
            _arms(report, option.number),
            status,
        )
        for option, status in zip(options, good, strict=True)
    ]
    named: dict[ParetoStatus, list[str]] = {"efficient": [], "undecided": [], "dominated": []}
    for option, status in zip(options, good, strict=True):
        named[status].append(titles[option.number])
    sentence = " ".join(
        messages.text(f"report.cost_benefit.{status}", options="; ".join(named[status]))
        for status in ("efficient", "undecided")
        if named[status]
    )
    names, measure = [titles[option.number] for option in options], title(_DELAY, messages)
    choice = best_sentence(
        report.once("best priced", lambda: best(priced, quantity)), names, measure, messages
    )
    missing = "; ".join(titles[number] for number in left_out)
    body = render(
        "cost_benefit.html.j2",
        messages,
        sentence=sentence,
        choice=choice,
        both=time_and_money(priced, names, messages),
        missing=messages.text("report.cost_benefit.missing", options=missing) if missing else "",
        chart=chart(
            partial(draw_cost_benefit, points, messages),
            "worth",
            sentence,
            messages,
        ),
        table=_table(report, options, good, messages),
        n=report.common,
        error=error_name(report.samples, messages),
    )
    return Section("worth", messages.text("report.cost_benefit.title"), body)


def _options(report: ReportData) -> tuple[list[_Option], list[int]]:
    """The baseline and the scenarios with a price, then the numbers of those without."""
    wait = report.estimate(0, "all", "all", _DELAY).mean
    options, left_out = [] if wait is None else [_Option(0, None, wait)], []
    for number in range(1, len(report.several)):
        gains = report.benefits[number]
        change = report.difference(number, "all", "all", _DELAY)
        if gains is None or change is None:
            left_out.append(number)
        else:
            options.append(_Option(number, gains, change.after))
    return options, left_out


def _arms(report: ReportData, number: int) -> tuple[float, float]:
    """Return the arms, down and up, of the interval of the difference from the baseline."""
    change = report.difference(number, "all", "all", _DELAY) if number else None
    if change is None or change.low is None or change.high is None:
        return 0.0, 0.0
    return change.change - change.low, change.high - change.change


def _table(
    report: ReportData, options: list[_Option], good: list[ParetoStatus], messages: Messages
) -> ReportTable:
    """One row for each option, the cheapest first."""
    names = ("number", "option", "best", "cost", "capital", "running", "wait", "change", "saved")
    columns = [messages.text(f"report.cost_benefit.{name}") for name in (*names, "net", "range")]
    titles = report.short_titles(messages)
    rows: list[list[TableCell | str]] = []
    both = zip(options, good, strict=True)
    for option, status in sorted(both, key=lambda pair: (pair[0].cost, pair[0].number)):
        change = report.difference(option.number, "all", "all", _DELAY)
        half = change.half_width if option.number and change else None
        facts = {"option": str(option.number)}
        row: list[TableCell | str] = [
            TableCell(str(option.number) if option.number else "–", data=facts),
            TableCell(titles[option.number], "strong" if status == "efficient" else "", head=True),
            TableCell(messages.text(f"report.cost_benefit.is.{status}"), "word"),
            messages.number(option.cost, 1),
            *_costs(option.gains, messages),
        ]
        shown = show_change(change, messages) if option.number and change else "–"
        kind = change.verdict if option.number and change else ""
        row += [
            messages.number(option.wait, max(1, decimals(half))),
            TableCell(shown, f"range {kind}"),
        ]
        rows.append(row + _gains(option.gains, messages))
    return ReportTable(columns, rows, messages.text("report.cost_benefit.caption"), heads=3)


def _costs(gains: Benefit | None, messages: Messages) -> list[str]:
    """Capital and running cost, in bn VND a year."""
    if gains is None:
        return ["–"] * 2
    return [messages.number(cost / _BILLION, 1) for cost in (gains.capital, gains.running)]


def _gains(gains: Benefit | None, messages: Messages) -> list[TableCell | str]:
    """Write savings, net benefit and its range, in bn VND a year."""
    if gains is None:
        return ["–"] * 3
    half = interval_text(gains.interval.times(1.0 / _BILLION), messages, 1)
    ends = (gains.saved, gains.net, gains.low, gains.high)
    saved, net, low, high = (messages.number(end / _BILLION, 1, sign=True) for end in ends)
    both = (f"{saved} {half}", f"{net} {half}", messages.text("compare.to", low=low, high=high))
    return [TableCell(text, "range") for text in both]
