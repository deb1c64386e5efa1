"""Timetabled departures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import slots

whole = st.integers(0, 30).map(float)


@settings(max_examples=300, deadline=None)
@given(
    customers=st.lists(st.tuples(whole, st.integers(-1, 2), st.booleans()), max_size=20),
    times=st.lists(whole, max_size=10).map(sorted),
    places=st.integers(1, 3),
    some_absent=st.booleans(),
)
def test_each_slot_takes_the_first_in_the_queue(
    customers: list[tuple[float, int, bool]], times: list[float], places: int, some_absent: bool
) -> None:
    """The same slots as by going from departure to departure, whoever stands there."""
    arrivals = [a for a, _, _ in customers]
    rank = [r for _, r, _ in customers]
    absent = [away and some_absent for _, _, away in customers]
    truth = departures(arrivals, times, places, rank, absent)
    leave, slot = slots(arrivals, times, places, rank, absent)
    np.testing.assert_array_equal(leave, [times[k] if k >= 0 else np.inf for k in truth])
    np.testing.assert_array_equal(slot, truth)


def departures(
    arrivals: list[float], times: list[float], places: int, rank: list[int], absent: list[bool]
) -> list[int]:
    """A simulation by the rules: who waits, and what happens at each departure."""
    since = [(a, 0, i) for i, a in enumerate(arrivals)]
    waiting, lost, taken = set(range(len(arrivals))), 0, [-1] * len(arrivals)
    for moment in sorted(set(times)):
        back = set()
        for k in [k for k, time in enumerate(times) if time == moment for _ in range(places)]:
            there = [i for i in waiting if since[i][0] <= moment]
            if not there:
                break
            i = min(there, key=lambda i: (rank[i], since[i]))
            waiting.remove(i)
            if absent[i] and since[i][1] == 0:
                lost += 1
                since[i] = (moment, lost, i)
                back.add(i)
            else:
                taken[i] = k
        waiting |= back
    return taken


def test_an_urgent_class_leaves_the_others_what_it_does_not_take() -> None:
    """The passenger train goes first, though it came last; nobody waits behind an empty place."""
    leave, slot = slots([0.0, 1.0, 2.0], [5.0, 10.0, 15.0], priority=[1, 1, 0])
    np.testing.assert_array_equal(leave, [10.0, 15.0, 5.0])
    np.testing.assert_array_equal(slot, [1, 2, 0])


def test_who_does_not_show_up_goes_behind_those_who_came() -> None:
    """The place stays empty; the next slot is for those who asked before."""
    leave, _ = slots([0.0, 1.0, 7.0], [5.0, 10.0, 15.0, 20.0], absent=[True, False, False])
    np.testing.assert_array_equal(leave, [15.0, 10.0, 20.0])
    np.testing.assert_array_equal(slots([0.0], [5.0, 9.0], 2, absent=[True])[0], [9.0])


def test_lanes_share_the_timetable_and_not_the_slots() -> None:
    """Every replication has all slots for itself; padding takes none."""
    leave, slot = slots([[0.0, 1.0], [np.inf, 1.0]], [1.0, 2.0])
    np.testing.assert_array_equal(leave, [[1.0, 1.0], [np.inf, 2.0]])
    np.testing.assert_array_equal(slot, [[0, 0], [-1, 1]])


def test_a_bad_timetable_is_refused() -> None:
    """Slots must be sorted and take at least one."""
    with pytest.raises(ValueError, match="sorted"):
        slots([0.0], [2.0, 1.0])
    with pytest.raises(ValueError, match="at least one place"):
        slots([0.0], [2.0], places=0)
    with pytest.raises(ValueError, match="shape of the arrivals"):
        slots([0.0], [2.0], priority=[1, 2])
