"""Non-pre-emptive priority."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import Calendar, fifo
from sim.queues.compiled import available

METHODS = ["scalar", "lanes", *(["compiled"] if available() else [])]


@pytest.mark.parametrize("method", METHODS)
def test_the_best_class_present_goes_first_and_none_is_interrupted(method: str) -> None:
    """Rank 0 overtakes those who wait, not the one in service."""
    out = fifo([0.0, 1.0, 2.0, 3.0], 5.0, priority=[1, 1, 0, 0], method=method)
    np.testing.assert_array_equal(out.start, [0.0, 15.0, 5.0, 10.0])


@pytest.mark.parametrize("method", METHODS)
def test_completion_opening_and_arrival_come_before_the_start(method: str) -> None:
    """Who arrives at the very instant of a completion or an opening can still be first."""
    done = fifo([0.0, 1.0, 5.0], 5.0, priority=[1, 1, 0], method=method)
    np.testing.assert_array_equal(done.start, [0.0, 10.0, 5.0])
    hours = Calendar(np.array([10.0]), np.array([99.0]))
    opened = fifo([0.0, 10.0], 5.0, 1, hours, priority=[1, 0], method=method)
    np.testing.assert_array_equal(opened.start, [15.0, 10.0])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("servers", [1, 3])
def test_one_class_is_fifo(method: str, servers: int) -> None:
    """Ranks that are all equal, whatever their value, change nothing."""
    rng = np.random.default_rng(2)
    a, s = (
        np.sort(rng.integers(0, 50, (60, 20)), axis=0).astype(float),
        rng.exponential(2, (60, 20)),
    )
    plain = fifo(a, s, servers, method=method, identify=True)
    ranked = fifo(a, s, servers, priority=np.full(a.shape, 7), method=method, identify=True)
    np.testing.assert_array_equal(plain.start, ranked.start)
    np.testing.assert_array_equal(plain.server, ranked.server)


def test_many_classes_far_apart() -> None:
    """Any whole numbers serve as ranks, hundreds of them too."""
    rng = np.random.default_rng(6)
    a, s = np.sort(rng.uniform(0, 100, (150, 4)), axis=0), rng.exponential(1.0, (150, 4))
    rank = rng.integers(-(10**6), 10**6, (150, 4))
    assert len(np.unique(rank)) > 500
    one, many = (fifo(a, s, 1, priority=rank, method=m) for m in ("scalar", "lanes"))
    np.testing.assert_array_equal(one.start, many.start)


def test_work_is_conserved() -> None:
    """Priorities change who waits, not the waiting of equal services in sum."""
    rng = np.random.default_rng(3)
    a, rank = np.sort(rng.uniform(0.0, 900.0, 1000)), rng.integers(0, 3, 1000)
    plain, ranked = fifo(a, 0.95), fifo(a, 0.95, priority=rank)
    assert ranked.start.sum() == pytest.approx(plain.start.sum())
    np.testing.assert_allclose(np.sort(ranked.start), plain.start)
