"""Periods: a long stream with priorities, cut where it empties overnight."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import Calendar, State, fifo
from sim.queues.periods import MIN_PERIODS, count_periods

DAYS = 150
MIDNIGHTS = 1440.0 * np.arange(DAYS)
HOURS = Calendar(MIDNIGHTS + 420.0, MIDNIGHTS + 1200.0)


@pytest.mark.parametrize("load", [0.5, 0.9, 1.0, 1.3])
@pytest.mark.parametrize("resume", [False, True])
def test_the_same_times_whether_or_not_the_nights_empty_it(load: float, resume: bool) -> None:
    """Idle nights, nights with work left over and a queue that only grows: the same bits."""
    rng = np.random.default_rng(round(10 * load))
    n, servers = 40 * DAYS, 2
    arrivals = np.sort(rng.uniform(0.0, 1440.0 * DAYS, n))
    service = rng.exponential(load * servers * 780.0 / 40.0, n)
    rank = rng.integers(0, 3, n)
    assert count_periods(arrivals[None], HOURS) > MIN_PERIODS
    options = {"priority": rank, "resume": resume, "identify": True}
    truth = fifo(arrivals, service, servers, HOURS, method="scalar", **options)
    found = fifo(arrivals, service, servers, HOURS, method="periods", **options)
    for name in ("start", "finish", "server"):
        np.testing.assert_array_equal(getattr(found, name), getattr(truth, name), err_msg=name)
    np.testing.assert_array_equal(found.state.free, truth.state.free)


def test_streams_abreast_do_not_touch_each_other() -> None:
    """Each is served as it would be alone: most nights empty them, one ends early."""
    rng = np.random.default_rng(1)
    n, servers = 10 * DAYS, 2
    arrivals = rng.uniform(500.0, MIDNIGHTS[-1], (n, 3))
    arrivals[:40] = MIDNIGHTS[-1] + rng.uniform(0.0, 450.0, (40, 3))  # a busy last day
    arrivals.sort(axis=0)
    arrivals[:, 1] /= 2.0
    service = rng.exponential(servers * 78.0, (n, 3)) * [[0.8, 0.3, 0.9]]
    service[-40:] /= 8.0
    rank = rng.integers(0, 3, (n, 3))
    before = fifo(np.zeros((4, 3)), 300.0, servers).state  # some work is left from before
    many = fifo(arrivals, service, servers, HOURS, rank, method="periods", state=before)
    for r in range(3):
        lane = State(before.free[:, r], None, before.last[r])
        alone = fifo(
            arrivals[:, r], service[:, r], servers, HOURS, rank[:, r], method="scalar", state=lane
        )
        for name in ("start", "finish"):
            np.testing.assert_array_equal(getattr(many, name)[:, r], getattr(alone, name))
        np.testing.assert_array_equal(many.state.free[:, r], alone.state.free)
