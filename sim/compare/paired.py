"""Differences between scenarios on common random numbers.

Replication ``r`` of two scenarios sees the same vehicles with the same luck, so the
difference is taken replication by replication and its interval is that of one sample of
differences (paired t; Law, *Simulation Modeling and Analysis*, section 10.2). That "these
cannot be told apart" is a result, and is said in so many words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from sim.compare.estimates import REPLICATION, by_replication, t_quantile

__all__ = ["HIGHER", "LOWER", "SAME", "holm", "paired", "paired_many"]

Floats = NDArray[np.float64]

HIGHER, LOWER, SAME = "higher", "lower", "cannot be told apart"
"""Verdicts on a scenario against its base."""


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


def paired_many(
    base: pl.DataFrame,
    others: Mapping[str, pl.DataFrame],
    by: Sequence[str],
    value: str,
    level: float = 0.95,
) -> pl.DataFrame:
    """Compare several alternatives with one base, holding the error rate of them all.

    Returns
    -------
    As :func:`paired`, with ``alternative`` as first column (in the order of ``others``)
    and ``p_adjusted`` after ``p_value``. Half-widths hold for all alternatives of a group
    together (Bonferroni), and verdicts say what these intervals say. Holm's adjusted
    p-values hold together too and reject at least as often.
    """
    if not others:
        raise ValueError("there must be at least one alternative")
    strict = 1.0 - (1.0 - level) / len(others)
    found = pl.concat(
        _differences(base, other, by, value, strict).select(
            pl.lit(name).alias("alternative"), pl.all()
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
        pl.Series("p_value", _p_value(_floats(sums["difference"]), error, n)).fill_nan(None),
        pl.Series("variance_ratio", ratio).fill_nan(None),
    )


def _p_value(difference: Floats, error: Floats, n: NDArray[np.int64]) -> Floats:
    """Two-sided p-value of the paired t test; 1 where every pair is equal."""
    statistic = np.full(len(n), np.nan)
    np.divide(np.abs(difference), error, out=statistic, where=error > 0)
    statistic[error == 0] = np.where(difference[error == 0] == 0.0, 0.0, np.inf)
    freedom = np.where(n >= 2, n - 1.0, np.nan)
    return np.asarray(2.0 * stdtr(freedom, -statistic), dtype=np.float64)


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
