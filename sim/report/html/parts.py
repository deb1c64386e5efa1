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
from sim.report.svg.chart import Chart
from sim.report.text.format import change_text

__all__ = [
    "Figures",
    "ReportTable",
    "Section",
    "TableCell",
    "figure",
    "fill",
    "render",
    "shortened",
    "show_change",
]


_BREAK = "<!-- charts -->"
"""What stands in a filled template where charts belong; comments of its own it has none."""


@dataclass(frozen=True)
class Figures:
    """Charts that stand beside one another where there is room, ``kind`` a class of them."""

    charts: Sequence[Chart]
    kind: str = ""

    def __html__(self) -> str:
        """Return the charts in one language."""
        return figure([chart.__html__() for chart in self.charts], self.kind)


def figure(charts: Sequence[str], kind: str) -> str:
    """Return the element that holds charts."""
    kinds = " ".join(["grid", *([kind] if kind else []), *(["alone"] if len(charts) == 1 else [])])
    return f'<figure class="{kinds}">{"".join(f"<div>{chart}</div>" for chart in charts)}</figure>'


Parts = tuple[Markup | Figures, ...]
"""HTML in turns with charts."""


@dataclass(frozen=True)
class Section:
    """One part of the report in one language: where links point to, its heading and its HTML."""

    name: str
    title: str
    parts: Parts

    @property
    def body(self) -> Markup:
        """All of its HTML, charts in their places."""
        return Markup("").join(part if isinstance(part, Markup) else Markup(part.__html__())  # noqa: S704
                               for part in self.parts)  # fmt: skip


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    ``head`` names its row, ``kind`` is a class of the style sheet, ``span`` the rows it
    covers, ``data`` its data-* facts, ``note`` a second line and ``tone`` the class of that.
    """

    text: str
    kind: str = ""
    span: int = 1
    head: bool = False
    data: dict[str, str] = field(default_factory=dict)
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class ReportTable:
    """A table: words in the first ``heads`` and last ``tails`` columns, or in all (``words``)."""

    columns: Sequence[str]
    rows: Sequence[Sequence[TableCell | str]]
    caption: str = ""
    heads: int = 1
    words: bool = False
    tails: int = 0


def show_change(difference: Difference, messages: Messages) -> str:
    """Write a difference with its direction and interval, or that there is none."""
    size, tail = change_text(difference.estimate, messages, difference.unit, clear=difference.clear)
    if difference.clear is False:
        return size
    return f"{size} {tail}".strip().replace(" ", "\N{NO-BREAK SPACE}")


def shortened(text: str, most: int) -> str:
    """Return a text of at most ``most`` letters, cut with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def render(template: str, messages: Messages, **context: Any) -> Parts:
    """Fill a template of this package; what is not marked as HTML is escaped.

    Within it ``figures(charts, kind)`` puts charts into their place, and ``apart(html)`` HTML
    that is the same in every language; both outside of any element.
    """
    drawn: list[Figures | Markup] = []

    def figures(charts: Sequence[Chart], kind: str = "") -> Markup:
        drawn.append(Figures(charts, kind))
        return Markup(_BREAK)  # noqa: S704  a constant

    def apart(html: Markup) -> Markup:
        drawn.append(html)
        return Markup(_BREAK)  # noqa: S704  a constant

    text = _templates().get_template(template)
    functions = {"figures": figures, "apart": apart}
    filled = text.render(messages=messages, **functions, **context).split(_BREAK)
    parts: list[Markup | Figures] = [Markup(filled[0])]  # noqa: S704
    for shown, rest in zip(drawn, filled[1:], strict=True):
        parts += [shown, Markup(rest)]  # noqa: S704
    return tuple(parts)


def fill(template: str, messages: Messages, **context: Any) -> Markup:
    """Fill a template without charts."""
    return Markup(_templates().get_template(template).render(messages=messages, **context))  # noqa: S704


@cache
def _templates() -> Environment:
    """Read all templates once."""
    return templates("sim.report.html")
