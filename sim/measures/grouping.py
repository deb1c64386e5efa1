"""Arithmetic by group, without a loop over vehicles.

A group is a whole number from 0; ``codes`` gives each value's group. Groups without
values come out as NaN, which :func:`table` turns into null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.queues.edges import Edges

__all__ = [
    "Select",
    "added",
    "count",
    "inside_at",
    "mean",
    "pooled_quantiles",
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
    """Compensated sums of many small groups (Kahan 1965).

    ``values`` has shape ``(columns, members)``, and the sums ``(columns, size)``.
    """
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(count(codes, size))
    rank = np.arange(len(codes)) - np.concatenate([[0], ends])[codes[order]]
    shape = len(values), size
    result, lost = np.full(shape, -0.0), np.zeros(shape)  # -0.0 + x is x, also for -0.0
    for turn in range(int(rank.max(initial=-1)) + 1):
        members = order[rank == turn]
        group = codes[members]
        term = values[:, members] - lost[:, group]
        after = result[:, group] + term
        lost[:, group] = (after - result[:, group]) - term
        result[:, group] = after
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
    ends = np.cumsum(count(codes, size))
    return list(pooled_quantiles(grouped, ends, np.eye(size, dtype=np.bool_), probabilities))


def quantiles_of(values: Floats, probabilities: Sequence[float]) -> Floats:
    """Sample quantiles of values, one for each probability, as :func:`quantiles`; NaN of none."""
    ends = np.array([len(values)], dtype=np.int64)
    return pooled_quantiles(values, ends, np.ones((1, 1), dtype=np.bool_), probabilities)[:, 0]


Select = Callable[[Floats, Ints, Bools, Ints], Floats]


def pooled_quantiles(
    values: Floats,
    ends: Ints,
    sets: Bools,
    probabilities: Sequence[float],
    select: Select | None = None,
) -> Floats:
    """Sample quantiles of sets of groups, shape ``(probabilities, sets)``, as :func:`quantiles`.

    Group ``g`` of the values ends at ``ends[g]``; ``sets`` has shape ``(sets, groups)``.
    ``select`` finds order statistics as :func:`order_statistics` does.
    """
    sizes = np.diff(ends, prepend=0)
    last = np.where(sets, sizes, 0).sum(axis=1) - 1
    places = last[:, None] * np.array(probabilities)  # below 0 in an empty set
    low = np.where(last[:, None] < 0, -1, places.astype(np.int64))
    high = np.minimum(low + 1, last[:, None])
    values_at = (select or order_statistics)(values, ends, sets, np.hstack([low, high]))
    below, above = np.split(values_at.T, 2)
    quantiles: Floats = below + (places - low).T * (above - below)
    return quantiles


def order_statistics(values: Floats, ends: Ints, sets: Bools, ranks: Ints) -> Floats:
    """Values of ``ranks``, of the same shape ``(sets, ranks)``; NaN where a set is empty."""
    statistics = np.full(ranks.shape, np.nan)
    begins = np.append(0, ends)[: len(ends)]
    spans = [slice(a, b) for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
    known: dict[bytes, Floats] = {}
    for line, members, wanted in zip(statistics, sets & (ends > begins), ranks, strict=True):
        if not members.any():
            continue
        key = members.tobytes()
        if key not in known:
            pooled = np.concatenate([values[spans[g]] for g in np.flatnonzero(members).tolist()])
            pooled.sort()  # less than a partition at several ranks
            known[key] = pooled[wanted]
        line[:] = known[key]
    return statistics


def inside_at(codes: Ints, size: int, begin: Floats, end: Floats, times: Floats) -> Ints:
    """Count those of each group inside just before each of the sorted ``times``.

    A member is inside from ``begin`` until ``end`` (``inf`` or NaN if it never leaves);
    what happens at the instant itself counts as later. Shape ``(size, len(times))``.
    """
    width, edges = len(times) + 1, Edges(times)

    def events(moments: Floats) -> Ints:
        cell = codes * width + edges.passed(moments)
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
