"""Economics of projects: discounting, rates of return, payback, annuities.

Pure functions of money by year; nothing of borders, scenarios or simulation.
"""

from __future__ import annotations

from sim.economics.cash_flow import (
    annuity,
    benefit_cost_ratio,
    discount_factors,
    internal_rate_of_return,
    net_present_value,
    payback,
)

__all__ = [
    "PRICE_YEAR",
    "annuity",
    "benefit_cost_ratio",
    "discount_factors",
    "internal_rate_of_return",
    "net_present_value",
    "payback",
]

#: Year of the prices in which scenarios state money, and to which it is discounted.
PRICE_YEAR = 2025
