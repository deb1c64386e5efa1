"""Columns that every pass over the event log reads, and open minutes of calendars.

Calendars come flattened, as in :mod:`sim.queues.kernels`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.engines.event_loop.compiling import inlined
from sim.queues.kernels import Book

__all__ = ["Fleet", "Kinds", "LogColumns", "bin_of", "interval", "known", "snapped", "worked"]

_ROUNDING = 1e-9  # see sim.measures.clocks


class LogColumns(NamedTuple):
    """The event log by row, the bounds of each stage's rows, and the measured window."""

    arrive: Floats
    start: Floats
    finish: Floats
    service: Floats
    vehicle: NDArray[np.int32]
    bounds: Ints
    window: tuple[float, float]


class Fleet(NamedTuple):
    """Vehicles: flow, arrival, row of the crossing, leaving a queue, and what became of them."""

    flow: Ints
    arrive: Floats
    crossed_row: Ints
    gave_up: Floats
    sold: Bools
    turned_back: Bools
    initial: Bools


class Kinds(NamedTuple):
    """Stages: their calendars, and what tells how a visit is split."""

    calendar: Ints
    never_closes: Bools
    """By calendar."""
    side: Ints
    owner: Bools
    virtual: Bools
    resume: Bools
    hold: Bools
    delay: Bools
    served: Bools
    """By servers or places, each a row of groups with a calendar."""
    server_first: Ints
    server_group: Ints
    group_first: Ints
    group_calendar: Ints


@inlined
def interval(time: float, k: int, p: int, book: Book) -> int:
    """Last interval of calendar ``p`` that opens by a time, searched from ``k`` on."""
    opens, bounds = book[0], book[4]
    while k + 1 < bounds[p + 1] and opens[k + 1] <= time:
        k += 1
    while k >= bounds[p] and opens[k] > time:
        k -= 1
    return k


@inlined
def worked(time: float, k: int, p: int, book: Book) -> float:
    """Open minutes before a time in the interval found by :func:`interval`."""
    _, closes, before, origin, bounds = book
    if k < bounds[p]:
        return 0.0
    return float(before[k + p] + (min(time, closes[k]) - origin[k]))


@inlined
def snapped(part: float, whole: float) -> float:
    """Remove rounding from a part of a whole."""
    if whole - part < _ROUNDING:
        return whole
    return 0.0 if part < _ROUNDING else part


@inlined
def known(minutes: float) -> float:
    """Minutes, 0 where unknown."""
    return 0.0 if np.isnan(minutes) else minutes


@inlined
def bin_of(time: float, width: float, edges: Floats) -> int:
    """Bin of a time; the inner edges lie about ``width`` apart, and ends go to the last bin."""
    b = min(max(int((time - edges[0]) / width), 0), len(edges) - 2)
    while b > 0 and edges[b] > time:
        b -= 1
    while b < len(edges) - 2 and edges[b + 1] <= time:
        b += 1
    return b
