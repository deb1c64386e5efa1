"""Distributions between two ends: constant, uniform, triangular, PERT.

Quantile functions after Law, *Simulation Modeling and Analysis* (5th ed.), chapter 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import Floats
from sim.distributions.base import require
from sim.distributions.beta import standard_beta_quantile
from sim.sentences import Sentence
from sim.units import duration_text

__all__ = ["Constant", "Pert", "Triangular", "Uniform"]


@dataclass(frozen=True)
class Constant:
    """Always ``value`` minutes; 0 is allowed."""

    value: float

    def __post_init__(self) -> None:
        require(
            0 <= self.value < math.inf,
            Sentence("a constant duration must be finite and not negative"),
            "constant",
        )

    @property
    def mean(self) -> float:
        """``value``."""
        return self.value

    @property
    def cv(self) -> float:
        """0."""
        return 0.0

    @property
    def text(self) -> str:
        """For example ``12 min``."""
        return duration_text(self.value)

    def quantile(self, u: ArrayLike) -> Floats:
        """``value`` everywhere."""
        return np.full(np.shape(u), self.value, dtype=np.float64)


@dataclass(frozen=True)
class Uniform:
    """Even between ``low`` and ``high`` minutes."""

    low: float
    high: float

    def __post_init__(self) -> None:
        ascending = 0 <= self.low < self.high < math.inf
        require(ascending, Sentence("uniform needs low below high, from 0 up"), "uniform")

    @property
    def mean(self) -> float:
        """``(low + high) / 2``."""
        return (self.low + self.high) / 2

    @property
    def cv(self) -> float:
        """``(high - low) / (√12 mean)``."""
        return (self.high - self.low) / (math.sqrt(12.0) * self.mean)

    @property
    def text(self) -> str:
        """For example ``uniform(24 h, 3 days)``."""
        return f"uniform({duration_text(self.low)}, {duration_text(self.high)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``low + (high - low) u``."""
        return np.asarray(self.low + (self.high - self.low) * np.asarray(u, np.float64))


@dataclass(frozen=True)
class Triangular:
    """From ``low`` to ``high`` minutes, densest at ``mode``."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        ascending = 0 <= self.low <= self.mode <= self.high < math.inf and self.low < self.high
        require(
            ascending,
            Sentence("triangular needs low, mode, high in ascending order, from 0 up"),
            "triangular",
        )

    @property
    def mean(self) -> float:
        """``(low + mode + high) / 3``."""
        return (self.low + self.mode + self.high) / 3

    @property
    def cv(self) -> float:
        """``√(a² + b² + c² - ab - ac - bc) / (√18 mean)`` of low a, mode b, high c."""
        # of the distances from the low end, so that nothing is lost to cancellation
        mode, high = self.mode - self.low, self.high - self.low
        return math.sqrt(mode * mode + high * high - mode * high) / (math.sqrt(18.0) * self.mean)

    @property
    def text(self) -> str:
        """For example ``triangular(5 min, 8 min, 20 min)``."""
        return f"triangular({', '.join(map(duration_text, (self.low, self.mode, self.high)))})"

    def quantile(self, u: ArrayLike) -> Floats:
        """Two square roots that meet at the mode.

        ``low + sqrt(u (high - low)(mode - low))`` up to ``u = (mode - low)/(high - low)``,
        then ``high - sqrt((1 - u)(high - low)(high - mode))``.
        """
        p, width = np.asarray(u, np.float64), self.high - self.low
        rising = self.low + np.sqrt(p * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - p) * width * (self.high - self.mode))
        return np.where(p * width < self.mode - self.low, rising, falling)


@dataclass(frozen=True)
class Pert:
    """From ``low`` to ``high`` minutes, densest at ``mode``: a beta distribution.

    Its shapes are ``1 + 4 (mode - low)/(high - low)`` and ``1 + 4 (high - mode)/(high - low)``
    (Malcolm et al. 1959; Vose, *Risk Analysis*, 3rd ed.).
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        ascending = 0 <= self.low <= self.mode <= self.high < math.inf and self.low < self.high
        require(
            ascending, Sentence("pert needs low, mode, high in ascending order, from 0 up"), "pert"
        )

    @property
    def mean(self) -> float:
        """``(low + 4 mode + high) / 6``."""
        return (self.low + 4.0 * self.mode + self.high) / 6.0

    @property
    def cv(self) -> float:
        """``√((mean - low)(high - mean) / 7) / mean``."""
        return math.sqrt((self.mean - self.low) * (self.high - self.mean) / 7.0) / self.mean

    @property
    def text(self) -> str:
        """For example ``pert(5 min, 8 min, 20 min)``."""
        return f"pert({', '.join(map(duration_text, (self.low, self.mode, self.high)))})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``low + (high - low) I⁻¹(u)``, ``I`` the regularised incomplete beta function."""
        width = self.high - self.low
        rising = 1.0 + 4.0 * (self.mode - self.low) / width
        falling = 1.0 + 4.0 * (self.high - self.mode) / width
        return self.low + width * standard_beta_quantile(rising, falling, np.asarray(u, np.float64))
