"""Paired differences, against exact values."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.compare import estimate, holm, paired, paired_many
from sim.compare.paired import HIGHER, LOWER, SAME

X = [51.38, 53.29, 51.32, 44.79, 53.62, 51.79, 47.85, 52.32, 51.46, 51.18]
X += [50.11, 52.19, 47.05, 49.35, 48.07]
Y = [52.64, 47.66, 50.15, 42.14, 51.14, 49.67, 43.02, 50.17, 48.36, 54.36]
Y += [48.65, 49.86, 44.83, 46.55, 44.69]


def frame(values: list[float | None], gate: str = "a", first: int = 1) -> pl.DataFrame:
    """One value per replication."""
    return pl.DataFrame(
        {
            "replication": list(range(first, first + len(values))),
            "gate": [gate] * len(values),
            "value": values,
        },
        schema={"replication": pl.Int32, "gate": pl.String, "value": pl.Float64},
    )


def test_paired_t_interval_and_p_value() -> None:
    """Of differences without skewness, interval and p-value agree with exact values."""
    gaps = [-2.5, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 4.0]
    known = paired(frame([0.0] * 8), frame([x + 1.25 for x in gaps]), ["gate"], "value")
    exact = stats.ttest_1samp([x + 1.25 for x in gaps], 0.0)
    assert known["p_value"].item() == pytest.approx(exact.pvalue, rel=1e-10)
    ends = exact.confidence_interval(0.95)
    assert known.select("low", "high").row(0) == pytest.approx((ends.low, ends.high), rel=1e-10)
    found = paired(frame(Y), frame(X), ["gate"], "value").row(0, named=True)
    assert found["low"] <= 0.941370993963 * (1 + 1e-11)
    assert found["high"] >= 3.3092956727 * (1 - 1e-11)
    assert found["verdict"] == HIGHER
    assert (found["n"], found["base_mean"]) == (15, pytest.approx(np.mean(Y)))
    independent = np.var(X, ddof=1) + np.var(Y, ddof=1)
    expected = independent / np.var(np.subtract(X, Y), ddof=1)
    assert found["variance_ratio"] == pytest.approx(expected)


def test_the_other_way_round_changes_the_sign_alone() -> None:
    """Swapping scenarios turns the difference and keeps the half-width."""
    one = paired(frame(Y), frame(X), ["gate"], "value").row(0, named=True)
    two = paired(frame(X), frame(Y), ["gate"], "value").row(0, named=True)
    assert two["difference"] == -one["difference"]
    assert two["half_width"] == one["half_width"]
    assert (one["verdict"], two["verdict"]) == (HIGHER, LOWER)


def test_an_interval_over_zero_cannot_be_told_apart() -> None:
    """When the interval holds 0 the verdict says so in words."""
    found = paired(frame([1.0, 2.0, 3.0]), frame([1.1, 1.9, 3.1]), ["gate"], "value")
    assert found["half_width"][0] > abs(found["difference"][0])
    assert found["verdict"].to_list() == ["cannot be told apart"]


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=12),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_the_verdict_agrees_with_the_interval(pairs: list[tuple[int, int]], level: float) -> None:
    """The p-value's verdict and the interval's are the same, whatever the sample."""
    base, other = ([float(pair[k]) for pair in pairs] for k in (0, 1))
    found = paired(frame(base), frame(other), ["gate"], "value", level).row(0, named=True)
    alone = estimate(np.subtract(other, base), level)
    assert (found["low"], found["high"]) == (pytest.approx(alone.low), pytest.approx(alone.high))
    if alone.low is None or min(abs(alone.low), abs(alone.high or 0.0)) > 1e-9:
        assert (found["verdict"] != SAME) is alone.clear


def test_equal_runs_are_equal() -> None:
    """A scenario against itself: no difference, no width, no verdict of change."""
    found = paired(frame(X), frame(X), ["gate"], "value").row(0, named=True)
    assert (found["difference"], found["caution"], found["p_value"]) == (0.0, "all equal", 1.0)
    assert (found["variance_ratio"], found["verdict"]) == (None, SAME)


@pytest.mark.parametrize(("n", "verdict"), [(5, SAME), (6, HIGHER)])
def test_the_same_shift_needs_replications_to_be_clear(n: int, verdict: str) -> None:
    """Differences that all agree have no ±; six of them are one-sided by chance 1 in 32."""
    before = np.arange(float(n))
    found = paired(frame([*before]), frame([*before + 0.5]), ["gate"], "value")
    row = found.select("half_width", "caution", "p_value", "verdict").row(0)
    assert row == (None, "all equal", 2.0 ** (1 - n), verdict)


def test_replications_pair_by_number() -> None:
    """Replications that one side lacks, or where it is null, are left out of all means."""
    base = frame([1.0, 2.0, 3.0, None, 50.0, 70.0], first=1)
    other = frame([4.0, 6.0, 7.0, 8.0, None], first=2)
    found = paired(base, other, ["gate"], "value").row(0, named=True)
    assert (found["n"], found["base_mean"], found["other_mean"]) == (3, 55 / 3, 6.0)
    assert found["difference"] == pytest.approx((2.0 + 3.0 - 42.0) / 3)


def test_one_pair_says_nothing() -> None:
    """With one pair there is a difference but no interval and no verdict."""
    found = paired(frame([1.0]), frame([2.0]), ["gate"], "value").row(0, named=True)
    assert found["difference"] == 1.0
    assert [found[name] for name in ("half_width", "p_value", "variance_ratio", "verdict")] == [
        None
    ] * 4


def test_groups_keep_the_order_of_the_base() -> None:
    """Groups come as in the base table, and only those that both have."""
    base = pl.concat([frame(X, "b"), frame(X, "a"), frame(X, "gone")])
    other = pl.concat([frame(Y, "new"), frame(Y, "a"), frame(Y, "b")])
    assert paired(base, other, ["gate"], "value")["gate"].to_list() == ["b", "a"]


def test_no_groups_compare_the_whole_table() -> None:
    """Without grouping columns there is one row."""
    assert len(paired(frame(X), frame(Y), [], "value")) == 1


def test_holm_adjusts_step_by_step() -> None:
    """Adjusted p-values agree with the exact ones, in the order given."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=9))
def test_holm_lies_between_plain_and_bonferroni(p_values: list[float]) -> None:
    """Adjusting never lowers a p-value and never exceeds Bonferroni; order is kept."""
    p = np.array(p_values)
    adjusted = holm(p)
    assert np.all(adjusted >= p)
    assert np.all(adjusted <= np.minimum(1.0, p * len(p)))
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0)


def test_several_alternatives_share_the_error_rate() -> None:
    """With two alternatives intervals widen to level 97.5 % and Holm adjusts p-values."""
    others = {"faster": frame(X), "same": frame([*Y[1:], Y[0]])}
    found = paired_many(frame(Y), others, ["gate"], "value")
    assert found["alternative"].to_list() == ["faster", "same"]
    alone = paired(frame(Y), frame(X), ["gate"], "value", level=0.975)
    assert found["half_width"][0] == alone["half_width"][0]
    assert found["p_adjusted"].to_list() == pytest.approx(holm(found["p_value"]).tolist())
    assert found["verdict"].to_list() == [HIGHER, SAME]


def test_several_verdicts_say_what_their_intervals_say() -> None:
    """Where Holm rejects and the joint interval still holds 0, the verdict is the interval's."""
    close = [-0.57, -0.07, 0.43, 0.73, 1.13, 1.43, 1.93, 2.43]
    others = {"clear": frame([10.0 + x for x in close]), "close": frame(close)}
    found = paired_many(frame([0.0] * len(close)), others, ["gate"], "value")
    assert found["p_adjusted"][1] < 0.05
    assert abs(found["difference"][1]) < found["half_width"][1]
    assert found["verdict"].to_list() == [HIGHER, SAME]


def test_adjustment_is_within_each_group() -> None:
    """Gates are separate questions: adding one leaves the others' p-values alone."""
    one = {"x": frame(X), "y": frame(X[::-1])}
    two = {
        name: pl.concat([part, part.with_columns(gate=pl.lit("b"))]) for name, part in one.items()
    }
    base = pl.concat([frame(Y), frame(Y, "b")])
    alone = paired_many(frame(Y), one, ["gate"], "value")
    both = paired_many(base, two, ["gate"], "value").filter(pl.col("gate") == "a")
    assert both["p_adjusted"].to_list() == alone["p_adjusted"].to_list()


def test_one_alternative_needs_no_adjustment() -> None:
    """A single alternative is judged as by a plain paired comparison."""
    many = paired_many(frame(Y), {"x": frame(X)}, ["gate"], "value")
    plain = paired(frame(Y), frame(X), ["gate"], "value")
    assert many.drop("alternative", "method", "p_adjusted").equals(plain)
    assert many["p_adjusted"].to_list() == many["p_value"].to_list()


def test_alternatives_without_an_interval_stay_out_of_the_family() -> None:
    """A null p-value is neither adjusted nor counted."""
    found = paired_many(frame(Y), {"x": frame(X), "short": frame([1.0])}, ["gate"], "value")
    assert found["p_adjusted"].to_list() == [found["p_value"][0], None]
    assert found["verdict"].to_list() == [HIGHER, None]


def test_no_alternative_is_refused() -> None:
    """Comparing with nothing is an error, not an empty table."""
    with pytest.raises(ValueError, match="at least one alternative"):
        paired_many(frame(Y), {}, ["gate"], "value")
