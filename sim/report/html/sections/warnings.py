"""Warnings that a reader must know before believing a number."""

from __future__ import annotations

from dataclasses import replace

from sim.messages import Messages
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.report.text.notices import caveats, overload_notices

__all__ = ["section"]

#: Replications below which half-widths are wide and their own error large.
_FEW = 5


def section(report: ReportData, messages: Messages) -> Section | None:
    """Unlike scenarios, runs cut short, overloads, warnings of the files."""
    notices = _notices(report, messages)
    warned = {text for stored in report.stored for text in stored.manifest["scenario"]["warnings"]}
    if not notices and not warned:
        return None
    body = render("warnings.html.j2", messages, notices=notices, said=sorted(warned))
    return Section("warnings", messages.text("report.warnings.title"), body)


def _notices(report: ReportData, messages: Messages) -> list[str]:
    notices, titles = [], report.titles(messages)
    if report.comparison is not None:
        notices += caveats(replace(report.comparison, names=tuple(titles)), messages)
    both = zip(titles, report.several, report.samples, strict=True)
    for title, results, sample in both:
        if results.interrupted:
            done = len(results.replications)
            notices.append(messages.text("run.interrupted", name=title, done=done, n=results.asked))
        notices += [problem.message for problem in overload_notices(sample, title, messages)]
    if report.common < _FEW:
        notices.append(messages.text("report.warnings.few", n=report.common))
    return notices
