"""Fonts for the letters of a figure: those installed that have them, or a plain ``?``.

matplotlib draws a box for a letter that its fonts lack and warns at each. Fonts that have the
letter are looked up among all that are installed, whatever they are called.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.errors import MissingGlyphWarning

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

__all__ = ["glyphs", "letters_of"]

#: Placeholders that draw any letter as a box, and symbols for formulas.
_NO_TEXT = ("Last Resort", "STIX", "cm", "DejaVu Math")

#: What matplotlib warns of where a font lacks a letter.
_BOXES = r"Glyph .* missing from|Matplotlib currently does not support"


@contextmanager
def glyphs(figure: Figure, kind: str) -> Iterator[None]:
    """Within the block, save a figure with fonts that have its letters.

    Letters that no font here has become ``?`` where they would be drawn (``png``, ``pdf``),
    with a :class:`sim.errors.MissingGlyphWarning`. An ``svg`` keeps them as text: its reader
    may have a font.
    """
    import matplotlib as mpl

    lacking = letters_of(figure) - _letters_in(mpl.rcParams["font.sans-serif"])
    families = _families_with(frozenset(lacking))
    lacking -= _letters_in(families)
    if lacking and kind != "svg":
        _replace(figure, {ord(letter): _plain(letter) for letter in lacking})
        shown = {letter for letter in lacking if _plain(letter)}
        if shown:
            warnings.warn(MissingGlyphWarning(shown), stacklevel=2)
    with (
        mpl.rc_context({"font.sans-serif": [*mpl.rcParams["font.sans-serif"], *families]}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", _BOXES)
        yield


def letters_of(figure: Figure) -> set[str]:
    """All letters of a figure, but line ends."""
    from matplotlib.text import Text

    for axis in _axes_of(figure):
        axis.get_ticklabels()  # which writes them
    texts = (text.get_text() for text in figure.findobj(Text))
    return {letter for text in texts for letter in text} - {"\n"}


def _axes_of(figure: Figure) -> list[Axis]:
    """Axes of a figure and those within them; to search all artists for them takes long."""
    within: list[Any] = list(figure.axes)
    within += [child for axes in figure.axes for child in axes.child_axes]
    return [axis for axes in within for axis in (axes.xaxis, axes.yaxis)]


def _plain(letter: str) -> str:
    """A sign instead of a letter; none for marks that are not seen by themselves."""
    return "" if unicodedata.category(letter) in ("Mn", "Cf") else "?"


def _replace(figure: Figure, plain: dict[int, str]) -> None:
    """Write other letters in all texts of a figure, the labels of its ticks too."""
    from matplotlib.text import Text
    from matplotlib.ticker import FuncFormatter

    for text in figure.findobj(Text):
        text.set_text(text.get_text().translate(plain))
    for axis in _axes_of(figure):
        written = axis.get_major_formatter()
        if isinstance(written, FuncFormatter):
            axis.set_major_formatter(_translated(written, plain))


def _translated(written: FuncFormatter, plain: dict[int, str]) -> Callable[[float, float], str]:
    return lambda value, place: written(value, int(place)).translate(plain)


def _letters_in(families: list[str]) -> set[str]:
    """Letters that any of some families has; families that are not installed have none."""
    from matplotlib.font_manager import FontProperties, fontManager

    letters: set[str] = set()
    for family in families:
        try:
            path = fontManager.findfont(FontProperties(family=family), fallback_to_default=False)
        except ValueError:
            continue
        letters |= _letters(path)
    return letters


@cache
def _letters(path: str) -> frozenset[str]:
    """Letters of a font file; none where it cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(map(chr, FT2Font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()


@cache
def _families_with(lacking: frozenset[str]) -> list[str]:
    """Installed families that have some letters, that with the most of them first."""
    from matplotlib.font_manager import fontManager

    if not lacking:
        return []
    usable = {
        font.name: font.fname
        for font in fontManager.ttflist
        if font.style == "normal" and not font.name.startswith(_NO_TEXT)
    }
    chosen: list[str] = []
    while lacking:
        have = {name: len(lacking & _letters(path)) for name, path in usable.items()}
        best = max(sorted(have), key=lambda name: (have[name], "Sans" in name), default="")
        if not best or not have[best]:
            break
        chosen.append(best)
        lacking -= _letters(usable[best])
    return chosen
