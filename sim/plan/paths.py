"""Order of stages on the paths of a plan: most often that of the plan's stages."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Ints
from sim.plan.model import Flow, Plan

__all__ = ["ascends", "steps_of"]


@checked_arguments
def ascends(flow: Flow) -> bool:
    """Return whether a flow visits its stages in the order of the plan."""
    return all(before.stage < after.stage for before, after in pairwise(flow.steps))


@checked_arguments
def steps_of(plan: Plan) -> Ints | None:
    """Return the step at which each flow visits each stage, shape ``(flows, stages)``.

    -1 where it does not; None if all flows visit their stages in the order of the plan.
    """
    return _steps_of(plan)


@lru_cache(maxsize=8)
def _steps_of(plan: Plan) -> Ints | None:
    if all(ascends(flow) for flow in plan.flows):
        return None
    steps = np.full((len(plan.flows), len(plan.stages)), -1, dtype=np.int64)
    for number, flow in enumerate(plan.flows):
        for place, step in enumerate(flow.steps):
            steps[number, step.stage] = place
    steps.flags.writeable = False
    return steps
