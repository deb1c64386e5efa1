"""Picture: the stay of a vehicle split by side and clock, as a time release study shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sim.catalogue import CLOCKS, DIRECTIONS, SIDES
from sim.messages import Messages
from sim.report.charts.style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    VERMILION,
    heading,
    own_numbers,
    plain_axes,
)
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["DRAWN", "Stay", "draw_stays", "mean_stays"]

DRAWN = ("queue", "service", "closed")
"""Clocks that are drawn; hours with the owner or booked elsewhere stand beside the bar."""

_COLOURS = {"queue": VERMILION, "service": BLUE, "closed": FAINT}
_WIDTH, _LEFT, _RIGHT = 7.6, 0.22, 0.7


@dataclass(frozen=True)
class Stay:
    """Mean hours of a vehicle's stay in one direction, by side and clock.

    ``title`` names direction and, where there are several, the scenario; ``mode`` is road or
    rail. ``sides`` are in the order in which the vehicle passes them.
    """

    title: str
    mode: str
    direction: str
    sides: tuple[str, ...]
    hours: Mapping[tuple[str, str], float]

    def of_clock(self, *clocks: str) -> float:
        """Hours on some clocks, all sides."""
        return sum(self.hours[side, clock] for side in self.sides for clock in clocks)

    def of_side(self, side: str) -> float:
        """Hours on a side that are drawn."""
        return sum(self.hours[side, clock] for clock in DRAWN)

    @property
    def whole(self) -> float:
        """Hours from arrival to the end of the path."""
        return self.of_clock(*CLOCKS)

    def sentence(self, messages: Messages) -> str:
        """Say the hours of each side and clock, for those who do not see the picture."""
        parts = [
            f"{messages.text(f'side.{side}')} {messages.number(self.of_side(side), 1)} h"
            for side in self.sides
        ]
        return f"{self.title}: {', '.join(parts)}; {self.rest(messages)}"

    def rest(self, messages: Messages) -> str:
        """Say what stands beside the bar: the owner's hold, bookings, and the whole stay."""
        parts = [messages.number(self.of_clock(*DRAWN), 1)]
        parts += [
            messages.text(f"figure.stays.{clock}", hours=messages.number(self.of_clock(clock), 1))
            for clock in ("owner", "virtual")
            if self.of_clock(clock) >= 0.05
        ]
        whole = messages.number(self.whole, 1)
        if len(parts) == 1:
            return messages.text("figure.stays.alone", hours=whole)
        return messages.text("figure.stays.whole", parts=" + ".join(parts), hours=whole)


def mean_stays(
    several: Sequence[Results], titles: Sequence[str], messages: Messages, gate: str = ""
) -> list[Stay]:
    """Mean stays at the road gates, then at the stations, or at one gate; exports first.

    Directions in which no stay ended are left out.
    """
    means = []
    for mode in ("road", "rail"):
        for direction in DIRECTIONS:
            for results, title in zip(several, titles, strict=True):
                gates = [g.id for g in results.plan.gates if g.mode == mode and gate in ("", g.id)]
                hours = _hours(results, gates, direction)
                if hours is not None:
                    name = messages.text(f"figure.stays.{mode}.{direction}")
                    name = f"{name} · {title}" if len(several) > 1 else name
                    sides = SIDES if direction == "export" else SIDES[::-1]
                    means.append(Stay(name, mode, direction, sides, hours))
    return means


def _hours(
    results: Results, gates: Sequence[str], direction: str
) -> dict[tuple[str, str], float] | None:
    """Hours per vehicle by side and clock: sums over replications / vehicles of all of them."""
    chosen = (pl.col("gate").is_in(gates)) & (pl.col("direction") == direction)
    vehicles = results.tables["gates"].filter(chosen)["stays"].sum()
    if not vehicles:
        return None
    columns = [f"stay_{clock}_hours" for clock in CLOCKS]
    cells = results.tables["places"].filter(chosen).group_by("side").agg(pl.col(columns).sum())
    sums = {row["side"]: row for row in cells.iter_rows(named=True)}
    return {
        (side, clock): sums[side][f"stay_{clock}_hours"] / vehicles if side in sums else 0.0
        for side in SIDES
        for clock in CLOCKS
    }


def draw_stays(
    stays: Sequence[Stay], messages: Messages, replications: int = 0, scenario: str = ""
) -> Figure:
    """One bar for each direction and scenario, in the order in which sides are passed.

    With ``replications`` it has a title of its own.
    """
    from matplotlib.figure import Figure

    top = 1.0 if replications else 0.42
    height = top + 0.52 * len(stays) + 0.42
    width = 10.0 if replications else _WIDTH
    figure = Figure(figsize=(width, height))
    if replications:
        subtitle = messages.text("figure.stays.subtitle")
        heading(figure, messages.text("figure.stays.title"), subtitle, scenario)
    axes = figure.add_axes((_LEFT, 0.42 / height, _RIGHT - _LEFT, 0.52 * len(stays) / height))
    plain_axes(axes, grid="x")
    longest = max([0.1, *(stay.of_clock(*DRAWN) for stay in stays)])
    for place, stay in enumerate(stays):
        _bar(axes, stay, place, longest, messages)
    axes.set_ylim(len(stays) - 0.5, -0.55)
    axes.set_xlim(0, longest)
    axes.set_yticks([])
    own_numbers(axes.xaxis, messages)
    axes.set_xlabel(messages.text("figure.stays.axis"), fontsize=8)
    _key(figure, top, height, messages)
    return figure


def _bar(axes: Axes, stay: Stay, place: int, longest: float, messages: Messages) -> None:
    """Draw one stay: clocks side by side, a gap and a name between sides."""
    import textwrap

    label = "\n".join(textwrap.wrap(stay.title, 26)[:3])
    axes.text(-0.015, place, label, transform=axes.get_yaxis_transform(), ha="right", va="center",
              fontsize=8.5)  # fmt: skip
    at = 0.0
    for side in stay.sides:
        begin = at
        for clock in DRAWN:
            hours = stay.hours[side, clock]
            axes.barh(place + 0.1, hours, 0.42, at, color=_COLOURS[clock], linewidth=0)
            if hours > 0.055 * longest:
                colour = INK if clock == "closed" else "white"
                axes.text(at + hours / 2, place + 0.1, messages.number(hours, 1), ha="center",
                          va="center", fontsize=7.5, color=colour)  # fmt: skip
            at += hours
        if at - begin > 0.15 * longest:
            name = f"{messages.text(f'side.{side}')} {messages.number(at - begin, 1)}"
            axes.text((begin + at) / 2, place - 0.3, name, ha="center", va="center", fontsize=7.5,
                      color=GREY)  # fmt: skip
        axes.plot([at, at], [place - 0.38, place + 0.36], color=INK, linewidth=0.9)
    axes.annotate(stay.rest(messages), (1.0, place + 0.1), xycoords=axes.get_yaxis_transform(),
                  xytext=(8, 0), textcoords="offset points", va="center", fontsize=8,
                  annotation_clip=False)  # fmt: skip


def _key(figure: Figure, top: float, height: float, messages: Messages) -> None:
    """Colours of the clocks, above the bars."""
    from matplotlib.patches import Rectangle

    at, y = _LEFT, 1 - (top - 0.22) / height
    for clock in DRAWN:
        figure.add_artist(Rectangle((at, y - 0.05 / height), 0.018, 0.11 / height,
                                    color=_COLOURS[clock], linewidth=0))  # fmt: skip
        text = messages.text(f"figure.stays.clock.{clock}")
        figure.text(at + 0.024, y, text, fontsize=8, va="center")
        at += 0.05 + 0.0105 * len(text)
