"""langson: how vehicles cross the border gates of Lạng Sơn, minute by minute.

    scenario = sim.load("scenarios/baseline-2025.yaml")
    plan = sim.build_plan(scenario)
    workload = sim.draw(plan, replication=1)
    journeys = sim.simulate(plan, workload)
    measures = sim.measure(journeys, plan)

or all at once: ``results = sim.run(scenario, replications=10, jobs=2)``.

Names are imported when first used, so ``import sim`` and the command line stay quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import __version__ as __version__

if TYPE_CHECKING:
    from sim.calibration import Calibration as Calibration
    from sim.calibration import calibrate as calibrate
    from sim.compare import Comparison as Comparison
    from sim.compare import compare_runs as compare_runs
    from sim.engines import simulate as simulate
    from sim.errors import ArgumentError as ArgumentError
    from sim.errors import ArgumentTypeError as ArgumentTypeError
    from sim.errors import EngineError as EngineError
    from sim.errors import LangsonError as LangsonError
    from sim.errors import MeasureError as MeasureError
    from sim.errors import Problem as Problem
    from sim.errors import ResultsError as ResultsError
    from sim.errors import RunError as RunError
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import SurveyError as SurveyError
    from sim.errors import UnitError as UnitError
    from sim.errors import UnknownPathError as UnknownPathError
    from sim.errors import WriteError as WriteError
    from sim.fitting import Fitted as Fitted
    from sim.fitting import fit as fit
    from sim.journeys import Journeys as Journeys
    from sim.measures import Measures as Measures
    from sim.measures import measure as measure
    from sim.optimisation import Optimisation as Optimisation
    from sim.optimisation import optimise as optimise
    from sim.plan import Plan as Plan
    from sim.plan import build_plan as build_plan
    from sim.results import PlanResults as PlanResults
    from sim.results import Results as Results
    from sim.results import open_results as open_results
    from sim.runs import run as run
    from sim.scenario import Scenario as Scenario
    from sim.scenario import load as load
    from sim.workload import Workload as Workload
    from sim.workload import WorkloadCache as WorkloadCache
    from sim.workload import draw as draw

#: Public names by the module that each is imported from.
_NAMES = {
    "sim.calibration": ("Calibration", "calibrate"),
    "sim.compare": ("Comparison", "compare_runs"),
    "sim.engines": ("simulate",),
    "sim.errors": (
        "ArgumentError",
        "ArgumentTypeError",
        "EngineError",
        "LangsonError",
        "MeasureError",
        "Problem",
        "ResultsError",
        "RunError",
        "ScenarioError",
        "SurveyError",
        "UnitError",
        "UnknownPathError",
        "WriteError",
    ),
    "sim.fitting": ("Fitted", "fit"),
    "sim.journeys": ("Journeys",),
    "sim.measures": ("Measures", "measure"),
    "sim.optimisation": ("Optimisation", "optimise"),
    "sim.plan": ("Plan", "build_plan"),
    "sim.results": ("PlanResults", "Results", "open_results"),
    "sim.runs": ("run",),
    "sim.scenario": ("Scenario", "load"),
    "sim.version": ("__version__",),
    "sim.workload": ("Workload", "WorkloadCache", "draw"),
}

#: Packages for those who write ``import sim`` and then ``sim.queues.fifo``.
_PACKAGES = (
    "appraisal", "arguments", "calibration", "catalogue", "compare", "distributions", "economics",
    "engines", "event_logs", "fitting", "forecast", "measures", "optimisation", "plan", "queues",
    "report", "results", "runs", "scenario", "sensitivity", "sweep", "units", "validate", "verify",
    "workload",
)  # fmt: skip

_HOMES = {name: module for module, names in _NAMES.items() for name in names}
_HOMES |= {package: f"sim.{package}" for package in _PACKAGES}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'sim' has no attribute '{name}'"
        raise AttributeError(message, name=name, obj=sys.modules[__name__])
    module = import_module(_HOMES[name])
    return module if name in _PACKAGES else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
