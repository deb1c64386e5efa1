"""Distributions of single values: stated with their probabilities, or observed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Floats
from sim.distributions.base import require
from sim.sentences import Sentence
from sim.units import duration_text, share_text

__all__ = ["Discrete", "Empirical"]

_EXACT = 1e-6
"""How far the probabilities may be from summing to one; they are then scaled."""


@dataclass(frozen=True)
class Discrete:
    """One of ``values`` (minutes, ascending), each with its probability."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        values, total = self.values, math.fsum(self.probabilities)
        paired = 0 < len(values) == len(self.probabilities)
        require(paired, Sentence("discrete needs a probability for each value"), "discrete")
        ascending = all(a < b for a, b in pairwise(values))
        finite = values[0] >= 0 and values[-1] < math.inf
        require(
            ascending and finite,
            Sentence("discrete needs values that differ, from 0 up"),
            "discrete",
        )
        within = min(self.probabilities) > 0
        require(within, Sentence("each probability of discrete must be above 0 %"), "discrete")
        sums = Sentence(
            "the probabilities of discrete sum to {value:.6g} %, not to 100 %", value=100 * total
        )
        require(abs(total - 1.0) <= _EXACT, sums, "discrete")

    @property
    def mean(self) -> float:
        """Sum of the values, each times its probability."""
        return float(np.dot(self._shares, self.values))

    @property
    def cv(self) -> float:
        """Standard deviation over mean."""
        return _cv(np.asarray(self.values), self._shares)

    @property
    def text(self) -> str:
        """For example ``discrete(20 % 5 min, 80 % 10 min)``."""
        pairs = zip(self.probabilities, self.values, strict=True)
        return f"discrete({', '.join(f'{share_text(p)} {duration_text(x)}' for p, x in pairs)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """The smallest value up to which the probabilities sum to at least ``u``."""
        upto = np.cumsum(self._shares)
        place = np.searchsorted(upto[:-1], np.asarray(u, np.float64), side="left")
        return np.asarray(np.asarray(self.values)[place])

    @property
    def _shares(self) -> Floats:
        return np.asarray(self.probabilities) / math.fsum(self.probabilities)


@dataclass(frozen=True)
class Empirical:
    """One of the observed ``values`` (minutes, ascending), all alike.

    ``text`` says where they were read, as in a scenario file.
    """

    values: Floats = field(compare=False, repr=False)
    text: str

    def __post_init__(self) -> None:
        if not len(self.values) or not np.all(np.diff(self.values) >= 0.0):
            raise ValueError("an empirical distribution needs values, in ascending order")

    @property
    def mean(self) -> float:
        """Mean of the values."""
        return math.fsum(self.values.tolist()) / len(self.values)

    @property
    def cv(self) -> float:
        """Standard deviation of the values (of a population, not a sample) over their mean."""
        return _cv(self.values, np.full(len(self.values), 1.0 / len(self.values)))

    def quantile(self, u: ArrayLike) -> Floats:
        """The value at place ``ceil(n u)`` of ``n``: the inverse of their step function."""
        count = len(self.values)
        place = np.ceil(count * np.asarray(u, np.float64)).astype(np.int64) - 1
        return np.asarray(self.values[np.clip(place, 0, count - 1)])


def _cv(values: Floats, shares: Floats) -> float:
    mean = float(np.dot(shares, values))
    if mean == 0.0:
        return 0.0
    return math.sqrt(float(np.dot(shares, (values - mean) ** 2))) / mean
