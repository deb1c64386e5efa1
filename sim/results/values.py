"""Values of a quantity in the headline table of a run."""

from __future__ import annotations

import polars as pl

from sim.catalogue import Quantity
from sim.errors import MeasureError
from sim.results.estimates import Estimate, estimate_rows
from sim.sentences import Sentence

__all__ = ["estimate_of", "values_of"]


def values_of(headline: pl.DataFrame, quantity: Quantity) -> pl.Series:
    """Values by replication, without repeats, shape ``(replications,)``; NaN where undefined.

    ``quantity`` is resolved (:meth:`sim.catalogue.Quantity.resolved`).

    Raises
    ------
    MeasureError
        The run did not keep it.
    """
    rows = _rows(headline, quantity).filter(pl.col("replication") >= 0).sort("replication")
    if rows.is_empty() and not headline.is_empty():
        raise MeasureError(
            Sentence(
                '{quantity} was not kept by this run; run it again with --measure "{quantity}"',
                quantity=quantity,
            )
        )
    return rows["value"].fill_null(float("nan"))


def estimate_of(headline: pl.DataFrame, quantity: Quantity, level: float = 0.95) -> Estimate:
    """Mean of a quantity with its interval, which holds the inputs where they are uncertain.

    Raises
    ------
    MeasureError
        The run did not keep it.
    """
    values_of(headline, quantity)  # raises where it was not kept
    return estimate_rows(_rows(headline, quantity), "value", level, quantity.bounds)


def _rows(headline: pl.DataFrame, quantity: Quantity) -> pl.DataFrame:
    """Rows of a quantity, repeats included."""
    return headline.filter(measure=quantity.measure, **quantity.scope)
