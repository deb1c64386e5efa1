"""Base of all distributions: their protocol, how each is written, and limits of values."""

from __future__ import annotations

import math
from typing import Protocol, runtime_checkable

from numpy.typing import ArrayLike

from sim.arrays import Floats
from sim.errors import UnitError
from sim.sentences import NOTHING, Sentence

__all__ = ["FORMS", "Distribution", "require", "require_cv", "require_mean"]


#: Spreads for which the quantiles keep their digits; wider or narrower ones are slips.
_LEAST_CV, _MOST_CV = 0.001, 100.0

#: How each family is written; the hint of every error about its arguments.
FORMS = {
    "constant": "'12 min'",
    "exponential": "'exponential(mean 40 min)'",
    "uniform": "'uniform(24 h, 72 h)'",
    "triangular": "'triangular(5 min, 8 min, 20 min)'",
    "pert": "'pert(5 min, 8 min, 20 min)'",
    "lognormal": "'lognormal(mean 12 min, cv 0.5)'",
    "gamma": "'gamma(mean 45 min, cv 0.6)'",
    "weibull": "'weibull(mean 45 min, cv 0.6)'",
    "normal": "'normal(mean 12 min, cv 0.3)'",
    "erlang": "'erlang(3, mean 1 min)'",
    "discrete": "'discrete(20 % 5 min, 80 % 10 min)'",
    "empirical": "'empirical(times.csv)' or 'empirical(times.csv, documents in min)'",
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
    def cv(self) -> float:
        """Coefficient of variation, standard deviation over mean; 0 where the mean is 0."""

    @property
    def text(self) -> str:
        """The form for scenario files; it parses back to an equal distribution."""

    def __hash__(self) -> int:
        """The same for equal distributions."""

    def quantile(self, u: ArrayLike) -> Floats:
        """Durations in minutes at the probabilities ``u`` in (0, 1); shape of ``u``."""


def require(holds: bool, message: Sentence, family: str) -> None:
    """Raise :class:`UnitError` with the form of the family unless ``holds``."""
    if not holds:
        raise UnitError(message, Sentence("write e.g. {forms}", forms=FORMS[family]))


def require_mean(mean: float, family: str) -> None:
    """Raise :class:`UnitError` unless a mean is positive and finite."""
    message = Sentence("the mean of {family} must be above 0", family=family)
    require(0 < mean < math.inf, message, family)


def require_cv(cv: float, most: float = _MOST_CV, instead: Sentence = NOTHING) -> None:
    """Raise :class:`UnitError` unless a coefficient of variation is within its limits."""
    if not _LEAST_CV <= cv <= most:
        message = Sentence(
            "the cv must lie between {least_cv:g} and {most:g}", least_cv=_LEAST_CV, most=most
        )
        plain = Sentence("a plain duration such as '12 min' is constant")
        raise UnitError(message, instead if instead and cv > most else plain)
