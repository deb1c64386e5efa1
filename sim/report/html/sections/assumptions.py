"""On what evidence the inputs rest: counted, and the assumptions listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.places import place_text
from sim.results import Results
from sim.scenario import written
from sim.scenario.schema.base import Kind

__all__ = ["section"]


@dataclass(frozen=True)
class _Group:
    """Assumptions with one reason: the reason as in the file, and ``path = value`` lines."""

    note: str
    lines: list[str]


@dataclass(frozen=True)
class _List:
    """The assumptions that a scenario adds to those of the baseline."""

    title: str
    count: int
    groups: list[_Group]


def section(report: ReportData, messages: Messages) -> Section | None:
    """Count the numbers by kind of evidence and list the assumptions by their reasons."""
    titles = report.short_titles(messages)
    lists, known = [], set[str]()
    for title, results in zip(titles, report.several, strict=True):
        lines = _lines(results)
        new = {line: path for line, path in lines.items() if line not in known}
        known |= new.keys()
        if new:
            lists.append(_List(title, len(new), _groups(results, new)))
    body = render(
        "assumptions.html.j2",
        messages,
        table=_table(report, titles, messages),
        lists=lists,
        n=report.evidence[0]["assumption"],
    )
    return Section("assumptions", messages.text("report.assumptions.title"), body)


def _lines(results: Results) -> dict[str, str]:
    """Path of each assumption by the line that shows it."""
    scenario = results.scenario
    values = scenario.inputs()
    return {
        f"{path} = {written(values[path])}  ({place_text(scenario.origin(path))})": path
        for path in scenario.assumptions()
    }


def _groups(results: Results, lines: dict[str, str]) -> list[_Group]:
    """Gather lines whose evidence gives the same note, the largest groups first."""
    by_note: dict[str, list[str]] = {}
    for line, path in lines.items():
        by_note.setdefault(results.scenario.evidence[path].note, []).append(line)
    groups = [_Group(note, entries) for note, entries in by_note.items()]
    return sorted(groups, key=lambda group: -len(group.lines))


def _table(report: ReportData, titles: list[str], messages: Messages) -> ReportTable:
    """Numbers by kind of evidence, one column for each scenario."""
    counts = report.evidence
    rows: list[list[TableCell | str]] = [
        [
            TableCell(messages.text(f"report.evidence.{kind}"), head=True),
            *(messages.number(count[kind]) for count in counts),
        ]
        for kind in get_args(Kind)
    ]
    return ReportTable([messages.text("report.changes.evidence"), *titles], rows)
