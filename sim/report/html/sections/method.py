"""STRESS-DES, the checklist of simulation reports, filled in from the runs."""

from __future__ import annotations

from sim.plan import Plan
from sim.report.html.answers import ANSWERS, answer
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.summary import route_title
from sim.words import Words

__all__ = ["section"]


def section(report: ReportData, words: Words) -> Section | None:
    """The 24 items with what the run says on each, and the paths in full."""
    rows = [
        [
            TableCell(item, head=True),
            TableCell(words.text(f"report.stress.{item}"), "word strong"),
            TableCell(answer(item, report, words), "word"),
        ]
        for item in ANSWERS
    ]
    columns = [words.text(f"report.method.{name}") for name in ("item", "asked", "answer")]
    body = render(
        "method.html.j2",
        words,
        table=ReportTable(columns, rows, words=True),
        paths=_paths(report.base.plan, words),
        n=len(rows),
    )
    return Section("method", words.text("report.method.title"), body)


def _paths(plan: Plan, words: Words) -> list[tuple[str, str]]:
    """Stages in the order in which each kind of vehicle visits them, by route.

    A path that another of the same direction contains is not told again.
    """
    found: dict[tuple[str, tuple[int, ...]], None] = {}
    for flow in plan.flows:
        title = f"{route_title(plan, flow.route, words)}, " + words.text(
            f"direction.{'export' if flow.direction == 0 else 'import'}"
        )
        found[title, tuple(step.stage for step in flow.steps)] = None
    return [
        (title, " → ".join(words.pick(plan.stages[stage].title) for stage in stages))
        for title, stages in found
        if not any(title == name and set(stages) < set(other) for name, other in found)
    ]
