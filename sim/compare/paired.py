"""Differences between scenarios, on common random numbers wherever they are common.

Replication ``r`` of two scenarios sees the same vehicles with the same luck, so the
difference is taken replication by replication and its interval is that of one sample of
differences (paired t; Law, *Simulation Modeling and Analysis*, section 10.2). Scenarios of
different seeds have nothing in common, and their difference has Welch's interval (Welch
1947; ibid.). That "these cannot be told apart" is a result, and is said in so many words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from sim.arguments import checked_arguments
from sim.errors import ArgumentError
from sim.results.estimates import REPLICATION, by_replication, t_quantile

__all__ = [
    "ADJUSTMENT",
    "HIGHER",
    "LOWER",
    "PAIRED",
    "SAME",
    "WELCH",
    "holm",
    "paired",
    "paired_many",
]

Floats = NDArray[np.float64]

HIGHER, LOWER, SAME = "higher", "lower", "cannot be told apart"
"""Verdicts on a scenario against its base."""

ADJUSTMENT = "Bonferroni"
"""What lets the intervals of several alternatives hold together, for method statements."""

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
    half_width:
        Of the difference.
    p_value:
        Two-sided, of no difference.
    variance_ratio:
        Variance of the difference were the runs independent / its variance as paired:
        how many times fewer replications pairing needs. Null if all differences agree.
    verdict:
        ``higher``, ``lower``, or ``cannot be told apart`` when the interval contains 0.

    With fewer than two pairs the last four are null.
    """
    found = _differences(base, other, by, value, level)
    return found.with_columns(_verdict(1.0 - level, found["p_value"], found["difference"]))


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

    ``independent`` names the alternatives whose luck is not that of the base: each side
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
        raise ArgumentError("there must be at least one alternative")
    strict = 1.0 - (1.0 - level) / len(others)
    found = pl.concat(
        (_independent if name in independent else _differences)(
            base, other, by, value, strict
        ).select(
            pl.lit(name).alias("alternative"),
            *by,
            pl.lit(WELCH if name in independent else PAIRED).alias("method"),
            pl.exclude(by),
        )
        for name, other in others.items()
    )
    group = found.select(pl.struct(list(by)).rank("dense") if by else pl.lit(1)).to_series()
    p_value = found["p_value"].fill_null(float("nan")).to_numpy()
    adjusted = np.full(len(found), np.nan)
    labels = group.to_numpy()
    for label in np.unique(labels):
        mine = np.flatnonzero((labels == label) & ~np.isnan(p_value))
        adjusted[mine] = holm(p_value[mine])
    column = pl.Series("p_adjusted", adjusted).fill_nan(None)
    found = found.insert_column(found.get_column_index("p_value") + 1, column)
    return found.with_columns(_verdict(1.0 - strict, found["p_value"], found["difference"]))


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
    single = by_replication(base, keys, [value]).rename({value: "_base"})
    pairs = single.join(
        by_replication(other, keys, [value]).rename({value: "_other"}),
        on=[*keys, REPLICATION],
        how="inner",
        maintain_order="left",
    ).with_columns((pl.col("_other") - pl.col("_base")).alias("_gap"), pl.lit(0).alias("_all"))
    known = pl.col("_gap").is_not_null()
    sums = pairs.group_by([*keys, "_all"], maintain_order=True).agg(
        known.sum().cast(pl.Int64).alias("n"),
        pl.col("_base").filter(known).mean().alias("base_mean"),
        pl.col("_other").filter(known).mean().alias("other_mean"),
        pl.col("_gap").mean().alias("difference"),
        pl.col("_gap").std().alias("_deviation"),
        (pl.col("_base").filter(known).var() + pl.col("_other").filter(known).var()).alias("_sum"),
    )
    n = sums["n"].to_numpy()
    error = _floats(sums["_deviation"]) / np.sqrt(np.maximum(n, 1))
    spread = _floats(sums["_deviation"]) ** 2
    ratio = np.full(len(n), np.nan)
    np.divide(_floats(sums["_sum"]), spread, out=ratio, where=spread > 0)
    return sums.drop("_all", "_deviation", "_sum").with_columns(
        pl.Series("half_width", t_quantile(n, level) * error).fill_nan(None),
        pl.Series("p_value", _p_value(_floats(sums["difference"]), error, n - 1.0)).fill_nan(None),
        pl.Series("variance_ratio", ratio).fill_nan(None),
    )


def _independent(
    base: pl.DataFrame, other: pl.DataFrame, by: Sequence[str], value: str, level: float
) -> pl.DataFrame:
    """As :func:`_differences`, of samples that have nothing in common."""
    keys = list(by)
    sums = _moments(base, keys, value, "base").join(
        _moments(other, keys, value, "other"), on=[*keys, "_all"], maintain_order="left"
    )
    counts = np.stack([sums["_base_n"].to_numpy(), sums["_other_n"].to_numpy()]).astype(float)
    spread = np.stack([_floats(sums["_base_var"]), _floats(sums["_other_var"])])
    # a scenario that never varies adds no error and needs no degrees of freedom
    parts = np.where(counts >= 2, spread / np.maximum(counts, 1), np.nan)
    error = np.sqrt(parts.sum(axis=0))
    weights = (parts**2 / np.maximum(counts - 1, 1)).sum(axis=0)
    freedom = np.divide(
        error**4, weights, out=np.where(np.isnan(error), np.nan, 1.0), where=weights > 0
    )
    gap = _floats(sums["other_mean"]) - _floats(sums["base_mean"])
    found = sums.with_columns(
        pl.Series("n", counts.min(axis=0).astype(np.int64)),
        pl.Series("difference", gap).fill_nan(None),
        pl.Series("half_width", t_quantile(freedom + 1.0, level) * error).fill_nan(None),
        pl.Series("p_value", _p_value(gap, error, freedom)).fill_nan(None),
        pl.lit(None, pl.Float64).alias("variance_ratio"),
    )
    columns = ("n", "base_mean", "other_mean", "difference")
    return found.select(*keys, *columns, "half_width", "p_value", "variance_ratio")


def _moments(frame: pl.DataFrame, keys: list[str], value: str, side: str) -> pl.DataFrame:
    """Number, mean and variance of each group over the replications that have a value."""
    single = by_replication(frame, keys, [value]).with_columns(pl.lit(0).alias("_all"))
    return single.group_by([*keys, "_all"], maintain_order=True).agg(
        pl.col(value).count().alias(f"_{side}_n"),
        pl.col(value).mean().alias(f"{side}_mean"),
        pl.col(value).var().alias(f"_{side}_var"),
    )


def _p_value(difference: Floats, error: Floats, freedom: ArrayLike) -> Floats:
    """Two-sided p-value of a t test; 1 where all are equal, NaN without degrees of freedom."""
    degrees = np.asarray(freedom, dtype=np.float64)
    statistic = np.full(len(difference), np.nan)
    np.divide(np.abs(difference), error, out=statistic, where=error > 0)
    statistic[error == 0] = np.where(difference[error == 0] == 0.0, 0.0, np.inf)
    found = 2.0 * stdtr(np.where(degrees > 0, degrees, np.nan), -statistic)
    return np.asarray(found, dtype=np.float64)


def _verdict(error_rate: float, p_value: pl.Series, difference: pl.Series) -> pl.Expr:
    """Say which way it went; null where nothing can be said."""
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


def _floats(column: pl.Series) -> Floats:
    """Values with null as NaN."""
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
