"""Finite waiting room: who finds it full is turned away."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import Calendar, fifo
from sim.queues.compiled import available

METHODS = ["scalar", "lanes", *(["compiled"] if available() else [])]


@pytest.mark.parametrize("method", METHODS)
def test_a_full_room_refuses(method: str) -> None:
    """One place to wait: the third of three at once is turned away and leaves no trace."""
    out = fifo([0.0, 0.0, 0.0, 4.0, 9.0], 5.0, room=1, method=method)
    np.testing.assert_array_equal(out.start, [0.0, 5.0, np.nan, np.nan, 10.0])
    np.testing.assert_array_equal(np.isnan(out.finish), np.isnan(out.start))


@pytest.mark.parametrize("method", METHODS)
def test_a_place_freed_at_the_arrival_can_be_taken(method: str) -> None:
    """A completion comes before an arrival at the same instant."""
    out = fifo([0.0, 5.0], 5.0, room=0, method=method)
    np.testing.assert_array_equal(out.start, [0.0, 5.0])


@pytest.mark.parametrize("method", METHODS)
def test_the_room_fills_while_the_servers_are_closed(method: str) -> None:
    """Before opening everyone waits, so the room alone counts."""
    hours = Calendar(np.array([8.0]), np.array([20.0]))
    out = fifo([1.0, 2.0, 3.0], 1.0, 2, hours, room=2, method=method)
    np.testing.assert_array_equal(out.start, [8.0, 8.0, np.nan])


def test_a_large_room_is_no_limit() -> None:
    """With a place for everyone nobody is refused and the times are those of FIFO."""
    rng = np.random.default_rng(1)
    a, s = np.sort(rng.uniform(0, 100, (300, 50)), axis=0), rng.exponential(0.6, (300, 50))
    for method in METHODS:
        limited = fifo(a, s, 2, room=300, method=method)
        np.testing.assert_array_equal(limited.start, fifo(a, s, 2, method=method).start)
