"""State of the compiled event loop: a border as flat arrays.

Stations and groups of servers are records, visits and vehicles are columns; what is waited in
line is linked by row. Numbers that stand for nothing are -1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.queues.kernels import Book

__all__ = [
    "CLOCK",
    "EVENT",
    "GROUP",
    "STATION",
    "Border",
    "Held",
    "Lines",
    "Publications",
    "Records",
    "Rows",
    "Tables",
    "VehicleColumns",
    "VisitColumns",
]

Rows = NDArray[np.int32]
Records = NDArray[np.void]


def _record(whole: str, real: str = "") -> np.dtype[np.void]:
    return np.dtype(
        [(n, np.int64) for n in whole.split()] + [(n, np.float64) for n in real.split()]
    )


CLOCK = _record(
    "events deadlines sequence due vehicle published limited absent", "now horizon wake"
)
"""Events and deadlines in heaps, keys given, stations due, next vehicle and publication."""

EVENT = _record("key", "time")
"""Entry of a heap by time, then key: the lower bits are a row, those above its turn."""

STATION = _record(
    "kind resume owner virtual eager turns_back blocks overflow order due free waiting "
    "line lines group groups plain server slot slots",
    "size within",
)
"""``line``, ``group`` and ``slot`` are the first of each, ``lines``, ``groups``, ``slots`` ends."""

GROUP = _record("calendar turn last idle count tier tiers")
"""Servers with one calendar and lane: ``count`` of them idle, a heap from ``idle`` on."""


class Lines(NamedTuple):
    """First and last row of each line, and the neighbours of each row that waits."""

    head: Rows
    tail: Rows
    ahead: Rows
    behind: Rows


class Tables(NamedTuple):
    """Tables by number, constant or counted: servers idle, vehicles in stock.

    ``line_of`` has shape ``(stations, flows)``; tier ``t`` of a group is
    ``tier_bounds[t]:tier_bounds[t + 1]`` of ``tier_lines``; ``home`` is the group of each server;
    ``stock_of`` and ``refused`` are by flow, ``above`` and ``inside`` by stock.
    """

    line_of: Rows
    tier_bounds: Ints
    tier_lines: Ints
    home: Ints
    idle: Ints
    slots: Floats
    stock_of: Ints
    refused: Bools
    above: Ints
    inside: Ints


class VisitColumns(NamedTuple):
    """Columns by row of the workload; ``place`` is empty where rows ascend along every path."""

    vehicle: Rows
    service: Floats
    station: NDArray[np.int16]
    following: Rows
    chain: Rows
    place: Ints
    absent: Bools
    arrive: Floats
    start: Floats
    finish: Floats
    server: Rows


class VehicleColumns(NamedTuple):
    """Columns by vehicle.

    ``stock`` is the one it counts in, ``kept`` the row of a kept server, ``latest`` the key of
    its deadline at the stage it reached last.
    """

    arrive: Floats
    flow: Ints
    deadline: Floats
    crossed_row: Ints
    initially_queued: Bools
    comes: Bools
    first: Rows
    held: Rows
    stock: Rows
    kept: Rows
    latest: Ints
    gave_up_at: Floats
    turned_back: Bools


class Held(NamedTuple):
    """Visits to holds: the row, the row whose end gives the place back, the vehicle's next."""

    row: Ints
    until: Ints
    following: Rows


class Publications(NamedTuple):
    """Publications, and the decisions taken after each of them.

    ``first`` has shape ``(choices, publications + 1)``: decisions of each choice before each
    publication, as indices into ``time``; ``ready``, ``interval``, ``taste`` and ``vehicle`` have a
    row for each decision. Choice ``c`` has the alternatives ``bounds[c]:bounds[c + 1]``. Number
    ``n`` counts the vehicles ``listed[edges[n]:edges[n + 1]]``, of which the first ``inside[n]``
    are there and those before ``coming[n]`` have come.
    """

    times: Floats
    due: Ints
    first: Ints
    time: Floats
    ready: Floats
    interval: Ints
    taste: Floats
    vehicle: Ints
    bounds: Ints
    value_of_time: Floats
    queue: Ints
    stop: Ints
    threshold: Ints
    pace: Floats
    fee: Floats
    book: Book
    edges: Ints
    listed: Rows
    inside: Ints
    coming: Ints
    held: Bools
    counts: Ints
    called: Ints
    booked: Ints
    booked_bounds: Ints


class Border(NamedTuple):
    """All of it."""

    clock: Records
    stations: Records
    groups: Records
    wakes: Floats
    due: Ints
    heap: Records
    deadlines: Records
    lines: Lines
    tables: Tables
    book: Book
    visits: VisitColumns
    vehicles: VehicleColumns
    held: Held
    publications: Publications
