"""The page: every section in every language, in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from sim.messages import LANGUAGES, Messages, messages
from sim.report.html.parts import Section, render
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
    glossary,
    headline,
    journey,
    load,
    method,
    options,
    rail,
    repeat,
    sliders,
    targets,
    waits,
    warnings,
)
from sim.report.pages import PLAYBACK, REPORT, write_page
from sim.report.text.summary import what_was_run
from sim.results import Results
from sim.results.folder import reading

__all__ = ["SECTIONS", "write_report"]

#: What a report holds, in order; a section without anything to show gives None.
SECTIONS: tuple[Callable[[ReportData, Messages], Section | None], ...] = (
    headline.section,
    basis.section,
    warnings.section,
    targets.section,
    bulletin.section,
    backlog.section,
    border.section,
    waits.section,
    load.section,
    journey.section,
    options.section,
    cost_benefit.section,
    sliders.section,
    economy.section,
    rail.section,
    changes.section,
    assumptions.section,
    method.section,
    glossary.section,
    repeat.section,
)


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
    """Return the whole page; the first of ``languages`` shows first."""
    spoken = [messages(language) for language in languages]
    views = [
        (language, what_was_run(report.several, language), _sections(report, language))
        for language in spoken
    ]
    titles = [" · ".join(report.titles(language)) for language in spoken]
    page = render("page.html.j2", spoken[0], views=views, titles=titles, playback=PLAYBACK)
    return str(page)


def _sections(report: ReportData, language: Messages) -> list[Section]:
    sections = (section(report, language) for section in SECTIONS)
    return [section for section in sections if section is not None]
