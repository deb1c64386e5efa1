"""One look for every picture: colours, type, axes, and how pictures are saved."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sim.report.charts.fonts import glyphs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure

    from sim.messages import Messages

__all__ = [
    "AMBER",
    "BLUE",
    "CLOSED",
    "FAINT",
    "GREEN",
    "GREY",
    "INK",
    "MOST_GATES",
    "MOST_STAGES",
    "RED",
    "VERMILION",
    "cells",
    "cut",
    "gates_left_out",
    "heading",
    "house_style",
    "largest",
    "left_out",
    "lines_by_place",
    "load_colours",
    "name_line",
    "own_numbers",
    "plain_axes",
    "render",
    "save",
    "stages_left_out",
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


MOST_GATES, MOST_STAGES = 24, 60
"""Gates and stages that a picture shows at most; the tables have all."""


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
    name = cut(textwrap.shorten(scenario, 62, placeholder=" …"), 62)
    figure.text(0.988, 1 - 0.17 / height, name, fontsize=9.5, color=BLUE, va="top", ha="right")


def plain_axes(axes: Axes, grid: str = "y") -> None:
    """Reduce axes to what helps to read a value: a faint grid along one axis, no box."""
    for side in ("top", "right", "left" if grid == "y" else "bottom"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y" if grid == "y" else "x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


def own_numbers(axis: Axis, messages: Messages) -> None:
    """Write an axis's numbers in the reader's way: 2.5 or 2,5."""
    axis.set_major_formatter(lambda value, _: messages.short(value))


def cells(text: str) -> int:
    """Width of a text in Latin letters: East Asian ones are twice as wide, marks take none."""
    widths = {"W": 2, "F": 2}
    return sum(
        0 if unicodedata.combining(letter) else widths.get(unicodedata.east_asian_width(letter), 1)
        for letter in text
    )


def cut(text: str, most: int) -> str:
    """Return a text at most as wide as ``most`` Latin letters, cut with an ellipsis."""
    if cells(text) <= most:
        return text
    while text and cells(text) > most - 1:
        text = text[:-1]
    return text.rstrip() + "…"


@cache
def load_colours() -> ListedColormap:
    """Blues from 0 to 95 %, red from 95 %: 100 steps of one percent."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, to_rgba

    blues = colormaps["Blues"]
    return ListedColormap([blues(0.02 + 0.9 * i / 94) for i in range(95)] + [to_rgba(RED)] * 5)


def render(figure: Figure, kinds: Sequence[str] = ("png", "svg")) -> dict[str, bytes]:
    """Return a figure as files by kind: ``png``, ``svg``, ``pdf``; equal figures, equal bytes."""
    facts: dict[str, dict[str, str | None]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": "langson"},
        "pdf": {"CreationDate": None, "Creator": "langson"},
    }
    files: dict[str, bytes] = {}
    for kind in sorted(kinds, key=lambda kind: kind != "svg"):  # before letters are replaced
        content = BytesIO()
        with glyphs(figure, kind):
            figure.savefig(content, format=kind, dpi=160, metadata=facts[kind])
        files[kind] = content.getvalue()
    return files


def save(figure: Figure, folder: Path, name: str, kinds: Sequence[str] = ("png", "svg")) -> None:
    """Write ``name.png``, ``name.svg`` or ``name.pdf``."""
    for kind, content in render(figure, kinds).items():
        (folder / f"{name}.{kind}").write_bytes(content)


class OfPlace(Protocol):
    """Something drawn on a line of its own: of a ``stage``, below the heading of its place."""

    @property
    def place(self) -> str:
        """Heading: gate and route."""

    @property
    def stage(self) -> str:
        """Title of the stage."""


T = TypeVar("T", bound=OfPlace)


def lines_by_place(
    axes: Axes,
    entries: Sequence[T],
    x: float,
    *,
    head: float = 1.0,
    gap: float,
    middle: float = 0.0,
) -> Iterator[tuple[T, float]]:
    """Write each place once, and yield the entries below it with the heights of their lines.

    Heights count downwards, a line an entry. A heading starts at ``x`` of the width, ``middle``
    below its height, and takes ``head`` lines; a ``gap`` follows each place.
    """
    at = 0.0
    for place in dict.fromkeys(entry.place for entry in entries):
        axes.text(
            x, at + middle, cut(place, 90), transform=axes.get_yaxis_transform(),
            weight="bold", va="center",
        )  # fmt: skip
        at += head
        for entry in entries:
            if entry.place == place:
                yield entry, at
                at += 1.0
        at += gap


def name_line(axes: Axes, entry: OfPlace, at: float) -> None:
    """Write the title of an entry's stage left of its line."""
    axes.text(
        -0.012, at, cut(entry.stage, 44), transform=axes.get_yaxis_transform(),
        ha="right", va="center", fontsize=8,
    )  # fmt: skip


def largest(sizes: Sequence[float], most: int) -> list[int]:
    """Return the places of the ``most`` largest sizes, in the order in which they stand."""
    ranked = sorted(range(len(sizes)), key=lambda place: (-sizes[place], place))
    return sorted(ranked[:most])


def gates_left_out(shown: int, n: int, messages: Messages) -> str:
    """Say how many gates are not drawn; empty where all are."""
    return "" if shown >= n else messages.text("figure.left_out.gates", shown=shown, n=n)


def stages_left_out(shown: int, n: int, messages: Messages) -> str:
    """Say how many stages are not drawn; empty where all are."""
    return "" if shown >= n else messages.text("figure.left_out.stages", shown=shown, n=n)


def left_out(figure: Figure, text: str) -> None:
    """Say at the bottom right of a figure what it leaves out, if anything."""
    height = figure.get_size_inches()[1]
    figure.text(0.988, 0.06 / height, text, fontsize=8, color=GREY, va="bottom", ha="right")
