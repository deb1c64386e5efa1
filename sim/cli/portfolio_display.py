"""``langson levers --budget``: prices, benefits, and the best set of upgrades."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.console import heading, note, progress_bars, show_json, show_table
from sim.cli.errors import BadParameter, print_problems
from sim.cli.inputs import load_all
from sim.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.appraisal import Candidate, Portfolio
    from sim.cli.options import OutputOptions, RunOptions
    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["choose_portfolio"]

FORMAT = 1

_BILLION = 1e9
_SHOWN = 3
"""Interactions that are told."""


def choose_portfolio(
    file: Path, budget: str, weeks: int, request: RunOptions, output: OutputOptions
) -> None:
    """Simulate each upgrade and each pair of a scenario, and print the best set for a budget.

    Raises
    ------
    BadParameter
        The budget is no money.
    """
    from sim.appraisal import portfolio
    from sim.processes import WorkerPool

    money = _money(budget)
    (scenario,) = load_all([file], request.settings)
    print_problems(scenario.warnings)
    with progress_bars(output.form.name == "tables") as progress, WorkerPool(request.jobs) as jobs:
        task = progress.add_task(scenario.name, total=None)
        chosen = portfolio(
            scenario, money, weeks=weeks, jobs=jobs, on_done=lambda _: progress.advance(task)
        )
    if output.as_json:
        show_json(_plain(chosen))
    else:
        _print(chosen, scenario, output.messages)


def _money(text: str) -> float:
    """Read a budget, in VND whether that is said or not."""
    from sim.errors import UnitError
    from sim.units import parse_money

    try:
        return parse_money(text if text.strip().endswith("VND") else f"{text} VND")
    except UnitError as error:
        message = Sentence("{text} is not money; write e.g. 500bn, '500 bn VND'", text=text)
        raise BadParameter(message, param_hint="--budget") from error


def _print(chosen: Portfolio, scenario: Scenario, messages: Messages) -> None:
    """Print a line for each upgrade, the best set, and what overlaps."""
    from sim.cli.tables import grid
    from sim.economics import PRICE_YEAR

    budget = messages.short(chosen.budget / _BILLION)
    title = messages.pick(scenario.model.title.model_dump())
    facts = {"price": str(PRICE_YEAR), "year": str(chosen.year), "weeks": str(chosen.weeks)}
    heading(
        messages.text("portfolio.title", budget=budget, scenario=title),
        messages.text("portfolio.subtitle", n=chosen.replications, **facts),
    )
    names = ("price", "cost", "benefit", "per_bn", "net")
    table = grid(*(messages.text(f"portfolio.{name}") for name in names), first=30)
    for single in chosen.singles:
        table.add_row(_names(single.upgrades, chosen, messages), *_cells(single, messages))
    if len(chosen.best.upgrades) > 1:
        table.add_row(messages.text("portfolio.chosen"), *_cells(chosen.best, messages))
    show_table(table)
    for sentence in _sentences(chosen, budget, messages):
        show_table(sentence)
    if chosen.overloaded:
        note(messages.text("portfolio.overloaded", year=str(chosen.year)))
    note(messages.text("run.assumed", n=len(scenario.assumptions())))
    note(messages.text("portfolio.legend"))


def _cells(candidate: Candidate, messages: Messages) -> list[str]:
    """Price, cost a year, benefit with its interval, benefit per price, and net benefit."""
    from sim.report.text.appraisal import billions

    per = candidate.per_capital
    return [
        messages.number(candidate.capex / _BILLION),
        messages.number(candidate.yearly / _BILLION, 1),
        billions(candidate.benefit, messages),
        "–" if per is None else messages.number(per, 2),
        messages.number(candidate.net / _BILLION, sign=True),
    ]


def _sentences(chosen: Portfolio, budget: str, messages: Messages) -> list[str]:
    """Say which set is best, and which upgrades overlap."""
    from sim.economics import PRICE_YEAR
    from sim.report.text.appraisal import billions, without_sign

    if not chosen.best.upgrades:
        sentences = [messages.text("portfolio.none", budget=budget)]
    else:
        titles = [messages.pick(chosen.titles[name]) for name in chosen.best.upgrades]
        facts = {"budget": budget, "names": "; ".join(titles), "year": str(PRICE_YEAR)}
        price = messages.number(chosen.best.capex / _BILLION)
        net = messages.number(chosen.best.net / _BILLION)
        sentences = [messages.text("portfolio.best", price=price, net=net, **facts)]
        if len(titles) > 2:  # of two the pair is the set
            predicted = messages.number(chosen.predicted / _BILLION)
            sentences.append(messages.text("portfolio.checked", predicted=predicted))
    clear = [pair for pair in chosen.interactions if pair.effect.clear][:_SHOWN]
    for pair in clear:
        first, second = (messages.pick(chosen.titles[name]) for name in pair.upgrades)
        key = "portfolio.overlap" if (pair.effect.mean or 0.0) < 0.0 else "portfolio.support"
        effect = billions(without_sign(pair.effect), messages, sign=False)
        sentences.append(messages.text(key, a=first, b=second, effect=effect))
    return sentences if clear else [*sentences, messages.text("portfolio.apart")]


def _names(upgrades: Sequence[str], chosen: Portfolio, messages: Messages) -> str:
    title = "; ".join(messages.pick(chosen.titles[name]) for name in upgrades)
    return textwrap.shorten(title, 34, placeholder=" …")


def _plain(chosen: Portfolio) -> dict[str, Any]:
    """Return everything that is printed, in VND and VND a year."""
    from sim.economics import PRICE_YEAR

    def plain(candidate: Candidate) -> dict[str, Any]:
        return {
            "upgrades": candidate.upgrades,
            "capex": candidate.capex,
            "yearly_cost": candidate.yearly,
            "benefit": candidate.benefit.plain(),
            "net": candidate.net,
        }

    return {
        "format": FORMAT,
        "price_year": PRICE_YEAR,
        "currency": "VND",
        "budget": chosen.budget,
        "year": chosen.year,
        "replications": chosen.replications,
        "weeks": chosen.weeks,
        "upgrades": [plain(single) for single in chosen.singles],
        "best": plain(chosen.best) | {"predicted_net": chosen.predicted},
        "interactions": [
            {"upgrades": pair.upgrades, "effect": pair.effect.plain()}
            for pair in chosen.interactions
        ],
        "overloaded": chosen.overloaded,
    }
