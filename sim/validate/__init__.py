"""Validation: a run held against figures that were observed.

    plan = sim.build_plan(scenario)
    observed = read_observed("observed.csv", plan)
    figures = compare_with(sim.run(scenario), observed)
    fit(figures)

A report, not a gate: what misses its tolerance is shown and nothing is adjusted.
"""

from __future__ import annotations

from sim.validate.feasible import check_feasible
from sim.validate.figures import LEAST_FLOW, Figure, Fit, compare_with, fit
from sim.validate.observed import ALL, QUANTITIES, USES, Observation, read_observed

__all__ = [
    "ALL",
    "LEAST_FLOW",
    "QUANTITIES",
    "USES",
    "Figure",
    "Fit",
    "Observation",
    "check_feasible",
    "compare_with",
    "fit",
    "read_observed",
]
