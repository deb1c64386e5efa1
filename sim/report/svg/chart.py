"""Charts as elements of a page: a canvas with its sentence, and what stands for one that fails."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from sim.errors import PictureWarning
from sim.messages import Messages
from sim.report.svg.canvas import Canvas, attributes, pixels

__all__ = ["HUES", "Chart", "chart", "hue", "table_text"]

HUES = 5
"""Colours of scenarios in the style sheet: the baseline's, then others, over again."""


def hue(number: int, several: int = 2) -> str:
    """Class of a scenario's colour; one alone does not have that of a baseline."""
    return f"s{number % HUES}" if several > 1 else "s1"


@dataclass(frozen=True)
class Chart:
    """A chart in one language.

    Attributes
    ----------
    name:
        Unlike that of any other chart of the page.
    label:
        A sentence that says what is seen, for those who do not see it.
    canvas:
        None where it could not be drawn.
    """

    name: str
    label: str
    canvas: Canvas | None
    messages: Messages

    def __html__(self) -> str:
        """Return the chart as an element of a page."""
        if self.canvas is None:
            text = self.messages.text("report.undrawn")
            return Markup('<p class="note">{} {}</p>').format(text, self.label)
        canvas = self.canvas
        facts = attributes(canvas.facts | {"data_rows": table_text(canvas)})
        return (
            f'<svg class="chart" role="img" aria-label="{escape(self.label)}" '
            f'height="{pixels(canvas.height)}"{facts}>'
            f"{''.join(canvas.shapes)}{''.join(canvas.words)}</svg>"
        )


def table_text(canvas: Canvas) -> str:
    """Return the table of a chart's values for the page's script: a line a row, tabs between."""
    if not canvas.table.rows:
        return ""
    return "\n".join("\t".join(row) for row in (canvas.table.columns, *canvas.table.rows))


def chart(draw: Callable[[], Canvas], name: str, label: str, messages: Messages) -> Chart:
    """Draw a chart of a page; where that fails, the page holds the rest.

    A failure is told by a :class:`sim.errors.PictureWarning`.
    """
    try:
        return Chart(name, label, draw(), messages)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the page holds the rest
        warnings.warn(PictureWarning(f"{name} of report.html", error), stacklevel=2)
        return Chart(name, label, None, messages)
