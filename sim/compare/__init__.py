"""Comparisons: estimates across replications and differences between scenarios.

:func:`compare_runs` compares scenarios, in memory or from result folders::

    comparison = sim.compare_runs([sim.run(a), sim.run(b)])
    comparison.table  # polars: one row for each gate, direction and measure

How often the intervals hold the truth has been measured (``langson explain half-width``, and
``tests/benchmarks/bench_coverage.py`` to repeat it); ``pytest -m slow tests/compare`` holds them
against theory.

All functions are pure: frames or arrays in, frames or numbers out.
"""

from __future__ import annotations

from sim.catalogue import Condition, Quantity
from sim.compare.benefit import Benefit, OffYear, benefit, benefits, off_year
from sim.compare.best import Best, best, run_to_best, selection_rule
from sim.compare.conditions import Check, check_all
from sim.compare.paired import holm, paired, paired_many
from sim.compare.pareto import ParetoStatus, pareto_statuses
from sim.compare.precision import PrecisionResult, PrecisionTarget, run_to_precision
from sim.compare.runs import Comparison, compare_runs
from sim.compare.scenario_results import Overload, ScenarioResults, overloads, scenario_results
from sim.compare.selection import Selection, SelectionRule, select
from sim.compare.sensitivity import sensitivity
from sim.compare.signs import Sign, sign_over_sets
from sim.compare.targets import Audit, Target, audit
from sim.compare.unseen import blind_factors, unseen
from sim.compare.upgrade_effects import UpgradeEffect, UpgradeEffects, upgrade_effects, upgrade_sets
from sim.compare.warm_up import PILOT, WarmUpAssessment, assess_warm_up, mser
from sim.results.estimates import Estimate, estimate, summarise, summarise_measures
from sim.results.intervals import Caution

__all__ = [
    "PILOT",
    "Audit",
    "Benefit",
    "Best",
    "Caution",
    "Check",
    "Comparison",
    "Condition",
    "Estimate",
    "OffYear",
    "Overload",
    "ParetoStatus",
    "PrecisionResult",
    "PrecisionTarget",
    "Quantity",
    "ScenarioResults",
    "Selection",
    "SelectionRule",
    "Sign",
    "Target",
    "UpgradeEffect",
    "UpgradeEffects",
    "WarmUpAssessment",
    "assess_warm_up",
    "audit",
    "benefit",
    "benefits",
    "best",
    "blind_factors",
    "check_all",
    "compare_runs",
    "estimate",
    "holm",
    "mser",
    "off_year",
    "overloads",
    "paired",
    "paired_many",
    "pareto_statuses",
    "run_to_best",
    "run_to_precision",
    "scenario_results",
    "select",
    "selection_rule",
    "sensitivity",
    "sign_over_sets",
    "summarise",
    "summarise_measures",
    "unseen",
    "upgrade_effects",
    "upgrade_sets",
]
