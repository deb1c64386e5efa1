"""Figures become small elements of the page, with their words as they were."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from sim.errors import PictureWarning
from sim.messages import messages
from sim.report.charts.style import house_style
from sim.report.charts.svg import chart


def drawn(name: str = "one", label: str = "A figure") -> str:
    """A figure with a line, a hatch, a raster and words that look like numbers or markup."""
    with house_style():
        figure = Figure(figsize=(3, 2))
        axes = figure.subplots()
        axes.plot(np.linspace(0, 1, 50), np.linspace(0, 1, 50) ** 2)
        axes.axvspan(0.2, 0.4, hatch="//", alpha=0.25)
        axes.imshow(np.eye(3), interpolation="none")
        axes.set_title("1.2345 < 2 & $5", weight="bold")
        return str(chart(lambda: figure, name, label, messages("en")))


def test_words_stay_words() -> None:
    """Text is text, its digits untouched, its marks escaped."""
    found = drawn()
    assert ">1.2345 &lt; 2 &amp; $5</text>" in found
    assert "font-family" not in found
    assert "font-weight: 700" in found


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_chart_that_fails_is_lost_alone(lang: str) -> None:
    """In its place stands that it could not be drawn, and what it would have shown."""

    def fail() -> Figure:
        raise ValueError("left cannot be >= right")

    with pytest.warns(PictureWarning, match=r"'map of report.html'.*left cannot be >= right"):
        found = str(chart(fail, "map", "Chi Ma <5>", messages(lang)))
    assert found == f'<p class="note">{messages(lang).text("report.undrawn")} Chi Ma &lt;5&gt;</p>'


def test_two_charts_share_no_name() -> None:
    """What the parts of one chart refer to is in that chart and in no other."""
    one, other = drawn("one"), drawn("other")
    names = [set(re.findall(r' id="([^"]+)"', found)) for found in (one, other)]
    used = set(re.findall(r'(?:href="|url\()#([\w-]+)', one))
    assert names[0] >= used
    assert used
    assert not names[0] & names[1]


def test_the_label_is_escaped() -> None:
    """A title with quotes does not end the sentence for those who listen."""
    assert 'aria-label="Gate &#34;A&#34; &lt;b&gt;"' in drawn(label='Gate "A" <b>')


def test_equal_figures_are_equal_text() -> None:
    """Nothing depends on when a chart is drawn."""
    assert drawn() == drawn()


def test_tints_keep_their_strength() -> None:
    """Lengths are rounded, opacity is not."""
    found = drawn()
    assert "opacity: 0.25" in found
    assert not re.search(r' d="[^"]*\.\d\d', found)
