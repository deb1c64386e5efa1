"""Canvas of a chart: shapes without words, words, and the values that a reader can reach.

Across a canvas places are percents of its width, down it they are pixels. Colours are classes
of the pages' style sheet, which has a light and a dark scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from markupsafe import escape

from sim.arrays import Floats

__all__ = ["Canvas", "attributes", "pixels"]


def pixels(value: float, digits: int = 1) -> str:
    """Write a length, as short as it goes."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def attributes(facts: dict[str, object]) -> str:
    """Write attributes; those that are None or empty are left out, ``_`` becomes ``-``."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in facts.items()
        if value not in (None, "")
    )


@dataclass
class Table:
    """Values of a chart: one row for each mark, in the order of the marks.

    The last columns are what is shown of its numbers.
    """

    columns: Sequence[str] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)


class Canvas:
    """Shapes and words of one chart.

    Parameters
    ----------
    height:
        Pixels down.

    Attributes
    ----------
    shapes:
        Elements without words, alike in every language.
    words:
        Elements of text.
    table:
        What the marks show, in words and numbers.
    facts:
        Attributes of the whole chart, for the page's script.
    """

    def __init__(self, height: float) -> None:
        self.height = height
        self.shapes: list[str] = []
        self.words: list[str] = []
        self.table = Table()
        self.facts: dict[str, object] = {}

    def rect(
        self, x: float, y: float, width: float, height: float, kind: str, **facts: object
    ) -> None:
        """Draw a bar or a cell."""
        self.shapes.append(
            f'<rect x="{pixels(x, 2)}%" y="{pixels(y)}" width="{pixels(width, 2)}%" '
            f'height="{pixels(height)}" class="{kind}"{attributes(facts)}/>'
        )

    def line(
        self, ends: tuple[float, float], levels: tuple[float, float], kind: str, **facts: object
    ) -> None:
        """Draw a line between two places across (``ends``) and down (``levels``)."""
        self.shapes.append(
            f'<line x1="{pixels(ends[0], 2)}%" y1="{pixels(levels[0])}" '
            f'x2="{pixels(ends[1], 2)}%" y2="{pixels(levels[1])}" class="{kind}"'
            f"{attributes(facts)}/>"
        )

    def dot(self, x: float, y: float, radius: float, kind: str, **facts: object) -> None:
        """Draw a mark of a value."""
        self.shapes.append(
            f'<circle cx="{pixels(x, 2)}%" cy="{pixels(y)}" r="{pixels(radius)}" class="{kind}"'
            f"{attributes(facts)}/>"
        )

    def text(self, x: float, y: float, content: str, kind: str = "", **facts: object) -> None:
        """Write words: ``kind`` may hold ``end`` or ``mid`` for where ``x`` is, ``b`` for bold."""
        self.words.append(
            f'<text x="{pixels(x, 2)}%" y="{pixels(y)}"{attributes({"class": kind} | facts)}>'
            f"{escape(content)}</text>"
        )

    @contextmanager
    def group(self, kind: str = "", **facts: object) -> Iterator[None]:
        """Put what is drawn within the block into one group."""
        self.shapes.append(f"<g{attributes({'class': kind} | facts)}>")
        yield
        self.shapes.append("</g>")

    @contextmanager
    def mark(self, row: Sequence[str], *values: float, **facts: object) -> Iterator[None]:
        """Put what shows some values into a group, and its ``row`` into the table.

        The last cells of the row are what is shown of the ``values``.
        """
        self.table.rows.append(tuple(row))
        written = " ".join(pixels(value, 4) for value in values)
        with self.group("m", data_v=written, **facts):
            yield

    @contextmanager
    def plane(self, y: float, height: float, box: tuple[float, float]) -> Iterator[None]:
        """Let paths within the block be in the data's own units, ``box`` of them wide and high.

        The plane is as wide as the chart; values grow upwards.
        """
        wide, high = box
        self.shapes.append(
            f'<svg y="{pixels(y)}" width="100%" height="{pixels(height)}" '
            f'viewBox="0 0 {pixels(wide, 4)} {pixels(high, 4)}" preserveAspectRatio="none">'
            f'<g transform="matrix(1 0 0 -1 0 {pixels(high, 4)})">'
        )
        yield
        self.shapes.append("</g></svg>")

    def path(self, points: Iterable[tuple[float, float]], kind: str, **facts: object) -> None:
        """Draw a line through points of the plane."""
        joined = " ".join(f"{pixels(x, 2)} {pixels(y, 2)}" for x, y in points)
        self.shapes.append(f'<path d="M{joined}" class="{kind}"{attributes(facts)}/>')

    def band(self, low: Floats, high: Floats, kind: str, **facts: object) -> None:
        """Fill between two lines of the plane whose points stand at whole numbers."""
        places = np.arange(low.size)
        points = [*zip(places, high, strict=True), *zip(places[::-1], low[::-1], strict=True)]
        self.path(points, kind, **facts)

    def cells(self, boxes: Iterable[tuple[float, float, float, float]], kind: str) -> None:
        """Fill boxes of the plane (left, bottom, width, height) by one path."""
        drawn = "".join(
            f"M{pixels(x, 2)} {pixels(y, 2)}h{pixels(w, 2)}v{pixels(h, 2)}h{pixels(-w, 2)}z"
            for x, y, w, h in boxes
        )
        if drawn:
            self.shapes.append(f'<path d="{drawn}" class="{kind}"/>')
