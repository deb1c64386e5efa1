"""Building blocks of sections: tables, changes and templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from sim.messages import Messages
from sim.report.html.report_data import Difference
from sim.report.pages import templates
from sim.report.text.format import change_text

__all__ = [
    "ReportTable",
    "Section",
    "TableCell",
    "render",
    "shortened",
    "show_change",
]


@dataclass(frozen=True)
class Section:
    """One part of the report: where links point to, its heading and its HTML."""

    name: str
    title: str
    body: Markup


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    ``head`` names its row, ``kind`` is a class of the style sheet, ``span`` the rows it
    covers, ``data`` its data-* facts.
    """

    text: str
    kind: str = ""
    span: int = 1
    head: bool = False
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportTable:
    """A table whose first ``heads`` columns hold words, or all of them if ``words``."""

    columns: Sequence[str]
    rows: Sequence[Sequence[TableCell | str]]
    caption: str = ""
    heads: int = 1
    words: bool = False


def show_change(difference: Difference, messages: Messages) -> str:
    """Write a difference with its direction and interval, or that there is none."""
    size, tail = change_text(difference.estimate, messages, difference.unit, clear=difference.clear)
    if difference.clear is False:
        return size
    return f"{size} {tail}".strip().replace(" ", "\N{NO-BREAK SPACE}")


def shortened(text: str, most: int) -> str:
    """Return a text of at most ``most`` letters, cut with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def render(template: str, messages: Messages, **context: Any) -> Markup:
    """Fill a template of this package; what is not marked as HTML is escaped."""
    return Markup(_templates().get_template(template).render(messages=messages, **context))  # noqa: S704


@cache
def _templates() -> Environment:
    """Read all templates once."""
    return templates("sim.report.html")
