"""Random small queues for hypothesis, with many ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.queues import Calendar

LANES = 3


@dataclass(frozen=True)
class Queue:
    """Everything :func:`sim.queues.fifo` needs; arrays are ``(n, LANES)``."""

    arrivals: NDArray[np.float64]
    service: NDArray[np.float64]
    servers: int
    options: dict[str, Any]

    @property
    def calendars(self) -> list[Calendar]:
        given = self.options.get("calendar")
        if given is None:
            return [Calendar.always()] * self.servers
        return [given] * self.servers if isinstance(given, Calendar) else list(given)


whole = st.integers(0, 40).map(float)
fine = st.floats(0.0, 40.0, allow_subnormal=False)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Up to four intervals on whole minutes; perhaps open since ever or for ever."""
    edges = sorted(draw(st.sets(st.integers(0, 60), min_size=0, max_size=8)))
    edges = [float(x) for x in edges[: len(edges) // 2 * 2]]
    if edges and draw(st.booleans()):
        edges[-1] = float("inf")
    if edges and draw(st.booleans()):
        edges[0] = float("-inf")
    return Calendar(np.array(edges[::2]), np.array(edges[1::2]))


@st.composite
def queues(draw: st.DrawFn, kinds: tuple[str, ...] = ("plain", "shared", "roster")) -> Queue:
    """A queue of up to 25 customers on three lanes and up to six servers."""
    n, c = draw(st.integers(0, 25)), draw(st.integers(1, 6))
    times = draw(st.sampled_from([whole, fine, st.just(0.0)]))
    coming = st.one_of(times, st.just(float("inf"))) if draw(st.booleans()) else times
    size = n * LANES
    a = np.array(draw(st.lists(coming, min_size=size, max_size=size))).reshape(n, LANES)
    lengths = draw(st.sampled_from([st.integers(0, 9).map(float), fine]))
    s = np.array(draw(st.lists(lengths, min_size=size, max_size=size))).reshape(n, LANES)
    options: dict[str, Any] = {"resume": draw(st.booleans())}
    kind = draw(st.sampled_from(kinds))
    if kind == "shared":
        options["calendar"] = draw(calendars())
    if kind == "roster":
        pair = [draw(calendars()), draw(calendars())]
        options["calendar"] = [pair[draw(st.integers(0, 1))] for _ in range(c)]
    extra = draw(st.sampled_from(["none", "priority", "room"]))
    if extra == "priority":
        ranks = draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size))
        options["priority"] = np.array(ranks, dtype=np.int64).reshape(n, LANES)
    if extra == "room":
        options["room"] = draw(st.integers(0, 3))
    return Queue(a, s, c, options)
