"""Fit langson's families of durations by maximum likelihood, and choose one by AICc.

AICc after Hurvich and Tsai (1989). Intervals are those of the likelihood on the scale of the
logarithms of mean and coefficient of variation (Wald, observed information); for families
whose ends depend on the parameters, those of the sample's moments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import optimize, stats

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
from sim.errors import UnitError
from sim.fitting.likelihood import NARROW, Sample, cumulative, log_likelihood
from sim.fitting.rescaling import as_written, digits, moved, tails_of

__all__ = ["ENOUGH", "FittedFamily", "Interval", "fit_family"]

#: Durations below which a family cannot be told, and the assumption is kept.
ENOUGH = 20

_BOUNDED, _BOUND = ("uniform", "triangular", "pert"), 4.0
"""Families that forbid what was not seen, and by how much their AICc must be the better."""

_DISTANCE = 0.06
"""Largest distance between two distribution functions that does not matter, whatever n."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within, up to rounding."""
        slack = 1e-6 + 1e-3 * abs(value)
        return self.low - slack <= value <= self.high + slack


@dataclass(frozen=True, eq=False)
class FittedFamily:
    """A family fitted to a sample.

    Attributes
    ----------
    distribution:
        With four significant digits, as it is written.
    mean, cv, p95:
        Of the distribution, minutes, each with its interval.
    errors:
        Of mean, cv and 95th percentile against the sample's, as shares; empty where too many
        durations were unfinished to tell.
    distance:
        Largest distance between the two distribution functions (Kolmogorov and Smirnov).
    ranking:
        AICc of each family less that of the one that was chosen, by name.
    draws:
        The same family with parameters drawn from the uncertainty of the estimate.
    """

    distribution: Distribution
    sample: Sample = field(repr=False)
    mean: Interval
    cv: Interval
    p95: Interval
    errors: dict[str, float]
    distance: float
    ranking: dict[str, float]
    draws: tuple[Distribution, ...] = field(repr=False)

    @property
    def family(self) -> str:
        """Name of the family as scenarios write it."""
        return type(self.distribution).__name__.lower()

    @property
    def is_near(self) -> bool:
        """Whether the family is as near to the sample as chance and practice ask."""
        chance = 1.36 / math.sqrt(max(len(self.sample.seen), 1))
        return self.distance <= max(chance, _DISTANCE)


@dataclass(frozen=True)
class _Family:
    """How a family is searched: parameters counted by AICc, a start, and what they mean."""

    parameters: int
    start: Callable[[Sample], list[float]]
    make: Callable[[Sequence[float]], Distribution]


def _log_moments(sample: Sample) -> list[float]:
    mean, cv = sample.moments()
    return [math.log(max(mean, 1e-6)), math.log(min(max(cv, 0.02), 5.0))]


def _log_mean(sample: Sample) -> list[float]:
    return _log_moments(sample)[:1]


def _ends(sample: Sample) -> list[float]:
    low, high = float(sample.seen[0]), float(sample.seen[-1])
    slack = max(0.03 * (high - low), 1e-3 * high, 1e-6)
    return [max(low - slack, 0.0), math.log(high - low + 2.0 * slack)]


def _three_points(sample: Sample) -> list[float]:
    low, width = _ends(sample)
    high = low + math.exp(width)
    middle = 3.0 * sample.moments()[0] - low - high
    share = min(max((middle - low) / (high - low), 0.05), 0.95)
    return [low, math.log(share * (high - low)), math.log((1.0 - share) * (high - low))]


def _uniform(at: Sequence[float]) -> Distribution:
    low = max(at[0], 0.0)
    return Uniform(low, low + math.exp(at[1]))


def _triangular(at: Sequence[float]) -> Distribution:
    low = max(at[0], 0.0)
    mode = low + math.exp(at[1])
    return Triangular(low, mode, mode + math.exp(at[2]))


def _bent(at: Sequence[float]) -> Distribution:
    bent = _triangular(at)
    assert isinstance(bent, Triangular)
    return Pert(bent.low, bent.mode, bent.high)


def _normal(at: Sequence[float]) -> Distribution:
    return Normal(math.exp(at[0]), min(math.exp(at[1]), NARROW))


_FAMILIES: dict[str, _Family] = {
    "exponential": _Family(1, _log_mean, lambda at: Exponential(math.exp(at[0]))),
    "gamma": _Family(2, _log_moments, lambda at: Gamma(math.exp(at[0]), math.exp(at[1]))),
    "lognormal": _Family(2, _log_moments, lambda at: Lognormal(math.exp(at[0]), math.exp(at[1]))),
    "weibull": _Family(2, _log_moments, lambda at: Weibull(math.exp(at[0]), math.exp(at[1]))),
    "normal": _Family(2, _log_moments, _normal),
    "uniform": _Family(2, _ends, _uniform),
    "triangular": _Family(3, _three_points, _triangular),
    "pert": _Family(3, _three_points, _bent),
}


def fit_family(sample: Sample, draws: int = 0, seed: int = 0) -> FittedFamily:
    """Return the family of least AICc; the sample has at least two finished durations.

    Parameters
    ----------
    draws:
        How many distributions to draw from the uncertainty of the estimate.
    seed:
        Of these draws.
    """
    rng = np.random.default_rng(seed)
    if sample.is_constant:
        return _constant(sample, draws)
    narrow = sample.moments()[1] <= NARROW
    fits = {
        name: _maximised(name, sample)
        for name in _FAMILIES
        if name != "pert" and (narrow or name != "normal")
    }
    fits |= _pert(sample, fits["triangular"][1], max(ll for _, ll in fits.values()))
    fits |= _erlang(sample, fits["gamma"][0])
    if sample.rounding:
        constant = Constant(sample.moments()[0])
        fits["constant"] = (constant, log_likelihood(constant, sample))
    parameters = {name: family.parameters for name, family in _FAMILIES.items()}
    parameters |= {"erlang": 1, "constant": 1}
    aicc = {name: _aicc(ll, parameters[name], sample.n) for name, (_, ll) in fits.items()}
    best = min(aicc, key=lambda name: aicc[name] + (_BOUND if name in _BOUNDED else 0.0))
    ranking = {name: value - aicc[best] for name, value in sorted(aicc.items(), key=lambda x: x[1])}
    return _described(fits[best][0], sample, ranking, fits, draws, rng)


def _aicc(log_likelihood: float, parameters: int, n: int) -> float:
    """Akaike's criterion with the correction for small samples."""
    correction = 2.0 * parameters * (parameters + 1) / max(n - parameters - 1, 1)
    return 2.0 * parameters - 2.0 * log_likelihood + correction


def _maximised(name: str, sample: Sample) -> tuple[Distribution, float]:
    family = _FAMILIES[name]
    start = np.array(family.start(sample))

    def loss(at: Floats) -> float:
        try:
            return -log_likelihood(family.make(at.tolist()), sample)
        except (UnitError, OverflowError):
            return math.inf

    steps = np.vstack([start, start + 0.1 * np.eye(len(start))])
    optimum = optimize.minimize(
        loss,
        start,
        method="Nelder-Mead",
        options={"initial_simplex": steps, "xatol": 1e-3, "fatol": 1e-3, "maxfev": 300},
    )
    distribution = family.make(optimum.x.tolist())
    if isinstance(distribution, Uniform) and not sample.rounding and sample.n > 2:
        # the ends of a uniform sample lie inside those of its distribution by 1 / (n + 1)
        reach = float(np.ptp(sample.seen)) / (sample.n - 1)
        distribution = Uniform(
            max(float(sample.seen[0]) - reach, 0.0), float(sample.seen[-1]) + reach
        )
    return distribution, -float(optimum.fun)


def _pert(sample: Sample, triangular: float, best: float) -> dict[str, tuple[Distribution, float]]:
    """Return the PERT distribution, which is slow to fit, where the triangular one is near."""
    return {"pert": _maximised("pert", sample)} if triangular > best - 10.0 else {}


def _erlang(sample: Sample, gamma: Distribution) -> dict[str, tuple[Distribution, float]]:
    """Return the gamma distribution with the nearest whole number of phases, if it has some."""
    assert isinstance(gamma, Gamma)
    phases = round(gamma.cv**-2)
    if not 2 <= phases <= 50:
        return {}
    erlang = Erlang(phases, gamma.mean)
    return {"erlang": (erlang, log_likelihood(erlang, sample))}


def _constant(sample: Sample, draws: int) -> FittedFamily:
    value = float(np.mean(sample.seen))
    exact = Constant(digits(value))
    mean, none = Interval(exact.value, value, value), Interval(0.0, 0.0, 0.0)
    return FittedFamily(
        exact, sample, mean, none, mean, {}, 0.0, {"constant": 0.0}, (exact,) * draws
    )


def _described(
    distribution: Distribution,
    sample: Sample,
    ranking: dict[str, float],
    fits: dict[str, tuple[Distribution, float]],
    draws: int,
    rng: np.random.Generator,
) -> FittedFamily:
    """Add intervals, errors and draws to a distribution."""
    gamma_like = isinstance(distribution, Exponential | Erlang | Gamma)
    spread = fits["gamma"][0] if gamma_like else distribution
    if isinstance(spread, Gamma | Lognormal | Weibull) and not sample.is_coarse:
        centre = np.log([spread.mean, spread.cv])
        covariance = _covariance(type(spread), centre, sample)
    else:
        centre, covariance = _of_moments(sample)
    many = rng.multivariate_normal(centre, covariance, size=max(draws, 200), method="svd")
    t = float(stats.t.ppf(0.975, max(sample.n - 2, 1)))
    error = np.sqrt(np.diag(covariance))
    written = as_written(distribution)
    cv = written.cv
    ends = np.exp([centre - t * error, centre + t * error])
    mean = Interval(written.mean, float(ends[0, 0]), float(ends[1, 0]))
    tails = np.quantile(tails_of(written, cv, *np.exp(many[:200]).T), [0.025, 0.975])
    p95 = Interval(float(written.quantile(0.95)), float(tails[0]), float(tails[1]))
    drawn = [moved(written, cv, *np.exp(scale).tolist()) for scale in many[:draws]]
    between = Interval(cv, float(ends[0, 1]), float(ends[1, 1]))
    if sample.is_coarse:
        between = Interval(cv, 0.0, max(cv, sample.most_variation()))
    errors, distance = _compared(written, cv, sample)
    kept = tuple(map(as_written, drawn))
    return FittedFamily(written, sample, mean, between, p95, errors, distance, ranking, kept)


def _covariance(
    family: type[Gamma | Lognormal | Weibull], centre: Floats, sample: Sample
) -> Floats:
    """Inverse of the observed information in log mean and log cv; shape ``(2, 2)``."""
    step = 0.02

    def at(i: float, j: float) -> float:
        mean, cv = np.exp(centre + step * np.array([i, j])).tolist()
        return log_likelihood(family(mean, cv), sample)

    middle = at(0, 0)
    first = at(1, 0) - 2.0 * middle + at(-1, 0)
    second = at(0, 1) - 2.0 * middle + at(0, -1)
    mixed = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4.0
    information = -np.array([[first, mixed], [mixed, second]]) / step**2
    if first >= 0.0 or np.linalg.det(information) <= 0.0:
        return np.diag([1.0, 1.0]) / max(sample.n, 1)
    return np.asarray(np.linalg.inv(information), np.float64)


def _of_moments(sample: Sample) -> tuple[Floats, Floats]:
    """Log mean and log cv of a sample, and their covariance by the delta method."""
    mean, cv = sample.moments()
    n, cv = max(len(sample.seen), 2), max(cv, 1e-3)
    noise = sample.rounding / math.sqrt(6.0) / max(mean, 1e-9)  # of two rounded stamps
    of_mean = max(float(np.var(sample.seen)) / max(mean, 1e-9) ** 2, 1e-10) / n
    of_cv = (sample.kurtosis() - 1.0) / (4.0 * n) * (1.0 + (noise / cv) ** 2) ** 2 + of_mean
    return np.log([max(mean, 1e-9), cv]), np.diag([min(of_mean, 1.0), min(of_cv, 1.0)])


def _compared(
    distribution: Distribution, cv: float, sample: Sample
) -> tuple[dict[str, float], float]:
    """Errors against the sample, and the largest distance of the distribution functions."""
    n = len(sample.seen)
    if len(sample.unfinished) > 0.05 * sample.n or n < 2:
        return {}, 0.0
    mean, spread = sample.moments()
    tail = float(np.quantile(sample.seen, 0.95))
    errors = {
        "mean": distribution.mean / mean - 1.0 if mean > 0.0 else 0.0,
        "cv": cv / spread - 1.0 if spread > 0.0 else 0.0,
        "p95": float(distribution.quantile(0.95)) / tail - 1.0 if tail > 0.0 else 0.0,
    }
    values, counts = np.unique(sample.seen, return_counts=True)
    upto = np.cumsum(counts) / n
    at, _ = cumulative(distribution, values + sample.rounding / 2.0)
    distance = np.abs(at - upto)
    if not sample.rounding:
        distance = np.maximum(distance, np.abs(at - upto + counts / n))
    return errors, float(distance.max())
