"""Calendars: opening hours as sorted open intervals.

A calendar is a pair of arrays ``opens[k] < closes[k] <= opens[k+1]`` in one clock. A
service may start at ``t`` when ``opens[k] <= t < closes[k]``: the closing instant itself
is closed. With the rule `finish` a started service runs on past closing; with `resume`
it freezes at closing and continues at the next opening.

`resume` works on the clock of open time (time change, exact by definition):
``work(t) = worked before interval k + (t - opens[k])``; a service that starts at ``s``
and needs ``v`` ends where ``work`` reaches ``work(s) + v`` for the first time. Both
engines call the functions of this module, so their results agree to the last bit.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import numeric_array
from sim.arrays import Bools, Floats
from sim.errors import ArgumentError
from sim.queues.edges import Edges
from sim.sentences import Sentence

__all__ = ["Calendar"]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Sorted open intervals.

    Parameters
    ----------
    opens, closes:
        Shape ``(k,)``, same clock as the arrivals (minutes in langson). ``closes`` may
        end with ``inf``. Touching intervals are joined.

    Raises
    ------
    ArgumentError
        The intervals are empty, overlap or are not sorted.
    """

    opens: Floats
    closes: Floats
    worked: Floats = field(init=False, repr=False)
    origin: Floats = field(init=False, repr=False)
    _lists: tuple[list[float], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        opens = numeric_array("opens", self.opens).reshape(-1).copy()
        closes = numeric_array("closes", self.closes).reshape(-1).copy()
        if opens.shape != closes.shape:
            raise ArgumentError(Sentence("opens and closes differ in length"))
        if not (opens < closes).all() or not (closes[:-1] <= opens[1:]).all():
            raise ArgumentError(Sentence("intervals must be sorted, apart and of positive length"))
        if opens.size:
            apart = np.concatenate([[True], opens[1:] > closes[:-1]])
            opens, closes = opens[apart], closes[np.concatenate([apart[1:], [True]])]
        # Work is counted from `origin`; an interval open since ever counts back from its end.
        origin = np.where(opens == -np.inf, np.where(closes == np.inf, 0.0, closes), opens)
        worked = np.concatenate([[0.0], np.cumsum(closes - origin)])
        kept = {"opens": opens, "closes": closes, "worked": worked, "origin": origin}
        for name, value in kept.items():
            value.flags.writeable = False
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_lists", tuple(value.tolist() for value in kept.values()))

    @classmethod
    def always(cls) -> Calendar:
        """A calendar that never closes."""
        return cls(np.array([-np.inf]), np.array([np.inf]))

    @classmethod
    def union(cls, calendars: Sequence[Calendar]) -> Calendar:
        """Return the union: open when any of the calendars is open."""
        opens = np.concatenate([c.opens for c in calendars])
        closes = np.concatenate([c.closes for c in calendars])
        if not opens.size:
            return cls(opens, closes)
        order = np.argsort(opens, kind="stable")
        opens, latest = opens[order], np.maximum.accumulate(closes[order])
        apart = opens[1:] > latest[:-1]
        first, last = np.append(True, apart), np.append(apart, True)
        return cls(opens[first], latest[last])

    @property
    def never_closes(self) -> bool:
        """Whether one interval covers all time."""
        return bool(self.opens.size == 1 and self.opens[0] == -np.inf and self.closes[0] == np.inf)

    def without(self, starts: ArrayLike, ends: ArrayLike) -> Calendar:
        """The calendar less the spans ``[starts, ends)``, which are sorted and apart.

        Raises
        ------
        ArgumentError
            There are more of one than of the other, or they are no numbers.
        """
        gaps = [-np.inf, *numeric_array("ends", ends).tolist()]
        shuts = [*numeric_array("starts", starts).tolist(), np.inf]
        if len(gaps) != len(shuts):
            raise ArgumentError(Sentence("starts and ends differ in length"))
        opens, closes = [], []
        first = 0
        for begin, end in zip(self.opens.tolist(), self.closes.tolist(), strict=True):
            while shuts[first] <= begin:
                first += 1
            gap = first
            while gap < len(gaps) and gaps[gap] < end:
                if max(begin, gaps[gap]) < min(end, shuts[gap]):
                    opens.append(max(begin, gaps[gap]))
                    closes.append(min(end, shuts[gap]))
                gap += 1
        return Calendar(np.array(opens), np.array(closes))

    def is_open(self, times: ArrayLike) -> Bools:
        """Return whether each time is open; same shape as ``times``."""
        t = numeric_array("times", times)
        if not self.opens.size:
            return np.zeros(t.shape, dtype=np.bool_)
        k = self._open_edges.passed(t) - 1
        inside = k >= 0
        result: Bools = inside & (t < self.closes[np.where(inside, k, 0)])
        return result

    def next_open(self, times: ArrayLike) -> Floats:
        """Return the first open time at or after each time; ``inf`` where none is left.

        Shape of ``times``. Monotone, so ``next_open(max(a, f))`` equals
        ``max(next_open(a), next_open(f))``.
        """
        t = numeric_array("times", times)
        if self.never_closes:
            return t.copy()
        k = self._close_edges.passed(t)
        opens = np.append(self.opens, np.inf)
        first: Floats = np.maximum(t, opens[k])
        return first

    def openings(self, times: Floats) -> tuple[Floats, Floats]:
        """:meth:`next_open` of ascending ``times``, and when that interval closes.

        Both of shape ``(n,)``, ``inf`` where no open time is left. One pass, no search.
        """
        edges = np.searchsorted(times, self.closes, side="left")
        counts = np.diff(np.concatenate([[0], edges, [len(times)]]))
        opens = np.repeat(np.append(self.opens, np.inf), counts)
        np.maximum(times, opens, out=opens)
        return opens, np.repeat(np.append(self.closes, np.inf), counts)

    def open_time(self, start: ArrayLike, finish: ArrayLike) -> Floats:
        """Return the open minutes within each span ``[start, finish]``; shapes broadcast."""
        s, f = numeric_array("start", start), numeric_array("finish", finish)
        if self.never_closes:
            return f - s
        return self._work(f) - self._work(s)

    def resume_finish(self, start: ArrayLike, service: ArrayLike) -> Floats:
        """Return the ends of services that freeze at closing; ``start`` must be open times.

        Shapes broadcast. ``inf`` where the calendar ends before the service does.
        """
        s, need = numeric_array("start", start), numeric_array("service", service)
        if self.never_closes:
            return s + need
        if not self.opens.size:
            return np.full(np.broadcast_shapes(s.shape, need.shape), np.inf)
        k = self._open_edges.passed(s) - 1
        plain = s + need
        target = self.worked[k] + (s - self.origin[k]) + need
        j = np.searchsorted(self.worked[1:], target, side="left")
        origin = np.append(self.origin, np.inf)
        worked = np.append(self.worked[:-1], 0.0)
        return np.where(plain <= self.closes[k], plain, origin[j] + (target - worked[j]))

    def next_open_at(self, time: float) -> float:
        """Scalar form of :meth:`next_open`."""
        opens, closes, _, _ = self._lists
        k = bisect_right(closes, time)
        if k == len(closes):
            return math.inf
        first = opens[k]
        return time if time > first else first

    def interval_at(self, time: float) -> tuple[float, float]:
        """Return the interval of :meth:`next_open_at`; ``inf`` where none is left."""
        opens, closes, _, _ = self._lists
        k = bisect_right(closes, time)
        return (math.inf, math.inf) if k == len(closes) else (opens[k], closes[k])

    def resume_finish_at(self, start: float, service: float) -> float:
        """Scalar form of :meth:`resume_finish`."""
        plain = start + service
        opens, closes, worked, origin = self._lists
        if not opens:
            return math.inf
        k = bisect_right(opens, start) - 1
        if plain <= closes[k]:
            return plain
        target = worked[k] + (start - origin[k]) + service
        j = bisect_left(worked, target, lo=1) - 1
        if j == len(opens):
            return math.inf
        return origin[j] + (target - worked[j])

    def same_as(self, other: Calendar) -> bool:
        """Return whether both calendars are open at the same times."""
        return self is other or (
            np.array_equal(self.opens, other.opens) and np.array_equal(self.closes, other.closes)
        )

    @cached_property
    def _open_edges(self) -> Edges:
        return Edges(self.opens)

    @cached_property
    def _close_edges(self) -> Edges:
        return Edges(self.closes)

    def _work(self, t: Floats) -> Floats:
        """Return the open minutes from the first opening to ``t``."""
        if not self.opens.size:
            return np.zeros_like(t)
        k = self._open_edges.passed(t) - 1
        inside = np.maximum(k, 0)
        within = np.minimum(t, self.closes[inside]) - self.origin[inside]
        return np.where(k >= 0, self.worked[inside] + within, 0.0)
