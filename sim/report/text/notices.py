"""Warnings in sentences: overloads, scenarios that are not comparable."""

from __future__ import annotations

from collections.abc import Mapping

from sim.catalogue import ALL, Quantity
from sim.compare import (
    Comparison,
    OffYear,
    Overload,
    ScenarioResults,
    benefit,
    off_year,
    overloads,
    unseen,
)
from sim.errors import Problem
from sim.messages import Messages
from sim.report.text.summary import COMPARED
from sim.sentences import Sentence

__all__ = ["caveats", "overload_notices"]

_GATES = 3
"""Gates that one sentence names."""


def caveats(comparison: Comparison, messages: Messages) -> list[str]:
    """Sentences on what keeps the scenarios from being compared like with like."""
    base = comparison.names[0]
    sentences = [
        messages.text(f"compare.{what}", names=", ".join(names), baseline=base)
        for what, names in (
            ("independent", comparison.independent),
            ("other_days", comparison.other_days),
            ("other_demand", comparison.other_demand),
            ("other_prices", comparison.other_prices),
            ("other_code", comparison.other_code),
        )
        if names
    ]
    sizes = {len(sample.replications) for sample in comparison.samples}
    if len(sizes) > 1 and not comparison.independent:
        sentences.append(messages.text("compare.unpaired", n=comparison.common))
    return sentences + _unseen(comparison, messages) + _off_year(comparison, messages)


def _unseen(comparison: Comparison, messages: Messages) -> list[str]:
    """Say of scenarios that change nothing that is shown what they do change."""
    base, *others = comparison.samples
    shown = [Quantity(m, gate, way) for gate in (ALL, *base.gates) for way, m in COMPARED]
    sentences = []
    for name, other in zip(comparison.names[1:], others, strict=True):
        moved = unseen(base.headline, other.headline, shown)
        if moved is not None and name not in comparison.independent:
            key = "compare.unseen" if moved else "compare.unchanged"
            sentences.append(messages.text(key, name=name, measures=", ".join(moved)))
    return sentences


def _off_year(comparison: Comparison, messages: Messages) -> list[str]:
    """Say where a net benefit of a year rests on days with another demand than the year's."""
    base, *others = comparison.samples
    titles = {gate: title for sample in comparison.samples for gate, title in sample.gates.items()}
    names: dict[tuple[OffYear, ...], list[str]] = {}
    for name, other in zip(comparison.names[1:], others, strict=True):
        if benefit(base, other, comparison.level) is not None:
            names.setdefault(tuple(off_year(other)), []).append(name)
    sentences = []
    for gates, some in names.items():
        if gates:
            shown = [_gate_off_year(gate, titles[gate.gate], messages) for gate in gates[:_GATES]]
            more = len(gates) - len(shown)
            shown += [messages.text("compare.off_year.more", n=more)] if more else []
            facts = {"names": ", ".join(some), "gates": "; ".join(shown), "n": base.days}
            sentences.append(messages.text("compare.off_year", **facts))
    return sentences


def _gate_off_year(gate: OffYear, title: Mapping[str, str], messages: Messages) -> str:
    """Demand of a gate in the run and over the year."""
    change = 100.0 * (gate.run / gate.year - 1.0) if gate.year else None
    return messages.text(
        "compare.off_year.gate",
        gate=messages.pick(title),
        run=messages.number(gate.run),
        year=messages.number(gate.year),
        change=f"{messages.number(change, sign=True)}%",
    )


def overload_notices(sample: ScenarioResults, name: str, messages: Messages) -> list[Problem]:
    """One warning for each of :func:`sim.compare.overloads`.

    ``name`` is what the scenario is called. The code is ``unstable-queue`` where there is no
    steady state, else ``overload``.
    """
    return [_notice(sample, name, overload, messages) for overload in overloads(sample)]


def _notice(sample: ScenarioResults, name: str, overload: Overload, messages: Messages) -> Problem:
    """Say which stage is overloaded when, and what becomes of its queue."""
    facts = {
        "scenario": name,
        "gate": messages.pick(sample.gates[overload.gate]),
        "stage": messages.pick(sample.stages[overload.stage]),
        "load": messages.percent(overload.load),
        "first": messages.date(overload.first),
        "last": messages.date(overload.last),
    }
    if overload.kind == "part":
        back = messages.date(overload.back) if overload.back else ""
        end = messages.text("overload.back", day=back) if back else messages.text("overload.stays")
        text = messages.text("overload.part", n=round(overload.queue), end=end, **facts)
        return Problem("overload", Sentence(text), level="warning")
    digits = 1 if overload.per_day < 0.95 else 0
    per_day = messages.number(overload.per_day, digits)
    text = messages.text(
        f"overload.{overload.kind}", per_day=per_day, n=round(overload.per_day, digits), **facts
    )
    return Problem("unstable-queue", Sentence(text), level="warning")
