"""Changed inputs of each scenario, with their places and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.places import place_text
from sim.results import Results
from sim.scenario import Change, diff, written
from sim.words import Words

__all__ = ["section"]


@dataclass(frozen=True)
class _Scenario:
    """One scenario: its title, what its upgrades cost, and its changes."""

    title: str
    upgrades: list[str]
    table: ReportTable


def section(report: ReportData, words: Words) -> Section | None:
    """One table for each scenario, its upgrades above it."""
    if not report.others:
        return None
    titles = report.titles(words)
    scenarios = [
        _Scenario(title, _upgrades(results, words), _table(report.base, results, words))
        for title, results in zip(titles[1:], report.others, strict=True)
    ]
    body = render("changes.html.j2", words, scenarios=scenarios, base=titles[0])
    return Section("changes", words.text("report.changes.title"), body)


def _upgrades(results: Results, words: Words) -> list[str]:
    """Title, costs and month of opening of each upgrade."""
    found = []
    for upgrade in results.scenario.upgrades.values():
        facts = [words.pick(upgrade.title.model_dump())]
        if upgrade.capex:
            facts.append(words.text("show.capex", amount=words.short(upgrade.capex / 1e9)))
        if upgrade.opex:
            amount = words.short(upgrade.opex / 1e9)
            facts.append(words.text("report.changes.opex", amount=amount))
        if upgrade.opens is not None:
            month = f"{upgrade.opens:%m/%Y}"
            facts.append(words.text("report.changes.opens", month=month))
        found.append(" · ".join(facts))
    return found


def _table(base: Results, other: Results, words: Words) -> ReportTable:
    rows = [_row(change, base, other, words) for change in diff(base.scenario, other.scenario)]
    names = ("what", "before", "after", "where", "evidence")
    columns = [words.text(f"report.changes.{name}") for name in names]
    caption = words.text("diff.count", n=len(rows))
    return ReportTable(columns, rows, caption, words=True)


def _row(change: Change, base: Results, other: Results, words: Words) -> list[TableCell | str]:
    known = base if change.after is None else other
    evidence = known.scenario.evidence_of(change.path)
    number = known.scenario.needs_evidence(change.path)
    return [
        TableCell(change.path, "code", head=True),
        TableCell(written(change.before), "code"),
        TableCell(written(change.after), "code strong"),
        TableCell(place_text(change.place), "code"),
        TableCell(words.text(f"report.evidence.{evidence.kind}") if number else "", "word"),
    ]
