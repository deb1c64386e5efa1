"""Initial queue: at which stage each of its vehicles is when the run starts.

In the long run the vehicles at a stage without a line are in proportion to the time that they
spend there (Little's law), and of that time the equilibrium residual is left. So who stands
there at the start is in the owner's hold, or at a later stage of that kind before the crossing,
in this proportion; what comes before that stage is behind them. A path without an owner's hold is
begun at its first stage: there the initial queue is a line of vehicles not yet served.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints, Keys
from sim.distributions import Distribution, equilibrium_residual, residual_at_age
from sim.plan import Flow, Plan, StageKind
from sim.workload.random_numbers import uniforms

__all__ = ["entry_stages", "residual"]

_BEGINNING = -1
"""Entry stage of a vehicle that visits its path from the beginning."""


def entry_stages(
    plan: Plan, flow: Ints, channel: NDArray[np.int8], random_key: Keys, queued: Bools
) -> Ints | None:
    """Draw the stage at which each vehicle of the initial queue is in service at time 0.

    Parameters
    ----------
    flow, channel, random_key, queued:
        Shape ``(vehicles,)``; ``queued`` says who is of the initial queue.

    Returns
    -------
    Shape ``(vehicles,)``, -1 for all others; None if nobody is in service.
    """
    if not queued.any():
        return None
    entry = np.full(len(flow), _BEGINNING)
    uniform = uniforms(random_key, "entry")
    for number, settings in enumerate(plan.flows):
        if not settings.backlog:
            continue
        steps = _without_line(plan, settings)
        for of_channel in range(3) if steps else ():
            who = np.flatnonzero(queued & (flow == number) & (channel == of_channel))
            spent = np.cumsum([_time_spent(settings, step, of_channel) for step in steps])
            if spent[-1] > 0.0:
                drawn = np.searchsorted(spent / spent[-1], uniform[who], side="right")
                entry[who] = np.array([settings.steps[step].stage for step in steps])[drawn]
    return entry if (entry != _BEGINNING).any() else None


def residual(service: Distribution, age: float | None, u: Floats) -> Floats:
    """Return what is left of a service under way, minutes, of known age or in equilibrium."""
    if age is None:
        return equilibrium_residual(service, u)
    return residual_at_age(service, age, u)


def _without_line(plan: Plan, flow: Flow) -> list[int]:
    """Steps before the crossing that serve all at once, from the owner's hold to the first pool."""
    steps: list[int] = []
    for number, step in enumerate(flow.steps[: flow.crossed]):
        stage = plan.stages[step.stage]
        if stage.kind is StageKind.HOLD:
            break
        if stage.kind is StageKind.DELAY and (steps or stage.owner):
            steps.append(number)
    return steps[:1] if flow.backlog_age is not None else steps


def _time_spent(flow: Flow, step: int, channel: int) -> float:
    """Mean minutes that vehicles of a channel spend in service at a step."""
    settings = flow.steps[step]
    if settings.service is None:
        return 0.0
    factor = settings.day_factor
    start = 1.0 if factor is None or factor.start is None else factor.start
    return start * settings.share[channel] * settings.units * settings.service[channel].mean
