"""Economic appraisal: what upgrades cost and gain from opening to horizon.

:func:`appraise` simulates representative weeks of a few years for scenarios with the same upgrades
open, values what users gain by the rule of half, and discounts the streams::

    base, chi_ma = sim.load("baseline-2025"), sim.load("chi-ma-international")
    appraisal = sim.appraisal.appraise(base, [chi_ma], replications=5)
    appraisal.alternatives[0].indicators.npv
"""

from __future__ import annotations

from sim.appraisal.appraise import Appraisal, Appraised, appraise
from sim.appraisal.indicators import PRICES, CostPerHour, Indicators, Switching
from sim.appraisal.portfolio import Candidate, Interaction, Portfolio, best_sets, portfolio
from sim.appraisal.project import CashFlows, Project
from sim.appraisal.schedule import Schedule, ScheduledUpgrade, schedule_of
from sim.appraisal.weeks import RepresentativeWeek, representative_weeks
from sim.compare.user_benefit import AnnualCosts, UserBenefit, rule_of_half

__all__ = [
    "PRICES",
    "AnnualCosts",
    "Appraisal",
    "Appraised",
    "Candidate",
    "CashFlows",
    "CostPerHour",
    "Indicators",
    "Interaction",
    "Portfolio",
    "Project",
    "RepresentativeWeek",
    "Schedule",
    "ScheduledUpgrade",
    "Switching",
    "UserBenefit",
    "appraise",
    "best_sets",
    "portfolio",
    "representative_weeks",
    "rule_of_half",
    "schedule_of",
]
