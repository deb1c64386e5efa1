"""Differences between scenarios, on common random numbers wherever they are common.

Replication ``r`` of two scenarios sees the same vehicles with the same random draws, so the
difference is taken replication by replication and its interval is that of one sample of
differences (paired t; Law, *Simulation Modeling and Analysis*, section 10.2). Scenarios of
different seeds have nothing in common, and their difference has Welch's interval (Welch
1947; ibid.). Both take skewness into
account, as :mod:`sim.results.intervals` says. That "these cannot be told apart" is a result, and
is said in so many words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.errors import ArgumentError
from sim.results.estimates import (
    INTERVAL,
    REPLICATION,
    SHARES,
    by_replication,
    interval_columns,
    moments_by,
)
from sim.results.intervals import Intervals, Moments, welch
from sim.sentences import Sentence

__all__ = [
    "ADJUSTMENT",
    "HIGHER",
    "LOWER",
    "SAME",
    "holm",
    "paired",
    "paired_many",
    "together",
]


HIGHER, LOWER, SAME = "higher", "lower", "cannot be told apart"
"""Verdicts on a scenario against its base."""

ADJUSTMENT = "Bonferroni"
"""Adjustment for simultaneous intervals, for method statements."""

PAIRED, WELCH = "paired", "welch"
"""How a difference and its interval came about."""


@checked_arguments
def paired(
    base: pl.DataFrame,
    other: pl.DataFrame,
    by: Sequence[str],
    value: str,
    level: float = 0.95,
) -> pl.DataFrame:
    """Compare a scenario with its base, group by group.

    Parameters
    ----------
    base, other:
        The same table of measures of both, with a ``replication`` column. Replications
        pair by number; those that one side lacks, or where it is null, are left out.
    by:
        Columns that name a group; groups that one side lacks are left out.
    value:
        The column compared.

    Returns
    -------
    One row per group in the order of ``base``: ``by`` and

    n:
        Pairs of replications.
    base_mean, other_mean, difference:
        Means over these pairs; difference is other minus base.
    half_width, low, high, caution:
        Of the difference, as in :data:`sim.results.estimates.INTERVAL`.
    inputs_share, arrivals_share:
        Shares of uncertain inputs and of arrivals in the variance of this interval, where any
        inputs are uncertain.
    p_value:
        Two-sided, of no difference. Where no interval is promised, that all of the differences
        lie on one side of 0 by chance, or 1 if they do not.
    variance_ratio:
        Variance of the difference were the runs independent / its variance as paired:
        how many times fewer replications pairing needs. Null if all differences agree.
    verdict:
        ``higher``, ``lower``, or ``cannot be told apart`` when the interval contains 0.

    With fewer than two pairs all from half_width are null.
    """
    differences = _differences(base, other, by, value, level)
    return differences.with_columns(
        _verdict(1.0 - level, differences["p_value"], differences["difference"])
    )


@checked_arguments
def paired_many(
    base: pl.DataFrame,
    others: Mapping[str, pl.DataFrame],
    by: Sequence[str],
    value: str,
    level: float = 0.95,
    independent: Collection[str] = (),
) -> pl.DataFrame:
    """Compare several alternatives with one base, holding the error rate of them all.

    ``independent`` names the alternatives whose random numbers are not those of the base: each side
    keeps all its replications, ``n`` is the smaller number of them, and there is no
    ``variance_ratio``.

    Returns
    -------
    As :func:`paired`, with ``alternative`` as first column (in the order of ``others``),
    ``method`` (``paired`` or ``welch``) before ``n`` and ``p_adjusted`` after ``p_value``.
    Half-widths hold for all alternatives of a group together (Bonferroni), and verdicts say
    what these intervals say. Holm's adjusted p-values hold together too and reject at least
    as often.
    """
    if not others:
        raise ArgumentError(Sentence("there must be at least one alternative"))
    strict = together(len(others), level)
    differences = pl.concat(
        (
            (_independent if name in independent else _differences)(
                base, other, by, value, strict
            ).select(
                pl.lit(name).alias("alternative"),
                *by,
                pl.lit(WELCH if name in independent else PAIRED).alias("method"),
                pl.exclude(by),
            )
            for name, other in others.items()
        ),
        how="diagonal",
    )
    group = differences.select(pl.struct(list(by)).rank("dense") if by else pl.lit(1)).to_series()
    p_value = differences["p_value"].fill_null(float("nan")).to_numpy()
    adjusted = np.full(len(differences), np.nan)
    labels = group.to_numpy()
    for label in np.unique(labels):
        members = np.flatnonzero((labels == label) & ~np.isnan(p_value))
        adjusted[members] = holm(p_value[members])
    column = pl.Series("p_adjusted", adjusted).fill_nan(None)
    differences = differences.insert_column(differences.get_column_index("p_value") + 1, column)
    return differences.with_columns(
        _verdict(1.0 - strict, differences["p_value"], differences["difference"])
    )


def together(comparisons: int, level: float = 0.95) -> float:
    """Level of each of several intervals that are to hold together at ``level`` (Bonferroni)."""
    return 1.0 - (1.0 - level) / max(comparisons, 1)


@checked_arguments
def holm(p_values: ArrayLike) -> Floats:
    """Holm's step-down adjusted p-values, in the order given (Holm 1979).

    The ``k``-th smallest of ``m`` is multiplied by ``m + 1 - k``; the results are made
    non-decreasing and capped at 1. Valid under any dependence.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def _differences(
    base: pl.DataFrame, other: pl.DataFrame, by: Sequence[str], value: str, level: float
) -> pl.DataFrame:
    """Everything of :func:`paired` but the verdict."""
    keys = list(by)
    pairs = by_replication(base, keys, [value]).rename({value: "_base"})
    pairs = pairs.join(
        by_replication(other, keys, [value]).rename({value: "_other"}),
        on=[*keys, REPLICATION],
        how="inner",
        maintain_order="left",
    ).with_columns((pl.col("_other") - pl.col("_base")).alias("_gap"))
    known = pl.col("_gap").is_not_null()
    both = pairs.with_columns(
        pl.when(known).then(pl.col(side)).alias(side) for side in ("_base", "_other")
    )
    groups, (before, after, gap) = moments_by(both, keys, ("_base", "_other", "_gap"))
    ratio = np.full(len(gap.n), np.nan)
    np.divide(before.error**2 + after.error**2, gap.error**2, out=ratio, where=gap.error > 0.0)
    return _table(groups, before, after, gap, level, ratio)


def _independent(
    base: pl.DataFrame, other: pl.DataFrame, by: Sequence[str], value: str, level: float
) -> pl.DataFrame:
    """As :func:`_differences`, of samples that have nothing in common."""
    keys = list(by)
    sides = [by_replication(frame, keys, [value]) for frame in (base, other)]
    shared = (
        sides[0].join(sides[1], on=keys, how="semi", maintain_order="left") if keys else sides[0]
    )
    (groups, (before,)), (others, (after,)) = (
        moments_by(side, keys, [value]) for side in (shared, sides[1])
    )
    order = groups.join(others.with_row_index("_row"), on=[*keys, "_all"], maintain_order="left")[
        "_row"
    ].to_numpy()
    after = after.take(order)
    return _table(groups, before, after, welch(before, after), level, np.full(len(order), np.nan))


def _table(
    groups: pl.DataFrame, before: Moments, after: Moments, gap: Moments, level: float, ratio: Floats
) -> pl.DataFrame:
    """Columns of :func:`paired` but the verdict."""
    interval = interval_columns(Intervals.of(gap, level))
    return groups.drop("_all").with_columns(
        interval["n"],
        pl.Series("base_mean", before.mean).fill_nan(None),
        pl.Series("other_mean", after.mean).fill_nan(None),
        interval["mean"].alias("difference"),
        *(interval[name] for name in (*INTERVAL, *SHARES) if name in interval.columns),
        pl.Series("p_value", gap.p_values()).fill_nan(None),
        pl.Series("variance_ratio", ratio).fill_nan(None),
    )


def _verdict(error_rate: float, p_value: pl.Series, difference: pl.Series) -> pl.Expr:
    """Verdict on a difference by its p-value; null where there is none."""
    return (
        pl.when(p_value.is_null())
        .then(None)
        .when(p_value >= error_rate)
        .then(pl.lit(SAME))
        .when(difference > 0)
        .then(pl.lit(HIGHER))
        .otherwise(pl.lit(LOWER))
        .alias("verdict")
    )
