"""Day factors: what makes all services of a stage longer on one day than on another.

The logarithm of the factor follows a first-order autoregression (AR(1)) over the days, so it
comes back to its mean: ``x[d] = m + r (x[d-1] - m) + s sqrt(1 - r^2) e[d]`` with ``m = -s^2 / 2``
and ``s^2 = log(1 + cv^2)``. So the factor is lognormal with mean 1 in the long run (Box, Jenkins
and Reinsel, *Time Series Analysis*, section 3.2).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim.arrays import Floats
from sim.clock import DAY
from sim.plan import DayFactor, Plan
from sim.workload.random_numbers import random_keys, uniforms

__all__ = ["day_factors"]


def day_factors(plan: Plan, replication: int) -> dict[int, Floats]:
    """Draw the day factors of a replication.

    Returns
    -------
    For each stage that has any, shape ``(flows, days)``; 1 for flows without. Flows with the same
    cargo share the random numbers of a stage.
    """
    days = int(np.ceil(plan.horizon / DAY))
    factors: dict[int, Floats] = {}
    for number, flow in enumerate(plan.flows):
        for step in flow.steps:
            if step.day_factor is not None:
                table = factors.setdefault(step.stage, np.ones((len(plan.flows), days)))
                owner = f"{plan.stages[step.stage].id}:{plan.cargo[flow.cargo].id}"
                keys = random_keys(plan.seed, owner, replication, np.arange(days))
                table[number] = _series(step.day_factor, ndtri(uniforms(keys, "day_factor")))
    return factors


def _series(factor: DayFactor, normal: Floats) -> Floats:
    """Factors of consecutive days from standard normal variates."""
    variance = np.log1p(factor.cv**2)
    mean, spread = -variance / 2.0, np.sqrt(variance)
    step = spread * np.sqrt(1.0 - factor.correlation**2)
    logs = np.empty(len(normal))
    level = mean + spread * normal[0] if factor.start is None else np.log(factor.start)
    for day in range(len(normal)):
        if day:
            level = mean + factor.correlation * (level - mean) + step * normal[day]
        logs[day] = level
    return np.exp(logs)
