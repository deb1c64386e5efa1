"""Comparisons: estimates across replications and differences between scenarios.

All functions are pure: frames or arrays in, frames or numbers out.
"""

from __future__ import annotations

from sim.compare.estimates import (
    QuantileInterval,
    half_width,
    order_ranks,
    quantile_interval,
    summarise,
)
from sim.compare.paired import holm, paired, paired_many

__all__ = [
    "QuantileInterval",
    "half_width",
    "holm",
    "order_ranks",
    "paired",
    "paired_many",
    "quantile_interval",
    "summarise",
]
