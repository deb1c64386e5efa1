"""What plans promise, held against what comes out."""

from __future__ import annotations

from sim.catalogue import place_of, title
from sim.compare import Audit, ScenarioResults, audit
from sim.report.html.material import Material
from sim.report.html.parts import Cell, Section, Table, render
from sim.report.text.targets import busiest, outcome, promise
from sim.words import Words

__all__ = ["section"]

_KINDS = {"met": "better", "missed": "worse"}
"""Class of the style sheet by verdict."""


def section(material: Material, words: Words) -> Section | None:
    """Each target with its outcome in every scenario that has it."""
    by_target: dict[str, list[tuple[int, Audit]]] = {}
    for number, one in enumerate(material.samples):
        for target in one.targets:
            by_target.setdefault(target.id, []).append((number, audit(target, one.tables)))
    if not by_target:
        return None
    titles = material.short_titles(words)
    names = ("target", "promised", "scenario", "verdict", "outcome", "why")
    rows: list[list[Cell | str]] = []
    for audits in by_target.values():
        for place, (number, result) in enumerate(audits):
            row = [] if place else _promised(result, len(audits), material, words)
            row += [Cell(titles[number], "word")]
            rows.append(row + _outcome(result, material.samples[number], words))
    columns = [words.text(f"report.target.{name}") for name in names]
    table = Table(columns, rows, heads=len(columns), words=True)
    body = render("targets.html.j2", words, table=table, n=material.common)
    return Section("targets", words.text("target.title"), body)


def _promised(result: Audit, span: int, material: Material, words: Words) -> list[Cell | str]:
    """The target and where it is, and what it promises."""
    quantity = result.target.quantity
    place = place_of(quantity, words)
    place = place.replace(quantity.gate, material.gate_title(quantity.gate, words))
    place = f"{title(quantity.entry, words)}, {place}" if place else title(quantity.entry, words)
    return [
        Cell(f"{words.pick(result.target.title)} ({place})", span=span, head=True),
        Cell(promise(result.target, words), "word", span=span),
    ]


def _outcome(result: Audit, one: ScenarioResults, words: Words) -> list[Cell | str]:
    """The verdict, what came out, and what binds."""
    facts = {"target": result.target.id}
    kind = f"word {_KINDS.get(result.verdict, '')}".strip()
    return [
        Cell(words.text(f"report.target.{result.verdict}"), kind),
        Cell(outcome(result, words), "word", data=facts),
        Cell(busiest(result, one, words), "word"),
    ]
