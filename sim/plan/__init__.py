"""The compiled border: from scenario blocks to frozen arrays and step functions."""

from __future__ import annotations

from sim.plan.build import build_plan
from sim.plan.consistency import require_consistent
from sim.plan.gates import select_gates
from sim.plan.memory import MemoryEstimate, estimate_memory, memory_problem
from sim.plan.model import (
    DIRECTIONS,
    OUTCOMES,
    Batch,
    Cargo,
    Choice,
    DayFactor,
    Flow,
    Gate,
    Outage,
    Plan,
    Route,
    Stage,
    StageKind,
    Step,
    Stop,
    WhenFull,
)
from sim.plan.paths import ascends, steps_of

__all__ = [
    "DIRECTIONS",
    "OUTCOMES",
    "Batch",
    "Cargo",
    "Choice",
    "DayFactor",
    "Flow",
    "Gate",
    "MemoryEstimate",
    "Outage",
    "Plan",
    "Route",
    "Stage",
    "StageKind",
    "Step",
    "Stop",
    "WhenFull",
    "ascends",
    "build_plan",
    "estimate_memory",
    "memory_problem",
    "require_consistent",
    "select_gates",
    "steps_of",
]
