"""Letters that the fonts of a picture lack: another font has them, or they are replaced."""

from __future__ import annotations

import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from sim.errors import MissingGlyphWarning
from sim.report.charts.fonts import letters_of
from sim.report.charts.style import render, save


def picture(title: str, label: str) -> Figure:
    """A figure with a title and a label of a tick."""
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.set_title(title)
    axes.set_yticks([0.5], [label])
    return figure


@pytest.mark.parametrize(
    ("title", "label", "drawn"),
    [
        ("Youyiguan \u53cb\u8c0a\u5173", "\u62a5\u5173 counters", {"?"}),
        ("\u0e14\u0e48\u0e32\u0e19 Sadao", "\U0001f69a trucks", {"?"}),
    ],
)
def test_letters_that_no_font_has_are_replaced_and_said_once(
    title: str, label: str, drawn: set[str], tmp_path: Path
) -> None:
    """The PNG has no boxes, the SVG keeps the text, and one warning names the letters."""
    figure = picture(title, label)
    lacking = {letter for letter in title + label if ord(letter) > 0x0E00}
    seen = {letter for letter in lacking if letter != "\u0e48"}  # a tone mark above a letter
    with pytest.warns(MissingGlyphWarning) as said:
        save(figure, tmp_path, "picture")
    assert [getattr(entry.message, "letters", None) for entry in said] == [seen]
    svg = (tmp_path / "picture.svg").read_text("utf-8")
    assert title in svg
    assert label in svg
    assert drawn <= letters_of(figure)
    assert not letters_of(figure) & lacking


def test_an_installed_font_that_has_a_letter_is_used() -> None:
    """Whatever its name: here DejaVu where the chosen font has no Vietnamese."""
    figure = picture("H\u1eefu Ngh\u1ecb", "\u0110\u1ed3ng \u0110\u0103ng")
    with mpl.rc_context({"font.sans-serif": ["cmss10"]}), warnings.catch_warnings():
        warnings.simplefilter("error")
        render(figure, ["png"])
    assert "\u1eef" in letters_of(figure)
