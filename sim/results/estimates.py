"""Estimates across replications, each with its half-width.

A replication is one observation. Vehicles, days or stages within a replication depend on
one another, so rows of one replication are averaged first and never counted as more.
Formulas: Law, *Simulation Modeling and Analysis* (5th ed.), chapter 9; order statistics:
David and Nagaraja, *Order Statistics* (3rd ed.), section 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, stdtrit

from sim.arguments import checked_arguments
from sim.errors import ArgumentError

__all__ = [
    "INTERVAL",
    "REPLICATION",
    "Estimate",
    "QuantileInterval",
    "by_replication",
    "estimate",
    "half_width",
    "order_ranks",
    "quantile_interval",
    "summarise",
    "t_quantile",
]

Floats = NDArray[np.float64]

INTERVAL = "student"
"""Kind of the interval of a mean over replications, for method statements."""

REPLICATION = "replication"
"""Name of the column that tells replications apart."""


def t_quantile(n: ArrayLike, level: float = 0.95) -> Floats:
    """Two-sided Student t quantile for ``n`` observations; NaN for fewer than two.

    Raises
    ------
    ValueError
        ``level`` is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level must lie between 0 and 1, not {level}")
    freedom = np.asarray(n, dtype=np.float64) - 1.0
    found = stdtrit(np.where(freedom >= 1.0, freedom, np.nan), (1.0 + level) / 2.0)
    return np.asarray(found, dtype=np.float64)


@checked_arguments
def half_width(values: ArrayLike, level: float = 0.95) -> float:
    """Half-width of the t interval for the mean of independent observations.

    ``values`` has shape ``(n,)`` and the interval is mean +/- half-width. NaN are left
    out; NaN when fewer than two are left.
    """
    sample = np.asarray(values, dtype=np.float64)
    sample = sample[~np.isnan(sample)]
    if len(sample) < 2:
        return float("nan")
    return float(t_quantile(len(sample), level) * sample.std(ddof=1) / np.sqrt(len(sample)))


@dataclass(frozen=True)
class Estimate:
    """A mean over replications and its half-width; None where undefined."""

    mean: float | None
    half_width: float | None

    @property
    def clear(self) -> bool:
        """Whether it can be told from zero."""
        if self.mean is None or self.half_width is None:
            return False
        return abs(self.mean) > self.half_width

    def times(self, factor: float) -> Estimate:
        """Return the same estimate in another unit."""
        mean, half = (None if v is None else v * factor for v in (self.mean, self.half_width))
        return Estimate(mean, half)


@checked_arguments
def estimate(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean and half-width of independent observations, shape ``(n,)``; NaN are left out."""
    sample = np.asarray(values, dtype=np.float64)
    sample = sample[~np.isnan(sample)]
    half = half_width(sample, level)
    mean = float(sample.mean()) if len(sample) else None
    return Estimate(mean, None if np.isnan(half) else half)


def by_replication(frame: pl.DataFrame, by: Sequence[str], values: Sequence[str]) -> pl.DataFrame:
    """One row per group and replication: means of the values there, nulls left out.

    Columns: ``by``, replication, ``values`` (float); groups in order of appearance.
    """
    return frame.group_by([*by, REPLICATION], maintain_order=True).agg(
        pl.col(list(values)).cast(pl.Float64).fill_nan(None).mean()
    )


@checked_arguments
def summarise(
    frame: pl.DataFrame,
    by: Sequence[str],
    values: str | Sequence[str],
    level: float = 0.95,
) -> pl.DataFrame:
    """Mean, half-width and number of replications of each group.

    Parameters
    ----------
    frame:
        A table of measures of several replications, with a ``replication`` column.
    by:
        Columns that name a group; may be empty.
    values:
        One column, or several.

    Returns
    -------
    One row per group in order of appearance: ``by`` and ``mean``, ``half_width``, ``n``;
    for several values ``<value>_mean``, ``<value>_half_width``, ``<value>_n``. Nulls are
    left out and ``n`` says how many replications remain; mean is null for none of them,
    half-width for fewer than two.
    """
    names = [values] if isinstance(values, str) else list(values)
    prefixes = [""] if isinstance(values, str) else [f"{name}_" for name in names]
    groups = list(by)
    single = by_replication(frame, groups, names).with_columns(pl.lit(0).alias("_all"))
    found = single.group_by([*groups, "_all"], maintain_order=True).agg(
        expression
        for name, prefix in zip(names, prefixes, strict=True)
        for expression in (
            pl.col(name).mean().alias(f"{prefix}mean"),
            pl.col(name).std().alias(f"{prefix}half_width"),
            pl.col(name).count().cast(pl.Int64).alias(f"{prefix}n"),
        )
    )
    return found.drop("_all").with_columns(
        _times_t(f"{prefix}half_width", found[f"{prefix}n"], level) for prefix in prefixes
    )


def _times_t(deviation: str, n: pl.Series, level: float) -> pl.Expr:
    """Turn a column of standard deviations into half-widths of the mean."""
    sizes = n.to_numpy()
    factor = t_quantile(sizes, level) / np.sqrt(np.maximum(sizes, 1))
    return (pl.col(deviation) * pl.Series(factor)).fill_nan(None).alias(deviation)


@dataclass(frozen=True)
class QuantileInterval:
    """A sample quantile and its interval.

    An end is infinite where the sample is too small for it; ``coverage`` is the exact
    probability that the interval holds the quantile of a continuous distribution.
    """

    estimate: float
    lower: float
    upper: float
    coverage: float


@checked_arguments
def order_ranks(n: int, p: float, level: float = 0.95) -> tuple[int, int, float]:
    """Ranks of the order statistics that enclose the ``p``-quantile, and their coverage.

    The equal-tailed interval ``[X_(l), X_(u)]``: with ``B`` the distribution function of
    the binomial ``(n, p)``, ``l`` is the largest rank with ``B(l - 1) <= (1 - level)/2``
    and ``u`` the smallest with ``B(u - 1) >= (1 + level)/2``. Rank 0 stands for minus
    infinity and rank ``n + 1`` for infinity.

    Raises
    ------
    ValueError
        ``n`` is below 1, or ``p`` or ``level`` is not between 0 and 1.
    """
    if n < 1 or not (0.0 < p < 1.0 and 0.0 < level < 1.0):
        raise ArgumentError("n must be at least 1, and p and level between 0 and 1")
    # below[k] = B(k - 1): the chance that fewer than k observations are below.
    below = np.concatenate([[0.0], bdtr(np.arange(n), n, p), [1.0]])
    tail = (1.0 - level) / 2.0
    lower = int(np.flatnonzero(below[: n + 1] <= tail)[-1])
    upper = 1 + int(np.flatnonzero(below[1:] >= 1.0 - tail)[0])
    return lower, upper, float(below[upper] - below[lower])


@checked_arguments
def quantile_interval(values: ArrayLike, p: float, level: float = 0.95) -> QuantileInterval:
    """Distribution-free interval for the ``p``-quantile of independent observations.

    ``values`` has shape ``(n,)``; NaN are left out. The estimate is the smallest value
    that at least a share ``p`` of the sample does not exceed.

    Raises
    ------
    ValueError
        No value is left, or ``p`` or ``level`` is not between 0 and 1.
    """
    sample = np.sort(np.asarray(values, dtype=np.float64))
    sample = sample[~np.isnan(sample)]
    lower, upper, coverage = order_ranks(len(sample), p, level)
    padded = np.concatenate([[-np.inf], sample, [np.inf]])
    estimate = np.quantile(sample, p, method="inverted_cdf")
    return QuantileInterval(float(estimate), float(padded[lower]), float(padded[upper]), coverage)
