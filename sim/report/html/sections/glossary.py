"""The words of the report, one line each."""

from __future__ import annotations

from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.words import Words

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


def section(report: ReportData, words: Words) -> Section | None:
    """Each term with its definition."""
    del report
    terms = [
        (words.text(f"report.term.{term}"), words.text(f"report.means.{term}")) for term in _TERMS
    ]
    body = render("glossary.html.j2", words, terms=terms)
    return Section("glossary", words.text("report.glossary.title"), body)
