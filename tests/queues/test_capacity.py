"""Capacity that varies in time, servers being counted and not named."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import Calendar, Capacity, fifo


def naive(a: list[float], s: list[float], times: list[float], counts: list[int]) -> list[float]:
    """Starts by looking at every instant at which anything can change."""
    starts: list[float] = []
    ends: list[float] = []
    now = -math.inf
    for arrival, service in zip(a, s, strict=True):
        now = max(now, arrival)
        moments = sorted({now, *(x for x in [*ends, *times] if x > now)})
        for moment in moments:
            step = sum(t <= moment for t in times)
            allowed = counts[step - 1] if step else 0
            if sum(e > moment for e in ends) < allowed:
                now = moment
                break
        else:
            now = math.inf
        starts.append(now)
        ends.append(now + service)
    return starts


whole = st.integers(0, 30).map(float)


@settings(max_examples=300, deadline=None)
@given(
    arrivals=st.lists(whole, max_size=20).map(sorted),
    lengths=st.lists(whole, min_size=20, max_size=20),
    steps=st.dictionaries(st.integers(0, 40), st.integers(0, 3), min_size=1, max_size=6),
)
def test_a_service_starts_when_fewer_are_in_service_than_allowed(
    arrivals: list[float], lengths: list[float], steps: dict[int, int]
) -> None:
    """Starts are those found by looking at every completion and every change."""
    times = [float(t) for t in sorted(steps)]
    counts = [steps[int(t)] for t in times]
    out = fifo(arrivals, lengths[: len(arrivals)], calendar=Capacity(times, counts))
    np.testing.assert_array_equal(
        out.start, naive(arrivals, lengths[: len(arrivals)], times, counts)
    )


@settings(max_examples=100, deadline=None)
@given(a=st.lists(whole, max_size=20), c=st.integers(1, 4), preempt=st.booleans())
def test_constant_capacity_is_so_many_servers(a: list[float], c: int, preempt: bool) -> None:
    """Without changes a capacity is FIFO with that many equal servers."""
    s = [1.0 + x % 5 for x in a]
    out = fifo(a, s, calendar=Capacity([0.0], [c], preempt))
    truth = fifo(a, s, c)
    np.testing.assert_array_equal(out.start, truth.start)
    np.testing.assert_array_equal(out.finish, truth.finish)


def test_many_changes_between_two_customers() -> None:
    """Sparse traffic: the capacity at the moment counts, not one change per customer."""
    steps = Capacity([0.0, 10.0, 20.0, 30.0, 40.0], [1, 0, 2, 0, 1])
    out = fifo([0.0, 9.0, 35.0, 36.0], [5.0, 15.0, 1.0, 1.0], calendar=steps)
    np.testing.assert_array_equal(out.start, [0.0, 9.0, 40.0, 41.0])


def test_a_fall_interrupts_the_latest_started() -> None:
    """The surplus goes back to the head of the queue and resumes when there is room."""
    steps = Capacity([0.0, 4.0, 6.0], [2, 1, 2], preempt=True)
    out = fifo([0.0, 1.0, 2.0], [9.0, 8.0, 1.0], calendar=steps)
    np.testing.assert_array_equal(out.start, [0.0, 1.0, 9.0])
    np.testing.assert_array_equal(out.finish, [9.0, 11.0, 10.0])


def test_closing_everyone_is_a_calendar_that_resumes() -> None:
    """Capacity that falls to nothing and comes back freezes all, as `resume` does."""
    rng = np.random.default_rng(7)
    a, s = np.sort(rng.integers(0, 200, 80)).astype(float), rng.integers(1, 9, 80).astype(float)
    edges = np.arange(20.0) * 20.0
    steps = Capacity(edges, np.tile([3, 0], 10), preempt=True)
    hours = Calendar(edges[::2], edges[1::2])
    counted, named = fifo(a, s, calendar=steps), fifo(a, s, 3, hours, resume=True)
    np.testing.assert_array_equal(counted.start, named.start)
    np.testing.assert_array_equal(counted.finish, named.finish)


def test_lanes_and_unsorted_arrivals() -> None:
    """Each lane is a queue of its own, in order of arrival."""
    steps = Capacity([0.0, 5.0], [1, 0])
    out = fifo([[3.0, 0.0], [0.0, 9.0]], 2.0, calendar=steps)
    np.testing.assert_array_equal(out.start, [[3.0, 0.0], [0.0, np.inf]])


def test_what_a_capacity_has_not_is_named() -> None:
    """Bad steps, and options that need named servers, raise ValueError."""
    with pytest.raises(ValueError, match="differ in length"):
        Capacity([0.0], [1, 2])
    with pytest.raises(ValueError, match="times must increase"):
        Capacity([1.0, 0.0], [1, 2])
    with pytest.raises(ValueError, match="plain FIFO alone"):
        fifo([0.0], 1.0, calendar=Capacity([0.0], [1]), identify=True)
