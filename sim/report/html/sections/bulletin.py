"""The province's 20:00 bulletin."""

from __future__ import annotations

from sim.compare import Estimate
from sim.plan.model import Plan
from sim.report.html.material import Material
from sim.report.html.parts import Cell, Section, Table, render, show_half
from sim.report.summary import BULLETIN, BulletinRow, bulletin_rows, idle_gates
from sim.words import Words

__all__ = ["section"]


def section(material: Material, words: Words) -> Section | None:
    """The bulletin in the province's own layout, each scenario below the baseline."""
    several = [bulletin_rows(results) for results in material.several]
    if not all(several):
        return None
    plan = material.base.plan
    idle = [words.pick(plan.gates[gate].title) for gate in idle_gates(plan)]
    body = render(
        "bulletin.html.j2",
        words,
        table=_table(material, several, words),
        n=material.common,
        days=words.text("duration.days", n=plan.days),
        idle=", ".join(idle),
        compare=len(several) > 1,
    )
    return Section("bulletin", words.text("report.bulletin.title"), body)


def _table(material: Material, several: list[list[BulletinRow]], words: Words) -> Table:
    """Rows of the baseline, each followed by that of the scenarios where it differs."""
    titles = material.short_titles(words)
    compare = len(titles) > 1
    columns = [words.text("show.gate")]
    columns += [words.text("compare.scenario")] if compare else []
    columns += [" ".join(words.text(f"bulletin.{column}").split()) for column in BULLETIN]
    others = [{_key(row, r.plan): row for row in rows}
              for rows, r in zip(several[1:], material.others, strict=True)]  # fmt: skip
    rows = []
    for row in several[0]:
        same = [other.get(_key(row, material.base.plan)) for other in others]
        strong = "strong" if row.kind in ("pair", "total") else ""
        values = [{} if line is None else line.values for line in (row, *same)]
        shown = [[_shown(found.get(c), words) for c in BULLETIN] for found in values]
        lines = [n for n, line in enumerate(shown) if n == 0 or line != shown[0]]
        for number in lines:
            cells: list[Cell | str] = []
            if number == 0:
                title = _title(row, material.base.plan, words)
                cells.append(Cell(title, strong, len(lines), head=True))
            if compare:
                cells.append(Cell(titles[number], "word"))
            rows.append(cells + [Cell(value, strong) for value in shown[number]])
    return Table(columns, rows, heads=2 if compare else 1)


def _key(row: BulletinRow, plan: Plan) -> tuple[str, str]:
    return row.kind, "all" if row.kind == "total" else plan.gates[row.gate].id


def _title(row: BulletinRow, plan: Plan, words: Words) -> str:
    if row.kind == "total":
        return words.text("bulletin.total")
    gate = plan.gates[row.gate]
    title = words.pick(gate.title)
    if row.kind == "gate":
        return words.text("bulletin.assumed", gate=title) if gate.data == "assumed" else title
    return words.text(f"bulletin.{row.kind}", gate=title)


def _shown(estimate: Estimate | None, words: Words) -> str:
    if estimate is None or estimate.mean is None:
        return ""
    if not estimate.mean and not estimate.half_width:
        return "0"
    return f"{words.number(estimate.mean)} {show_half(estimate.half_width, words, 0)}".strip()
