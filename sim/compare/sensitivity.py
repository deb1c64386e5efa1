"""Which uncertain input moves a result, over the points of a sampled sweep.

Spearman's rank correlation: 1 where more of a factor always goes with more of a measure, -1
where with less. It sees every monotone effect and says nothing of its size. It is told from none
by Student's t of ``r * sqrt((n - 2) / (1 - r^2))`` (Kendall and Stuart, *The Advanced Theory of
Statistics*, volume 2, section 31.19).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from sim.arguments import checked_arguments, require_columns
from sim.results.intervals import t_quantile

__all__ = ["sensitivity"]


@checked_arguments
def sensitivity(
    points: pl.DataFrame, factors: Sequence[str], measures: Sequence[str], level: float = 0.95
) -> pl.DataFrame:
    """One row per measure and factor: measure, factor, correlation, clear, n.

    Parameters
    ----------
    points:
        One row per point with a column for each factor (numbers, or true and false) and each
        measure, as :attr:`sim.results.SweepResults.summary`. Points without a value of the
        measure are left out, and ``n`` says how many remain.
    level:
        Confidence of what is told from none among all factors of a measure together.

    ``correlation`` is null where factor or measure does not vary, or fewer than three remain.

    Raises
    ------
    ArgumentError
        A column is missing, or holds no numbers.
    """
    require_columns("points", points, (), [*factors, *measures])
    share = 1.0 - (1.0 - level) / max(len(factors), 1)
    rows = []
    for measure in measures:
        known = points.filter(pl.col(measure).is_not_null())
        for factor in factors:
            correlation = _correlation(known, factor, measure)
            clear = correlation is not None and _clear(correlation, known.height, share)
            rows.append((measure, factor, correlation, clear, known.height))
    schema = {
        "measure": pl.String,
        "factor": pl.String,
        "correlation": pl.Float64,
        "clear": pl.Boolean,
        "n": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _correlation(points: pl.DataFrame, factor: str, measure: str) -> float | None:
    columns = points.select(pl.col(factor).cast(pl.Float64), pl.col(measure))
    if columns.height < 3 or min(column.n_unique() for column in columns) < 2:
        return None
    return float(columns.select(pl.corr(factor, measure, method="spearman")).item())


def _clear(correlation: float, n: int, level: float) -> bool:
    """Whether a rank correlation can be told from none."""
    rest = 1.0 - correlation**2
    if rest <= 0.0:
        return True
    return abs(correlation) * math.sqrt((n - 2) / rest) > float(t_quantile(n - 1, level))
