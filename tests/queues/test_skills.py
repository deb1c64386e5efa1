"""Servers that serve some kinds of customers only."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import Calendar, fifo, skilled
from tests.queues.simulator import simulate
from tests.queues.strategies import calendars

whole = st.integers(0, 40).map(float)
TIDAL = [[0, 0], [0, -1], [-1, 0]]
"""Teams: both directions, the first only, the second only."""


@st.composite
def crews(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    """Up to four teams, kinds and servers: who serves whom, in which order."""
    teams, kinds = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rows = st.lists(st.integers(-1, 2), min_size=kinds, max_size=kinds)
    rank = draw(st.lists(rows, min_size=teams, max_size=teams))
    return rank, draw(st.lists(st.integers(0, teams - 1), min_size=1, max_size=5))


@settings(max_examples=300, deadline=None)
@given(data=st.data(), crew=crews(), resume=st.booleans())
def test_as_the_simulation_from_the_rules(
    data: st.DataObject, crew: tuple[list[list[int]], list[int]], resume: bool
) -> None:
    """Starts, finishes and servers are those of an event simulation, ties included."""
    rank, team = crew
    n = data.draw(st.integers(0, 25))
    arrivals = data.draw(st.lists(whole, min_size=n, max_size=n))
    service = data.draw(st.lists(st.integers(0, 9).map(float), min_size=n, max_size=n))
    kind = data.draw(st.lists(st.integers(0, len(rank[0]) - 1), min_size=n, max_size=n))
    hours = data.draw(st.lists(calendars(), min_size=len(team), max_size=len(team)))
    start, finish, server = skilled(arrivals, service, kind, rank, team, hours, resume=resume)
    by_server = [[rank[t][k] if rank[t][k] >= 0 else np.inf for k in kind] for t in team]
    truth = simulate(arrivals, service, hours, by_server, resume=resume)
    assert list(zip(start.tolist(), finish.tolist(), server.tolist(), strict=True)) == truth


def test_a_shared_lane_helps_the_longer_queue() -> None:
    """Two lanes of one direction and one of both: the shared one takes who came first."""
    start, _, server = skilled([0.0, 0.0, 1.0, 1.0], 10.0, [0, 0, 0, 1], TIDAL, [0, 1, 2])
    np.testing.assert_array_equal(server, [0, 1, 0, 2])
    np.testing.assert_array_equal(start, [0.0, 0.0, 10.0, 1.0])


def test_disjoint_teams_are_queues_of_their_own() -> None:
    """Reserved lanes neither help nor hinder the others: each is the plain queue alone."""
    rng = np.random.default_rng(4)
    a, s, kind = np.sort(rng.uniform(0, 900, 800)), rng.exponential(2.0, 800), np.arange(800) % 2
    start, finish, server = skilled(a, s, kind, [[0, -1], [-1, 0]], [0, 1, 1])
    for one, servers in ((0, 1), (1, 2)):
        mine = kind == one
        alone = fifo(a[mine], s[mine], servers)
        np.testing.assert_array_equal(start[mine], alone.start)
        np.testing.assert_array_equal(finish[mine], alone.finish)
    assert set(server[kind == 1].tolist()) == {1, 2}


def test_a_preference_is_for_those_who_wait() -> None:
    """Who prefers one kind serves another while none of it waits, and does not interrupt."""
    start, _, server = skilled([0.0, 1.0, 2.0, 3.0], 5.0, [1, 1, 0, 1], [[0, 1]], [0])
    np.testing.assert_array_equal(start, [0.0, 10.0, 5.0, 15.0])
    np.testing.assert_array_equal(server, 0)


def test_nobody_and_never() -> None:
    """Who may not be served, or never comes, starts never; without servers nobody does."""
    start, finish, server = skilled([0.0, np.inf, 0.0], 1.0, [0, 0, 1], [[0, -1]], [0])
    np.testing.assert_array_equal(start, [0.0, np.inf, np.inf])
    np.testing.assert_array_equal(finish, [1.0, np.inf, np.inf])
    np.testing.assert_array_equal(server, [0, -1, -1])
    assert skilled([0.0], 1.0, [0], [[0]], [])[2].tolist() == [-1]


def test_shapes_must_fit() -> None:
    """Each customer has one kind; ranks are a table."""
    with pytest.raises(ValueError, match="kind must be"):
        skilled([0.0, 1.0], 1.0, [0], [[0]], [0])
    with pytest.raises(ValueError, match="calendars for 2 servers"):
        skilled([0.0], 1.0, [0], [[0]], [0, 0], [Calendar.always()])
