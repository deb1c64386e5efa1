"""Streams that join and part."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import merge, split


def test_merged_streams_are_sorted_with_ties_to_the_earlier_stream() -> None:
    """Times ascend; at equal times the first stream goes first."""
    times, source, index = merge([1.0, 4.0, 4.0], [], [0.0, 4.0])
    np.testing.assert_array_equal(times, [0.0, 1.0, 4.0, 4.0, 4.0])
    np.testing.assert_array_equal(source, [2, 0, 0, 0, 2])
    np.testing.assert_array_equal(index, [0, 0, 1, 2, 1])


def test_split_streams_are_sorted_and_complete() -> None:
    """Every customer with a branch is in one list, in order of (arrival, index)."""
    a, branch = [3.0, 1.0, 1.0, 2.0], [0, 1, 1, 5]
    rows = split(a, branch, 3)
    assert [x.tolist() for x in rows] == [[0], [1, 2], []]


def test_merging_what_was_split_gives_the_stream_back() -> None:
    """Nothing is lost on the way."""
    rng = np.random.default_rng(2)
    a = np.sort(rng.uniform(0, 9, 50))
    parts = split(a, rng.integers(0, 4, 50), 4)
    times, source, index = merge(*(a[rows] for rows in parts))
    np.testing.assert_array_equal(times, a)
    back = [parts[k][i] for k, i in zip(source, index, strict=True)]
    np.testing.assert_array_equal(back, np.arange(50))


def test_unsorted_streams_are_refused() -> None:
    """ValueError, for merging relies on the order."""
    with pytest.raises(ValueError, match="sorted"):
        merge([1.0, 0.0])
    with pytest.raises(ValueError, match="alike"):
        split([0.0], [0, 1], 2)
