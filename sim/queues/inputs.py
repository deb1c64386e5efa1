"""Inputs of a queue, checked and normalised: times, order, calendars, priorities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arguments import numeric_array, times_array, whole_array
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.queues.calendars import Calendar
from sim.queues.state import columns
from sim.sentences import Sentence

__all__ = ["arrival_order", "arrivals_and_service", "distinct_calendars", "priority_ranks"]


def arrivals_and_service(arrivals: ArrayLike, service: ArrayLike) -> tuple[Floats, Floats]:
    """Check both and return them as float64 arrays of one shape."""
    a, s = numeric_array("arrivals", arrivals), numeric_array("service", service)
    if a.ndim not in (1, 2) or (s.ndim and s.shape != a.shape):
        shapes = f"arrivals {a.shape} and service {s.shape}"
        raise ArgumentError(Sentence("{shapes} must be (n,) or (n, R), alike", shapes=shapes))
    if not s.min(initial=0.0) >= 0.0:
        raise ArgumentError(Sentence("a service must not be negative or NaN"))
    return a, s if s.ndim else np.full(a.shape, s)


def arrival_order(arrivals: Floats) -> NDArray[np.intp] | None:
    """Return the order by (arrival, index) down each lane; None where it is sorted already."""
    final = len(arrivals) - 1
    rows = max(1, 50_000 // max(1, arrivals.shape[1]))  # parts that stay in cache
    ordered = all(
        (arrivals[i + 1 : min(i + rows, final) + 1] >= arrivals[i : min(i + rows, final)]).all()
        for i in range(0, final, rows)
    )
    if ordered and (arrivals[:1] > -np.inf).all():
        return None  # a NaN compares as false, so there is none
    times_array("arrivals", arrivals)
    return np.argsort(arrivals, axis=0, kind="stable")


def distinct_calendars(
    calendar: Calendar | Sequence[Calendar] | None, servers: int
) -> tuple[list[Calendar], Ints]:
    """Return the distinct calendars, and the index of the one that each server keeps."""
    if servers < 1:
        raise ArgumentError(Sentence("at least one server is needed"))
    if calendar is None:
        calendar = Calendar.always()
    per_server = [calendar] * servers if isinstance(calendar, Calendar) else list(calendar)
    if len(per_server) != servers:
        raise ArgumentError(
            Sentence(
                "{count} calendars for {servers} servers", count=len(per_server), servers=servers
            )
        )
    keeps: list[Calendar] = []
    pattern = np.zeros(servers, dtype=np.int64)
    for j, own in enumerate(per_server):
        known = next((p for p, other in enumerate(keeps) if other.same_as(own)), len(keeps))
        if known == len(keeps):
            keeps.append(own)
        pattern[j] = known
    return keeps, pattern


def priority_ranks(priority: ArrayLike | None, shape: tuple[int, ...]) -> Ints | None:
    """Return the ranks as ``(n, R)``; None where they make no difference."""
    if priority is None:
        return None
    rank = whole_array("priority", priority)
    if rank.shape != shape:
        raise ArgumentError(Sentence("priority must have the shape of the arrivals"))
    rank = columns(rank)
    return None if not rank.size or rank.min() == rank.max() else rank
