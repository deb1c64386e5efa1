"""Basis of the figures: kinds of evidence, the key assumptions, and the stock explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sim.messages import Messages
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.report.text.evidence import evidence_counts
from sim.report.text.key_inputs import KeyInput, key_inputs
from sim.report.text.stock import HOLDERS, evening_stock
from sim.report.text.summary import route_title
from sim.results import Results
from sim.scenario.schema.base import Kind

__all__ = ["section"]

_MOST_GATES = 3
"""Gates whose stock is explained: those with most vehicles."""


@dataclass(frozen=True)
class _Basis:
    """One scenario: its title, the sentence on evidence, key assumptions, and the stocks."""

    title: str
    evidence: str
    inputs: list[str]
    stocks: list[str]


def section(report: ReportData, messages: Messages) -> Section | None:
    """Evidence in numbers, the assumptions where most is waited, and who holds the stock."""
    titles = report.short_titles(messages)
    scenarios = [
        _Basis(
            title,
            _evidence(results, messages),
            _inputs(results, messages),
            _stocks(results, messages),
        )
        for title, results in zip(titles, report.several, strict=True)
    ]
    body = render("basis.html.j2", messages, scenarios=scenarios)
    return Section("basis", "", body)


def _evidence(results: Results, messages: Messages) -> str:
    counts = evidence_counts(results.scenario)
    kinds = ", ".join(
        messages.text(f"report.basis.kind.{kind}", n=counts[kind]) for kind in get_args(Kind)
    )
    return messages.text("report.basis.evidence", n=counts.total(), kinds=kinds)


def _inputs(results: Results, messages: Messages) -> list[str]:
    return [_input(results, key_input, messages) for key_input in key_inputs(results)]


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


def _stocks(results: Results, messages: Messages) -> list[str]:
    """Say at the fullest road gates who holds the vehicles that stand there at 20:00."""
    titles = {
        gate.id: messages.pick(gate.title) for gate in results.plan.gates if gate.mode == "road"
    }
    stocks = {gate: held for gate, held in evening_stock(results).items() if gate in titles}
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
