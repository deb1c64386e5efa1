"""Checks of a workload against the plan that it is to run on."""

from __future__ import annotations

import numpy as np

from sim.errors import ArgumentError
from sim.plan import Plan, require_consistent
from sim.plan.equality import workload_difference
from sim.sentences import Sentence
from sim.workload import Workload

__all__ = ["check_fit"]


_ARRAYS = {
    "arrive": "f",
    "service": "f",
    "deadline": "f",
    "flow": "i",
    "channel": "i",
    "key": "i",
    "bounds": "i",
    "row_vehicle": "i",
    "crossed_row": "i",
}
_WORDS = {"f": "floats", "i": "integers"}


def check_fit(plan: Plan, workload: Workload) -> None:
    """Check that an engine can run this workload on this plan; one pass over its arrays.

    Raises
    ------
    ArgumentError
        The workload was drawn from a plan with other vehicles, its arrays do not fit the plan or
        each other, or a time is NaN, negative, of another type or out of order.
    """
    require_consistent(plan)
    if workload.plan is not None and workload.plan is not plan:
        other = workload_difference(workload.plan, plan)
        if other:
            remedy = f"sim.draw(plan, {workload.replication})"
            raise _refusal(f"was drawn from a plan with other {other}; take {remedy}")
    _check_shapes(plan, workload)
    if workload.vehicles:
        _check_numbers(plan, workload)
        _check_times(plan, workload)


def _check_shapes(plan: Plan, workload: Workload) -> None:
    """Check types and lengths of the arrays."""
    for name, kind in _ARRAYS.items():
        array = getattr(workload, name)
        if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind != kind:
            raise _refusal(f"must have {name} as an array of {_WORDS[kind]}, one axis")
    stages, rows = len(workload.bounds) - 1, len(workload.service)
    if stages != len(plan.stages):
        raise _refusal(f"has {stages} stages, the plan {len(plan.stages)}")
    for name in ("flow", "channel", "key", "crossed_row", "deadline"):
        if len(getattr(workload, name)) != workload.vehicles:
            raise _refusal(f"must have one entry in {name} for each vehicle in arrive")
    if len(workload.row_vehicle) != rows or workload.bounds[-1] != rows:
        raise _refusal("must have one entry in row_vehicle for each row in service")


def _check_numbers(plan: Plan, workload: Workload) -> None:
    """Check what points to flows and vehicles."""
    for name, count in (("flow", len(plan.flows)), ("row_vehicle", workload.vehicles)):
        numbers = getattr(workload, name)
        if numbers.min(initial=0) < 0 or numbers.max(initial=0) >= count:
            raise _refusal(f"has numbers in {name} that are not from 0 to {count - 1}")


def _check_times(plan: Plan, workload: Workload) -> None:
    """Check the times of vehicles and the needs of visits."""
    arrive, service = workload.arrive, workload.service
    if not (arrive[0] >= 0.0 and (arrive[1:] >= arrive[:-1]).all()):
        raise _refusal("must have arrivals in ascending order from 0, none NaN")
    if np.isnan(workload.deadline).any():
        raise _refusal("must have no deadline NaN; inf is never")
    if not service.min(initial=0.0) >= 0.0:
        row = int(np.argmin(np.where(np.isnan(service), -np.inf, service)))
        stage = plan.stages[int(np.searchsorted(workload.bounds, row, side="right")) - 1]
        raise _refusal(f"has a service of {service[row]} min at {stage.id}")


def _refusal(reason: str) -> ArgumentError:
    return ArgumentError(Sentence("simulate(): workload {reason}", reason=reason))
