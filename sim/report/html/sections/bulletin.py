"""The province's 20:00 bulletin."""

from __future__ import annotations

from sim.compare import Estimate
from sim.messages import Messages
from sim.plan import Plan
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.format import estimate_text
from sim.report.text.summary import BULLETIN, BulletinRow, bulletin_rows, bulletin_title, idle_gates
from sim.report.text.uncertainty import error_name

__all__ = ["section"]


def section(report: ReportData, messages: Messages) -> Section | None:
    """The bulletin in the province's own layout, each scenario below the baseline."""
    several = report.of_each(bulletin_rows)
    if not all(several):
        return None
    plan = report.base.plan
    idle = [messages.pick(plan.gates[gate].title) for gate in idle_gates(plan)]
    body = render(
        "bulletin.html.j2",
        messages,
        table=_table(report, several, messages),
        n=report.common,
        error=error_name(report.samples, messages),
        period=report.base.spec.period(messages),
        idle=", ".join(idle),
        compare=len(several) > 1,
    )
    return Section("bulletin", messages.text("report.bulletin.title"), body)


def _table(report: ReportData, several: list[list[BulletinRow]], messages: Messages) -> ReportTable:
    """Each line of the first scenario that has it, then of those where it differs."""
    titles = report.short_titles(messages)
    compare = len(titles) > 1
    columns = [messages.text("show.gate")]
    columns += [messages.text("compare.scenario")] if compare else []
    columns += [" ".join(messages.text(f"bulletin.{column}").split()) for column in BULLETIN]
    by_key = [{_key(row, r.plan): row for row in rows}
             for rows, r in zip(several, report.several, strict=True)]  # fmt: skip
    rows: list[list[TableCell | str]] = []
    for key in dict.fromkeys(key for lines in by_key for key in lines):
        lines = [(n, line[key]) for n, line in enumerate(by_key) if key in line]
        first, row = lines[0]
        strong = "strong" if row.kind in ("pair", "total") else ""
        shown = {n: [_shown(line.values.get(c), messages) for c in BULLETIN] for n, line in lines}
        numbers = [n for n, line in shown.items() if n == first or line != shown[first]]
        for number in numbers:
            cells: list[TableCell | str] = []
            if number == first:
                title = bulletin_title(row, report.several[first].plan, messages)
                cells.append(TableCell(title, strong, len(numbers), head=True))
            if compare:
                cells.append(TableCell(titles[number], "word"))
            rows.append(
                cells + [TableCell(value, f"range {strong}".strip()) for value in shown[number]]
            )
    return ReportTable(columns, rows, heads=2 if compare else 1)


def _key(row: BulletinRow, plan: Plan) -> tuple[str, str]:
    return row.kind, "all" if row.kind == "total" else plan.gates[row.gate].id


def _shown(estimate: Estimate | None, messages: Messages) -> str:
    if estimate is None or estimate.mean is None:
        return ""
    return estimate_text(estimate, messages, most=0)
