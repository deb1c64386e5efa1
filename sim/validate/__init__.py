"""Validation: a run held against figures that were observed.

    plan = sim.build_plan(scenario)
    observed = read_observed("observed.csv", plan)
    figures = compare_with(sim.run(scenario), observed)
    fit(figures)
    skills(figures, observed)  # beside forecasts that need no simulator

A report, not a gate: what misses its tolerance is shown and nothing is adjusted.
"""

from __future__ import annotations

from sim.validate.feasible import check_feasible
from sim.validate.figures import (
    LEAST_FLOW,
    LEVELS,
    Figure,
    GoodnessOfFit,
    compare_with,
    fit,
    replication_values,
)
from sim.validate.naive import YESTERDAY_SHARE, Skill, skills
from sim.validate.observed import ALL, FORECAST, USES, Observation, read_observed, written_days
from sim.validate.quantities import QUANTITIES, Observable

__all__ = [
    "ALL",
    "FORECAST",
    "LEAST_FLOW",
    "LEVELS",
    "QUANTITIES",
    "USES",
    "YESTERDAY_SHARE",
    "Figure",
    "GoodnessOfFit",
    "Observable",
    "Observation",
    "Skill",
    "check_feasible",
    "compare_with",
    "fit",
    "read_observed",
    "replication_values",
    "skills",
    "written_days",
]
