"""Distributions without an upper end, by mean and coefficient of variation.

Quantile functions after Law, *Simulation Modeling and Analysis* (5th ed.), chapters 6 and 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # loads scipy.special on first use, which loading a scenario does not need
from numpy.typing import ArrayLike

from sim.arrays import Floats
from sim.distributions.base import require, require_cv, require_mean
from sim.distributions.gamma import standard_gamma_quantile
from sim.sentences import Sentence
from sim.units import duration_text, number_text

__all__ = ["Erlang", "Exponential", "Gamma", "Lognormal", "Normal", "Weibull"]

_MOST_PHASES = 1_000_000

_MOST_NORMAL_CV = 0.99
"""A normal distribution cut at 0 has a cv below 1, which it nears as it nears the exponential."""


@dataclass(frozen=True)
class Exponential:
    """Without memory; ``mean`` minutes."""

    mean: float

    def __post_init__(self) -> None:
        require_mean(self.mean, "exponential")

    @property
    def cv(self) -> float:
        """1."""
        return 1.0

    @property
    def text(self) -> str:
        """For example ``exponential(mean 40 min)``."""
        return f"exponential(mean {duration_text(self.mean)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``-mean log(1 - u)``."""
        return np.asarray(-self.mean * np.log1p(-np.asarray(u, np.float64)))


@dataclass(frozen=True)
class Lognormal:
    """``mean`` minutes of the duration itself (not of its logarithm), ``cv`` = sd / mean."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        require_mean(self.mean, "lognormal")
        require_cv(self.cv)

    @property
    def text(self) -> str:
        """For example ``lognormal(mean 12 min, cv 0.5)``."""
        return f"lognormal(mean {duration_text(self.mean)}, cv {number_text(self.cv)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``exp(mu + sigma z)``, ``z`` the normal quantile of ``u``.

        ``sigma² = log(1 + cv²)`` and ``mu = log(mean) - sigma²/2`` (Law, chapter 6).
        """
        variance = math.log1p(self.cv * self.cv)
        mu = math.log(self.mean) - variance / 2
        return np.asarray(
            np.exp(mu + math.sqrt(variance) * scipy.special.ndtri(np.asarray(u, np.float64)))
        )


@dataclass(frozen=True)
class Gamma:
    """``mean`` minutes, ``cv`` = sd / mean; ``cv`` 1 is exponential."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        require_mean(self.mean, "gamma")
        require_cv(self.cv)

    @property
    def text(self) -> str:
        """For example ``gamma(mean 45 min, cv 0.6)``."""
        return f"gamma(mean {duration_text(self.mean)}, cv {number_text(self.cv)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``scale P⁻¹(shape, u)``, ``P`` the regularised lower incomplete gamma function.

        ``shape = 1 / cv²`` and ``scale = mean cv²`` (Law, chapter 6; DLMF 8.2.4 for ``P``).
        """
        square = self.cv * self.cv
        return self.mean * square * standard_gamma_quantile(1 / square, np.asarray(u, np.float64))


@dataclass(frozen=True)
class Erlang:
    """Sum of ``shape`` equal exponential phases, together ``mean`` minutes."""

    shape: int
    mean: float

    def __post_init__(self) -> None:
        phases = Sentence("erlang needs 1 to {most_phases:_} phases", most_phases=_MOST_PHASES)
        require(1 <= self.shape <= _MOST_PHASES, phases, "erlang")
        require_mean(self.mean, "erlang")

    @property
    def cv(self) -> float:
        """``1 / √shape``."""
        return 1.0 / math.sqrt(self.shape)

    @property
    def text(self) -> str:
        """For example ``erlang(3, mean 12 min)``."""
        return f"erlang({self.shape}, mean {duration_text(self.mean)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``mean / shape P⁻¹(shape, u)``, the gamma quantile at ``cv² = 1 / shape``."""
        phase = self.mean / self.shape
        return phase * standard_gamma_quantile(float(self.shape), np.asarray(u, np.float64))


@dataclass(frozen=True)
class Weibull:
    """``mean`` minutes, ``cv`` = sd / mean; ``cv`` 1 is exponential."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        require_mean(self.mean, "weibull")
        require_cv(self.cv)

    @property
    def text(self) -> str:
        """For example ``weibull(mean 45 min, cv 0.6)``."""
        return f"weibull(mean {duration_text(self.mean)}, cv {number_text(self.cv)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``scale (-log(1 - u))^(1/shape)``.

        ``1 + cv² = Γ(1 + 2/shape) / Γ(1 + 1/shape)²`` and ``scale = mean / Γ(1 + 1/shape)``.
        """
        power = _weibull_power(self.cv)
        scale = self.mean / math.exp(scipy.special.gammaln(1.0 + power))
        return np.asarray(scale * (-np.log1p(-np.asarray(u, np.float64))) ** power)


@dataclass(frozen=True)
class Normal:
    """A normal distribution cut at 0; ``mean`` minutes and ``cv`` = sd / mean after the cut."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        require_mean(self.mean, "normal")
        wider = Sentence("so wide a distribution is not normal: write gamma, weibull or lognormal")
        require_cv(self.cv, _MOST_NORMAL_CV, wider)

    @property
    def text(self) -> str:
        """For example ``normal(mean 12 min, cv 0.3)``."""
        return f"normal(mean {duration_text(self.mean)}, cv {number_text(self.cv)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``sd (z - cut)`` with ``Φ(-z) = (1 - u) Φ(-cut)``; ``sd`` and ``cut`` before the cut.

        ``mean = sd (h - cut)`` and ``cv² = (1 + cut h - h²) / (h - cut)²``, ``h`` the hazard of
        the standard normal at the ``cut`` (Johnson, Kotz and Balakrishnan, *Continuous
        Univariate Distributions* 1, chapter 13).
        """
        cut = _normal_cut(self.cv)
        deviation = self.mean / (_hazard(cut) - cut)
        survival = np.log1p(-np.asarray(u, np.float64)) + scipy.special.log_ndtr(-cut)
        return np.asarray(deviation * np.maximum(-scipy.special.ndtri_exp(survival) - cut, 0.0))


@lru_cache(maxsize=256)
def _weibull_power(cv: float) -> float:
    """Return one over the shape of the Weibull distribution with this cv."""
    from scipy.optimize import brentq

    def excess(log_power: float) -> float:
        power = math.exp(log_power)
        return float(
            scipy.special.gammaln(1.0 + 2.0 * power)
            - 2.0 * scipy.special.gammaln(1.0 + power)
            - math.log1p(cv * cv)
        )

    return math.exp(brentq(excess, math.log(1e-4), math.log(20.0), xtol=1e-15, rtol=1e-15))


@lru_cache(maxsize=256)
def _normal_cut(cv: float) -> float:
    """Return where the standard normal is cut so that what is left has this cv."""
    from scipy.optimize import brentq

    def excess(cut: float) -> float:
        hazard = _hazard(cut)
        above = hazard - cut
        return math.sqrt(1.0 - hazard * above) / above - cv

    return float(brentq(excess, -1.1 / cv, 16.0, xtol=1e-14, rtol=1e-14))


def _hazard(z: float) -> float:
    """Density of the standard normal over its survival function."""
    log_density = -0.5 * (z * z + math.log(2.0 * math.pi))
    return math.exp(log_density - float(scipy.special.log_ndtr(-z)))
