"""The page: every section in every language, in one file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.catalogue import DIRECTIONS, title
from sim.messages import LANGUAGES, Messages, messages
from sim.report.html.bilingual import merged, spoken
from sim.report.html.parts import Section, fill
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.html.sections import (
    assumptions,
    backlog,
    basis,
    border,
    bulletin,
    changes,
    cost_benefit,
    economy,
    gates,
    glossary,
    headline,
    journey,
    load,
    measures,
    method,
    options,
    rail,
    repeat,
    sliders,
    stays,
    targets,
    waits,
    warnings,
)
from sim.report.pages import PLAYBACK, REPORT, write_page
from sim.report.text.summary import COMPARED
from sim.results import Results
from sim.results.folder import reading

__all__ = ["SECTIONS", "script_words", "write_report"]

#: What a report holds, in order; a section without anything to show gives None.
SECTIONS: tuple[Callable[[ReportData, Messages], Section | None], ...] = (
    headline.section,
    stays.section,
    sliders.section,
    basis.section,
    warnings.section,
    targets.section,
    bulletin.section,
    border.section,
    backlog.section,
    gates.section,
    waits.section,
    load.section,
    journey.section,
    options.section,
    cost_benefit.section,
    economy.section,
    rail.section,
    measures.section,
    changes.section,
    assumptions.section,
    method.section,
    glossary.section,
    repeat.section,
)

_OPEN = ("headline", "stays", "sliders", "basis", "warnings")
"""Sections that stand open; the others are folded, and open on paper."""


@dataclass(frozen=True)
class _Part:
    """A section in all languages: its name, headings by language, and HTML."""

    name: str
    titles: list[str]
    title: Markup
    body: Markup
    folded: bool


def write_report(
    folder: Path,
    languages: Sequence[str] = LANGUAGES,
    target: Path | None = None,
    sweep: Path | None = None,
    held: Sequence[Results] = (),
) -> Path:
    """Write the report of a results folder to ``report.html`` in it, or to ``target``.

    With the folder of a ``sweep`` over a grid it has sliders to move about in its points.
    ``held`` are the results in the folder, if they are in memory still. An earlier report is
    replaced. Returns where it is.

    Raises
    ------
    ResultsError
        The folder cannot be read, the sweep is no grid, or the file cannot be written.
    """
    with nullcontext() if held else reading(folder):
        page = build_page(read_report_data(folder, sweep, held), languages)
    return write_page(target or folder / REPORT, page)


def build_page(report: ReportData, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the whole page; the first of ``languages`` is shown where scripts are blocked."""
    known = [messages(language) for language in languages]
    script = files("sim.report.html").joinpath("templates", "script.js").read_text("utf-8").strip()
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = fill(
        "page.html.j2",
        known[0],
        languages=known,
        titles=[" · ".join(report.titles(language)) for language in known],
        parts=_parts(report, known),
        playback=PLAYBACK,
        script=Markup(script),  # noqa: S704  a file of this package
        digest=digest,
        words={language.lang: script_words(report, language) for language in known},
    )
    return str(page)


def _parts(report: ReportData, known: Sequence[Messages]) -> list[_Part]:
    """Return the sections that have something to show, each in all languages."""
    parts = []
    for build in SECTIONS:
        sections = [
            section for language in known if (section := build(report, language)) is not None
        ]
        if len(sections) == len(known):
            name, titles = sections[0].name, [section.title for section in sections]
            title, body = spoken(titles, known), merged(sections, known)
            parts.append(_Part(name, titles, title, body, name not in _OPEN))
    return parts


_WORDS = (
    *("time", "scenario", "mean", "low", "high", "place", "day", "hour", "busy"),
    *("copy", "csv", "copied", "measure", "direction", "choose_cargo", "all_cargo"),
)


def script_words(report: ReportData, messages: Messages) -> dict[str, Any]:
    """Return the words that the page's script needs in one language."""
    words: dict[str, Any] = {name: messages.text(f"report.script.{name}") for name in _WORDS}
    words["title"] = " · ".join(report.titles(messages))
    words["scenarios"] = report.short_titles(messages)
    words["gates"] = {gate: report.gate_title(gate, messages) for gate in ("all", *report.gates)}
    words["measures"] = {name: title(name, messages) for _, name in COMPARED}
    words["directions"] = {name: messages.text(f"direction.{name}") for name in DIRECTIONS}
    words["directions"]["all"] = messages.text("report.script.both")
    words["cargo"] = {
        cargo.id: messages.pick(cargo.title)
        for results in reversed(report.several)
        for cargo in results.plan.cargo
    }
    words["of_cargo"] = [messages.text(f"report.gates.{name}") for name in gates.CARGO]
    return words
