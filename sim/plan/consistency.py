"""Check what engines rely on in a plan, compiled ones blindly: plans are made by hand, too."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Ints
from sim.errors import ArgumentError
from sim.plan.model import Flow, Plan, Stage, StageKind
from sim.sentences import Sentence

__all__ = ["require_consistent"]


@checked_arguments
def require_consistent(plan: Plan) -> None:
    """Check that indices lead somewhere, ranks are of each flow, and paths visit no stage twice.

    Raises
    ------
    ArgumentError
        One does not; it names the stage or the flow.
    """
    for stage in plan.stages:
        _refuse(f"plan {plan.name}: stage {stage.id}", _of_stage(plan, stage))
    for flow in plan.flows:
        _refuse(f"plan {plan.name}: flow {flow.id}", _of_flow(plan, flow))


def _refuse(what: str, problems: Mapping[str, bool]) -> None:
    for problem, holds in problems.items():
        if holds:
            raise ArgumentError(Sentence("{what}: {problem}", what=what, problem=problem))


def _of_stage(plan: Plan, stage: Stage) -> dict[str, bool]:
    """Whether each problem of a stage is there."""
    lanes, flows, calendars = len(stage.rank), len(plan.flows), len(plan.calendars)
    served = stage.kind is StageKind.SERVERS
    entries = {len(stage.server_calendar), len(stage.lane)}
    wanted = f"it needs a column for each of {flows} flows"
    return {
        f"rank has shape {stage.rank.shape}; {wanted}": stage.rank.shape != (lanes, flows),
        f"server_calendar leads beyond {calendars} calendars": _beyond(
            stage.server_calendar, calendars
        ),
        f"lane leads beyond {lanes} rows of rank": _beyond(stage.lane, lanes),
        "server_calendar and lane need an entry for each server": served
        and entries != {stage.servers},
        "overflow leads to no stage": not -1 <= stage.overflow < len(plan.stages),
    }


def _of_flow(plan: Plan, flow: Flow) -> dict[str, bool]:
    """Whether each problem of a flow is there."""
    path = [step.stage for step in flow.steps]
    gates, cargo = len(plan.gates), len(plan.cargo)
    return {
        f"gate {flow.gate} is none of {gates}": not 0 <= flow.gate < gates,
        f"cargo {flow.cargo} is none of {cargo}": not 0 <= flow.cargo < cargo,
        "its path leads to no stage": _beyond(np.array(path, np.int64), len(plan.stages)),
        "its path visits a stage twice": len(set(path)) < len(path),
        "it crosses at no step": not 0 <= flow.crossed < len(path),
    }


def _beyond(indices: Ints, size: int) -> bool:
    """Whether some index leads to none of so many."""
    return bool(((indices < 0) | (indices >= size)).any())
