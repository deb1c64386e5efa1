"""Values of a quantity in the headline table of a run."""

from __future__ import annotations

import polars as pl

from sim.catalogue import Quantity
from sim.errors import MeasureError

__all__ = ["values_of"]


def values_of(headline: pl.DataFrame, quantity: Quantity) -> pl.Series:
    """Values by replication, without repeats, shape ``(replications,)``; NaN where undefined.

    ``quantity`` is resolved (:meth:`sim.catalogue.Quantity.resolved`).

    Raises
    ------
    MeasureError
        The run did not keep it.
    """
    rows = headline.filter(
        pl.col("replication") >= 0, measure=quantity.measure, **quantity.scope
    ).sort("replication")
    if rows.is_empty() and not headline.is_empty():
        raise MeasureError(
            f'{quantity} was not kept by this run; run it again with --measure "{quantity}"'
        )
    return rows["value"].fill_null(float("nan"))
