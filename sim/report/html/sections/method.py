"""STRESS-DES, the checklist of simulation reports, filled in from the runs."""

from __future__ import annotations

from sim.messages import Messages
from sim.plan import Plan
from sim.report.html.answers import ANSWERS, answer
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.summary import route_title

__all__ = ["section"]


def section(report: ReportData, messages: Messages) -> Section | None:
    """The 24 items with what the run says on each, and the paths in full."""
    rows = [
        [
            TableCell(item, head=True),
            TableCell(messages.text(f"report.stress.{item}"), "word strong"),
            TableCell(answer(item, report, messages), "word"),
        ]
        for item in ANSWERS
    ]
    columns = [messages.text(f"report.method.{name}") for name in ("item", "asked", "answer")]
    body = render(
        "method.html.j2",
        messages,
        table=ReportTable(columns, rows, words=True),
        paths=_paths(report.base.plan, messages),
        n=len(rows),
    )
    return Section("method", messages.text("report.method.title"), body)


def _paths(plan: Plan, messages: Messages) -> list[tuple[str, str]]:
    """Stages in the order in which each kind of vehicle visits them, by route.

    A path that another of the same direction contains is not told again.
    """
    paths: dict[tuple[str, tuple[int, ...]], None] = {}
    for flow in plan.flows:
        title = f"{route_title(plan, flow.route, messages)}, " + messages.text(
            f"direction.{'export' if flow.direction == 0 else 'import'}"
        )
        paths[title, tuple(step.stage for step in flow.steps)] = None
    return [
        (title, " → ".join(messages.pick(plan.stages[stage].title) for stage in stages))
        for title, stages in paths
        if not any(title == name and set(stages) < set(other) for name, other in paths)
    ]
