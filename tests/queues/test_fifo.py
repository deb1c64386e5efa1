"""The front door: every method returns the times of an event simulation, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from sim.queues import Calendar, fifo, priority
from sim.queues.compiled import available
from sim.queues.methods import METHODS
from tests.queues.simulator import simulate
from tests.queues.strategies import LANES, Queue, queues

CLOSING = [Calendar.always(), Calendar(np.array([0.0]), np.array([5.0]))]
EXACT = [m for m in METHODS if m != "lindley" and (m != "compiled" or available())]


def expected(queue: Queue) -> dict[str, np.ndarray]:
    """All lanes by the event simulation."""
    rank = queue.options.get("priority")
    lanes = [
        simulate(
            queue.arrivals[:, r].tolist(),
            queue.service[:, r].tolist(),
            queue.calendars,
            None if rank is None else rank[:, r].tolist(),
            queue.options.get("room"),
            queue.options["resume"],
        )
        for r in range(LANES)
    ]
    shape = (*queue.arrivals.shape[::-1], 3)
    times = np.array(lanes, dtype=np.float64).reshape(shape).transpose(2, 1, 0)
    return dict(zip(("start", "finish", "server"), times, strict=True))


def methods_for(queue: Queue) -> list[str]:
    """Those that promise to serve this queue."""
    equal = all(x.same_as(queue.calendars[0]) for x in queue.calendars)
    rank = queue.options.get("priority")
    simple = (rank is None or not rank.size or np.ptp(rank) == 0) and "room" not in queue.options
    ranked = rank is not None and rank.size and np.ptp(rank) > 0 and "room" not in queue.options
    cannot = {
        "lanes": not (equal or simple),
        "blocks": not simple,
        "periods": not (equal and ranked),
    }
    return [method for method in EXACT if not cannot.get(method)]


@settings(max_examples=300, deadline=None)
@given(queue=queues())
def test_every_method_equals_the_event_simulation(queue: Queue) -> None:
    """Start, finish and server are the same bits, whatever the method."""
    truth = expected(queue)
    for method in methods_for(queue):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(priority, "_FEW", 2)  # else so few lanes go one by one
            out = fifo(
                queue.arrivals,
                queue.service,
                queue.servers,
                method=method,
                identify=True,
                **queue.options,
            )
        for name, times in truth.items():
            np.testing.assert_array_equal(getattr(out, name), times, err_msg=f"{method} {name}")


@settings(max_examples=100, deadline=None)
@given(queue=queues())
def test_asking_for_the_server_changes_no_time(queue: Queue) -> None:
    """Times are the same with and without the server index, for one stream and for lanes."""
    many = fifo(queue.arrivals, queue.service, queue.servers, **queue.options)
    for r in range(LANES):
        options = dict(queue.options)
        if "priority" in options:
            options["priority"] = options["priority"][:, r]
        one = fifo(
            queue.arrivals[:, r], queue.service[:, r], queue.servers, identify=True, **options
        )
        np.testing.assert_array_equal(one.start, many.start[:, r])
        np.testing.assert_array_equal(one.finish, many.finish[:, r])
        np.testing.assert_array_equal(np.sort(one.state.free), np.sort(many.state.free[:, r]))
    assert many.server is None


def test_order_in_memory_does_not_matter() -> None:
    """Lanes may lie one after the other or side by side; the results lie as the arrivals do."""
    rng = np.random.default_rng(3)
    a, s = np.cumsum(rng.exponential(1.0, (90, 20)), axis=0), rng.exponential(1.5, (90, 20))
    for method in EXACT:
        if method == "periods":
            continue  # it serves priorities alone
        side, after = (
            fifo(turn(a), s, 2, method=method, identify=True)
            for turn in (np.ascontiguousarray, np.asfortranarray)
        )
        assert side.server is not None
        assert after.server is not None
        np.testing.assert_array_equal(side.start, after.start)
        np.testing.assert_array_equal(side.finish, after.finish)
        np.testing.assert_array_equal(side.server, after.server)
        assert side.start.flags.c_contiguous
        assert after.start.flags.f_contiguous


def test_order_of_the_input_does_not_matter() -> None:
    """Customers are served by arrival wherever they stand in the array."""
    rng = np.random.default_rng(4)
    a, s = rng.permutation(200).astype(float), rng.exponential(2.0, 200)
    order = np.argsort(a)
    sorted_ = fifo(a[order], s[order], 2, identify=True)
    out = fifo(a, s, 2, identify=True)
    np.testing.assert_array_equal(out.start[order], sorted_.start)
    assert out.server is not None
    assert sorted_.server is not None
    np.testing.assert_array_equal(out.server[order], sorted_.server)


def test_ties_go_to_the_lower_index_and_the_lower_server() -> None:
    """At one instant the earlier row is served first, by the first idle server."""
    out = fifo([5.0, 5.0, 5.0], [1.0, 2.0, 3.0], servers=2, identify=True)
    np.testing.assert_array_equal(out.start, [5.0, 5.0, 6.0])
    assert out.server is not None
    np.testing.assert_array_equal(out.server, [0, 1, 0])


def test_a_service_started_runs_on_past_closing_or_freezes() -> None:
    """`finish` ends after hours on the same server; `resume` goes on in the morning."""
    hours = Calendar(np.array([0.0, 100.0]), np.array([10.0, 110.0]))
    on = fifo([8.0, 9.0], 5.0, calendar=hours)
    np.testing.assert_array_equal(on.finish, [13.0, 105.0])
    frozen = fifo([8.0, 9.0], 5.0, calendar=hours, resume=True)
    np.testing.assert_array_equal(frozen.start, [8.0, 103.0])
    np.testing.assert_array_equal(frozen.finish, [103.0, 108.0])


def test_sparse_traffic_with_changing_capacity_is_exact() -> None:
    """Several changes of shift may pass between two arrivals; none is overlooked."""
    rng = np.random.default_rng(11)
    n, days = 600, 600 * 200 // 1440 + 2
    a = np.cumsum(np.full(n, 200.0))
    s = rng.uniform(5.0, 55.0, n)
    hour = np.arange(0.0, days * 1440.0, 60.0)
    count = rng.integers(1, 4, len(hour))
    keeps = [Calendar(hour[count > j], hour[count > j] + 60.0) for j in range(3)]
    truth = simulate(a.tolist(), s.tolist(), keeps)
    for method in EXACT:
        if method == "periods":
            continue  # it serves priorities alone
        out = fifo(a, s, 3, keeps, method=method, identify=True)
        np.testing.assert_array_equal(out.start, [row[0] for row in truth])
        np.testing.assert_array_equal(out.server, [row[2] for row in truth])


def test_adding_a_server_delays_nobody() -> None:
    """With the same customers, one more server never makes any start later."""
    rng = np.random.default_rng(8)
    a, s = np.sort(rng.uniform(0.0, 1000.0, 900)), rng.exponential(3.0, 900)
    few, more = (fifo(a, s, c).start for c in (3, 4))
    assert np.all(more <= few)
    assert np.any(more < few)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0.0], 1.0, 2, CLOSING, None, 1, "blocks"), "cannot serve a finite room"),
        (([0.0, 0.0], 1.0, 2, CLOSING, [0, 1], None, "lanes"), "priorities with different"),
        (([0.0], 1.0, 2, CLOSING, None, 1, "lanes"), "finite room with different calendars"),
        (([0.0, 1.0], [1.0]), "alike"),
        (([0.0, np.nan], 1.0), "NaN"),
        (([0.0], [-1.0]), "negative"),
        (([0.0], [1.0], 0), "at least one server"),
        (([0.0], [1.0], 2.5), "a whole number"),
        (([0.0], [1.0], 2, [Calendar.always()]), "1 calendars for 2 servers"),
        (([0.0], [1.0], 1, None, [0.5]), "whole numbers"),
        (([0.0, 0.0], [1.0, 1.0], 1, None, [0, 1], 3), "room with priorities"),
        (([0.0], [1.0], 1, None, None, -1), "room must not be negative"),
        (([0.0], [1.0], 1, None, None, None, "quick"), "no method 'quick'"),
        (([0.0], [1.0], 2, None, None, None, "lindley"), "cannot serve"),
    ],
)
def test_what_cannot_be_served_is_named(arguments: tuple[object, ...], words: str) -> None:
    """Bad input raises ValueError with the reason in it."""
    with pytest.raises(ValueError, match=words):
        fifo(*arguments)  # type: ignore[arg-type]
