"""One quantity of several scenarios, each held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.compare.quantities import Quantity
from sim.compare.runs import compare_runs
from sim.compare.samples import Sample

__all__ = ["Pairs", "all_pairs"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Differences between scenarios; shape ``(scenarios, scenarios)``.

    Attributes
    ----------
    difference:
        Row less column, mean over replications; 0 where it is unknown.
    half_width:
        Of each difference by itself; infinite where there is no interval.
    """

    difference: Floats
    half_width: Floats

    @property
    def low(self) -> Floats:
        """What a row exceeds a column by at least."""
        found: Floats = self.difference - self.half_width
        return found

    @property
    def high(self) -> Floats:
        """What a row exceeds a column by at most."""
        found: Floats = self.difference + self.half_width
        return found


def all_pairs(samples: Sequence[Sample], quantity: Quantity, confidence: float) -> Pairs:
    """Compare every scenario with every other, paired or, where seeds differ, by Welch.

    ``confidence`` is that of each interval by itself, between 0 and 1.
    """
    size = len(samples)
    difference, half_width = np.zeros((size, size)), np.zeros((size, size))
    short = [_alone(one, quantity) for one in samples]
    for column in range(size - 1):
        rows = range(column + 1, size)
        # which splits its error among the alternatives
        level = 1.0 - (1.0 - confidence) * len(rows)
        names = [str(number) for number in range(column, size)]
        table = compare_runs(short[column:], names, level).table
        found = {row["alternative"]: row for row in table.iter_rows(named=True)}
        for row in rows:
            gap, half = (found.get(str(row), {}).get(key) for key in ("difference", "half_width"))
            known = gap is not None and half is not None
            difference[row, column] = gap if known else 0.0
            half_width[row, column] = half if known else np.inf
    return Pairs(difference - difference.T, half_width + half_width.T)


def _alone(one: Sample, quantity: Quantity) -> Sample:
    """A scenario with this quantity and no other."""
    mine = (
        (pl.col("gate") == quantity.gate)
        & (pl.col("direction") == quantity.direction)
        & (pl.col("measure") == quantity.measure)
    )
    return replace(one, tables={"headline": one.headline.filter(mine)})
