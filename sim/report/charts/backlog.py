"""Chart of the backlog at each gate over time, and its data."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.clock import DAY
from sim.compare import Estimate, summarise
from sim.measures.bulletin import BULLETIN
from sim.messages import Messages
from sim.plan import DIRECTIONS, Plan
from sim.report.charts.style import (
    BLUE,
    CLOSED,
    GREY,
    INK,
    MOST_GATES,
    cut,
    gates_left_out,
    heading,
    largest,
    left_out,
    own_numbers,
    plain_axes,
)
from sim.report.text.format import interval_text, mean_text
from sim.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Backlog",
    "backlogs",
    "draw_backlog",
    "evening_text",
    "evenings",
    "scale",
]


@dataclass(frozen=True, eq=False)
class Backlog:
    """Vehicles waiting at one gate.

    Attributes
    ----------
    minutes:
        Shape ``(t,)``, minutes since midnight of the first simulated day.
    mean, low, high:
        Shape ``(t,)``: over replications, the mean and the 5 % and 95 % quantiles.
    closed:
        Closed hours, pairs of minutes.
    at_20:
        Mean of the 20:00s, with its interval over replications.
    gate:
        Id of the gate.
    """

    title: str
    minutes: Floats
    mean: Floats
    low: Floats
    high: Floats
    closed: Sequence[tuple[float, float]]
    at_20: Estimate = field(default_factory=lambda: Estimate(None))
    gate: str = ""


def draw_backlog(
    gates: Sequence[Backlog],
    start: dt.date,
    replications: int,
    messages: Messages,
    scenario: str = "",
) -> Figure:
    """Small multiples, one gate each, all on one scale; of many gates those with most waiting.

    ``start`` is the first simulated day and ``scenario`` the title shown.
    """
    from matplotlib.figure import Figure

    every = gates
    longest = [float(np.max(gate.mean)) for gate in every]
    gates = [every[place] for place in largest(longest, MOST_GATES)]
    columns = min(2, len(gates))
    rows = math.ceil(len(gates) / columns)
    height = 1.0 + 1.75 * rows
    figure = Figure(figsize=(10, height))
    heading(
        figure,
        messages.text("figure.backlog.title"),
        messages.text("figure.backlog.subtitle", n=replications),
        scenario,
    )
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    figure.subplots_adjust(
        left=0.055,
        right=0.975,
        top=1 - 0.95 / height,
        bottom=0.57 / height,
        hspace=0.35,
        wspace=0.06,
    )
    for axes, gate in zip(grid.flat, gates, strict=False):
        _panel(axes, gate, messages)
    for axes in list(grid.flat)[len(gates) :]:
        axes.set_visible(False)
    _time_axis(grid, gates[0].minutes, start, messages)
    grid[0, 0].set_ylim(0, scale(gates))
    own_numbers(grid[0, 0].yaxis, messages)
    left_out(figure, gates_left_out(len(gates), len(every), messages))
    return figure


def _panel(axes: Axes, gate: Backlog, messages: Messages) -> None:
    plain_axes(axes)
    _shade_closed(axes, gate)
    axes.fill_between(gate.minutes, gate.low, gate.high, color=BLUE, alpha=0.22, linewidth=0)
    axes.plot(gate.minutes, gate.mean, color=BLUE, linewidth=1.4)
    at = evenings(gate.minutes)
    waiting = np.interp(at, gate.minutes, gate.mean)
    axes.plot(
        at,
        waiting,
        "o",
        color="white",
        markeredgecolor=INK,
        markersize=3.6,
        zorder=4,
        clip_on=False,
    )
    axes.set_title(cut(gate.title, 48), loc="left", weight="bold", pad=4)
    if at.size:
        axes.set_title(
            messages.text("figure.backlog.at_20", count=evening_text(gate, messages)),
            loc="right",
            fontsize=8.5,
            color=GREY,
            pad=4,
        )


def evening_text(gate: Backlog, messages: Messages) -> str:
    """Write the mean of the 20:00s with its interval."""
    evening = gate.at_20
    if evening.mean is None:
        waiting = np.interp(evenings(gate.minutes), gate.minutes, gate.mean)
        evening = Estimate(float(waiting.mean()))
    return f"{mean_text(evening, messages, 0)} {interval_text(evening, messages, 0)}".strip()


def _shade_closed(axes: Axes, gate: Backlog) -> None:
    """Shade the closed hours, all in one object: a long run has thousands of them."""
    hours = [(begin, end - begin) for begin, end in gate.closed]
    across = axes.get_xaxis_transform()
    axes.broken_barh(hours, (0, 1), transform=across, color=CLOSED, linewidth=0, zorder=0)


def _time_axis(
    grid: NDArray[np.object_], minutes: Floats, start: dt.date, messages: Messages
) -> None:
    """Put a tick at each 20:00, the time of the province's bulletin, thinned to about eight."""
    first = grid[0, 0]
    first.set_xlim(float(minutes[0]), float(minutes[-1]))
    shown = evenings(minutes)
    shown = shown[:: max(1, math.ceil(shown.size / 8))]
    first.set_xticks(shown, _evening_labels(shown, minutes, start, messages))
    for axes in grid[-1]:
        axes.tick_params(axis="x", length=3, color=GREY)
    for column in range(grid.shape[1]):
        visible = [axes for axes in grid[:, column] if axes.get_visible()]
        if visible:
            visible[-1].tick_params(axis="x", labelbottom=True)


def _evening_labels(at: Floats, minutes: Floats, start: dt.date, messages: Messages) -> list[str]:
    """Label 20:00s with their days, and with the year where ``minutes`` pass the end of one."""
    days, ends = (
        [start + dt.timedelta(days=int(minute // DAY)) for minute in times]
        for times in (at, minutes[[0, -1]])
    )
    apart = ends[0].year != ends[-1].year
    return [f"20:00\n{messages.day(day)}" + (f"\n{day.year}" if apart else "") for day in days]


def evenings(minutes: Floats) -> Floats:
    """Return the 20:00s within the time shown."""
    days = np.arange(math.floor(minutes[0] / DAY), math.ceil(minutes[-1] / DAY) + 1)
    at = days * DAY + BULLETIN
    return np.asarray(at[(at >= minutes[0]) & (at <= minutes[-1])], dtype=np.float64)


def scale(gates: Sequence[Backlog]) -> float:
    """Top of the common scale."""
    return 1.05 * max([1.0, *(float(np.max(gate.high)) for gate in gates)])


def backlogs(results: Results, language: Messages) -> list[Backlog]:
    """Export vehicles waiting over time, for gates that have exports."""
    plan, export = results.plan, DIRECTIONS.index("export")
    waiting = pl.col("waiting")
    drawn = []
    for number, gate in enumerate(plan.gates):
        if not any(flow.gate == number and flow.direction == export for flow in plan.flows):
            continue
        of_gate = (  # gate by gate: a year of a hundred replications is long
            results.tables["backlog"]
            .filter(pl.col("gate") == gate.id)
            .group_by("minute")
            .agg(waiting.mean().alias("mean"), _quantile(0.05, "low"), _quantile(0.95, "high"))
            .sort("minute")
        )
        values = {name: of_gate[name].cast(pl.Float64).to_numpy() for name in of_gate.columns}
        minutes = values["minute"]
        closed = _closed(plan, number, float(minutes[0]), float(minutes[-1]))
        drawn.append(
            Backlog(
                language.pick(gate.title),
                minutes,
                values["mean"],
                values["low"],
                values["high"],
                closed,
                _evening(results, gate.id, evenings(minutes)),
                gate.id,
            )
        )
    return drawn


def _evening(results: Results, gate: str, minutes: Floats) -> Estimate:
    """Mean of the 20:00s of a gate, with its interval over replications."""
    if not minutes.size:
        return Estimate(None)
    evenings = results.tables["backlog"].filter(
        pl.col("gate") == gate, pl.col("minute").is_in(minutes.tolist())
    )
    return Estimate.of(
        summarise(evenings, [], "waiting", bounds=(0.0, math.inf)).row(0, named=True)
    )


def _quantile(share: float, name: str) -> pl.Expr:
    return pl.col("waiting").quantile(share, "linear").alias(name)


def _closed(plan: Plan, gate: int, begin: float, end: float) -> list[tuple[float, float]]:
    """Hours within ``begin`` and ``end`` when none of the gate's border stages is open."""
    calendars = [
        plan.calendars[calendar]
        for stage in plan.stages
        if stage.gate == gate and stage.side == "border"
        for calendar in np.unique(stage.server_calendar)
    ]
    spans = sorted(
        (float(a), float(b))
        for calendar in calendars
        for a, b in zip(calendar.opens, calendar.closes, strict=True)
    )
    closed, at = [], begin
    for opens, closes in spans:
        if opens > at:
            closed.append((at, min(opens, end)))
        at = max(at, closes)
        if at >= end:
            break
    if spans and at < end:
        closed.append((at, end))
    return [(a, b) for a, b in closed if a < b]
