"""Estimate the memory that a run takes, before it starts.

A replication holds one row for each visit to a stage and one for each vehicle; what it takes at
most was fitted to measured runs of the shipped scenarios (30 to 3,660 days, both engines).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arguments import checked_arguments
from sim.clock import DAY
from sim.errors import Problem, ScenarioError
from sim.memory import available_memory, bytes_text
from sim.plan.model import Flow, Plan
from sim.scenario import Place, Scenario
from sim.sentences import NOTHING, Sentence

__all__ = ["MemoryEstimate", "estimate_memory", "memory_problem", "refuse_beyond_memory"]

#: Bytes of the program with its libraries, and of each further process.
_PROCESS = 150_000_000
#: Bytes of drawing, simulating and measuring.
_VISIT, _VEHICLE = 100, 700
#: Bytes of a visit in an event log that is kept.
_LOGGED = 150


@dataclass(frozen=True)
class MemoryEstimate:
    """Expected vehicles and visits of a replication, and bytes that a run of it takes."""

    vehicles: float
    visits: float

    @property
    def replication(self) -> int:
        """Bytes of one replication in a process of its own."""
        return _PROCESS + int(_VISIT * self.visits + _VEHICLE * self.vehicles)

    def run(self, processes: int, logs: int) -> int:
        """Return the bytes of a run in so many processes that keeps so many event logs."""
        parent = _PROCESS if processes > 1 else 0
        return parent + processes * self.replication + int(_LOGGED * self.visits) * logs


@checked_arguments
def estimate_memory(plan: Plan) -> MemoryEstimate:
    """Estimate the memory of a plan's runs; a vehicle that chooses counts at each gate."""
    vehicles = [flow.backlog + float(flow.volume.sum()) for flow in plan.flows]
    visits = [count * _visits_each(flow) for count, flow in zip(vehicles, plan.flows, strict=True)]
    return MemoryEstimate(sum(vehicles), sum(visits))


def refuse_beyond_memory(scenario: Scenario | None, plan: Plan, processes: int, logs: int) -> None:
    """Refuse a run that would take more memory than there is; None for a plan alone.

    Raises
    ------
    ScenarioError
        With what it would take, what there is, and what to change.
    """
    problem = memory_problem(scenario, plan, processes, logs)
    if problem is not None:
        raise ScenarioError([problem])


@checked_arguments
def memory_problem(
    scenario: Scenario | None,
    plan: Plan,
    processes: int = 1,
    logs: int = 1,
    level: str = "error",
) -> Problem | None:
    """Say that a run would take more memory than there is; None where it fits or none knows."""
    estimate, free = estimate_memory(plan), available_memory()
    needed = estimate.run(processes, logs)
    if free is None or needed <= free:
        return None
    shared = (
        Sentence(" in {processes} processes", processes=processes) if processes > 1 else NOTHING
    )
    message = Sentence(
        "a run of {days:,.0f} days with about {visits:,.0f} visits would take {needed} of memory"
        "{shared}, and {free} can be had",
        days=plan.horizon / DAY,
        visits=estimate.visits,
        needed=bytes_text(needed),
        shared=shared,
        free=bytes_text(free),
    )
    remedies = [Sentence("simulate fewer days, or parts of them one after the other")]
    if logs and estimate.run(processes, 0) <= free:
        remedies.insert(0, Sentence("keep no event log (--journeys none)"))
    if processes > 1 and estimate.run(1, logs) <= free:
        remedies.insert(0, Sentence("use fewer --jobs"))
    hint = remedies[0]
    if len(remedies) > 1:
        hint = Sentence("{first}, or {second}", first=remedies[0], second=remedies[1])
    place = Place(plan.name) if scenario is None else _days_place(scenario)
    return Problem(
        "beyond-memory",
        Sentence("run.days: {message}", message=message),
        hint,
        place.file,
        place.line,
        place.column,
        level,
        place.excerpt,
        place.width,
    )


def _days_place(scenario: Scenario) -> Place:
    """Return where the days of the run are written, or else where the run is."""
    return scenario.origin("run.days" if scenario.tree.find(("run", "days")) else "run")


def _visits_each(flow: Flow) -> float:
    """Return the mean number of stages and holds that a vehicle of a flow visits."""
    return float(sum(np.dot(step.share, flow.channels) for step in flow.steps))
