"""Intervals for skewed samples, against Student's and against themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.results.intervals import Intervals, Moments, t_quantile, welch

LEVELS = st.sampled_from([0.8, 0.95, 0.99])
SAMPLES = st.lists(st.integers(-9, 9).map(float), min_size=5, max_size=14)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_a_share(level: float) -> None:
    """A level outside (0, 1) is refused."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_quantile(10, level)


def test_without_skewness_the_interval_is_students() -> None:
    """A symmetric sample has SciPy's t interval to eleven digits, and its p-value."""
    sample = np.array([51.0, 53.5, 47.0, 55.0, 49.5, 52.0, 48.0, 54.0, 49.0, 51.0])
    sample = np.concatenate([sample, 2 * sample.mean() - sample])
    found = Moments.of(sample[None, :] - 50.0)
    exact = stats.ttest_1samp(sample, 50.0)
    ends = exact.confidence_interval(0.95)
    (low,), (high,) = found.limits()
    assert (low + 50.0, high + 50.0) == pytest.approx((ends.low, ends.high), rel=1e-11)
    assert found.p_values() == pytest.approx([exact.pvalue], rel=1e-10)


@given(SAMPLES, LEVELS)
def test_skewness_lengthens_one_side_and_leaves_the_other_to_student(
    values: list[float], level: float
) -> None:
    """The interval holds Student's; the side away from the skewness is Student's own."""
    sample = np.array(values)
    found = Moments.of(sample[None, :])
    if not found.bounded[0]:
        return
    arm = t_quantile(len(sample), level) * sample.std(ddof=1) / math.sqrt(len(sample))
    (low,), (high,) = found.limits(level)
    arms = sample.mean() - low, high - sample.mean()
    assert min(arms) == pytest.approx(arm)
    if abs(stats.skew(sample)) > 1e-9:
        assert (arms[1] > arms[0]) is (stats.skew(sample) > 0)


@given(SAMPLES, st.floats(0.5, 0.999))
def test_the_p_value_is_the_level_whose_interval_ends_at_zero(
    values: list[float], level: float
) -> None:
    """Interval and p-value are one test."""
    found = Moments.of(np.array(values)[None, :])
    (low,), (high,) = found.limits(level)
    outside = low > 0.0 or high < 0.0
    if min(abs(low), abs(high)) > 1e-9 and abs(found.p_values()[0] - (1 - level)) > 1e-9:
        assert bool(outside) is bool(found.p_values()[0] < 1 - level)


@given(SAMPLES, SAMPLES, LEVELS)
def test_independent_samples_have_welchs_interval_or_a_longer_one(
    one: list[float], two: list[float], level: float
) -> None:
    """The shorter side of the interval of a difference is SciPy's Welch interval."""
    first, second = (Moments.of(np.array(values)[None, :]) for values in (one, two))
    found = welch(first, second)
    if not found.bounded[0] or 0.0 in (first.error[0], second.error[0]):
        return
    exact = stats.ttest_ind(two, one, equal_var=False).confidence_interval(level)
    (low,), (high,) = found.limits(level)
    shorter = min(found.mean[0] - low, high - found.mean[0])
    assert shorter == pytest.approx((exact.high - exact.low) / 2)


def test_many_samples_are_as_each_alone() -> None:
    """Samples of several sizes side by side, filled up with NaN, change nothing."""
    rng = np.random.default_rng(3)
    samples = [rng.gamma(0.7, size=size) for size in (5, 12, 30, 1)]
    together = np.full((4, 30), np.nan)
    for row, sample in zip(together, samples, strict=True):
        row[: len(sample)] = sample
    found = Intervals.of(Moments.of(together))
    for number, sample in enumerate(samples):
        alone = Intervals.of(Moments.of(sample[None, :]))
        for name in ("mean", "half_width", "low", "high", "n", "caution"):
            expected = getattr(alone, name)[0]
            assert getattr(found, name)[number] == pytest.approx(expected, nan_ok=True)
