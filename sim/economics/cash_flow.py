"""Discounted cash flows: net present value, internal rate of return, ratio, payback.

Flows are one number a year, the first of year 0, each discounted as at the end of as many whole
years (e.g. Park, *Fundamentals of Engineering Economics*, chapters 2 and 5 to 7).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, numeric_array
from sim.arrays import Floats
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = [
    "annuity",
    "benefit_cost_ratio",
    "discount_factors",
    "internal_rate_of_return",
    "net_present_value",
    "payback",
]

_LOWEST_RATE = -0.99
_HIGHEST_RATE = 1e6


@checked_arguments
def annuity(rate: float, years: float) -> float:
    """Return the capital recovery factor ``r / (1 - (1 + r) ** -n)``.

    It is the share of a capital cost that falls on each of ``years`` years at a yearly ``rate``.
    """
    return 1.0 / years if rate == 0.0 else float(rate / (1.0 - (1.0 + rate) ** -years))


@checked_arguments
def discount_factors(rate: float, years: int, first: int = 0) -> Floats:
    """Return ``(1 + rate) ** -t`` for ``years`` years ``t`` from ``first`` on.

    Raises
    ------
    ArgumentError
        The rate is -100 % or less.
    """
    if rate <= -1.0:
        raise ArgumentError(
            Sentence("a rate of {rate:.0%} discounts nothing; give one above -100 %", rate=rate)
        )
    return np.power(1.0 + rate, -np.arange(first, first + years, dtype=np.float64))


@checked_arguments
def net_present_value(rate: float, flows: ArrayLike, first: int = 0) -> float:
    """Return ``sum(flows[k] * (1 + rate) ** -(first + k))``."""
    money = numeric_array("flows", flows)
    return float(money @ discount_factors(rate, len(money), first))


@checked_arguments
def internal_rate_of_return(flows: ArrayLike) -> float | None:
    """Return the rate at which the net present value is zero; None where there is no single one.

    There is one at most if the flows change sign once (Descartes), and one above zero if their
    running sums change sign once and end above zero (Norstrøm, *Journal of Financial and
    Quantitative Analysis* 7, 1972).
    """
    from scipy.optimize import brentq

    money = numeric_array("flows", flows)
    sums = np.cumsum(money)
    single = _sign_changes(money) == 1
    if not single and not (_sign_changes(sums) == 1 and sums[-1] > 0.0):
        return None
    low = _LOWEST_RATE if single else 0.0

    def value(rate: float) -> float:
        return float(money @ discount_factors(rate, len(money)))

    if value(low) * value(_HIGHEST_RATE) > 0.0:
        return None
    return float(brentq(value, low, _HIGHEST_RATE, xtol=1e-14, rtol=1e-14, maxiter=500))


@checked_arguments
def benefit_cost_ratio(rate: float, benefits: ArrayLike, costs: ArrayLike) -> float | None:
    """Return the present value of benefits over that of costs; None where these are not above 0.

    Raises
    ------
    ArgumentError
        There are more years of the one than of the other.
    """
    gained, spent_in = numeric_array("benefits", benefits), numeric_array("costs", costs)
    if len(gained) != len(spent_in):
        raise ArgumentError(
            Sentence(
                "{gained} years of benefits and {spent} of costs",
                gained=len(gained),
                spent=len(spent_in),
            )
        )
    spent = net_present_value(rate, spent_in)
    return net_present_value(rate, gained) / spent if spent > 0.0 else None


@checked_arguments
def payback(flows: ArrayLike) -> float | None:
    """Return after how many years the running sum of flows is back at 0 for good; None if never.

    Within a year it grows evenly. Give discounted flows for the discounted payback.
    """
    sums = np.cumsum(numeric_array("flows", flows))
    below = np.flatnonzero(sums < 0.0)
    if not below.size:
        return 0.0
    last = int(below[-1])
    if last == len(sums) - 1:
        return None
    return float(last + 1 - sums[last] / (sums[last + 1] - sums[last]))


def _sign_changes(values: Floats) -> int:
    """Count changes of sign, zeros left out."""
    signs = np.sign(values[values != 0.0])
    return int(np.count_nonzero(signs[1:] != signs[:-1]))
