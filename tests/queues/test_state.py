"""A queue cut in two goes on as if it had not been cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import Calendar, fifo
from tests.queues.strategies import Queue, queues


@settings(max_examples=150, deadline=None)
@given(queue=queues(), share=st.floats(0.0, 1.0), identify=st.booleans())
def test_two_blocks_are_one_queue(queue: Queue, share: float, identify: bool) -> None:
    """Free servers and the ring of the room are carried from block to block."""
    a = np.sort(queue.arrivals, axis=0)
    options = {k: v for k, v in queue.options.items() if k != "priority"} | {"identify": identify}
    cut = int(share * len(a))
    whole = fifo(a, queue.service, queue.servers, **options)
    one = fifo(a[:cut], queue.service[:cut], queue.servers, **options)
    two = fifo(a[cut:], queue.service[cut:], queue.servers, state=one.state, **options)
    for name in ("start", "finish", "server") if identify else ("start", "finish"):
        joined = np.concatenate([getattr(one, name), getattr(two, name)])
        np.testing.assert_array_equal(joined, getattr(whole, name))
    np.testing.assert_array_equal(two.state.free, whole.state.free)
    np.testing.assert_array_equal(two.state.last, whole.state.last)


def test_priorities_may_be_cut_only_where_nobody_waits() -> None:
    """A later customer of a better class could have overtaken, so the cut is refused."""
    first = fifo([0.0, 1.0, 2.0], 5.0, priority=[1, 1, 0])
    with pytest.raises(ValueError, match="cut where the queue is empty"):
        fifo([3.0, 3.0], 5.0, priority=[0, 1], state=first.state)
    later = fifo([11.0, 11.0], 5.0, priority=[1, 0], state=first.state)
    np.testing.assert_array_equal(later.start, [20.0, 15.0])


def test_a_state_of_another_queue_is_refused() -> None:
    """Servers, streams and room must be those of the first block."""
    state = fifo([0.0], [1.0], 2).state
    with pytest.raises(ValueError, match="2 servers"):
        fifo([1.0], [1.0], 3, state=state)
    with pytest.raises(ValueError, match="having a room"):
        fifo([1.0], [1.0], 2, room=1, state=state)


def test_free_times_are_those_of_the_last_services() -> None:
    """The state says when each server is free, never before the last arrival."""
    state = fifo([0.0, 0.0, 7.0], [9.0, 1.0, 0.5], 3, identify=True).state
    np.testing.assert_array_equal(state.free, [9.0, 7.5, 7.0])
    hours = [Calendar.always(), Calendar(np.array([5.0]), np.array([6.0]))]
    assert fifo([5.0, 5.0], [9.0, 9.0], 2, hours).state.free.tolist() == [14.0, 14.0]
