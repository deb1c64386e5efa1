"""Changes that the measures shown cannot see, and the measures that do see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import SCOPES, Quantity, find

__all__ = ["blind_factors", "unseen"]

_KEYS = ("replication", *SCOPES, "measure")


@checked_arguments
def unseen(
    base: pl.DataFrame, other: pl.DataFrame, shown: Collection[Quantity]
) -> list[str] | None:
    """Find measures that differ between two headline tables, if none of those ``shown`` does.

    A measure differs if its value does in any replication that both have. Returns their
    names as they are written, each once, empty if nothing differs; None if something
    shown does.
    """
    pairs = base.join(other, on=_KEYS, suffix="_other", maintain_order="left", validate="1:1")
    moved = pairs.filter(~pl.col("value").eq_missing(pl.col("value_other")))
    keys = {(quantity.measure, *quantity.scope.values()) for quantity in shown}
    if any(row in keys for row in moved.select("measure", *SCOPES).iter_rows()):
        return None
    return [find(measure).path for measure in moved["measure"].unique(maintain_order=True)]


@checked_arguments
def blind_factors(
    points: pl.DataFrame, factors: Sequence[str], shown: Sequence[str]
) -> dict[str, list[str]]:
    """Factors of a grid that move none of the columns ``shown``, with the columns they move.

    Parameters
    ----------
    points:
        One row per point with a column for each factor and measure, as
        :attr:`sim.results.SweepResults.summary`.
    """
    means = [name for name, kind in points.schema.items() if kind.is_float()]
    means = [name for name in means if name not in factors]
    blind = {}
    for factor in factors:
        others = [name for name in factors if name != factor]
        levels = points.group_by(others) if others else points.with_columns(_=1).group_by("_")
        spread = levels.agg(pl.col(means).drop_nulls().n_unique()).select(pl.col(means).max())
        moved = [name for name in means if (spread[name].item() or 0) > 1]
        if not set(moved) & set(shown):
            blind[factor] = [name for name in moved if f"{name}_half_width" in points.columns]
    return blind
