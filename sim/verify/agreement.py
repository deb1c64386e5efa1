"""Agreement of two engines on every vehicle of one workload."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.engines import simulate
from sim.journeys import Journeys
from sim.plan import Plan
from sim.workload import Workload

__all__ = ["Agreement", "agree"]


@dataclass(frozen=True)
class Agreement:
    """Comparison of `des` and `core` on the same workload.

    Attributes
    ----------
    vehicles, rows:
        How many were compared; a row is one visit of a vehicle to a stage.
    difference:
        Largest difference of any arrival, start or finish, in minutes; inf where one
        engine has a time and the other has none.
    servers_equal, outcomes_equal:
        Every visit at the same server; every vehicle crossed, or not, in both.
    des_seconds, core_seconds:
        CPU time of each engine; the first long run of a process includes loading the
        compiled kernels of `core`.
    """

    vehicles: int
    rows: int
    difference: float
    servers_equal: bool
    outcomes_equal: bool
    des_seconds: float
    core_seconds: float

    @property
    def exact(self) -> bool:
        """Equal in every time, server and outcome."""
        return self.difference == 0.0 and self.servers_equal and self.outcomes_equal

    @property
    def ratio(self) -> float:
        """Speed of `core` over that of `des`; NaN when too quick for the clock."""
        return self.des_seconds / self.core_seconds if self.core_seconds > 0.0 else math.nan

    @classmethod
    def of_all(cls, several: Iterable[Agreement]) -> Agreement:
        """Replications taken together: sums, and the largest difference of all."""
        every = list(several)
        return cls(
            vehicles=sum(pair.vehicles for pair in every),
            rows=sum(pair.rows for pair in every),
            difference=max((pair.difference for pair in every), default=0.0),
            servers_equal=all(pair.servers_equal for pair in every),
            outcomes_equal=all(pair.outcomes_equal for pair in every),
            des_seconds=sum(pair.des_seconds for pair in every),
            core_seconds=sum(pair.core_seconds for pair in every),
        )


@checked_arguments
def agree(plan: Plan, workload: Workload) -> Agreement:
    """Run both engines on one workload and compare every time of every vehicle."""
    des, des_seconds = _timed("des", plan, workload)
    core, core_seconds = _timed("core", plan, workload)
    times = ((des.arrive, core.arrive), (des.start, core.start), (des.finish, core.finish))
    return Agreement(
        vehicles=workload.vehicles,
        rows=len(workload.stage),
        difference=max(_apart(first, other) for first, other in times),
        servers_equal=bool(np.array_equal(des.server, core.server)),
        outcomes_equal=bool(np.array_equal(des.outcome, core.outcome)),
        des_seconds=des_seconds,
        core_seconds=core_seconds,
    )


def _timed(engine: str, plan: Plan, workload: Workload) -> tuple[Journeys, float]:
    began = time.process_time()
    journeys = simulate(plan, workload, engine)
    return journeys, time.process_time() - began


def _apart(first: Floats, other: Floats) -> float:
    """Largest difference; inf if a time is missing on one side only."""
    missing = np.isnan(first)
    if not np.array_equal(missing, np.isnan(other)):
        return math.inf
    return float(np.max(np.abs(first - other)[~missing], initial=0.0))
