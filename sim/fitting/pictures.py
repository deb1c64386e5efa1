"""The picture of each fit: data beside the distribution, shares, hours, days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.fitting.families import FittedFamily, Interval
from sim.fitting.findings import Picture
from sim.fitting.likelihood import cumulative
from sim.report.charts.style import BLUE, FAINT, GREY, VERMILION, own_numbers, plain_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.messages import Messages

__all__ = ["draw_picture"]

_BINS = 30


def draw_picture(picture: Picture, messages: Messages) -> Figure:
    """Draw what a fit shows."""
    drawers: Mapping[str, Callable[[Mapping[str, Any], Messages], Figure]] = {
        "service": _service,
        "share": _share,
        "hours": _hours,
        "daily": _daily,
    }
    return drawers[picture.kind](picture.data, messages)


def _service(data: Mapping[str, Any], messages: Messages) -> Figure:
    """Histogram with the fitted density, and quantiles against quantiles."""
    from matplotlib.figure import Figure

    fit: FittedFamily = data["fit"]
    figure = Figure(figsize=(7.2, 2.3))
    left = figure.add_axes((0.06, 0.2, 0.5, 0.72))
    right = figure.add_axes((0.68, 0.2, 0.3, 0.72))
    seen = fit.sample.seen
    top = float(np.quantile(seen, 0.995)) * 1.05 + max(fit.sample.rounding, 1e-6)
    grid = fit.sample.rounding
    count = _BINS if not grid else max(int(min(_BINS, np.ceil(top / grid))), 2)
    edges = np.linspace(0.0, top, count + 1)
    heights = np.histogram(seen, edges)[0] / (len(seen) * np.diff(edges))
    left.bar(edges[:-1], heights, np.diff(edges), align="edge", color=FAINT, edgecolor=GREY, lw=0.4)
    fine = np.linspace(0.0, top, 241)
    below, _ = cumulative(fit.distribution, fine)
    if fit.distribution.cv > 0.0:
        left.plot((fine[:-1] + fine[1:]) / 2.0, np.diff(below) / np.diff(fine), color=BLUE, lw=1.6)
    else:
        left.axvline(fit.distribution.mean, color=BLUE, lw=1.6)
    left.set_xlabel(messages.text("fit.axis.minutes"))
    left.set_yticks([])
    left.set_xlim(0.0, top)
    _quantiles(right, fit, messages)
    for axes in (left, right):
        plain_axes(axes, grid="x")
        own_numbers(axes.xaxis, messages)
    return figure


def _quantiles(axes: Axes, fit: FittedFamily, messages: Messages) -> None:
    """Draw quantiles of the sample against those of the distribution."""
    u = (np.arange(1, 100) - 0.5) / 99.0
    own = np.quantile(fit.sample.seen, u)
    other = np.asarray(fit.distribution.quantile(u), np.float64)
    top = float(max(own[-1], other[-1])) * 1.05 + 1e-6
    axes.plot([0.0, top], [0.0, top], color=GREY, lw=0.8)
    axes.plot(other, own, "o", ms=2.2, color=VERMILION)
    axes.set_xlim(0.0, top)
    axes.set_ylim(0.0, top)
    axes.locator_params(nbins=4)
    axes.set_xlabel(messages.text("fit.axis.fitted"))
    axes.set_ylabel(messages.text("fit.axis.seen"))
    own_numbers(axes.yaxis, messages)


def _share(data: Mapping[str, Any], messages: Messages) -> Figure:
    """Draw shares with their intervals, one below another."""
    from matplotlib.figure import Figure

    names: Sequence[str] = data["names"]
    intervals: Sequence[Interval] = data["intervals"]
    height = 0.55 + 0.28 * len(names)
    figure = Figure(figsize=(7.2, height))
    axes = figure.add_axes((0.3, 0.42 / height, 0.66, 1 - 0.5 / height))
    for place, interval in enumerate(intervals):
        axes.plot([100 * interval.low, 100 * interval.high], [place, place], color=BLUE, lw=2.0)
        axes.plot([100 * interval.value], [place], "o", color=BLUE, ms=4)
    axes.set_yticks(
        range(len(names)), [messages.text("fit.all") if n == "all" else n for n in names]
    )
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(left=min(0.0, 100 * min(interval.low for interval in intervals)))
    axes.set_xlabel("%")
    plain_axes(axes, grid="x")
    own_numbers(axes.xaxis, messages)
    return figure


def _hours(data: Mapping[str, Any], messages: Messages) -> Figure:
    """Draw counts by the hour with the fitted windows and their intervals."""
    from matplotlib.figure import Figure

    hours = np.asarray(data["hours"], np.float64)
    total = float(hours.sum())
    figure = Figure(figsize=(7.2, 2.2))
    axes = figure.add_axes((0.08, 0.2, 0.9, 0.72))
    axes.bar(np.arange(24), 100 * hours / total, 1.0, align="edge", color=FAINT, edgecolor=GREY)
    for (first, last), interval in zip(data["windows"], data["intervals"], strict=True):
        wide = last - first
        axes.plot([first, last], [100 * interval.value / wide] * 2, color=BLUE, lw=1.8)
        middle = (first + last) / 2.0
        ends = [100 * interval.low / wide, 100 * interval.high / wide]
        axes.plot([middle, middle], ends, color=BLUE, lw=1.0)
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 3))
    axes.set_xlabel(messages.text("fit.axis.hour"))
    axes.set_ylabel("%")
    plain_axes(axes)
    own_numbers(axes.yaxis, messages)
    return figure


def _daily(data: Mapping[str, Any], messages: Messages) -> Figure:
    """Draw the count of each day and the mean."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 1.9))
    axes = figure.add_axes((0.08, 0.24, 0.9, 0.68))
    days = np.arange(len(data["daily"]))
    axes.bar(days, data["daily"], 0.8, color=FAINT, edgecolor=GREY)
    axes.plot(days, data["mean"], color=BLUE, lw=1.6)
    step = max(1, len(days) // 10)
    dates = data["dates"]
    axes.set_xticks(days[::step], [messages.day(dates[day]) for day in days[::step]])
    axes.set_ylabel(messages.text("fit.axis.vehicles"))
    plain_axes(axes)
    own_numbers(axes.yaxis, messages)
    return figure
