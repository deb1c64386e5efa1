"""The same family of durations with another mean and spread, and as people write it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.distributions import (
    Constant,
    Distribution,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
    Weibull,
)
from sim.fitting.likelihood import NARROW

__all__ = ["as_written", "digits", "moved", "tails_of"]


def moved(distribution: Distribution, own: float, mean: float, cv: float) -> Distribution:
    """Return the same family with another mean and coefficient of variation."""
    match distribution:
        case Gamma() | Lognormal() | Weibull():
            return type(distribution)(mean, min(max(cv, 0.001), 100.0))
        case Normal():
            return Normal(mean, min(max(cv, 0.001), NARROW))
        case Exponential() | Erlang() | Constant():
            return _scaled(distribution, mean)
        case Uniform(low, high):
            ends = _stretched([low, high], distribution.mean, own, mean, cv)
            return Uniform(*ends)
        case Triangular(low, mode, high) | Pert(low, mode, high):
            points = _stretched([low, mode, high], distribution.mean, own, mean, cv)
            return type(distribution)(*points)
    return distribution


def tails_of(distribution: Distribution, own: float, mean: Floats, cv: Floats) -> Floats:
    """95th percentiles of the same family with other means and cvs; shape of these."""
    tail = float(distribution.quantile(0.95))
    match distribution:
        case Gamma():
            return np.asarray(mean * cv**2 * special.gammaincinv(cv**-2.0, 0.95))
        case Lognormal():
            variance = np.log1p(cv**2)
            return np.asarray(mean * np.exp(special.ndtri(0.95) * variance**0.5 - variance / 2.0))
        case Uniform() | Triangular() | Pert() | Normal() | Weibull():
            factor = cv * mean / max(own * distribution.mean, 1e-12)
            return np.asarray(mean + factor * (tail - distribution.mean))
    return np.asarray(tail * mean / max(distribution.mean, 1e-12))


def _scaled(distribution: Exponential | Erlang | Constant, mean: float) -> Distribution:
    if isinstance(distribution, Erlang):
        return Erlang(distribution.shape, mean)
    return type(distribution)(mean)


def _stretched(
    points: Sequence[float], old: float, spread: float, mean: float, cv: float
) -> list[float]:
    """Move points so that they have another mean and spread; none falls below 0."""
    factor = cv * mean / max(spread * old, 1e-12)
    return [max(mean + factor * (point - old), 0.0) for point in points]


def as_written(distribution: Distribution) -> Distribution:
    """Return a distribution with four significant digits, as people write it."""
    match distribution:
        case Constant(value):
            return Constant(digits(value))
        case Exponential(mean):
            return Exponential(digits(mean))
        case Erlang(shape, mean):
            return Erlang(shape, digits(mean))
        case Gamma(mean, cv) | Lognormal(mean, cv) | Weibull(mean, cv) | Normal(mean, cv):
            return type(distribution)(digits(mean), max(digits(cv), 0.001))
        case Uniform(low, high):
            return Uniform(digits(low), max(digits(high), digits(low) + 1e-3))
        case Triangular(low, mode, high) | Pert(low, mode, high):
            points = sorted(map(digits, (low, mode, high)))
            return type(distribution)(points[0], points[1], max(points[2], points[0] + 1e-3))
    return distribution


def digits(value: float) -> float:
    """Round to four significant digits."""
    return float(f"{value:.4g}")
