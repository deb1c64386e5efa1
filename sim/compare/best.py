"""Choosing the best of several scenarios, with a guarantee.

Multiple comparisons with the best (Hsu 1984, *Annals of Statistics* 12; under common random
numbers Nelson and Matejcik 1995, *Management Science* 41): if no scenario looks better than the
true best by more than a one-sided interval of each such difference allows, then the true best is
among those that no other beats by more than its interval, and the one that looks best is worse
than it by no more than the largest upper end of its differences. There are as many such
differences as other scenarios, so each interval leaves out their share of the error
(Bonferroni), whatever the means and however replications are paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.compare.pairs import all_pairs
from sim.compare.scenario_results import ScenarioResults
from sim.errors import ArgumentError, MeasureError
from sim.sentences import Sentence

__all__ = ["Best", "best", "require_merit"]


@dataclass(frozen=True)
class Best:
    """The choice among scenarios by one quantity.

    Attributes
    ----------
    chosen:
        Index of the scenario whose mean is best.
    others:
        Indices of those that may be the best too; any other is not.
    loss:
        By how much the chosen one is worse than the best at most, in the quantity's unit;
        infinite where there are too few replications.
    level:
        Confidence of all this together.
    """

    quantity: Quantity
    chosen: int
    others: tuple[int, ...]
    loss: float
    level: float


def require_merit(quantity: Quantity) -> None:
    """Raise MeasureError if neither less nor more of a quantity is better."""
    if quantity.entry.better is None:
        raise MeasureError(
            Sentence(
                "neither less nor more of {path} is better, so there is no best; choose by "
                "wait.mean, say",
                path=quantity.entry.path,
            )
        )


@checked_arguments
def best(samples: Sequence[ScenarioResults], quantity: Quantity, level: float = 0.95) -> Best:
    """Choose among two or more scenarios, the least or most of a quantity as is better.

    Raises
    ------
    ArgumentError
        There are fewer than two scenarios.
    MeasureError
        A scenario has no such gate, or neither less nor more of the measure is better.
    """
    require_merit(quantity)
    size = len(samples)
    if size < 2:
        raise ArgumentError(Sentence("there must be at least two scenarios to choose from"))
    for sample in samples:
        quantity.resolved(sample.known)
    one_sided = 1.0 - 2.0 * (1.0 - level) / (size - 1)
    pairs = all_pairs(samples, quantity, one_sided)
    worse, least, most = pairs.difference, pairs.low, pairs.high
    if quantity.more_is_better:
        worse, least, most = -worse, -most, -least
    chosen = int(np.argmin(worse.max(axis=1)))
    loss = np.delete(most[chosen], chosen).max()
    possible = np.flatnonzero((least <= 0.0).all(axis=1)).tolist()
    others = tuple(number for number in possible if number != chosen)
    return Best(quantity, chosen, others, max(float(loss), 0.0), level)
