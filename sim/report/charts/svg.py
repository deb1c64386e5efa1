"""Figures as SVG inside the page: text stays text, and nothing is said twice."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from sim.errors import PictureWarning
from sim.report.charts.fonts import glyphs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.messages import Messages

__all__ = ["chart"]

_NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
#: Attributes that are lengths, which a tenth of a point is fine enough for.
_LENGTHS = re.compile(r' (?:d|x|y|width|height)="[^"]*"')
_ID = re.compile(r' id="([^"]+)"')
_NOISE = re.compile(
    r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->"
    r"| xmlns(?::\w+)?=\"[^\"]*\"| version=\"1.1\"",
    re.DOTALL,
)
#: The page chooses the letters.
_FONT = re.compile(r" font-family: [^;\"]*;")


def chart(draw: Callable[[], Figure], name: str, label: str, messages: Messages) -> Markup:
    """Draw a figure for the page; where that fails, say so in its place.

    ``name`` is unlike that of any other chart of the page, so that what its parts refer to
    is their own; ``label`` says in a sentence what is seen, for those who do not see it.
    A failure is told by a :class:`sim.errors.PictureWarning`.
    """
    import matplotlib as mpl

    drawn = StringIO()
    try:
        figure = draw()
        with mpl.rc_context({"svg.hashsalt": f"langson {name}"}), glyphs(figure, "svg"):
            figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
        return _inline(drawn.getvalue(), label)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the page holds the rest
        warnings.warn(PictureWarning(f"{name} of report.html", error), stacklevel=2)
        text = messages.text("report.undrawn")
        return Markup('<p class="note">{} {}</p>').format(text, label)


def _inline(svg: str, label: str) -> Markup:
    """Return an SVG document as an element that a page can hold."""
    head, _, body = _NOISE.sub("", svg[svg.index("<svg") :]).partition(">")
    box = re.search(r'viewBox="([^"]+)"', head)
    assert box is not None
    width = float(box[1].split()[2])
    used = set(re.findall(r'(?:#|url\(#)([\w-]+)["\)]', body))
    body = _ID.sub(lambda match: match[0] if match[1] in used else "", body)
    body = _FONT.sub("", body)
    body = _LENGTHS.sub(lambda match: _NUMBER.sub(_rounded, match[0]), body)
    body = body.replace("base64,\n", "base64,")
    body = re.sub(r"\s*\n\s*", " ", re.sub(r">\s+<", "><", body))
    body = re.sub(r' style=""| transform="rotate\(-0 [^"]*"', "", body)
    while re.search("<g></g>|<g/>", body):
        body = re.sub("<g></g>|<g/>", "", body)
    return Markup(  # noqa: S704  matplotlib escapes the words that it draws
        f'<svg class="chart" role="img" aria-label="{escape(label)}" viewBox="{box[1]}"'
        f' style="max-width:{width * 96 / 72:.0f}px">{body}'
    )


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")
