"""One long stream in blocks of time: the scalar bits, whatever the load."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import Calendar, blocks, fifo

N = 60_000
HOURS = Calendar(np.arange(400) * 1440.0 + 420.0, np.arange(400) * 1440.0 + 1140.0)


def stream(load: float, servers: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Poisson arrivals and exponential services at a load."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.exponential(1.0 / (load * servers), N)), rng.exponential(1.0, N)


@pytest.mark.parametrize("servers", [1, 2, 7])
@pytest.mark.parametrize("load", [0.3, 0.9, 0.98, 1.3])
def test_blocks_are_the_scalar_bits(load: float, servers: int) -> None:
    """Light, heavy and overloaded queues: equal in every bit, state included."""
    a, s = stream(load, servers, 3)
    found, truth = (fifo(a, s, servers, method=m) for m in ("blocks", "scalar"))
    np.testing.assert_array_equal(found.start, truth.start)
    np.testing.assert_array_equal(found.finish, truth.finish)
    np.testing.assert_array_equal(found.state.free, truth.state.free)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("servers", [1, 4])
def test_blocks_keep_calendars(servers: int, resume: bool) -> None:
    """Night closures and freezing services cross the edges of blocks."""
    a, s = stream(0.8, servers, 5)
    a = np.round(a * 8.0 / servers)
    s = np.round(s * 3.2)
    both = [
        fifo(a, s, servers, HOURS, method=m, resume=resume, identify=True)
        for m in ("blocks", "scalar")
    ]
    np.testing.assert_array_equal(both[0].start, both[1].start)
    np.testing.assert_array_equal(both[0].finish, both[1].finish)
    np.testing.assert_array_equal(both[0].server, both[1].server)


@pytest.mark.parametrize("resume", [False, True])
def test_blocks_keep_different_calendars(resume: bool) -> None:
    """Servers on day and night shifts: times and servers are the scalar ones."""
    a, s = stream(0.7, 3, 8)
    a, s = np.round(a * 20.0), np.round(s * 16.0)
    day, always = HOURS, Calendar.always()
    late = Calendar(HOURS.opens + 300.0, HOURS.closes + 300.0)
    both = [
        fifo(a, s, 4, [day, late, always, day], method=m, resume=resume, identify=True)
        for m in ("blocks", "scalar")
    ]
    for name in ("start", "finish", "server"):
        np.testing.assert_array_equal(getattr(both[0], name), getattr(both[1], name))
    np.testing.assert_array_equal(both[0].state.free, both[1].state.free)


@pytest.mark.parametrize("servers", [1, 3])
def test_long_chains_of_overloaded_days_are_exact(servers: int) -> None:
    """Blocks that never meet their first run are handed on from one to the next."""
    rng = np.random.default_rng(9)
    rate = np.where(np.arange(N) // 3000 % 2 == 0, 1.4, 0.5) * servers
    a, s = np.cumsum(rng.standard_exponential(N) / rate), rng.exponential(1.0, N)
    found, truth = (fifo(a, s, servers, method=m) for m in ("blocks", "scalar"))
    np.testing.assert_array_equal(found.start, truth.start)


def test_a_queue_that_never_clears_is_seen_beforehand() -> None:
    """Overload is left to the scalar pass; a queue that clears is not."""
    for load, clears in ((1.1, False), (0.9, True)):
        a, s = stream(load, 2, 1)
        always, both = [Calendar.always()], np.zeros(2, dtype=np.int64)
        none = np.empty(0, dtype=np.int32)
        a, s = a[None, : 128 * 400], s[None, : 128 * 400]
        stream_ = blocks.Stream(a, a, s, a, a, none, always, both, False)
        assert blocks.clears(stream_, 128).tolist() == [clears]


def test_an_initial_backlog_enters_the_first_block() -> None:
    """A state handed over is the start of the first block and of no other."""
    a, s = stream(0.9, 2, 6)
    first = fifo(np.zeros(4000), 1.0, 2)
    both = [fifo(a, s, 2, method=m, state=first.state) for m in ("blocks", "scalar")]
    np.testing.assert_array_equal(both[0].start, both[1].start)
    assert both[0].start[0] == 2000.0


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("calendar", [None, HOURS], ids=["always", "nights"])
def test_streams_abreast_do_not_touch_each_other(calendar: Calendar | None, resume: bool) -> None:
    """Each is served as it would be alone: some clear, one never does, one ends early."""
    rng = np.random.default_rng(2)
    scale = 1.0 if calendar is None else 2.0
    gaps = rng.exponential(scale, (8000, 3)) / [[1.6, 2.6, 1.2]]
    a, s = np.cumsum(gaps, axis=0), rng.exponential(1.0, (8000, 3))
    a[7000:, 2] = np.inf
    many = fifo(a, s, 2, calendar, method="blocks", resume=resume, identify=True)
    for r in range(3):
        alone = fifo(a[:, r], s[:, r], 2, calendar, method="scalar", resume=resume, identify=True)
        for name in ("start", "finish", "server"):
            np.testing.assert_array_equal(getattr(many, name)[:, r], getattr(alone, name))
        np.testing.assert_array_equal(many.state.free[:, r], alone.state.free)
