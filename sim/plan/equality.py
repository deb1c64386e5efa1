"""Equality of compiled plans and their parts, by content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np

from sim.plan.model import Plan

__all__ = ["same_content", "workload_difference"]


def same_content(first: object, second: object) -> bool:
    """Return whether two plans, or parts of plans, have the same content."""
    if first is second:
        return True
    if type(first) is not type(second):
        return False
    if isinstance(first, np.ndarray):
        return np.array_equal(first, np.asarray(second))
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(map(same_content, first, second))
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(
            same_content(first[k], second[k]) for k in first
        )
    if is_dataclass(first):
        names = [field.name for field in fields(first) if field.compare]
        return all(same_content(getattr(first, name), getattr(second, name)) for name in names)
    return first == second


def workload_difference(first: Plan, second: Plan) -> str:
    """Name the first part in which two plans' workloads would differ; empty if in none.

    Servers, opening hours, ranks, departures, batches and rules to stop receiving are not drawn
    from: the same vehicles may be simulated with others.
    """
    for name in ("seed", "horizon", "flows", "outages"):
        if not same_content(getattr(first, name), getattr(second, name)):
            return name
    stages = [
        [(stage.id, stage.kind, stage.overflow) for stage in plan.stages]
        for plan in (first, second)
    ]
    choices = [
        [(choice.flows, choice.taste) for choice in plan.choices] for plan in (first, second)
    ]
    if stages[0] != stages[1]:
        return "stages"
    return "choices" if choices[0] != choices[1] else ""
