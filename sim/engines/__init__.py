"""Engines: a plan and a workload in, journeys out.

An engine draws no random number and knows nothing but its two arguments, so the same
arguments give the same journeys; and both engines give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.arguments import checked_arguments
from sim.engines import core, des
from sim.engines.entry import check_fit
from sim.errors import EngineError
from sim.journeys import Journeys
from sim.plan.model import Plan
from sim.workload import Workload

__all__ = ["ENGINES", "choose", "replications_together", "simulate", "simulate_many"]

# Raises glibc's mmap threshold, so freed arrays (at most 64 MB) are reused instead of returned to
# the system; fresh pages took a tenth of the time of replications run together.
np.empty(3_900_000)

ENGINES: dict[str, Callable[[Plan, Workload], Journeys]] = {"des": des.run, "core": core.run}


@checked_arguments
def choose(engine: str) -> str:
    """Return the name of the engine that will run; ``auto`` is ``core``, the quicker one.

    Raises
    ------
    EngineError
        There is no such engine; names those there are.
    """
    if engine not in ("auto", *ENGINES):
        raise EngineError(f"no engine '{engine}'; there are: auto, {', '.join(ENGINES)}")
    return "core" if engine == "auto" else engine


@checked_arguments
def simulate(plan: Plan, workload: Workload, engine: str = "des") -> Journeys:
    """Run one replication.

    Parameters
    ----------
    plan, workload:
        From :func:`sim.build_plan` and :func:`sim.draw`.
    engine:
        ``des`` (SimPy), ``core`` (arrays) or ``auto``.

    Returns
    -------
    Journeys: one row per vehicle and stage, times in minutes since the start.

    Raises
    ------
    EngineError
        There is no such engine.
    ArgumentError
        The workload is not one of this plan, or has times that no engine can run.
    """
    check_fit(plan, workload)
    return ENGINES[choose(engine)](plan, workload)


def replications_together(plan: Plan, engine: str) -> int:
    """Return how many replications :func:`simulate_many` should get at a time."""
    return core.replications_together(plan) if engine == "core" else 1


def simulate_many(plan: Plan, workloads: Sequence[Workload], engine: str) -> list[Journeys]:
    """Run replications by an engine chosen before; each is as :func:`simulate` returns it."""
    if engine == "core":
        return core.run_many(plan, workloads)
    return [ENGINES[engine](plan, workload) for workload in workloads]
