"""One look for every picture: colours, type, axes, and how pictures are saved."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure

    from sim.words import Words

__all__ = [
    "AMBER",
    "BLUE",
    "CLOSED",
    "FAINT",
    "GREEN",
    "GREY",
    "INK",
    "RED",
    "VERMILION",
    "heading",
    "house_style",
    "load_colours",
    "own_numbers",
    "plain_axes",
    "save",
]

# Told apart by readers with each common kind of colour blindness.
GREY = "#6B7785"  # baseline
BLUE = "#0072B2"  # scenario
VERMILION = "#D55E00"  # third option
GREEN = "#009E73"
AMBER = "#E69F00"
RED = "#B00020"  # at or over 95 %
INK = "#1F2933"
FAINT = "#D5DAE0"
CLOSED = "#EEF0F3"


@contextmanager
def house_style() -> Iterator[None]:
    """Within this block figures are made and saved in the house style."""
    import matplotlib as mpl

    settings: Any = {
        "font.family": "sans-serif",
        "font.sans-serif": ["Noto Sans", "DejaVu Sans"],
        "font.size": 9.0,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": FAINT,
        "axes.titlesize": 9.5,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 8.0,
        "ytick.labelsize": 8.0,
        "hatch.linewidth": 0.5,
        "svg.fonttype": "none",  # text stays text: searched, copied, read aloud
        "svg.hashsalt": "langson",  # equal pictures are equal files
        "path.simplify": True,
        "text.parse_math": False,  # a title may hold dollars
    }
    with mpl.rc_context(settings):
        yield


def heading(figure: Figure, title: str, subtitle: str, scenario: str = "") -> None:
    """Title and one line of explanation at the top left, the scenario's name at the right."""
    height = figure.get_size_inches()[1]
    figure.text(0.012, 1 - 0.14 / height, title, fontsize=13, weight="bold", va="top")
    figure.text(0.012, 1 - 0.42 / height, subtitle, fontsize=9, color=GREY, va="top")
    name = textwrap.shorten(scenario, 62, placeholder=" …")
    figure.text(0.988, 1 - 0.17 / height, name, fontsize=9.5, color=BLUE, va="top", ha="right")


def plain_axes(axes: Axes, grid: str = "y") -> None:
    """Only what helps to read a value: a faint grid along one axis, no box."""
    for side in ("top", "right", "left" if grid == "y" else "bottom"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y" if grid == "y" else "x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


def own_numbers(axis: Axis, words: Words) -> None:
    """Write an axis's numbers in the reader's way: 2.5 or 2,5."""
    axis.set_major_formatter(lambda value, _: words.short(value))


def load_colours() -> ListedColormap:
    """Blues from 0 to 95 %, red from 95 %: 100 steps of one percent."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, to_rgba

    blues = colormaps["Blues"]
    return ListedColormap([blues(0.02 + 0.9 * i / 94) for i in range(95)] + [to_rgba(RED)] * 5)


def save(figure: Figure, folder: Path, name: str, kinds: Sequence[str] = ("png", "svg")) -> None:
    """Write ``name.png``, ``name.svg`` or ``name.pdf``; equal figures give equal files."""
    facts: dict[str, dict[str, str | None]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": "langson"},
        "pdf": {"CreationDate": None, "Creator": "langson"},
    }
    for kind in kinds:
        figure.savefig(folder / f"{name}.{kind}", dpi=160, metadata=facts[kind])
