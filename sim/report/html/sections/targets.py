"""Targets of plans, held against what comes out."""

from __future__ import annotations

from sim.catalogue import place_of, title
from sim.compare import Audit, ScenarioResults, audit
from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.targets import busiest, outcome, promise
from sim.report.text.uncertainty import error_name

__all__ = ["section"]

_KINDS = {"met": "better", "missed": "worse"}
"""Class of the style sheet by verdict."""


def section(report: ReportData, messages: Messages) -> Section | None:
    """Each target with its outcome in every scenario that has it."""
    by_target: dict[str, list[tuple[int, Audit]]] = {}
    for number, sample in enumerate(report.samples):
        for target in sample.targets:
            by_target.setdefault(target.id, []).append((number, audit(target, sample.tables)))
    if not by_target:
        return None
    titles = report.short_titles(messages)
    names = ("target", "promised", "scenario", "verdict", "outcome", "why")
    rows: list[list[TableCell | str]] = []
    for audits in by_target.values():
        for place, (number, result) in enumerate(audits):
            row = [] if place else _promised(result, len(audits), report, messages)
            row += [TableCell(titles[number], "word")]
            rows.append(row + _outcome(result, report.samples[number], messages))
    columns = [messages.text(f"report.target.{name}") for name in names]
    table = ReportTable(columns, rows, heads=len(columns), words=True)
    error = error_name(report.samples, messages)
    body = render("targets.html.j2", messages, table=table, n=report.common, error=error)
    return Section("targets", messages.text("target.title"), body)


def _promised(
    result: Audit, span: int, report: ReportData, messages: Messages
) -> list[TableCell | str]:
    """The target and where it is, and what it promises."""
    quantity = result.target.quantity
    place = place_of(quantity, messages)
    place = place.replace(quantity.gate, report.gate_title(quantity.gate, messages))
    place = (
        f"{title(quantity.entry, messages)}, {place}" if place else title(quantity.entry, messages)
    )
    return [
        TableCell(f"{messages.pick(result.target.title)} ({place})", span=span, head=True),
        TableCell(promise(result.target, messages), "word", span=span),
    ]


def _outcome(result: Audit, sample: ScenarioResults, messages: Messages) -> list[TableCell | str]:
    """The verdict, what came out, and what binds."""
    facts = {"target": result.target.id}
    kind = f"word {_KINDS.get(result.verdict, '')}".strip()
    return [
        TableCell(messages.text(f"report.target.{result.verdict}"), kind),
        TableCell(outcome(result, messages), "word", data=facts),
        TableCell(busiest(result, sample, messages), "word"),
    ]
