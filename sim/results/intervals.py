"""Confidence intervals for the mean of few, skewed observations.

Waits are skewed to the right: most replications lie a little below the mean and some far above,
so that Student's interval ends too low too often. Johnson's modified t (1978, *Journal of the
American Statistical Association* 73) moves the interval by what the skewness of the sample does
to Student's statistic. Here the long side gets that, with the skewness times
:data:`SKEWNESS_FACTOR` because a small sample shows less of it than there is, and the short side
stays Student's; without skewness the interval is Student's. For the difference of independent
samples it is Welch's, with the skewness of the difference of the means. It was chosen by
measured coverage, which stands in ``tests/benchmarks/coverage.csv``.

Where inputs are uncertain each replication has a set of them, and its repeat has the same set and
other random numbers. The values of a set have a variance within it (Monte Carlo), and the sets one
between them, estimated by the one-way random-effects analysis of variance (Searle, Casella and
McCulloch, *Variance Components*, 1992, section 3.5; for simulations Sun, Apley and Staum 2011,
*Operations Research* 59). What is not known about the inputs does not shrink with replications: the
interval is for the expected value at the true inputs, of which the sets are a sample, and its
variance is that between sets plus that of the mean (Zouaoui and Wilson 2003, *IIE Transactions*
35).

No interval repairs a sample that does not show how far its distribution reaches. Such samples
have a :class:`Caution` and, instead of an interval, their own range.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from sim.arrays import Bools, Floats, Ints
from sim.errors import ArgumentError
from sim.results.variance_parts import between_sets, of_arrivals
from sim.sentences import Sentence

__all__ = [
    "CAUTIONS",
    "LEAST",
    "UNBOUNDED",
    "Caution",
    "Intervals",
    "Moments",
    "t_quantile",
    "welch",
]


class Caution(StrEnum):
    """Reason why a sample promises no interval, or not that it holds as often as it says."""

    EQUAL = "all equal"
    ALIKE = "most are equal"
    SKEWED = "one carries the mean"
    FEW = "too few replications"


CAUTIONS = tuple(Caution)
"""In the order of the numbers that :class:`Moments` and :class:`Intervals` hold."""

_EQUAL, _ALIKE, _SKEWED, _FEW = range(4)

SKEWNESS_FACTOR = 1.5
"""Skewness reckoned with, over that of the sample."""

UNBOUNDED = (-np.inf, np.inf)
"""Bounds of what may have any value."""

LEAST = 5
"""Observations below which a sample shows nothing of its skewness, and has Student's interval."""

_MOST_ALIKE = 0.5
"""Share of a sample above which equal observations tell too little of the others."""

_MOST_SKEWED = 0.9
"""Skewness of the mean above which one observation carries it; 1 if it alone differs."""

_ROUNDING = 1e-9
"""Relative difference below which observations are equal."""


def t_quantile(n: ArrayLike, level: float = 0.95) -> Floats:
    """Two-sided Student t quantile for ``n`` observations; NaN for fewer than two.

    Raises
    ------
    ValueError
        ``level`` is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise ArgumentError(Sentence("level must lie between 0 and 1, not {level}", level=level))
    freedom = np.asarray(n, dtype=np.float64) - 1.0
    quantile = stdtrit(np.where(freedom >= 1.0, freedom, np.nan), (1.0 + level) / 2.0)
    return np.asarray(quantile, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of the means of some samples; all arrays have shape ``(samples,)``.

    Attributes
    ----------
    n:
        Observations; of two samples, the smaller number.
    mean:
        NaN for none.
    error:
        Standard error of the mean; NaN for fewer than two observations.
    skewness:
        Of the mean: the adjusted Fisher-Pearson coefficient of the observations over the root
        of their number.
    freedom:
        Degrees of freedom of the Student statistic.
    low, high:
        Smallest and largest observation.
    caution:
        Indices into :data:`CAUTIONS`; -1 for none.
    between:
        Variance between sets of uncertain inputs; NaN where that is unknown, or there are none.
    arrivals:
        Part of the arrivals in the variance of the mean; NaN where that is unknown.
    """

    n: Ints
    mean: Floats
    error: Floats
    skewness: Floats
    freedom: Floats
    low: Floats
    high: Floats
    caution: Ints
    between: Floats
    arrivals: Floats

    @classmethod
    def of(
        cls, samples: Floats, repeats: Floats | None = None, exchanges: Floats | None = None
    ) -> Self:
        """Moments of samples of shape ``(samples, observations)``, NaN where there is none.

        ``repeats`` and ``exchanges`` are those of the observations, of the same shape, where inputs
        are uncertain.
        """
        sets = samples.shape[1] > 0 and repeats is not None
        between = between_sets(samples, repeats) if sets and repeats is not None else None
        if not samples.shape[1]:
            samples = np.full((len(samples), 1), np.nan)
        known = ~np.isnan(samples)
        n = known.sum(axis=1)
        size = np.maximum(n, 1)
        anchor = np.nan_to_num(samples[:, 0])
        centred = np.where(known, samples - anchor[:, None], 0.0)
        shift = centred.sum(axis=1) / size
        centred = np.where(known, centred - shift[:, None], 0.0)
        second, third = ((centred**power).sum(axis=1) / size for power in (2, 3))
        low = np.where(known, samples, np.inf).min(axis=1, initial=np.inf)
        high = np.where(known, samples, -np.inf).max(axis=1, initial=-np.inf)
        reach = _ROUNDING * np.maximum(np.abs(low), np.abs(high))
        equal = (n > 0) & (high - low <= reach)
        unknown = np.full(len(n), np.nan)
        error = np.where(equal, 0.0, np.sqrt(second / np.maximum(n - 1, 1)))
        error += np.where(n > 1, 0.0, np.nan)
        arrivals = unknown
        if sets and repeats is not None and exchanges is not None:
            arrivals = error**2 * of_arrivals(samples, repeats, exchanges)
        skewness = np.zeros(len(n))
        np.divide(third, second**1.5, out=skewness, where=~equal & (n >= LEAST))
        skewness *= np.sqrt(size * np.maximum(n - 1, 0)) / np.maximum(n - 2, 1)
        return cls(
            n=n,
            mean=np.where(n > 0, anchor + shift, np.nan),
            error=error,
            skewness=skewness / np.sqrt(size),
            freedom=n - 1.0,
            low=low,
            high=high,
            caution=_cautions(samples, n, equal, np.abs(skewness) / np.sqrt(size)),
            between=unknown if between is None else between,
            arrivals=arrivals,
        )

    def take(self, order: Ints) -> Self:
        """Return the samples at some places."""
        return replace(
            self, **{field.name: getattr(self, field.name)[order] for field in fields(self)}
        )

    @property
    def bounded(self) -> Bools:
        """Whether the sample shows enough of its distribution for an interval."""
        return np.asarray(((self.caution < 0) | (self.caution == _FEW)) & (self.n > 1))

    @property
    def total(self) -> Floats:
        """Standard error of the mean as that of the expected value at the true inputs."""
        known = ~np.isnan(self.between)
        return np.where(known, np.sqrt(self.error**2 + self.between), self.error)

    @property
    def inputs(self) -> Floats:
        """Share of the inputs in the variance of the interval; NaN where that is unknown."""
        return self._share(self.between)

    @property
    def arrivals_share(self) -> Floats:
        """Share of the arrivals in the variance of the interval; NaN where that is unknown."""
        return self._share(self.arrivals)

    def _share(self, part: Floats) -> Floats:
        share = np.full(len(part), np.nan)
        known = ~np.isnan(part) & (self.total > 0.0)
        np.divide(part, self.total**2, out=share, where=known)
        return share

    def _skewness(self) -> Floats:
        """Skewness of the error of :attr:`total`, of which that of the mean is a part."""
        part = np.ones(len(self.mean))
        np.divide(self.error, self.total, out=part, where=self.inputs > 0.0)
        return self.skewness * part**3

    def limits(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Ends of the interval of each mean; NaN for fewer than two observations.

        Where no interval is promised they are the smallest and the largest observation if so
        many observations hold a median at this level, and infinite else.
        """
        quantile = t_quantile(self.freedom + 1.0, level)
        longer = SKEWNESS_FACTOR * self._skewness() * (2.0 * quantile**2 + 1.0) / 6.0
        low = self.mean - self.total * (quantile + np.maximum(-longer, 0.0))
        high = self.mean + self.total * (quantile + np.maximum(longer, 0.0))
        enough = _one_sided(self.n) <= 1.0 - level
        unsure = ~self.bounded & (self.n > 1)
        low = np.where(unsure, np.where(enough, self.low, -np.inf), low)
        high = np.where(unsure, np.where(enough, self.high, np.inf), high)
        return low, high

    def p_values(self) -> Floats:
        """Two-sided p-value of a mean of 0: that of the level whose interval ends there."""
        statistic, skewness = np.zeros(len(self.mean)), self._skewness()
        np.divide(self.mean, self.total, out=statistic, where=self.total > 0.0)
        quantile = np.abs(statistic)
        third = SKEWNESS_FACTOR * np.abs(skewness) / 6.0
        on_long_side = (statistic * skewness < 0.0) & (third > _ROUNDING)
        root = np.sqrt(np.maximum(1.0 + 8.0 * third * (quantile - third), 1.0))
        np.divide(root - 1.0, 4.0 * third, out=quantile, where=on_long_side)
        freedom = np.where(self.freedom > 0.0, self.freedom, np.nan)
        p_value = 2.0 * stdtr(freedom, -quantile)
        one_sided = (self.low > 0.0) | (self.high < 0.0)
        ranged = np.where(one_sided, np.minimum(_one_sided(self.n), 1.0), 1.0)
        return np.asarray(np.where(self.bounded, p_value, ranged) + 0.0 * self.error)


def welch(first: Moments, second: Moments) -> Moments:
    """Moments of ``second`` less ``first``, of samples that have nothing in common.

    A sample that never varies adds no error and takes no degrees of freedom.
    """
    spread = np.stack([first.error, second.error]) ** 2
    thirds = np.stack([-first.skewness, second.skewness]) * spread**1.5
    counts = np.stack([first.n, second.n])
    error = np.sqrt(spread.sum(axis=0))
    weights = np.zeros_like(spread)
    np.divide(spread**2, counts - 1.0, out=weights, where=counts > 1)
    total = weights.sum(axis=0)
    freedom = np.where(np.isnan(error), np.nan, 1.0)
    np.divide(error**4, total, out=freedom, where=total > 0.0)
    skewness = np.zeros(len(error))
    np.divide(thirds.sum(axis=0), error**3, out=skewness, where=error > 0.0)
    both = np.stack([first.caution, second.caution])
    caution = np.where(
        (both == _EQUAL).all(axis=0), _EQUAL, np.where(both == _EQUAL, -1, both).max(axis=0)
    )
    return Moments(
        n=counts.min(axis=0),
        mean=second.mean - first.mean,
        error=error,
        skewness=skewness,
        freedom=freedom,
        low=second.low - first.high,
        high=second.high - first.low,
        caution=caution,
        between=_added(first.between, second.between),
        arrivals=_added(first.arrivals, second.arrivals),
    )


def _added(first: Floats, second: Floats) -> Floats:
    """Sum of variances of which one may be unknown and so 0; NaN where both are."""
    both = np.isnan(first) & np.isnan(second)
    return np.where(both, np.nan, np.nan_to_num(first) + np.nan_to_num(second))


@dataclass(frozen=True, eq=False)
class Intervals:
    """Means with their intervals; all arrays have shape ``(samples,)``, NaN where undefined.

    Attributes
    ----------
    mean, low, high:
        Means and ends, as in :meth:`Moments.limits`.
    half_width:
        Distance from the mean to the farther end, so that ``mean ± half_width`` holds the
        interval; NaN where none is promised.
    n:
        Observations.
    caution:
        Indices into :data:`CAUTIONS`; -1 for none.
    inputs:
        Share of uncertain inputs in the variance of the interval, the rest is Monte Carlo; NaN
        where no inputs are uncertain.
    arrivals:
        Share of the arrivals in it, which is part of Monte Carlo; NaN as ``inputs``.
    """

    mean: Floats
    half_width: Floats
    low: Floats
    high: Floats
    n: Ints
    caution: Ints
    inputs: Floats
    arrivals: Floats

    @property
    def equal(self) -> Bools:
        """Whether all observations are equal."""
        return np.asarray(self.caution == _EQUAL)

    @classmethod
    def of(
        cls, moments: Moments, level: float = 0.95, bounds: tuple[ArrayLike, ArrayLike] = UNBOUNDED
    ) -> Self:
        """Intervals of means that cannot leave ``bounds``, least and most possible value."""
        low, high = moments.limits(level)
        low = np.where(np.isinf(low), low, np.maximum(low, bounds[0]))
        high = np.where(np.isinf(high), high, np.minimum(high, bounds[1]))
        half = np.maximum(high - moments.mean, moments.mean - low)
        half[~moments.bounded] = np.nan
        shares = moments.inputs, moments.arrivals_share
        return cls(moments.mean, half, low, high, moments.n, moments.caution, *shares)


def _cautions(samples: Floats, n: Ints, equal: Bools, skewness: Floats) -> Ints:
    """Reasons for no interval, as :data:`CAUTIONS`; -1 for none and without a sample."""
    ordered = np.sort(samples, axis=1)  # NaN last
    rows = np.arange(len(n))
    middle = ordered[rows, np.maximum(n - 1, 0) // 2]
    reach = _ROUNDING * np.maximum(np.abs(ordered[:, 0]), np.abs(middle))
    alike = (np.abs(ordered - middle[:, None]) <= reach[:, None]).sum(axis=1)
    caution = np.full(len(n), -1)
    caution[skewness > _MOST_SKEWED] = _SKEWED
    caution[alike > _MOST_ALIKE * n] = _ALIKE
    caution[n < LEAST] = _FEW
    caution[equal] = _EQUAL
    caution[n < 2] = -1
    return caution


def _one_sided(n: Ints) -> Floats:
    """Chance that all of ``n`` observations lie on one side of their median."""
    return np.asarray(2.0 ** (1.0 - n))
