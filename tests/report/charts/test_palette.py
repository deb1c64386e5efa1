"""The palette can be read: contrast of words, and marks told apart by colour-blind readers.

Contrast: WCAG 2.1, relative luminance. Colour blindness: Machado, Oliveira and Fernandes
(2009), severity 1, on linear RGB; distance: CIE 1976 in CIELAB under D65.
"""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim.report.charts.style import BLUE, GREY, INK, RED, load_colours
from sim.report.svg.chart import HUES
from sim.report.svg.week import LEVELS

SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    """Linear RGB of an sRGB colour."""
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    bright, dark = sorted((float(TO_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def lab(colour: str, sight: str) -> np.ndarray:
    """CIELAB of a colour as someone sees it."""
    seen = TO_XYZ @ np.clip(SIGHT[sight] @ linear(colour), 0, 1) / WHITE
    f = np.where(seen > (6 / 29) ** 3, np.cbrt(seen), seen / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, sight: str) -> float:
    """How far apart two colours are for someone."""
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def scheme(name: str) -> dict[str, str]:
    """Colours of the light or the dark scheme of the pages, by name."""
    sheets = ("page.css", "charts.css") if name == "light" else ("dark.css",)
    folder = files("sim.report").joinpath("templates")
    css = " ".join(folder.joinpath(sheet).read_text("utf-8") for sheet in sheets)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))


SCHEMES = ("light", "dark")


def test_black_on_white() -> None:
    """The formulas give what the standards give for black, white and themselves."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert lab("#ffffff", "normal") == pytest.approx([100, 0, 0], abs=0.02)
    assert contrast(BLUE, BLUE) == 1.0


def test_the_schemes_name_the_same_colours() -> None:
    """No colour of the light scheme is left as it is in the dark one."""
    assert set(scheme("light")) == set(scheme("dark"))


@pytest.mark.parametrize("sheet", SCHEMES)
@pytest.mark.parametrize("name", ["ink", "grey", "soft", "blue", "good", "bad", "red"])
def test_words_of_the_page_can_be_read(name: str, sheet: str) -> None:
    """Words need a contrast of 4.5 on the paper and on the tints behind them (WCAG 2.1 AA)."""
    colours = scheme(sheet)
    for behind in ("paper", "tint", "faint", "shut"):
        assert contrast(colours[name], colours[behind]) >= 4.5, behind


@pytest.mark.parametrize("sheet", SCHEMES)
def test_words_inside_bars_can_be_read(sheet: str) -> None:
    """As words of the page, on each colour that a bar may have behind them."""
    colours = scheme(sheet)
    for bar in ("queue", "service", "virtual", "blue"):
        assert contrast(colours["on"], colours[bar]) >= 4.5, bar
    assert contrast(colours["on-closed"], colours["closed"]) >= 4.5


@pytest.mark.parametrize("sheet", SCHEMES)
def test_shapes_stand_out_of_the_paper(sheet: str) -> None:
    """Lines, dots, bars and the edges of pale bars have the contrast of shapes, 3."""
    colours = scheme(sheet)
    names = [f"s{number}" for number in range(HUES)]
    for name in (*names, "queue", "service", "virtual", "edge", "full", f"l{LEVELS - 1}"):
        assert contrast(colours[name], colours["paper"]) >= 3.0, name


@pytest.mark.parametrize("colour", [INK, GREY, BLUE, RED])
def test_words_of_figures_can_be_read(colour: str) -> None:
    """Words in figures have the contrast of words on the page."""
    assert contrast(colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("sheet", SCHEMES)
@pytest.mark.parametrize("sight", list(SIGHT))
def test_scenarios_can_be_told_apart(sight: str, sheet: str) -> None:
    """Any two scenarios differ clearly for every reader; so do being in line and being served."""
    colours = scheme(sheet)
    scenarios = [colours[f"s{number}"] for number in range(HUES)]
    clocks = [colours[name] for name in ("queue", "service", "closed")]
    for one, other in [*combinations(scenarios, 2), *combinations(clocks, 2)]:
        assert distance(one, other, sight) >= 15, (one, other)


@pytest.mark.parametrize("sheet", SCHEMES)
@pytest.mark.parametrize("sight", list(SIGHT))
def test_full_cells_stand_out_of_busy_ones(sight: str, sheet: str) -> None:
    """The red of 95 % is far from every blue of the page's scale, and blues differ in order."""
    colours = scheme(sheet)
    blues = [colours[f"l{level}"] for level in range(LEVELS)]
    assert min(distance(blue, colours["full"], sight) for blue in blues) >= 20
    steps = [distance(one, other, sight) for one, other in pairwise(blues)]
    assert min(steps) >= 5


@pytest.mark.parametrize("sight", list(SIGHT))
def test_full_stands_out_of_busy(sight: str) -> None:
    """The red of 95 % is far from every blue of the scale, whoever looks."""
    from matplotlib.colors import to_hex

    blues = [to_hex(load_colours()(share)) for share in np.linspace(0, 0.94, 20)]
    assert min(distance(blue, RED, sight) for blue in blues) >= 20
