"""Estimates across replications, each with its interval.

A replication is one observation. Vehicles, days or stages within a replication depend on
one another, so rows of one replication are averaged first and never counted as more.
Formulas: Law, *Simulation Modeling and Analysis* (5th ed.), chapter 9, for replications, and
:mod:`sim.results.intervals` for the interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, require_columns
from sim.arrays import Floats
from sim.parameter_sets import EXCHANGES, sets_of
from sim.results.intervals import (
    CAUTIONS,
    UNBOUNDED,
    Caution,
    Intervals,
    Moments,
)

__all__ = [
    "INTERVAL",
    "INTERVAL_KIND",
    "REPLICATION",
    "SHARE",
    "SHARES",
    "Estimate",
    "by_replication",
    "estimate",
    "estimate_rows",
    "interval_columns",
    "moments_by",
    "summarise",
    "summarise_measures",
]


INTERVAL_KIND = "johnson"
"""Kind of the interval of a mean over replications, for method statements."""

REPLICATION = "replication"
"""Name of the column that tells replications apart."""

SHARE = "%"
"""Unit of shares, which are at most 100."""

INTERVAL = ("half_width", "low", "high", "caution")
"""Columns of an interval.

``low`` and ``high`` are its ends; it need not be symmetric. ``half_width`` is the distance from
the mean to the farther end, so that mean ± half_width holds the interval. ``caution`` says why
the interval may not hold as often as its level says, null if it does. Where all replications
are equal, or most, or one carries the mean, there is no interval: half_width is null, and low
and high are the smallest and the largest replication (null where those are too few to tell).
"""

SHARES = ("inputs_share", "arrivals_share")
"""Columns beside those of an interval where inputs are uncertain: their share in its variance, and
that of the arrivals; the rest is of services and of which sets were drawn."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replications and its interval, with the fields of :data:`INTERVAL`.

    ``inputs`` is the share of uncertain inputs in the variance of the interval, from 0 to 1; the
    rest is Monte Carlo, of which ``arrivals`` is the share of who comes when. None where no inputs
    are uncertain.
    """

    mean: float | None
    half_width: float | None = None
    low: float | None = None
    high: float | None = None
    caution: Caution | None = None
    inputs: float | None = None
    arrivals: float | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any], prefix: str = "", mean: str | None = None) -> Self:
        """Read a row of :func:`summarise`, of a comparison or of a sweep's summary.

        ``mean`` is the column of the mean where that is not ``<prefix>mean``.
        """
        half, low, high, caution = (row[f"{prefix}{name}"] for name in INTERVAL)
        shares = (row.get(f"{prefix}{name}") for name in SHARES)
        middle = row[mean or f"{prefix}mean"]
        return cls(middle, half, low, high, caution and Caution(caution), *shares)

    def plain(self) -> dict[str, Any]:
        """Return the fields for JSON; shares in the variance only where there are any."""
        fields = dict(vars(self))
        shares = {name: fields.pop(field) for field, name in zip(_SHARED, SHARES, strict=True)}
        return fields | {name: share for name, share in shares.items() if share is not None}

    def side(self, limit: float = 0.0) -> int:
        """1 where the interval lies above ``limit``, -1 where below, 0 where that is open."""
        if self.low is None or self.high is None:
            return 0
        return int(self.low > limit) - int(self.high < limit)

    @property
    def clear(self) -> bool:
        """Whether it can be told from zero."""
        return self.side() != 0

    @property
    def size(self) -> Estimate:
        """Absolute value of the mean, with its interval."""
        if self.mean is None or self.mean >= 0.0:
            return self
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return replace(self, mean=-self.mean, low=low, high=high)

    def times(self, factor: float) -> Estimate:
        """Return the same estimate in another unit, ``factor`` above 0."""
        mean, half, low, high = (
            None if v is None else v * factor
            for v in (self.mean, self.half_width, self.low, self.high)
        )
        return replace(self, mean=mean, half_width=half, low=low, high=high)


_SHARED = ("inputs", "arrivals")
"""Fields of an estimate with the values of :data:`SHARES`."""


@checked_arguments
def estimate(
    values: ArrayLike, level: float = 0.95, bounds: tuple[float, float] = UNBOUNDED
) -> Estimate:
    """Mean and interval of independent observations, shape ``(n,)``; NaN are left out.

    ``bounds`` are the least and the most that is possible.
    """
    sample = np.asarray(values, dtype=np.float64)[None, :]
    intervals = Intervals.of(Moments.of(sample), level, bounds)
    return Estimate.of(interval_columns(intervals).row(0, named=True))


@checked_arguments
def estimate_rows(
    rows: pl.DataFrame, value: str, level: float = 0.95, bounds: tuple[float, float] = UNBOUNDED
) -> Estimate:
    """Mean and interval of a column ``value`` that has a row for each replication.

    Further runs of sets of uncertain inputs tell what the inputs and the arrivals have in it.
    """
    if rows.is_empty():
        return Estimate(None)
    _, (moments,) = moments_by(by_replication(rows, [], [value]), [], [value])
    return Estimate.of(interval_columns(Intervals.of(moments, level, bounds)).row(0, named=True))


def interval_columns(intervals: Intervals) -> pl.DataFrame:
    """One row per mean: ``mean``, the columns of :data:`INTERVAL`, ``n``; null where undefined.

    And :data:`SHARES`, where any inputs are uncertain.
    """
    names = pl.Series([*CAUTIONS, None], dtype=pl.String)
    parts = zip(SHARES, (intervals.inputs, intervals.arrivals), strict=True)
    share = {name: _finite(part) for name, part in parts if not np.isnan(part).all()}
    return pl.DataFrame(
        {
            "mean": _finite(intervals.mean),
            "half_width": _finite(intervals.half_width),
            "low": _finite(intervals.low),
            "high": _finite(intervals.high),
            "n": pl.Series(intervals.n, dtype=pl.Int64),
            "caution": names.gather(intervals.caution % len(names)),
            **share,
        }
    )


def _finite(values: Floats) -> pl.Series:
    """Values with null for what is not finite."""
    return pl.Series(np.where(np.isfinite(values), values, np.nan), nan_to_null=True)


def by_replication(frame: pl.DataFrame, by: Sequence[str], values: Sequence[str]) -> pl.DataFrame:
    """One row per group and replication: means of the values there, nulls left out.

    Columns: ``by``, replication, ``values`` (float); groups in order of appearance.

    Raises
    ------
    ArgumentError
        The frame lacks one of these columns, or a value is no number.
    """
    require_columns("the table", frame, [*by, REPLICATION], values)
    return frame.group_by([*by, REPLICATION], maintain_order=True).agg(
        pl.col(list(values)).cast(pl.Float64).fill_nan(None).mean()
    )


def moments_by(
    single: pl.DataFrame, by: Sequence[str], values: Sequence[str]
) -> tuple[pl.DataFrame, list[Moments]]:
    """Moments of each value over the rows of each group, nulls left out.

    ``single`` has a row for each group and replication. Repeats and exchanges, which have numbers
    below 0, tell the variances between sets of inputs and of arrivals, and count for nothing else.

    Returns the groups in order of appearance, columns ``by`` (and ``_all``), and for each of
    ``values`` the moments of that many samples.
    """
    number = pl.col(REPLICATION)
    several = single.with_columns(pl.lit(0).alias("_all"))
    keys, names = [*by, "_all"], list(values)
    joined, prefixes = several.filter(number >= 0), [""]
    kinds = {"_repeat_": (number < 0) & (number >= EXCHANGES), "_exchange_": number < EXCHANGES}
    for prefix, kind in kinds.items():
        further = several.filter(kind).with_columns(sets_of(number).alias(REPLICATION))
        if not further.is_empty():
            columns = further.select(*keys, REPLICATION, pl.col(names).name.prefix(prefix))
            pair = [*keys, REPLICATION]
            joined = joined.join(columns, pair, "left", maintain_order="left", validate="m:1")
            prefixes.append(prefix)
    lists = joined.group_by(keys, maintain_order=True).agg(
        pl.col(f"{prefix}{name}" for prefix in prefixes for name in names).cast(pl.Float64)
    )
    moments = [
        Moments.of(*(_matrix(lists[f"{prefix}{name}"]) for prefix in prefixes)) for name in names
    ]
    return lists.select(keys), moments


def _matrix(lists: pl.Series) -> Floats:
    """Lists as rows of one array, filled up with NaN; null is NaN."""
    lengths = lists.list.len().to_numpy().astype(np.int64)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    matrix = np.full((len(lengths), int(lengths.max(initial=0))), np.nan)
    matrix[rows, columns] = lists.explode().fill_null(np.nan).to_numpy()
    return matrix


@checked_arguments
def summarise(
    frame: pl.DataFrame,
    by: Sequence[str],
    values: str | Sequence[str],
    level: float = 0.95,
    bounds: tuple[float | pl.Expr, float | pl.Expr] = UNBOUNDED,
) -> pl.DataFrame:
    """Mean, interval and number of replications of each group.

    Parameters
    ----------
    frame:
        A table of measures of several replications, with a ``replication`` column.
    by:
        Columns that name a group; may be empty.
    values:
        One column, or several.
    bounds:
        Least and most that is possible, as numbers or as expressions of columns of ``by``.

    Returns
    -------
    One row per group in order of appearance: ``by`` and ``mean``, the columns of
    :data:`INTERVAL` and ``n``; for several values ``<value>_mean`` and so on. Nulls are left
    out and ``n`` says how many replications remain; mean is null for none of them, the interval
    for fewer than two.
    """
    names = [values] if isinstance(values, str) else list(values)
    prefixes = [""] if isinstance(values, str) else [f"{name}_" for name in names]
    groups, moments = moments_by(by_replication(frame, by, names), by, names)
    ends = groups.with_columns(
        *(
            (end if isinstance(end, pl.Expr) else pl.lit(end)).alias(name)
            for name, end in zip(("_low", "_high"), bounds, strict=True)
        )
    )
    limits = ends["_low"].to_numpy(), ends["_high"].to_numpy()
    summary = groups.drop("_all")
    for prefix, sample in zip(prefixes, moments, strict=True):
        columns = interval_columns(Intervals.of(sample, level, limits))
        summary = summary.hstack(columns.select(pl.all().name.prefix(prefix)))
    return summary


@checked_arguments
def summarise_measures(table: pl.DataFrame, by: Sequence[str], level: float = 0.95) -> pl.DataFrame:
    """Summarise the ``value`` of a table of measures: none is below 0, no share above 100 %.

    As :func:`summarise`, with the column ``unit`` of the table to tell what is a share.
    """
    require_columns("the table", table, [*by, "unit"])
    groups = [*by, *({"unit"} - set(by))]
    most = pl.when(pl.col("unit") == SHARE).then(100.0).otherwise(math.inf)
    summary = summarise(table, groups, "value", level, (0.0, most))
    return summary if "unit" in by else summary.drop("unit")


def bounds_of(unit: str) -> tuple[float, float]:
    """Return the least and the most possible value of a measure in a unit."""
    return 0.0, 100.0 if unit == SHARE else math.inf
