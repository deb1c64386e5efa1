"""Timetabled departures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import slots

whole = st.integers(0, 30).map(float)


@settings(max_examples=200, deadline=None)
@given(
    arrivals=st.lists(whole, max_size=20),
    times=st.lists(whole, max_size=10).map(sorted),
    places=st.integers(1, 3),
)
def test_each_takes_the_next_free_slot(
    arrivals: list[float], times: list[float], places: int
) -> None:
    """The same slots as by asking one customer after the other."""
    left = [places] * len(times)
    truth = [-1] * len(arrivals)
    earliest = 0
    for i in sorted(range(len(arrivals)), key=lambda i: (arrivals[i], i)):
        for k in range(earliest, len(times)):
            if times[k] >= arrivals[i] and left[k]:
                left[k] -= 1
                truth[i] = earliest = k
                break
        else:
            earliest = len(times)
    leave, slot = slots(arrivals, times, places)
    np.testing.assert_array_equal(slot, truth)
    np.testing.assert_array_equal(leave, [times[k] if k >= 0 else np.inf for k in truth])


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
