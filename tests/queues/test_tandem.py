"""Blocking after service."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import fifo, tandem_blocking


class Events:
    """The line by an event list; ``places`` wait before each stage."""

    def __init__(self, s: list[list[float]], servers: list[int], places: list[float]) -> None:
        self.s, self.servers, self.places = s, servers, places
        self.stages = len(servers)
        self.leave = [[float("nan")] * len(s[0]) for _ in servers]
        self.waiting: list[list[int]] = [[] for _ in servers]
        self.serving = [0] * self.stages
        self.blocked: list[list[tuple[float, int]]] = [[] for _ in servers]
        self.agenda: list[tuple[float, int, int]] = []

    def run(self, a: list[float]) -> list[list[float]]:
        """At one instant completions go before arrivals, those of the last stage first."""
        self.agenda = [(t, self.stages, i) for i, t in enumerate(a)]
        while self.agenda:
            now, kind, i = heapq.heappop(self.agenda)
            if kind == self.stages:
                if self.has_place(0):
                    self.waiting[0].append(i)
            else:
                j = self.stages - 1 - kind
                self.serving[j] -= 1
                heapq.heappush(self.blocked[j], (now, i))
            while any(self.move(j, now) for j in reversed(range(self.stages))):
                pass
        return self.leave

    def has_place(self, j: int) -> bool:
        """Whether someone can enter a stage; behind the last there is always room."""
        if j == self.stages:
            return True
        present = len(self.waiting[j]) + self.serving[j] + len(self.blocked[j])
        return present < self.servers[j] + self.places[j]

    def move(self, j: int, now: float) -> bool:
        """Let one leave or start at a stage, if anyone can."""
        if self.blocked[j] and self.has_place(j + 1):
            i = heapq.heappop(self.blocked[j])[1]
            self.leave[j][i] = now
            if j + 1 < self.stages:
                self.waiting[j + 1].append(i)
            return True
        if self.waiting[j] and self.serving[j] + len(self.blocked[j]) < self.servers[j]:
            i = self.waiting[j].pop(0)
            self.serving[j] += 1
            heapq.heappush(self.agenda, (now + self.s[j][i], self.stages - 1 - j, i))
            return True
        return False


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
    truth = Events(s.tolist(), servers, places).run(a.tolist())
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
