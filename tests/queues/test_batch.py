"""Batches by size and by time, and servers that take several at once."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import batch, bulk


def test_a_full_batch_leaves_with_its_last_member() -> None:
    """By size alone; the last few never leave."""
    ready, number = batch([1.0, 2.0, 4.0, 4.0, 7.0], size=2)
    np.testing.assert_array_equal(ready, [2.0, 2.0, 4.0, 4.0, np.inf])
    np.testing.assert_array_equal(number, [0, 0, 1, 1, 2])


def test_a_batch_leaves_when_its_first_has_waited_enough() -> None:
    """By time alone; an arrival at the very instant still gets in."""
    ready, number = batch([0.0, 3.0, 5.0, 5.5, 20.0], wait=5.0)
    np.testing.assert_array_equal(ready, [5.0, 5.0, 5.0, 10.5, 25.0])
    np.testing.assert_array_equal(number, [0, 0, 0, 1, 2])


def test_whichever_is_first() -> None:
    """Size and time together, in each lane for itself."""
    a = np.array([[0.0, 0.0], [1.0, 9.0], [2.0, 9.5]])
    ready, number = batch(a, size=2, wait=4.0)
    np.testing.assert_array_equal(ready, [[1.0, 4.0], [1.0, 9.5], [6.0, 9.5]])
    np.testing.assert_array_equal(number, [[0, 0], [0, 1], [1, 1]])


def test_nobody_waits_longer_than_allowed_and_no_batch_is_too_large() -> None:
    """Both limits hold for random arrivals, and batches keep the order."""
    a = np.sort(np.random.default_rng(3).uniform(0, 500, 800))
    ready, number = batch(a, size=4, wait=3.0)
    assert np.all((ready >= a) & (ready <= a + 3.0 + 1e-9))
    assert np.bincount(number).max() == 4
    assert np.all(np.diff(ready) >= 0.0)


def test_bulk_service_starts_with_enough_and_takes_no_more_than_it_can() -> None:
    """At least two, at most three; the last one alone is never served."""
    start, finish, number = bulk([0.0, 1.0, 2.0, 3.0, 4.0, 30.0], [10.0] * 6, 2, 3)
    np.testing.assert_array_equal(start, [1.0, 1.0, 11.0, 11.0, 11.0, np.inf])
    np.testing.assert_array_equal(finish[:5], [11.0, 11.0, 21.0, 21.0, 21.0])
    np.testing.assert_array_equal(number, [0, 0, 1, 1, 1, -1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: batch([0.0]), "needs a size"),
        (lambda: batch([0.0], size=0), "needs a size"),
        (lambda: batch([1.0, 0.0], size=2), "sorted"),
        (lambda: bulk([0.0], [1.0], 3, 2), "at_least"),
        (lambda: bulk([1.0, 0.0], [1.0, 1.0]), "sorted"),
    ],
)
def test_bad_batches_are_refused(call: object, words: str) -> None:
    """ValueError says what is missing."""
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]
