"""Estimates across replications, against exact values."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.compare import (
    Estimate,
    estimate,
    half_width,
    order_ranks,
    quantile_interval,
    summarise,
)
from sim.results.estimates import t_quantile

#: Fifteen observations whose t interval is known to twelve digits.
SAMPLE = [51.38, 53.29, 51.32, 44.79, 53.62, 51.79, 47.85, 52.32, 51.46, 51.18]
SAMPLE += [50.11, 52.19, 47.05, 49.35, 48.07]


def test_half_width_is_that_of_the_t_interval() -> None:
    """The interval of a known sample agrees with its exact value to eleven digits."""
    width = half_width(SAMPLE)
    assert width == pytest.approx(1.37962733035, rel=1e-11)
    mean = float(np.mean(SAMPLE))
    assert [mean - width, mean + width] == pytest.approx([49.0050393363, 51.764293997], rel=1e-11)


def test_half_width_leaves_out_what_is_missing() -> None:
    """NaN are not observations."""
    assert half_width([*SAMPLE, math.nan]) == half_width(SAMPLE)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan]])
def test_one_observation_has_no_interval(values: list[float]) -> None:
    """Fewer than two observations give NaN, not zero."""
    assert math.isnan(half_width(values))


def test_equal_observations_have_no_spread() -> None:
    """Three equal observations give a half-width of zero."""
    assert half_width([4.0, 4.0, 4.0]) == 0.0


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_a_share(level: float) -> None:
    """A level outside (0, 1) is refused."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_quantile(10, level)


def test_t_interval_covers_as_often_as_it_says() -> None:
    """Of 4000 intervals for a normal mean, 95 % hold it (within four standard errors)."""
    samples = np.random.default_rng(7).normal(10.0, 3.0, size=(4000, 8))
    widths = np.array([half_width(sample) for sample in samples])
    covered = np.mean(np.abs(samples.mean(axis=1) - 10.0) <= widths)
    assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 4000)


def test_summarise_counts_replications_not_rows() -> None:
    """Rows of one replication are averaged first, so more of them do not narrow it."""
    few = pl.DataFrame({"replication": [1, 2, 3], "gate": "a", "value": [1.0, 2.0, 6.0]})
    many = pl.concat([few] * 5)
    found = summarise(many, ["gate"], "value")
    assert found.rows() == [("a", pytest.approx(3.0), pytest.approx(half_width([1, 2, 6])), 3)]
    assert summarise(few, ["gate"], "value").rows() == found.rows()


def test_summarise_ignores_nulls_and_says_how_many_are_left() -> None:
    """A null replication is left out of the mean; n, mean and half-width tell."""
    frame = pl.DataFrame(
        {
            "replication": [1, 2, 3, 1, 2, 3, 1, 2, 3],
            "gate": ["b", "b", "b", "a", "a", "a", "c", "c", "c"],
            "value": [1.0, None, 3.0, None, 5.0, None, None, None, None],
        }
    )
    assert summarise(frame, ["gate"], "value").rows() == [
        ("b", 2.0, pytest.approx(half_width([1.0, 3.0])), 2),
        ("a", 5.0, None, 1),
        ("c", None, None, 0),
    ]


def test_summarise_takes_several_columns_and_whole_numbers() -> None:
    """Several values get columns of their own; counts are averaged as numbers."""
    frame = pl.DataFrame({"replication": [1, 2], "in": [1, 4], "out": [2.0, 2.0]})
    found = summarise(frame, [], ["in", "out"])
    assert found.columns == [
        "in_mean", "in_half_width", "in_n", "out_mean", "out_half_width", "out_n",
    ]  # fmt: skip
    assert found.row(0) == (2.5, pytest.approx(half_width([1, 4])), 2, 2.0, 0.0, 2)


def test_summarise_of_nothing_is_an_empty_table() -> None:
    """No rows give no groups, with the same columns."""
    frame = pl.DataFrame(schema={"replication": pl.Int32, "gate": pl.String, "value": pl.Float64})
    found = summarise(frame, ["gate"], "value")
    assert found.is_empty()
    assert found.columns == ["gate", "mean", "half_width", "n"]


@pytest.mark.parametrize(
    ("n", "p", "level", "ranks", "coverage"),
    [
        (100, 0.95, 0.95, (90, 100), 0.982607060712),
        (100, 0.5, 0.95, (40, 61), 0.964799799782),
        (300, 0.9, 0.9, (261, 279), 0.916389899757),
    ],
)
def test_ranks_of_order_statistics(
    n: int, p: float, level: float, ranks: tuple[int, int], coverage: float
) -> None:
    """Ranks and exact coverage agree with exact rational arithmetic."""
    lower, upper, covered = order_ranks(n, p, level)
    assert (lower, upper) == ranks
    assert covered == pytest.approx(coverage, rel=1e-11)


@pytest.mark.parametrize(("n", "bounded"), [(71, False), (72, True)])
def test_a_far_quantile_needs_a_large_sample(n: int, bounded: bool) -> None:
    """A two-sided 95 % interval for the 95th percentile needs 72 replications."""
    assert math.isfinite(quantile_interval(np.arange(n), 0.95).upper) is bounded


def test_quantile_interval_returns_observations() -> None:
    """Estimate and ends are order statistics of the sample, NaN left out."""
    shuffled = np.random.default_rng(1).permutation(np.arange(1.0, 101.0))
    found = quantile_interval(np.append(shuffled, math.nan), 0.5)
    assert (found.estimate, found.lower, found.upper) == (50.0, 40.0, 61.0)


@given(st.integers(1, 300), st.floats(0.01, 0.99), st.floats(0.5, 0.99))
def test_an_order_interval_covers_at_least_its_level(n: int, p: float, level: float) -> None:
    """Coverage is never below the level, and the ranks are in order."""
    lower, upper, coverage = order_ranks(n, p, level)
    assert 0 <= lower < upper <= n + 1
    assert coverage >= level - 1e-12


@pytest.mark.parametrize(("n", "p", "level"), [(0, 0.5, 0.95), (9, 1.0, 0.95), (9, 0.5, 0.0)])
def test_ranks_need_a_sample_and_shares(n: int, p: float, level: float) -> None:
    """An empty sample and shares outside (0, 1) are refused."""
    with pytest.raises(ValueError, match="at least 1"):
        order_ranks(n, p, level)


def test_an_estimate_is_clear_if_its_interval_leaves_zero_out() -> None:
    """Mean and half-width as each alone; in another unit both change; unknown is never clear."""
    values = [1.0, 2.0, 3.0, float("nan")]
    found = estimate(values)
    assert (found.mean, found.half_width) == (2.0, pytest.approx(half_width(values)))
    assert found.times(60.0) == Estimate(120.0, pytest.approx(60 * half_width(values)))
    assert not found.clear
    assert estimate([2.0, 2.1, 2.2]).clear
    assert estimate([-2.0, -2.1, -2.2]).clear
    assert estimate([5.0]) == Estimate(5.0, None)
    assert not estimate([5.0]).clear
    assert estimate([]) == Estimate(None, None)
