"""Charts of the pages: round ticks, words escaped, and what a failure leaves."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import PictureWarning
from sim.messages import messages
from sim.report.svg.canvas import Canvas, pixels
from sim.report.svg.chart import chart
from sim.report.svg.scale import Scale, ticks
from sim.report.svg.week import draw_week_cells

EN = messages("en")

numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 3))


@given(numbers, st.floats(1e-6, 1e9), st.integers(2, 8))
def test_ticks_are_round_and_within(low: float, width: float, most: int) -> None:
    """Ticks lie within the scale, are no more than asked for and evenly apart."""
    high = low + width
    chosen = ticks(low, high, most)
    assert len(chosen) <= most
    slack = 1e-6 * max(abs(low), abs(high), width)
    assert all(low - slack <= value <= high + slack for value in chosen)
    if len(chosen) > 2:
        steps = np.diff(chosen)
        assert steps == pytest.approx(np.full(steps.size, steps[0]), rel=1e-6, abs=slack)


def test_ticks_are_the_numbers_a_reader_expects() -> None:
    """Multiples of 1, 2 or 5; one place where there is no width."""
    assert ticks(0.0, 17.0, 5) == [0.0, 5.0, 10.0, 15.0]
    assert ticks(-0.3, 0.9, 4) == pytest.approx([0.0, 0.5])
    assert ticks(3.0, 3.0) == [3.0]


def test_a_scale_without_width_puts_everything_at_its_begin() -> None:
    """Nothing is divided by zero where all values are alike."""
    assert Scale(2.0, 2.0)(5.0) == 0.0
    assert Scale(0.0, 4.0, 100.0, 20.0)(1.0) == 80.0


@pytest.mark.parametrize(
    ("value", "text"), [(1.04, "1"), (-0.04, "0"), (12.35, "12.3"), (100, "100")]
)
def test_lengths_are_short(value: float, text: str) -> None:
    """No digit more than a pixel needs, and no minus before nothing."""
    assert pixels(value) == text


def test_words_and_values_are_escaped() -> None:
    """A title with quotes and angles is shown, not obeyed, in words, sentences and values."""
    odd = "A \"b\" <c> & 'd'"

    def draw() -> Canvas:
        canvas = Canvas(20)
        canvas.table.columns = [odd]
        with canvas.mark((odd,), 1.0):
            canvas.rect(0, 0, 10, 10, "fill")
        canvas.text(0, 10, odd)
        return canvas

    drawn = chart(draw, "odd", odd, EN).__html__()
    assert odd not in drawn
    (rows,) = re.findall(r'data-rows="([^"]*)"', drawn)
    assert unescape(rows).split("\n") == [odd, odd]
    assert unescape(re.findall(r"<text[^>]*>([^<]*)<", drawn)[0]) == odd
    assert unescape(re.findall(r'aria-label="([^"]*)"', drawn)[0]) == odd


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_chart_that_fails_is_lost_alone(lang: str) -> None:
    """In its place stands that it could not be drawn, and what it would have shown."""

    def fail() -> Canvas:
        raise ValueError("no such gate")

    with pytest.warns(PictureWarning, match=r"'map of report.html'.*no such gate"):
        drawn = chart(fail, "map", "Chi Ma <5>", messages(lang)).__html__()
    text = messages(lang).text("report.undrawn")
    assert drawn == f'<p class="note">{text} Chi Ma &lt;5&gt;</p>'


def test_closed_hours_are_hatched_and_full_ones_red() -> None:
    """A closed hour has no colour of its own; an idle open one has; red begins at 95 %."""
    week = np.full((7, 24), np.nan)
    week[0, 7:19] = 0.0
    week[0, 8], week[0, 9] = 0.95, 0.949
    canvas = draw_week_cells("Chi Ma", "Lanes", week, [0, 1], EN)
    closed = [shape for shape in canvas.shapes if 'class="closed"' in shape]
    assert [re.findall(r'width="([\d.]+)%"', shape)[0] for shape in closed] == [
        *("29.17", "20.83", "100"),
    ]
    (full,) = [shape for shape in canvas.shapes if 'class="l-full"' in shape]
    assert full.startswith('<path d="M8 ')
    percents = str(canvas.facts["data_cells"]).split()
    assert percents[:11] == ["-"] * 7 + ["0", "95", "95", "0"]
    assert percents[24:] == ["-"] * 24
