"""Arithmetic by group against the plain way."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sim.measures.grouping import count, inside_at, mean, quantiles, ratio, table, total

grouped = st.lists(st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6)), max_size=40)


@given(grouped, st.floats(0.0, 1.0))
def test_statistics_by_group_are_those_of_each_group(
    pairs: list[tuple[int, float]], probability: float
) -> None:
    """Count, sum, mean and quantile equal numpy's on each group; NaN for an empty one."""
    codes = np.array([code for code, _ in pairs], dtype=np.int64)
    values = np.array([value for _, value in pairs], dtype=np.float64)
    (found,) = quantiles(codes, values, 4, (probability,))
    for group in range(4):
        mine = values[codes == group]
        assert count(codes, 4)[group] == len(mine)
        np.testing.assert_allclose(total(codes, values, 4)[group], mine.sum(), atol=1e-6)
        expected = [mine.mean(), np.quantile(mine, probability)] if len(mine) else [np.nan] * 2
        actual = [mean(codes, values, 4)[group], found[group]]
        np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-6)


def test_ratio_is_undefined_over_nothing() -> None:
    """A quotient over zero is NaN and raises no warning."""
    np.testing.assert_equal(ratio(np.array([1.0, 0.0]), np.array([2, 0])), [0.5, np.nan])


spans = st.tuples(st.integers(0, 1), st.integers(0, 20), st.integers(0, 20) | st.none())


@given(st.lists(spans, max_size=30), st.lists(st.integers(0, 20), max_size=8))
def test_inside_counts_the_state_just_before_each_instant(
    members: list[tuple[int, int, int | None]], moments: list[int]
) -> None:
    """Inside at t: came before t and did not leave before t."""
    members = [(g, a, None if b is None else a + b) for g, a, b in members]
    codes = np.array([m[0] for m in members], dtype=np.int64)
    begin = np.array([m[1] for m in members], dtype=np.float64)
    end = np.array([np.inf if m[2] is None else m[2] for m in members], dtype=np.float64)
    times = np.sort(np.array(moments, dtype=np.float64))
    expected = [
        [sum(g == group and a < t and (b is None or b >= t) for g, a, b in members) for t in times]
        for group in range(2)
    ]
    found = inside_at(codes, 2, begin, end, times)
    assert found.tolist() == expected
    never = np.where(np.isinf(end), np.nan, end)
    assert inside_at(codes, 2, begin, never, times).tolist() == expected


def test_table_has_null_for_nan_and_types_without_rows() -> None:
    """NaN leaves as null, and an empty column keeps its type, so tables can be stacked."""
    full = table({"name": ["a", "b"], "n": np.array([1, 2]), "x": np.array([np.nan, 1.0])})
    assert full["x"].to_list() == [None, 1.0]
    empty = table({"name": [], "n": np.empty(0, np.int64), "x": np.empty(0)})
    assert empty.schema == full.schema == {"name": pl.String, "n": pl.Int64, "x": pl.Float64}
