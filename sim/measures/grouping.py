"""Arithmetic by group, without a loop over vehicles.

A group is a whole number from 0; ``codes`` gives each value's group. Groups without
values come out as NaN, which :func:`table` turns into null.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arrays import Floats, Ints

__all__ = [
    "added",
    "count",
    "inside_at",
    "mean",
    "quantiles",
    "quantiles_of",
    "ratio",
    "table",
    "total",
]

Codes = NDArray[np.int32] | Ints


def count(codes: Ints, size: int) -> Ints:
    """Members of each group; shape ``(size,)``."""
    return np.bincount(codes, minlength=size).astype(np.int64)


def ratio(above: Floats | Ints, below: Floats | Ints) -> Floats:
    """Quotient, NaN where the divisor is not positive; shapes broadcast."""
    above, below = np.broadcast_arrays(above, below)
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result


def total(codes: Codes, values: NDArray[np.generic], size: int) -> Floats:
    """Sum of each group; shape ``(size,)``."""
    return np.bincount(codes, weights=values, minlength=size).astype(np.float64, copy=False)


def added(codes: Ints, values: Floats, size: int) -> Floats:
    """Compensated sum of each of many small groups (Kahan 1965); shape ``(size,)``."""
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(count(codes, size))
    rank = np.arange(len(codes)) - np.concatenate([[0], ends])[codes[order]]
    result, lost = np.zeros((2, size))
    for turn in range(int(rank.max(initial=-1)) + 1):
        members = order[rank == turn]
        group = codes[members]
        term = values[members] - lost[group]
        after = result[group] + term
        lost[group] = (after - result[group]) - term
        result[group] = after
    return result


def mean(codes: Ints, values: NDArray[np.generic], size: int) -> Floats:
    """Mean of each group; shape ``(size,)``."""
    return ratio(total(codes, values, size), count(codes, size))


def quantiles(
    codes: Ints, values: Floats, size: int, probabilities: Sequence[float]
) -> list[Floats]:
    """Sample quantiles of each group, one array of shape ``(size,)`` per probability.

    Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the
    default of ``numpy.quantile``).
    """
    # A stable sort of small whole numbers is a radix sort, so this costs little.
    small = codes.astype(np.min_scalar_type(max(size, 1)))
    grouped = values if size == 1 else values[np.argsort(small, kind="stable")]
    ends = np.cumsum(count(codes, size)).tolist()
    found = np.empty((len(probabilities), size))
    for group, (begin, end) in enumerate(pairwise([0, *ends])):
        found[:, group] = quantiles_of(grouped[begin:end], probabilities)
    return list(found)


def quantiles_of(values: Floats, probabilities: Collection[float]) -> Floats:
    """Sample quantiles of values, one for each probability, as :func:`quantiles`; NaN of none."""
    if not len(values):
        return np.full(len(probabilities), np.nan)
    last = len(values) - 1
    places = [probability * last for probability in probabilities]
    ranks = {rank for place in places for rank in (int(place), min(int(place) + 1, last))}
    ranked = np.partition(values, sorted(ranks))
    found = [
        ranked[int(p)] + (p - int(p)) * (ranked[min(int(p) + 1, last)] - ranked[int(p)])
        for p in places
    ]
    return np.array(found, dtype=np.float64)


def inside_at(codes: Ints, size: int, begin: Floats, end: Floats, times: Floats) -> Ints:
    """How many of each group are inside just before each of the sorted ``times``.

    A member is inside from ``begin`` until ``end`` (``inf`` or NaN if it never leaves);
    what happens at the instant itself counts as later. Shape ``(size, len(times))``.
    """
    width = len(times) + 1

    def events(moments: Floats) -> Ints:
        cell = codes * width + np.searchsorted(times, moments, side="right")
        return count(cell, size * width).reshape(size, width)

    change = events(begin) - events(end)
    inside: Ints = np.cumsum(change[:, :-1], axis=1)
    return inside


def table(columns: Mapping[str, pl.Series | NDArray[np.generic] | Sequence[str]]) -> pl.DataFrame:
    """Frame with a fixed type per column; NaN becomes null."""
    return pl.DataFrame(
        [
            values.alias(name)
            if isinstance(values, pl.Series)
            else pl.Series(
                name,
                values,
                dtype=None if len(values) else _empty_type(values),
                nan_to_null=True,
            )
            for name, values in columns.items()
        ]
    )


def _empty_type(values: pl.Series | NDArray[np.generic] | Sequence[str]) -> pl.DataType | None:
    """Text columns have no type of their own when they are empty."""
    return pl.String() if isinstance(values, list | tuple) else None
