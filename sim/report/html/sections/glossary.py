"""Glossary of the report: its terms, one line each."""

from __future__ import annotations

from sim.messages import Messages
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData

__all__ = ["section"]

_TERMS = (
    *("arrival", "wait", "overnight", "service", "queue", "backlog", "utilisation", "throughput"),
    *(
        "p50",
        "p95",
        "door",
        "vietnam",
        "gate",
        "route",
        "stage",
        "hold",
        "flow",
        "scenario",
        "upgrade",
    ),
    *("replication", "warm_up", "half_width", "paired"),
)


def section(report: ReportData, messages: Messages) -> Section | None:
    """Each term with its definition."""
    del report
    terms = [
        (messages.text(f"report.term.{term}"), messages.text(f"report.means.{term}"))
        for term in _TERMS
    ]
    body = render("glossary.html.j2", messages, terms=terms)
    return Section("glossary", messages.text("report.glossary.title"), body)
