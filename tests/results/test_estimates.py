"""Estimates across replications: what is averaged, what is counted, what is said of a sample."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from sim.compare import Caution, Estimate, estimate, summarise, summarise_measures

#: Eight observations without skewness.
EVEN = [1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 9.0, 10.0]


def test_missing_observations_are_left_out() -> None:
    """NaN are not observations."""
    assert estimate([*EVEN, math.nan]) == estimate(EVEN)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan]])
def test_one_observation_has_no_interval(values: list[float]) -> None:
    """Fewer than two observations give no interval, not one of width zero."""
    found = estimate(values)
    assert (found.half_width, found.low, found.high) == (None, None, None)


@pytest.mark.parametrize(
    ("values", "caution", "ends"),
    [
        ([4.0] * 10, Caution.EQUAL, (4.0, 4.0)),
        ([4.0] * 5, Caution.EQUAL, (None, None)),
        ([0.0] * 6 + [1.0, 2.0, 3.0, 4.0], Caution.ALIKE, (0.0, 4.0)),
        ([1.0, 1.1, 1.2, 1.3, 0.9, 0.8, 1.15, 1.05, 0.95, 9.0], Caution.SKEWED, (0.8, 9.0)),
    ],
)
def test_a_sample_that_tells_too_little_has_its_range_and_says_why(
    values: list[float], caution: Caution, ends: tuple[float | None, float | None]
) -> None:
    """No ± from equal observations, from few that differ, or from one that carries the mean."""
    found = estimate(values)
    assert (found.half_width, found.caution) == (None, caution)
    assert (found.low, found.high) == ends


def test_few_replications_keep_their_interval_with_a_caution() -> None:
    """Four observations have an interval that is said to be less sure; five have no caution."""
    assert estimate([1.0, 2.0, 4.0, 5.0]).caution is Caution.FEW
    assert estimate([1.0, 2.0, 4.0, 5.0]).half_width is not None
    assert estimate([1.0, 2.0, 3.5, 4.0, 5.0]).caution is None


def test_an_interval_stays_within_what_is_possible() -> None:
    """A wait is not below 0 and a share not above 100 %; the mean is the same."""
    small = [0.1, 0.0, 0.9, 0.2, 0.0, 1.4]
    waits, free = estimate(small, bounds=(0.0, math.inf)), estimate(small)
    assert free.low is not None
    assert free.low < 0.0 == waits.low
    assert (waits.mean, waits.high) == (free.mean, free.high)
    share = estimate([99.0, 100.0, 96.0, 100.0, 99.5, 94.0], bounds=(0.0, 100.0))
    assert share.high == 100.0


def test_mean_plus_minus_half_width_holds_the_interval() -> None:
    """The half-width is the distance to the farther end."""
    found = estimate(np.random.default_rng(5).exponential(size=10))
    assert found.mean is not None
    assert found.low is not None
    assert found.high is not None
    assert found.half_width == max(found.high - found.mean, found.mean - found.low)
    assert found.high - found.mean > found.mean - found.low


def test_summarise_counts_replications_not_rows() -> None:
    """Rows of one replication are averaged first, so more of them do not narrow it."""
    few = pl.DataFrame({"replication": [1, 2, 3], "gate": "a", "value": [1.0, 2.0, 6.0]})
    many = pl.concat([few] * 5)
    found = summarise(many, ["gate"], "value").row(0, named=True)
    assert (found["gate"], found["mean"], found["n"]) == ("a", pytest.approx(3.0), 3)
    assert found["half_width"] == pytest.approx(estimate([1, 2, 6]).half_width)
    assert summarise(few, ["gate"], "value").row(0, named=True) == pytest.approx(found)


def test_summarise_ignores_nulls_and_says_how_many_are_left() -> None:
    """A null replication is left out of the mean; n, mean and half-width tell."""
    frame = pl.DataFrame(
        {
            "replication": [1, 2, 3, 1, 2, 3, 1, 2, 3],
            "gate": ["b", "b", "b", "a", "a", "a", "c", "c", "c"],
            "value": [1.0, None, 3.0, None, 5.0, None, None, None, None],
        }
    )
    assert summarise(frame, ["gate"], "value").select("gate", "mean", "half_width", "n").rows() == [
        ("b", 2.0, pytest.approx(estimate([1.0, 3.0]).half_width), 2),
        ("a", 5.0, None, 1),
        ("c", None, None, 0),
    ]


def test_summarise_takes_several_columns_and_whole_numbers() -> None:
    """Several values get columns of their own; counts are averaged as numbers."""
    frame = pl.DataFrame({"replication": [1, 2], "in": [1, 4], "out": [2.0, 2.0]})
    found = summarise(frame, [], ["in", "out"])
    kinds = ("mean", "half_width", "low", "high", "n", "caution")
    assert found.columns == [f"{name}_{kind}" for name in ("in", "out") for kind in kinds]
    row = found.row(0, named=True)
    assert row["in_half_width"] == pytest.approx(estimate([1, 4]).half_width)
    assert (row["in_mean"], row["out_mean"], row["out_caution"]) == (2.5, 2.0, "all equal")


def test_summarise_of_nothing_is_an_empty_table() -> None:
    """No rows give no groups, with the same columns."""
    frame = pl.DataFrame(schema={"replication": pl.Int32, "gate": pl.String, "value": pl.Float64})
    found = summarise(frame, ["gate"], "value")
    assert found.is_empty()
    assert found.columns == ["gate", "mean", "half_width", "low", "high", "n", "caution"]


def test_shares_end_at_a_hundred_and_other_measures_do_not() -> None:
    """The unit of a measure bounds its interval."""
    values = [99.0, 97.0, 100.0, 95.0, 99.5]
    table = pl.DataFrame(
        {
            "replication": [*range(5)] * 2,
            "measure": ["share"] * 5 + ["wait"] * 5,
            "unit": ["%"] * 5 + ["h"] * 5,
            "value": values * 2,
        }
    )
    share, wait = summarise_measures(table, ["measure"]).iter_rows(named=True)
    assert (share["high"], share["low"]) == (100.0, wait["low"])
    assert wait["high"] > 100.0


def test_an_estimate_is_clear_if_its_interval_leaves_zero_out() -> None:
    """In another unit all of it changes; what has no interval is never clear."""
    found = estimate([1.0, 2.0, 3.0])
    minutes = found.times(60.0)
    assert (found.mean, minutes.mean) == (2.0, 120.0)
    assert minutes.half_width == pytest.approx(60 * (found.half_width or 0.0))
    assert minutes.low == pytest.approx(60 * (found.low or 0.0))
    assert not found.clear
    assert estimate([2.0, 2.1, 2.2]).clear
    assert estimate([-2.0, -2.1, -2.2]).clear
    assert estimate([-2.0, -2.1, -2.2]).size == estimate([2.0, 2.1, 2.2])
    assert estimate([5.0]) == Estimate(5.0)
    assert not estimate([5.0]).clear
    assert estimate([]) == Estimate(None)


def test_an_interval_that_ends_at_zero_is_not_clear() -> None:
    """A limit at the end of a closed interval is inside; nothing without spread is nothing."""
    assert not Estimate(1.0, 1.0, 0.0, 2.0).clear
    assert not Estimate(-1.0, 1.0, -2.0, 0.0).clear
    assert not Estimate(0.0, 0.0, 0.0, 0.0).clear
    assert Estimate(1.0, 0.999, 0.001, 1.999).clear
    assert [Estimate(2.0, 1.0, 1.0, 3.0).side(limit) for limit in (0.9, 1.0, 3.0, 3.1)] == [
        1,
        0,
        0,
        -1,
    ]
