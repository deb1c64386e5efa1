"""Random durations, sampled by their quantile function.

A duration is drawn as ``quantile(u)`` with ``u`` uniform on (0, 1). The ``u`` belongs to
the vehicle, so a faster counter serves the same truck by the same draw, and two options
are compared on the same trucks. Quantile functions after Law, *Simulation Modeling and
Analysis* (5th ed.), chapter 8; all are numpy ufuncs and work on arrays of any shape.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from sim.arrays import Floats
from sim.distributions.gamma import standard_gamma_quantile
from sim.errors import UnitError
from sim.units import (
    duration_text,
    number_text,
    parse_count,
    parse_duration,
    parse_number,
    suggestion,
)

__all__ = [
    "Constant",
    "Distribution",
    "Erlang",
    "Exponential",
    "Gamma",
    "Lognormal",
    "Triangular",
    "Uniform",
    "parse_distribution",
]


#: Spreads for which the quantiles keep their digits; wider or narrower ones are slips.
_LEAST_CV, _MOST_CV = 0.001, 100.0
_MOST_PHASES = 1_000_000
#: How each family is written; the hint of every error about its arguments.
_FORMS = {
    "constant": "'12 min'",
    "exponential": "'exponential(mean 40 min)'",
    "uniform": "'uniform(24 h, 72 h)'",
    "triangular": "'triangular(5 min, 8 min, 20 min)'",
    "lognormal": "'lognormal(mean 12 min, cv 0.5)'",
    "gamma": "'gamma(mean 45 min, cv 0.6)'",
    "erlang": "'erlang(3, mean 1 min)'",
}


@runtime_checkable
class Distribution(Protocol):
    """A distribution of durations in minutes, never negative.

    Instances are frozen, compare and hash by value, and can be pickled.
    """

    @property
    def mean(self) -> float:
        """Expected duration in minutes: a field or a property of the family."""

    @property
    def text(self) -> str:
        """The form for scenario files; it parses back to an equal distribution."""

    def quantile(self, u: ArrayLike) -> Floats:
        """Durations in minutes at the probabilities ``u`` in (0, 1); shape of ``u``."""


@dataclass(frozen=True)
class Constant:
    """Always ``value`` minutes; 0 is allowed."""

    value: float

    def __post_init__(self) -> None:
        _require(
            0 <= self.value < math.inf,
            "a constant duration must be finite and not negative",
            "constant",
        )

    @property
    def mean(self) -> float:
        """``value``."""
        return self.value

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
        _require(ascending, "uniform needs low below high, from 0 up", "uniform")

    @property
    def mean(self) -> float:
        """``(low + high) / 2``."""
        return (self.low + self.high) / 2

    @property
    def text(self) -> str:
        """For example ``uniform(24 h, 3 days)``."""
        return f"uniform({duration_text(self.low)}, {duration_text(self.high)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``low + (high - low) u``."""
        return np.asarray(self.low + (self.high - self.low) * np.asarray(u, np.float64))


@dataclass(frozen=True)
class Exponential:
    """Without memory; ``mean`` minutes."""

    mean: float

    def __post_init__(self) -> None:
        _require_mean(self.mean, "exponential")

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
        _require_mean(self.mean, "lognormal")
        _require_cv(self.cv)

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
        return np.asarray(np.exp(mu + math.sqrt(variance) * ndtri(np.asarray(u, np.float64))))


@dataclass(frozen=True)
class Gamma:
    """``mean`` minutes, ``cv`` = sd / mean; ``cv`` 1 is exponential."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        _require_mean(self.mean, "gamma")
        _require_cv(self.cv)

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
        phases = f"erlang needs 1 to {_MOST_PHASES:_} phases"
        _require(1 <= self.shape <= _MOST_PHASES, phases, "erlang")
        _require_mean(self.mean, "erlang")

    @property
    def text(self) -> str:
        """For example ``erlang(3, mean 12 min)``."""
        return f"erlang({self.shape}, mean {duration_text(self.mean)})"

    def quantile(self, u: ArrayLike) -> Floats:
        """``mean / shape P⁻¹(shape, u)``, the gamma quantile at ``cv² = 1 / shape``."""
        phase = self.mean / self.shape
        return phase * standard_gamma_quantile(float(self.shape), np.asarray(u, np.float64))


@dataclass(frozen=True)
class Triangular:
    """From ``low`` to ``high`` minutes, densest at ``mode``."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        ascending = 0 <= self.low <= self.mode <= self.high < math.inf and self.low < self.high
        _require(
            ascending,
            "triangular needs low, mode, high in ascending order, from 0 up",
            "triangular",
        )

    @property
    def mean(self) -> float:
        """``(low + mode + high) / 3``."""
        return (self.low + self.mode + self.high) / 3

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


def parse_distribution(
    value: object, amount: Callable[[object], float] = parse_duration
) -> Distribution:
    """A distribution from its text; a plain duration such as `12 min` is constant.

    `lognormal(mean 12 min, cv 0.5)`, `gamma(mean 45 min, cv 0.6)`, `erlang(3, mean 1 min)`,
    `exponential(mean 40 min)` or `exponential(40 min)`, `uniform(24 h, 72 h)`,
    `triangular(5 min, 8 min, 20 min)`. Inside brackets thousands are written `1_200`.
    ``amount`` reads one value; with another than durations, read "minutes" above as its unit.

    Raises :class:`UnitError` for unknown families, wrong arguments and impossible values.
    """
    text = " ".join(value.split()) if isinstance(value, str) else ""
    match = re.fullmatch(r"([A-Za-z_]+) ?(?:\((.*)\))?", text)
    if match is None:
        if "(" in text and ")" not in text:
            raise UnitError(f"'{text}' has no closing bracket", "write e.g. " + _FORMS["lognormal"])
        return Constant(amount(value))
    family, inside = match.groups()
    if family not in _READERS:
        known = f"use a duration or one of {', '.join(_READERS)}"
        raise UnitError(f"unknown distribution '{family}'", suggestion(family, _READERS, known))
    parts = [part.strip() for part in (inside or "").split(",")]
    if len(parts) != _FORMS[family].count(",") + 1 or not all(parts):
        hint = f"write e.g. {_FORMS[family]}; thousands as 1_200"
        raise UnitError(f"'{text}' has the wrong number of values", hint)
    return _READERS[family](parts, amount)


_Amount = Callable[[object], float]
_READERS: dict[str, Callable[[list[str], _Amount], Distribution]] = {
    "exponential": lambda p, amount: Exponential(amount(p[0].removeprefix("mean "))),
    "uniform": lambda p, amount: Uniform(*map(amount, p)),
    "triangular": lambda p, amount: Triangular(*map(amount, p)),
    "lognormal": lambda p, amount: Lognormal(
        amount(_after("mean", "lognormal", p[0])), _cv("lognormal", p[1])
    ),
    "gamma": lambda p, amount: Gamma(amount(_after("mean", "gamma", p[0])), _cv("gamma", p[1])),
    "erlang": lambda p, amount: Erlang(parse_count(p[0]), amount(_after("mean", "erlang", p[1]))),
}


def _cv(family: str, part: str) -> float:
    return parse_number(_after("cv", family, part), most=1000.0)


def _after(name: str, family: str, part: str) -> str:
    """What follows ``name`` in one argument; names are required where order could slip."""
    word, _, rest = part.partition(" ")
    if word != name:
        message = f"'{name}' expected in {family}, found '{part}'"
        raise UnitError(message, f"write e.g. {_FORMS[family]}")
    return rest


def _require(holds: bool, message: str, family: str) -> None:
    if not holds:
        raise UnitError(message, f"write e.g. {_FORMS[family]}")


def _require_mean(mean: float, family: str) -> None:
    _require(0 < mean < math.inf, f"the mean of {family} must be above 0", family)


def _require_cv(cv: float) -> None:
    if not _LEAST_CV <= cv <= _MOST_CV:
        message = f"the cv must lie between {_LEAST_CV:g} and {_MOST_CV:g}"
        raise UnitError(message, "a plain duration such as '12 min' is constant")
