"""The page of a fit: what was learnt, how sure, a picture of each, and what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from markupsafe import Markup

from sim.fitting.answer import (
    doubt_text,
    doubts,
    headline,
    interval_text,
    number_text,
    untold,
)
from sim.fitting.estimate import Fitted
from sim.fitting.findings import Finding, Picture
from sim.fitting.hold_out_text import hold_out_rows, hold_out_text
from sim.fitting.pictures import draw_picture
from sim.fitting.titles import group_title, place_title
from sim.messages import LANGUAGES, Messages, messages
from sim.report.charts.style import house_style
from sim.report.charts.svg import chart
from sim.report.pages import templates

__all__ = ["fit_page"]


@dataclass(frozen=True)
class _Entry:
    """One value on the page."""

    title: str
    kind: str
    now: str
    doubt: str
    rows: Sequence[Sequence[str]]
    ranking: str
    pictures: Sequence[Markup]


@dataclass(frozen=True)
class _Check:
    """The check on the last days: a sentence, and a table of each number."""

    text: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def fit_page(fitted: Fitted, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the page in all languages, the first shown first."""
    spoken = [messages(language) for language in languages]
    with house_style():
        views = [
            (language, *headline(fitted, language), _entries(fitted, language))
            for language in spoken
        ]
    page = templates("sim.fitting").get_template("fit.html.j2")
    shown = {
        language.lang: (untold(fitted, language), doubts(fitted, language)) for language in spoken
    }
    rows = [
        (
            Path(problem.file).name,
            problem.line,
            problem.column,
            problem.code,
            problem.message,
            problem.hint,
        )
        for problem in fitted.problems
    ]
    headings = {language.lang: _headings(language) for language in spoken}
    checks = {language.lang: _check(fitted, language) for language in spoken}
    return page.render(
        messages=spoken[0],
        views=views,
        shown=shown,
        problems=rows,
        headings=headings,
        checks=checks,
    )


def _check(fitted: Fitted, messages: Messages) -> _Check | None:
    """Return how the last days were predicted, if they were held out."""
    if fitted.hold_out is None:
        return None
    columns = [
        messages.text(f"fit.hold_out.{name}") for name in ("observed", "predicted", "interval")
    ]
    text = hold_out_text(fitted.hold_out, messages)
    return _Check(text, columns, hold_out_rows(fitted, messages))


def _headings(messages: Messages) -> tuple[list[str], list[str]]:
    """Return the headings of the tables of numbers and of problems."""
    numbers = ("before", "now", "interval", "n")
    problems = ("file", "row", "column", "kind", "problem", "done")
    return (
        [messages.text(f"fit.column.{name}") for name in numbers],
        [messages.text(f"fit.problem.{name}") for name in problems],
    )


def _entries(fitted: Fitted, messages: Messages) -> list[_Entry]:
    """Return what each value shows."""
    return [
        _entry(number, finding, fitted, messages) for number, finding in enumerate(fitted.findings)
    ]


def _entry(number: int, finding: Finding, fitted: Fitted, messages: Messages) -> _Entry:
    rows = [
        (
            group_title(fitted.base, number.group, messages),
            messages.text(f"fit.measure.{number.measure}"),
            number_text(number.before, number.unit, messages),
            number_text(number.interval.value, number.unit, messages),
            interval_text(number, messages),
            messages.number(number.n),
            "different" if number.differs else "",
        )
        for number in finding.estimates
    ]
    title = place_title(fitted.base, finding.path, messages)
    kind = messages.text(f"fit.kind.{finding.kind}")
    pictures = [
        chart(
            partial(draw_picture, _named(picture, fitted, messages), messages),
            f"fit {number} {place} {messages.lang}",
            f"{title}: {kind}",
            messages,
        )
        for place, picture in enumerate(finding.pictures)
    ]
    return _Entry(
        title, kind, _written(finding), doubt_text(finding, messages), rows,
        _ranking(finding, fitted, messages), pictures,
    )  # fmt: skip


def _named(picture: Picture, fitted: Fitted, messages: Messages) -> Picture:
    """Return a picture of shares with the names of classes as people read them."""
    if picture.kind != "share":
        return picture
    names = [group_title(fitted.base, name, messages) for name in picture.data["names"]]
    return replace(picture, data={**picture.data, "names": names})


def _written(finding: Finding) -> str:
    """Write the value as the overlay has it."""
    value = finding.value
    if isinstance(value, dict):
        inner = value.get("shares", value)
        return ", ".join(f"{key}: {text}" for key, text in inner.items() if key != "add")
    return str(value)


def _ranking(finding: Finding, fitted: Fitted, messages: Messages) -> str:
    """Say by how much the next best families are worse, and how far the best is off."""
    parts = []
    for group, fit in finding.fits.items():
        if len(fit.ranking) < 2:
            continue
        others = ", ".join(
            f"{name} +{messages.number(gap, 1)}" for name, gap in list(fit.ranking.items())[1:4]
        )
        errors = ", ".join(
            f"{messages.text(f'fit.error.{name}')} {messages.number(100 * error, 1, sign=True)} %"
            for name, error in fit.errors.items()
        )
        text = messages.text("fit.ranking", family=fit.family, others=others, errors=errors)
        title = group_title(fitted.base, group, messages)
        parts.append(text if group == "all" else f"{title}: {text}")
    return " · ".join(parts)
