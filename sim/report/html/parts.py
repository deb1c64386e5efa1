"""What sections are made of: numbers with their half-widths, tables, and templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from sim.compare import Estimate
from sim.report.html.material import Difference
from sim.report.pages import templates
from sim.report.summary import change_decimals, decimals
from sim.words import Words

__all__ = [
    "Cell",
    "Section",
    "Table",
    "render",
    "shortened",
    "show_change",
    "show_estimate",
    "show_half",
]


@dataclass(frozen=True)
class Section:
    """One part of the report: where links point to, its heading and its HTML."""

    name: str
    title: str
    body: Markup


@dataclass(frozen=True)
class Cell:
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
class Table:
    """A table whose first ``heads`` columns hold words, or all of them if ``words``."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    caption: str = ""
    heads: int = 1
    words: bool = False


def show_half(half: float | None, words: Words, digits: int) -> str:
    """Write ± and a half-width; one that would be rounded to nothing keeps its size."""
    if half is None:
        return ""
    if 0 < half < 0.5 * 10.0**-digits:
        return f"± <{words.number(10.0**-digits, digits)}"
    return f"± {words.number(half, digits)}"


def show_estimate(estimate: Estimate, words: Words, unit: str = "") -> str:
    """Write a mean with its half-width: ``6.8 ± 0.9``."""
    digits = decimals(estimate.half_width, unit)
    half = show_half(estimate.half_width, words, digits)
    return f"{words.number(estimate.mean, digits)} {half}".strip()


def show_change(difference: Difference, words: Words) -> str:
    """Write a difference with its direction and half-width, or that there is none."""
    if difference.verdict == "same":
        return words.text("compare.same")
    change, width, unit = difference.change, difference.half_width, difference.unit
    digits = change_decimals(change, width, unit, clear=bool(difference.verdict))
    sign = "▲" if difference.change > 0 else "▼" if difference.change < 0 else "="
    half = show_half(difference.half_width, words, digits)
    size = show_half(abs(difference.change), words, digits).removeprefix("± ")
    shown = f"{sign} {size}" if size.startswith("<") else f"{sign} {size} {half}".strip()
    return shown.replace(" ", "\N{NO-BREAK SPACE}")


def shortened(text: str, most: int) -> str:
    """Return a text of at most ``most`` letters, cut with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def render(template: str, words: Words, **context: Any) -> Markup:
    """Fill a template of this package; what is not marked as HTML is escaped."""
    return Markup(_templates().get_template(template).render(words=words, **context))  # noqa: S704


@cache
def _templates() -> Environment:
    """Read all templates once."""
    return templates("sim.report.html")
