"""Comparisons: estimates across replications and differences between scenarios.

:func:`compare_runs` compares scenarios, in memory or from result folders::

    comparison = sim.compare_runs([sim.run(a), sim.run(b)])
    comparison.table  # polars: one row for each gate, direction and measure

Do the intervals hold what they say? With ``pytest -m slow tests/compare`` 1,000 runs of ten
replications are held against theory; nominal 95 % intervals for the wait held the truth

- M/M/1 at load 0.7: mean 95.1 %, P95 95.7 %;
- M/M/5 at load 0.8: mean 94.8 %, P95 94.8 %.

A replication had 54,000 customers. In much shorter ones the P95 of each is biased, and more
replications do not mend that.

All functions are pure: frames or arrays in, frames or numbers out.
"""

from __future__ import annotations

from sim.compare.benefit import Benefit, OffYear, annuity, benefit, benefits, off_year
from sim.compare.best import Best, best
from sim.compare.conditions import Check, Condition, check_all
from sim.compare.efficient import Standing, efficient
from sim.compare.levers import Lever, Levers, lever_sets, levers
from sim.compare.paired import holm, paired, paired_many
from sim.compare.precision import Goal, Reached, run_to_precision
from sim.compare.quantities import MORE_IS_BETTER, Quantity
from sim.compare.runs import Comparison, compare_runs
from sim.compare.samples import Sample, sample
from sim.compare.sensitivity import sensitivity
from sim.compare.stability import Overload, overloads
from sim.compare.targets import Audit, Target, audit
from sim.compare.warmup import PILOT, Settling, mser, settling
from sim.results.estimates import (
    Estimate,
    QuantileInterval,
    estimate,
    half_width,
    order_ranks,
    quantile_interval,
    summarise,
)

__all__ = [
    "MORE_IS_BETTER",
    "PILOT",
    "Audit",
    "Benefit",
    "Best",
    "Check",
    "Comparison",
    "Condition",
    "Estimate",
    "Goal",
    "Lever",
    "Levers",
    "OffYear",
    "Overload",
    "QuantileInterval",
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
    "check_all",
    "compare_runs",
    "efficient",
    "estimate",
    "half_width",
    "holm",
    "lever_sets",
    "levers",
    "mser",
    "off_year",
    "order_ranks",
    "overloads",
    "paired",
    "paired_many",
    "quantile_interval",
    "run_to_precision",
    "sample",
    "sensitivity",
    "settling",
    "summarise",
]
