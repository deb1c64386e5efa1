"""Blocking after service."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import fifo, tandem_blocking


def events(
    a: list[float], s: list[list[float]], servers: list[int], places: list[float]
) -> list[list[float]]:
    """Times of leaving each stage, by an event list; ``places`` wait before each stage."""
    stages, n = len(servers), len(a)
    leave = [[float("nan")] * n for _ in range(stages)]
    waiting: list[list[int]] = [[] for _ in range(stages)]
    serving = [0] * stages
    blocked: list[list[tuple[float, int]]] = [[] for _ in range(stages)]
    # At one instant completions go before arrivals, the last stage first.
    agenda: list[tuple[float, int, int]] = [(t, stages, i) for i, t in enumerate(a)]
    heapq.heapify(agenda)

    def present(j: int) -> int:
        return len(waiting[j]) + serving[j] + len(blocked[j])

    def settle(now: float) -> None:
        moved = True
        while moved:
            moved = False
            for j in reversed(range(stages)):
                if blocked[j] and (
                    j + 1 == stages or present(j + 1) < servers[j + 1] + places[j + 1]
                ):
                    _, i = heapq.heappop(blocked[j])
                    leave[j][i] = now
                    if j + 1 < stages:
                        waiting[j + 1].append(i)
                    moved = True
                if waiting[j] and serving[j] + len(blocked[j]) < servers[j]:
                    i = waiting[j].pop(0)
                    serving[j] += 1
                    heapq.heappush(agenda, (now + s[j][i], stages - 1 - j, i))
                    moved = True

    while agenda:
        now, kind, i = heapq.heappop(agenda)
        if kind == stages:
            if present(0) < servers[0] + places[0]:
                waiting[0].append(i)
        else:
            j = stages - 1 - kind
            serving[j] -= 1
            heapq.heappush(blocked[j], (now, i))
        settle(now)
    return leave


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(0, 25),
    servers=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    data=st.data(),
)
def test_line_equals_an_event_simulation(
    seed: int, n: int, servers: list[int], data: st.DataObject
) -> None:
    """Overtaking servers, full buffers and refusals: every leaving time is the same bits."""
    rng = np.random.default_rng(seed)
    a = np.sort(rng.uniform(0.0, 30.0, n))
    s = rng.exponential(2.0, (len(servers), n))
    buffers = data.draw(
        st.lists(st.integers(0, 2), min_size=len(servers) - 1, max_size=len(servers) - 1)
    )
    room = data.draw(st.sampled_from([None, 0, 2]))
    line = tandem_blocking(a, list(s), servers, buffers, room)
    places = [float("inf") if room is None else room, *buffers]
    truth = events(a.tolist(), s.tolist(), servers, places)
    np.testing.assert_array_equal(line.leave, np.array(truth).reshape(line.leave.shape))
    assert np.all((line.finish <= line.leave) | np.isnan(line.leave))


def test_lanes_of_single_servers_are_the_same_line() -> None:
    """The recursion abreast and the customer-by-customer walk agree."""
    rng = np.random.default_rng(5)
    a = np.sort(rng.uniform(0.0, 100.0, (80, 4)), axis=0)
    s = rng.exponential(1.2, (3, 80, 4))
    abreast = tandem_blocking(a, list(s), [1, 1, 1], [0, 2])
    walked = tandem_blocking(a, list(s), [1, 1, 1], [0, 2], room=10**6)
    for name in ("start", "finish", "leave"):
        np.testing.assert_array_equal(getattr(abreast, name), getattr(walked, name))


def test_endless_buffers_block_nobody() -> None:
    """With room for everyone the line is one queue after the other."""
    rng = np.random.default_rng(4)
    a, s = np.sort(rng.uniform(0, 50, 60)), rng.exponential(1.5, (2, 60))
    line = tandem_blocking(a, list(s), [2, 2], [60])
    first = fifo(a, s[0], 2)
    second = fifo(first.finish, s[1], 2)
    np.testing.assert_array_equal(line.leave[0], first.finish)
    np.testing.assert_array_equal(line.start[1], second.start)


def test_what_does_not_fit_is_refused() -> None:
    """Lengths of the lists must be those of the stages, and arrivals sorted."""
    with pytest.raises(ValueError, match="do not fit the stages"):
        tandem_blocking([0.0], [[1.0]], [1], [3])
    with pytest.raises(ValueError, match="sorted"):
        tandem_blocking([1.0, 0.0], [[1.0, 1.0]], [1], [])
