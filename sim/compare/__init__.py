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

from sim.catalogue import Quantity
from sim.compare.benefit import Benefit, OffYear, annuity, benefit, benefits, off_year
from sim.compare.best import Best, best
from sim.compare.conditions import Check, Condition, check_all
from sim.compare.efficient import Standing, efficient
from sim.compare.levers import Lever, Levers, lever_sets, levers
from sim.compare.paired import holm, paired, paired_many
from sim.compare.precision import Goal, Reached, run_to_precision
from sim.compare.runs import Comparison, compare_runs
from sim.compare.samples import Sample, sample
from sim.compare.sensitivity import sensitivity
from sim.compare.stability import Overload, overloads
from sim.compare.targets import Audit, Target, audit
from sim.compare.unseen import blind_factors, unseen
from sim.compare.warmup import PILOT, Settling, mser, settling
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
    "Goal",
    "Lever",
    "Levers",
    "OffYear",
    "Overload",
    "Quantity",
    "Reached",
    "Sample",
    "Settling",
    "Standing",
    "Target",
    "annuity",
    "audit",
    "benefit",
    "benefits",
    "best",
    "blind_factors",
    "check_all",
    "compare_runs",
    "efficient",
    "estimate",
    "holm",
    "lever_sets",
    "levers",
    "mser",
    "off_year",
    "overloads",
    "paired",
    "paired_many",
    "run_to_precision",
    "sample",
    "sensitivity",
    "settling",
    "summarise",
    "summarise_measures",
    "unseen",
]
