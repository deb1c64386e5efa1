"""Changed inputs of each scenario, with their places and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.places import place_text
from sim.results import Results
from sim.scenario import Change, diff, written

__all__ = ["section"]


@dataclass(frozen=True)
class _Scenario:
    """One scenario: its title, what its upgrades cost, and its changes."""

    title: str
    upgrades: list[str]
    table: ReportTable


def section(report: ReportData, messages: Messages) -> Section | None:
    """One table for each scenario, its upgrades above it."""
    if not report.others:
        return None
    titles = report.titles(messages)
    scenarios = [
        _Scenario(title, _upgrades(results, messages), _table(report.base, results, messages))
        for title, results in zip(titles[1:], report.others, strict=True)
    ]
    body = render("changes.html.j2", messages, scenarios=scenarios, base=titles[0])
    return Section("changes", messages.text("report.changes.title"), body)


def _upgrades(results: Results, messages: Messages) -> list[str]:
    """Title, costs and month of opening of each upgrade."""
    lines = []
    for upgrade in results.scenario.upgrades.values():
        facts = [messages.pick(upgrade.title.model_dump())]
        if upgrade.capex is not None:
            facts.append(
                messages.text("show.capex", amount=messages.short(upgrade.capex.value / 1e9))
            )
        if upgrade.opex is not None:
            amount = messages.short(upgrade.opex.value / 1e9)
            facts.append(messages.text("report.changes.opex", amount=amount))
        if upgrade.opening is not None:
            month = f"{upgrade.opening:%m/%Y}"
            facts.append(messages.text("report.changes.opens", month=month))
        lines.append(" · ".join(facts))
    return lines


def _table(base: Results, other: Results, messages: Messages) -> ReportTable:
    rows = [_row(change, base, other, messages) for change in diff(base.scenario, other.scenario)]
    names = ("what", "before", "after", "where", "evidence")
    columns = [messages.text(f"report.changes.{name}") for name in names]
    caption = messages.text("diff.count", n=len(rows))
    return ReportTable(columns, rows, caption, words=True)


def _row(
    change: Change, base: Results, other: Results, messages: Messages
) -> list[TableCell | str]:
    known = base if change.after is None else other
    evidence = known.scenario.evidence_of(change.path)
    number = known.scenario.needs_evidence(change.path)
    return [
        TableCell(change.path, "code", head=True),
        TableCell(written(change.before), "code"),
        TableCell(written(change.after), "code strong"),
        TableCell(place_text(change.place), "code"),
        TableCell(messages.text(f"report.evidence.{evidence.kind}") if number else "", "word"),
    ]
