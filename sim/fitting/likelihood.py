"""Likelihood of durations that were rounded, or not yet over, under a distribution.

A duration that is known exactly, to a grid of minutes, or only from below is one row of
panels in which it may lie, each with a weight. Two stamps that are each rounded to a grid
of ``g`` minutes are ``d`` apart when the duration lies in ``d ± g``, with triangular weight
(the difference of two uniform errors); a service that had not ended lies above the time seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from sim.arrays import Floats, Ints
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
from sim.errors import ArgumentTypeError
from sim.sentences import Sentence

__all__ = ["NARROW", "Sample", "cumulative", "log_likelihood"]

_PANELS = 32
"""Panels of a rounded duration: even, so that the density of its error bends at an edge."""

_EXACT = 1e-5
"""Half the width of the panel of an exact duration, as a share of it."""

_LEAST = 1e-300
"""Probability of what cannot be under a distribution, so that its logarithm is finite."""

NARROW = 0.3
"""Coefficient of variation up to which a normal distribution is fitted."""

_MOST = 200
"""Distinct exact durations that are kept apart; more are grouped into as many panels."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Durations in minutes.

    Attributes
    ----------
    seen:
        Shape ``(n,)``: the finished durations as they were read.
    unfinished:
        Shape ``(m,)``: how long those that had not ended had lasted.
    rounding:
        Grid of the stamps in minutes, the root of the mean square; 0 where they are exact.
    edges:
        Shape ``(e,)``: the ends of all panels, ascending. Neighbours share theirs, so that a
        distribution function is computed once at each.
    low, high, weight:
        Shape ``(k, panels)``: where in ``edges`` each panel begins and ends, and its weight.
    count:
        Shape ``(k,)``: durations of each row.
    """

    seen: Floats
    unfinished: Floats
    rounding: float
    edges: Floats
    low: Ints
    high: Ints
    weight: Floats
    count: Floats

    @classmethod
    def of(
        cls, minutes: ArrayLike, unfinished: ArrayLike | None = None, rounding: ArrayLike = 0.0
    ) -> Sample:
        """Return durations as panels.

        Parameters
        ----------
        minutes:
            Shape ``(n,)``, not negative.
        unfinished:
            Shape ``(n,)``, True where the duration had not ended; None where all had.
        rounding:
            Minutes of the grid to which both stamps were rounded; 0 for none. One for all, or
            shape ``(n,)``.
        """
        every = np.asarray(minutes, dtype=np.float64)
        open_ended = np.zeros(every.shape, dtype=np.bool_)
        if unfinished is not None:
            open_ended = np.asarray(unfinished, dtype=np.bool_)
        order = np.argsort(every[~open_ended], kind="stable")
        seen, still = every[~open_ended][order], np.sort(every[open_ended])
        grid = np.broadcast_to(np.asarray(rounding, np.float64), every.shape)[~open_ended][order]
        low, high, weight, count = _rounded(seen, grid) if grid.any() else _exact(seen)
        if still.size:
            lows, counts = _grouped(still)
            row = np.zeros((len(lows), low.shape[1]))
            low = np.concatenate([low, row + lows[:, None]])
            high = np.concatenate([high, row + np.inf])
            whole = row.copy()
            whole[:, 0] = 1.0
            weight, count = np.concatenate([weight, whole]), np.concatenate([count, counts])
        typical = float(np.sqrt(np.mean(grid**2))) if grid.size else 0.0
        edges, place = np.unique(np.stack([low, high]), return_inverse=True)
        begin, end = place.reshape(2, *low.shape)
        return cls(seen, still, typical, edges, begin, end, weight, count)

    @property
    def n(self) -> int:
        """Durations in all, unfinished ones too."""
        return len(self.seen) + len(self.unfinished)

    @property
    def is_constant(self) -> bool:
        """Whether all finished durations are equal, as far as the clock can tell."""
        return bool(
            len(self.seen)
            and not self.rounding
            and np.ptp(self.seen) <= 1e-4 * self.seen[-1] + 1e-6
        )

    def moments(self) -> tuple[float, float]:
        """Mean and coefficient of variation of the finished durations.

        The variance of two rounding errors, ``g² / 6``, is taken off (Sheppard's correction).
        """
        mean = float(np.mean(self.seen)) if self.seen.size else 1.0
        variance = float(np.var(self.seen, ddof=1)) if len(self.seen) > 1 else 0.0
        variance = max(variance - self.rounding**2 / 6.0, 0.0)
        return mean, (variance**0.5 / mean if mean > 0.0 else 0.0)

    @property
    def is_coarse(self) -> bool:
        """Whether the clock is too coarse to tell how the durations vary."""
        mean, cv = self.moments()
        return self.rounding > 0.0 and cv * mean < self.rounding / 2.0

    def kurtosis(self) -> float:
        """Fourth standardised moment of the finished durations, at least 1.2; 3 if they are few."""
        deviation = self.seen - self.seen.mean() if self.seen.size else self.seen
        square = float(np.mean(deviation**2)) if len(self.seen) > 3 else 0.0
        return 3.0 if square <= 1e-12 else max(float(np.mean(deviation**4)) / square**2, 1.2)

    def most_variation(self) -> float:
        """Upper end of the interval of the coefficient of variation, rounding taken off."""
        n, mean = max(len(self.seen), 2), max(float(np.mean(self.seen)), 1e-9)
        variance = float(np.var(self.seen, ddof=1)) if len(self.seen) > 1 else 0.0
        error = variance * math.sqrt((self.kurtosis() - 1.0) / n)
        return math.sqrt(max(variance - self.rounding**2 / 6.0, 0.0) + 2.0 * error) / mean


def _rounded(seen: Floats, grids: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Panels of ``d ± grid`` with the weights of a triangular error."""
    known = np.stack([seen, np.maximum(grids, 2.0 * _half(seen))], axis=1)
    pairs, counts = np.unique(known, axis=0, return_counts=True)
    values, grid = pairs[:, 0], pairs[:, 1:]
    edges = np.linspace(-1.0, 1.0, _PANELS + 1)
    middle = (edges[:-1] + edges[1:]) / 2.0
    weight = 1.0 - np.abs(middle)  # the density itself: a panel's mass is divided by its share
    ends = np.maximum(np.round(values[:, None] + grid * edges, 9), 0.0)  # so that rows share them
    low, high = ends[:, :-1], ends[:, 1:]
    return low, high, np.broadcast_to(weight, low.shape).copy(), counts.astype(np.float64)


def _exact(seen: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """One panel for each distinct duration, or one for many neighbours."""
    values, counts = np.unique(seen, return_counts=True)
    if len(values) > _MOST:
        # the least and the greatest keep panels of their own: they bound some families
        edges = np.unique(np.quantile(values[1:-1], np.linspace(0.0, 1.0, _MOST + 1)))
        inner = np.histogram(values[1:-1], edges, weights=counts[1:-1])[0]
        ends = np.array([values[0], values[-1]])
        low = np.concatenate([edges[:-1], ends - _half(ends)])
        high = np.concatenate([edges[1:], ends + _half(ends)])
        counts = np.concatenate([inner, counts[[0, -1]]])
    else:
        low, high = values - _half(values), values + _half(values)
    low = np.maximum(low, 0.0)
    return low[:, None], high[:, None], np.ones((len(low), 1)), counts.astype(np.float64)


def _half(values: Floats) -> Floats:
    return _EXACT * values + 1e-7


def _grouped(still: Floats) -> tuple[Floats, Floats]:
    """Lower ends of unfinished durations, many neighbours as one."""
    if len(still) > _MOST:
        parts = np.array_split(still, _MOST)
        return np.array([part.mean() for part in parts]), np.array([float(len(p)) for p in parts])
    return still, np.ones(len(still))


def log_likelihood(distribution: Distribution, sample: Sample) -> float:
    """Log-likelihood of durations under a distribution."""
    below, above = cumulative(distribution, sample.edges)
    first = below[sample.low]
    # the smaller of the two differences keeps its digits in either tail
    mass = np.where(first > 0.5, above[sample.low] - above[sample.high], below[sample.high] - first)
    likelihood = np.maximum((sample.weight * mass).sum(axis=1), _LEAST)
    return float(sample.count @ np.log(likelihood))


@singledispatch
def cumulative(
    distribution: Distribution,
    x: Floats,  # noqa: ARG001 -- of the families registered below
) -> tuple[Floats, Floats]:
    """Probabilities of at most and of more than ``x`` minutes, each in the shape of ``x``.

    Raises
    ------
    ArgumentTypeError
        The family is none of those that are fitted.
    """
    raise ArgumentTypeError(
        Sentence("a {kind} has no distribution function here", kind=type(distribution).__name__)
    )


@cumulative.register
def _(distribution: Constant, x: Floats) -> tuple[Floats, Floats]:
    below = np.where(x >= distribution.value, 1.0, 0.0)
    return below, 1.0 - below


@cumulative.register
def _(distribution: Uniform, x: Floats) -> tuple[Floats, Floats]:
    below = np.clip((x - distribution.low) / (distribution.high - distribution.low), 0.0, 1.0)
    return below, 1.0 - below


@cumulative.register
def _(distribution: Exponential, x: Floats) -> tuple[Floats, Floats]:
    return -np.expm1(-x / distribution.mean), np.exp(-x / distribution.mean)


@cumulative.register
def _(distribution: Gamma, x: Floats) -> tuple[Floats, Floats]:
    square = distribution.cv**2
    return _gamma(1.0 / square, x / (distribution.mean * square))


@cumulative.register
def _(distribution: Erlang, x: Floats) -> tuple[Floats, Floats]:
    return _gamma(float(distribution.shape), x * (distribution.shape / distribution.mean))


def _gamma(shape: float, z: Floats) -> tuple[Floats, Floats]:
    below = np.asarray(special.gammainc(shape, z), np.float64)
    return below, np.asarray(special.gammaincc(shape, z), np.float64)


@cumulative.register
def _(distribution: Lognormal, x: Floats) -> tuple[Floats, Floats]:
    variance = float(np.log1p(distribution.cv**2))
    with np.errstate(divide="ignore"):
        z = (np.log(x / distribution.mean) + variance / 2.0) / variance**0.5
    return special.ndtr(z), special.ndtr(-z)


@cumulative.register
def _(distribution: Triangular, x: Floats) -> tuple[Floats, Floats]:
    low, mode, high = distribution.low, distribution.mode, distribution.high
    y: Floats = np.clip(x, low, high)
    rising = (y - low) ** 2 / ((high - low) * max(mode - low, 1e-12))
    falling = (high - y) ** 2 / ((high - low) * max(high - mode, 1e-12))
    below = np.where(y <= mode, rising, 1.0 - falling)
    return below, np.where(y <= mode, 1.0 - rising, falling)


@cumulative.register
def _(distribution: Pert, x: Floats) -> tuple[Floats, Floats]:
    width = distribution.high - distribution.low
    rise = 1.0 + 4.0 * (distribution.mode - distribution.low) / width
    y = np.clip((x - distribution.low) / width, 0.0, 1.0)
    below = np.asarray(special.betainc(rise, 6.0 - rise, y), np.float64)
    return below, 1.0 - below


@cumulative.register
def _(distribution: Weibull, x: Floats) -> tuple[Floats, Floats]:
    # where -log(1 - u) is 1 and e, the quantiles are the scale and its multiple
    scale, further = distribution.quantile(-np.expm1(-np.array([1.0, math.e])))
    with np.errstate(over="ignore"):
        hazard = (x / scale) ** (1.0 / math.log(further / scale))
    return -np.expm1(-hazard), np.exp(-hazard)


@cumulative.register
def _(distribution: Normal, x: Floats) -> tuple[Floats, Floats]:
    # good to 0.0005 up to the cv of NARROW, where next to nothing is cut
    z = (x - distribution.mean) / (distribution.mean * distribution.cv)
    return special.ndtr(z), special.ndtr(-z)
