"""On what evidence the inputs rest: counted, and the assumptions listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sim.messages import NOTHING, Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.text.evidence import evidence_counts, note_text
from sim.report.text.places import place_text
from sim.results import Results
from sim.scenario import written
from sim.scenario.schema.base import Kind

__all__ = ["section"]


@dataclass(frozen=True)
class _List:
    """The assumptions that a scenario adds to those of the baseline.

    ``lines`` show them, each behind the number of its reason; ``notes`` are the reasons with
    their language, empty where it is not known; the one with most of them first.
    """

    title: str
    file: str
    count: int
    lines: list[str]
    notes: list[tuple[str, str]]


def section(report: ReportData, messages: Messages) -> Section | None:
    """Count the numbers by kind of evidence and list the assumptions by their reasons."""
    titles = report.short_titles(messages)
    lists, known = [], set[str]()
    for title, results, lines in zip(titles, report.several, report.of_each(_lines), strict=True):
        new = {line: path for line, path in lines.items() if line not in known}
        known |= new.keys()
        if new:
            lists.append(_list(title, results, new, messages))
    body = render(
        "assumptions.html.j2",
        messages,
        table=_table(report, titles, messages),
        lists=lists,
        n=evidence_counts(report.base.scenario)["assumption"],
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


def _list(title: str, results: Results, lines: dict[str, str], messages: Messages) -> _List:
    """Gather lines whose evidence gives the same note, the largest groups first."""
    by_note: dict[tuple[str, str], list[str]] = {}
    for line, path in lines.items():
        evidence = results.scenario.evidence[path]
        lang = "" if isinstance(evidence.note, str) else messages.lang
        by_note.setdefault((note_text(evidence, messages), lang), []).append(line)
    groups = sorted(by_note.items(), key=lambda group: -len(group[1]))
    numbered = [f"[{n}] {line}" for n, (_, group) in enumerate(groups, 1) for line in group]
    notes = [(note or NOTHING, lang) for (note, lang), _ in groups]
    return _List(title, results.scenario.name, len(lines), numbered, notes)


def _table(report: ReportData, titles: list[str], messages: Messages) -> ReportTable:
    """Numbers by kind of evidence, one column for each scenario."""
    counts = [evidence_counts(results.scenario) for results in report.several]
    rows: list[list[TableCell | str]] = [
        [
            TableCell(messages.text(f"report.evidence.{kind}"), head=True),
            *(messages.number(count[kind]) for count in counts),
        ]
        for kind in get_args(Kind)
    ]
    return ReportTable([messages.text("report.changes.evidence"), *titles], rows)
