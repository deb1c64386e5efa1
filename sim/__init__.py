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

from sim.version import __version__

if TYPE_CHECKING:
    from sim.compare import Comparison, compare_runs
    from sim.engines import simulate
    from sim.errors import (
        ArgumentError,
        ArgumentTypeError,
        EngineError,
        LangsonError,
        MeasureError,
        Problem,
        ResultsError,
        RunError,
        ScenarioError,
        UnitError,
        UnknownPathError,
        WriteError,
    )
    from sim.fitting import Fitted, fit
    from sim.journeys import Journeys
    from sim.measures import Measures, measure
    from sim.plan import Plan, build_plan
    from sim.results import Results, open_results
    from sim.runs import run
    from sim.scenario import Scenario, load
    from sim.workload import Workload, draw

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "Comparison",
    "EngineError",
    "Fitted",
    "Journeys",
    "LangsonError",
    "MeasureError",
    "Measures",
    "Plan",
    "Problem",
    "Results",
    "ResultsError",
    "RunError",
    "Scenario",
    "ScenarioError",
    "UnitError",
    "UnknownPathError",
    "Workload",
    "WriteError",
    "__version__",
    "build_plan",
    "compare_runs",
    "draw",
    "fit",
    "load",
    "measure",
    "open_results",
    "run",
    "simulate",
]

_HOMES = {
    "ArgumentError": "sim.errors",
    "ArgumentTypeError": "sim.errors",
    "Comparison": "sim.compare",
    "EngineError": "sim.errors",
    "Fitted": "sim.fitting",
    "Journeys": "sim.journeys",
    "LangsonError": "sim.errors",
    "MeasureError": "sim.errors",
    "Measures": "sim.measures",
    "Plan": "sim.plan",
    "Problem": "sim.errors",
    "Results": "sim.results",
    "ResultsError": "sim.errors",
    "RunError": "sim.errors",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.errors",
    "UnitError": "sim.errors",
    "UnknownPathError": "sim.errors",
    "Workload": "sim.workload",
    "WriteError": "sim.errors",
    "build_plan": "sim.plan",
    "compare_runs": "sim.compare",
    "draw": "sim.workload",
    "fit": "sim.fitting",
    "load": "sim.scenario",
    "measure": "sim.measures",
    "open_results": "sim.results",
    "run": "sim.runs",
    "simulate": "sim.engines",
}

#: Packages for those who write ``import sim`` and then ``sim.queues.fifo``.
_PACKAGES = ("compare", "queues", "report", "sweep", "validate", "verify")


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _PACKAGES:
        return import_module(f"sim.{name}")
    message = f"module 'sim' has no attribute '{name}'"
    raise AttributeError(message, name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return sorted(__all__)
