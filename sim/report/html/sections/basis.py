"""Basis of the figures: kinds of evidence, the key assumptions, and the stock explained."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from sim.messages import Messages
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.report.text.evidence import evidence_counts
from sim.report.text.key_inputs import KeyInput, key_inputs
from sim.report.text.stock import HOLDERS, evening_stock
from sim.report.text.summary import route_title, what_was_run
from sim.results import Results
from sim.scenario.schema.base import Kind

__all__ = ["section"]

_MOST_GATES = 3
"""Gates whose stock is explained: those with most vehicles."""


@dataclass(frozen=True)
class _Basis:
    """One scenario: its title, the sentence on evidence, key assumptions, and the stocks.

    What is the same in the first scenario is not said again.
    """

    title: str
    evidence: str
    inputs: list[str]
    stocks: list[str]


def section(report: ReportData, messages: Messages) -> Section | None:
    """Evidence in numbers, the assumptions where most is waited, and who holds the stock."""
    titles, scenarios = report.short_titles(messages), list[_Basis]()
    for number, results in enumerate(report.several):
        first = scenarios[0] if scenarios else _Basis("", "", [], [])
        known = {_identity(key) for key in report.of_each(key_inputs)[0]} if number else set()
        inputs = [key for key in report.of_each(key_inputs)[number] if _identity(key) not in known]
        scenarios.append(
            _Basis(
                titles[number],
                _evidence(report.of_each(_counts)[number], messages),
                [_input(results, key, messages) for key in inputs],
                [line for line in _stocks(report, number, messages) if line not in first.stocks],
            )
        )
    ran = what_was_run(report.several, messages)
    body = render("basis.html.j2", messages, scenarios=scenarios, ran=ran)
    return Section("basis", messages.text("report.basis.title"), body)


def _identity(key_input: KeyInput) -> tuple[str, str, str]:
    return key_input.stage.id, key_input.name, key_input.value


def _counts(results: Results) -> Counter[str]:
    return evidence_counts(results.scenario)


def _evidence(counts: Counter[str], messages: Messages) -> str:
    kinds = ", ".join(
        messages.text(f"report.basis.kind.{kind}", n=counts[kind]) for kind in get_args(Kind)
    )
    return messages.text("report.basis.evidence", n=counts.total(), kinds=kinds)


def _input(results: Results, key_input: KeyInput, messages: Messages) -> str:
    """An input as its stage, place, key and value, with the share of waiting at its stage."""
    return messages.text(
        "report.basis.input",
        stage=messages.pick(key_input.stage.title),
        place=route_title(results.plan, key_input.stage.route, messages),
        name=key_input.name,
        value=key_input.value,
        share=messages.percent(key_input.share),
    )


def _stocks(report: ReportData, number: int, messages: Messages) -> list[str]:
    """Say at the fullest road gates who holds the vehicles that stand there at 20:00."""
    gates = report.several[number].plan.gates
    titles = {gate.id: messages.pick(gate.title) for gate in gates if gate.mode == "road"}
    held_at = report.of_each(evening_stock)[number]
    stocks = {gate: held for gate, held in held_at.items() if gate in titles}
    fullest = sorted(stocks, key=lambda gate: -sum(stocks[gate].values()))[:_MOST_GATES]
    sentences = []
    for gate in fullest:
        held = {name: stocks[gate][name] for name in HOLDERS}
        total = sum(held.values())
        if round(total) < 1:
            continue
        parts = ", ".join(
            messages.text(f"report.basis.{name}", count=messages.number(count), n=round(count))
            for name, count in held.items()
            if round(count)
        )
        facts = {"gate": titles[gate], "count": messages.number(total), "n": round(total)}
        sentences.append(messages.text("report.basis.stock", parts=parts, **facts))
    return sentences
