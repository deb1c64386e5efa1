"""Chart of differences from the baseline by measure and gate, and its data."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.catalogue import MEASURES, title
from sim.compare import Comparison
from sim.compare.paired import SAME
from sim.compare.scenario_results import all_gates
from sim.messages import Messages
from sim.report.charts.style import (
    AMBER,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    MOST_GATES,
    VERMILION,
    cells,
    cut,
    gates_left_out,
    heading,
    largest,
    left_out,
    own_numbers,
    plain_axes,
)
from sim.report.text.summary import COMPARED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["GateChange", "MeasureChange", "differences", "draw_differences"]

_WIDTH = 10.0
_LONGEST = 36
"""Letters of a place's name beside the panels."""

_MOST_SCENARIOS, _MOST_LINES = 24, 150
"""Scenarios, and lines of a panel, that a picture has room for."""

#: Colours and signs of the scenarios, over again where there are more.
_MARKS = ((BLUE, "o"), (VERMILION, "s"), (GREEN, "D"), (AMBER, "^"))


@dataclass(frozen=True)
class GateChange:
    """A difference from the baseline at one place, with the ends of its interval if it has one.

    ``clear`` is whether it can be told from none.
    """

    place: str
    scenario: str
    mean: float
    low: float | None
    high: float | None
    clear: bool

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of the interval, or the mean twice."""
        if self.low is None or self.high is None:
            return self.mean, self.mean
        return self.low, self.high


@dataclass(frozen=True)
class MeasureChange:
    """All differences of one measure, in the unit that ``title`` names."""

    title: str
    more_is_better: bool
    changes: tuple[GateChange, ...]


def draw_differences(
    panels: Sequence[MeasureChange],
    names: Sequence[str],
    replications: int,
    error: str,
    messages: Messages,
    *,
    paired: bool = True,
) -> Figure:
    """One panel for each measure with a line for each place: interval around zero.

    Of many gates those are drawn where most differs, of many scenarios the first.
    ``names`` are the titles of the baseline and of the scenarios compared with it;
    ``error`` names what the intervals hold; ``paired`` is whether they all saw the same vehicles.
    """
    from matplotlib.figure import Figure

    others = list(names[1 : 1 + _MOST_SCENARIOS])
    every = list(dict.fromkeys(change.place for panel in panels for change in panel.changes))
    places = _foremost(every, panels, others)
    columns = 3 if len(panels) in (3, 5, 6) else min(4, len(panels))
    rows = math.ceil(len(panels) / columns)
    body = 0.16 * (len(places) * (len(others) + 0.7) + 0.5)
    top, gap, bottom = 0.86 + 0.2 * len(others), 0.98, 0.4
    height = top + rows * body + (rows - 1) * gap + 0.42 + bottom
    figure = Figure(figsize=(_WIDTH, height))
    title = messages.text("figure.comparison.title", baseline=names[0])
    kind = "subtitle_many" if len(others) > 1 else "subtitle"
    kind = kind if paired else "subtitle_independent"
    subtitle = messages.text(f"figure.comparison.{kind}", n=replications, error=error)
    heading(figure, cut(title, 95), subtitle)
    _key(figure, others, height)
    left = 0.025 + 0.0085 * max(cells(cut(place, _LONGEST)) for place in places)
    width = (0.985 - left - 0.025 * (columns - 1)) / columns
    for number, panel in enumerate(panels):
        row, column = divmod(number, columns)
        low = bottom + (rows - 1 - row) * (body + gap)
        box = (left + column * (width + 0.025), low / height, width, body / height)
        axes = figure.add_axes(box)
        _panel(axes, panel, places, others, messages, named=column == 0)
        title = "\n".join(textwrap.wrap(panel.title, 110 // columns))
        axes.set_title(title, loc="left", fontsize=9, weight="bold", pad=14, linespacing=1.1)
    missing = [gates_left_out(len(places), len(every), messages)]
    if len(names) - 1 > len(others):
        counts = {"shown": len(others), "n": len(names) - 1}
        missing.append(messages.text("figure.left_out.scenarios", **counts))
    left_out(figure, " ".join(missing))
    return figure


def _foremost(
    places: Sequence[str], panels: Sequence[MeasureChange], others: Sequence[str]
) -> list[str]:
    """Places that a picture has room for: the first, then those with most clear differences."""
    clear = Counter(c.place for panel in panels for c in panel.changes if c.clear)
    clear[places[0]] = len(panels) * len(others) + 1
    most = max(4, min(MOST_GATES, int(_MOST_LINES / (len(others) + 0.7))))
    return [places[n] for n in largest([clear[place] for place in places], most)]


def _panel(
    axes: Axes,
    panel: MeasureChange,
    places: Sequence[str],
    others: Sequence[str],
    messages: Messages,
    *,
    named: bool,
) -> None:
    """Draw one measure; ``named`` is whether the places are written beside it."""
    plain_axes(axes, grid="x")
    step = len(others) + 0.7
    axes.locator_params(axis="x", nbins=4)
    _scale(axes, panel)
    for change in (c for c in panel.changes if c.place in places and c.scenario in others):
        at = places.index(change.place) * step + others.index(change.scenario)
        _interval(axes, change, at, *_MARKS[others.index(change.scenario) % len(_MARKS)])
        if change.clear:
            _value(axes, change, at, messages)
    for number in range(1, len(places)):
        axes.axhline(number * step - 0.85, color=FAINT, linewidth=0.6, zorder=0)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    axes.set_ylim(len(places) * step - 0.85, -0.85)
    middles = [number * step + (len(others) - 1) / 2 for number in range(len(places))]
    labels = [cut(place, _LONGEST) if named else "" for place in places]
    axes.set_yticks(middles, labels)
    if named and places[0] == messages.text("waits.all"):
        axes.get_yticklabels()[0].set_fontweight("bold")
    own_numbers(axes.xaxis, messages)
    better = messages.text("figure.comparison.better")
    axes.text(
        1.0 if panel.more_is_better else 0.0,
        1.0,
        f"{better} ▶" if panel.more_is_better else f"◀ {better}",
        transform=axes.transAxes,
        ha="right" if panel.more_is_better else "left",
        va="bottom",
        fontsize=7.5,
        color=GREY,
    )


def _interval(axes: Axes, change: GateChange, at: float, colour: str, sign: str) -> None:
    """Draw a mean with its interval: full in the scenario's colour, or hollow and grey."""
    shown = colour if change.clear else GREY
    if change.low != change.high:
        axes.plot(
            change.ends, [at, at], color=shown, linewidth=1.8, solid_capstyle="butt", zorder=2
        )
    face = colour if change.clear else "white"
    axes.plot(change.mean, at, sign, color=shown, markerfacecolor=face, markersize=4.6, zorder=3)


def _value(axes: Axes, change: GateChange, at: float, messages: Messages) -> None:
    """Write a mean beside its interval, towards zero or away, where there is more room."""
    (low, high), (left, right) = change.ends, axes.get_xlim()
    before = low - (left if change.mean < 0 else 0.0)
    after = (0.0 if change.mean < 0 else right) - high
    if max(before, after) < 0.2 * (right - left):
        return
    digits = min(2, max(0, 1 - math.floor(math.log10(abs(change.mean)))))
    axes.annotate(
        messages.number(change.mean, digits, sign=True),
        (low if before > after else high, at),
        (-5 if before > after else 5, -0.5),
        textcoords="offset points",
        ha="right" if before > after else "left",
        va="center",
        fontsize=7.5,
        color=INK,
    )


def _scale(axes: Axes, panel: MeasureChange) -> None:
    """Show every interval and zero, with a little air."""
    ends = [0.0, *(end for change in panel.changes for end in change.ends)]
    low, high = min(ends), max(ends)
    air = 0.08 * (high - low) or 1.0
    axes.set_xlim(low - air, high + air)
    if low == high:  # nothing changes anywhere: no scale to read
        axes.set_xticks([0.0])


def _key(figure: Figure, others: Sequence[str], height: float) -> None:
    """Name the scenarios below the subtitle, each beside its sign."""
    from matplotlib.lines import Line2D

    for number, name in enumerate(others):
        colour, sign = _MARKS[number % len(_MARKS)]
        at = 1 - (0.74 + 0.2 * number) / height
        figure.add_artist(
            Line2D([0.012, 0.036], [at, at], color=colour, linewidth=1.8, solid_capstyle="butt")
        )
        figure.add_artist(Line2D([0.024], [at], color=colour, marker=sign, markersize=4.6))
        shown = cut(name, 110)
        figure.text(0.044, at, shown, fontsize=9, va="center", color=INK)


def differences(comparison: Comparison, language: Messages) -> list[MeasureChange]:
    """One panel for each measure that is not zero throughout: all gates, then each gate."""
    busy = {gate for sample in comparison.samples for gate in sample.busy}
    gates = all_gates(comparison.samples).items()
    places = {gate: language.pick(named) for gate, named in gates if gate in busy}
    if len(places) > 1:
        places = {"all": language.text("waits.all"), **places}
    panels = []
    for direction, measure in COMPARED:
        entry = MEASURES[measure]
        rows = comparison.headline.filter(direction=direction, measure=measure)
        rows = rows.drop_nulls("difference")
        if not any(rows["base_mean"]) and not any(rows["other_mean"]):
            continue
        factor = entry.factor
        changes = [
            GateChange(
                places[row["gate"]],
                row["alternative"],
                factor * row["difference"],
                low=None if row["low"] is None else factor * row["low"],
                high=None if row["high"] is None else factor * row["high"],
                clear=row["verdict"] not in (None, SAME),
            )
            for row in rows.iter_rows(named=True)
            if row["gate"] in places
        ]
        heading_of = title(entry, language, direction)
        panels.append(MeasureChange(heading_of, entry.more_is_better, tuple(changes)))
    return panels
