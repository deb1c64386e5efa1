"""Compile choices between gates: the same vehicles as a flow at each gate they may take."""

from __future__ import annotations

import numpy as np

from sim.plan.model import Choice, Flow, Stage, StageKind, Step
from sim.queues.calendars import Calendar
from sim.scenario.model import ChoiceBlock

__all__ = ["compile_choice"]


def compile_choice(
    block: ChoiceBlock,
    fees: list[float],
    flows: dict[int, Flow],
    stages: list[Stage],
    calendars: tuple[Calendar, ...],
    horizon: float,
) -> Choice:
    """Compile one choice; ``fees`` and the numbered ``flows`` are those of its alternatives."""
    hours = []
    for flow in flows.values():
        crossing = stages[flow.steps[flow.crossed].stage]
        hours.append(Calendar.union([calendars[n] for n in crossing.server_calendar.tolist()]))
    paces = [
        _pace(number, flow, open_, stages, calendars, horizon)
        for (number, flow), open_ in zip(flows.items(), hours, strict=True)
    ]
    return Choice(
        flows=tuple(flows),
        hours=tuple(hours),
        pace=np.array(paces),
        fee=np.array(fees),
        value_of_time=block.value_of_time / 60.0,
        taste=block.taste,
    )


def _pace(
    number: int,
    flow: Flow,
    hours: Calendar,
    stages: list[Stage],
    calendars: tuple[Calendar, ...],
    horizon: float,
) -> float:
    """Open minutes of the crossing for each vehicle of a queue, were all like this flow.

    They are those of the narrowest stage up to the crossing, over the whole run; ``inf``
    where a stage never serves, 0 where nothing is scarce.
    """
    fewest = np.inf
    for step in flow.steps[: flow.crossed + 1]:
        stage = stages[step.stage]
        if stage.kind is StageKind.SLOTS:
            fewest = min(fewest, float(np.count_nonzero(stage.slots < horizon)))
        elif stage.kind is StageKind.SERVERS:
            work = _work(flow, step)
            if work > 0.0:
                serves = stage.rank[stage.lane, number] >= 0
                open_ = [calendars[n].open_time(0.0, horizon) for n in stage.server_calendar]
                fewest = min(fewest, float(np.sum(open_, where=serves)) / work)
    opened = float(hours.open_time(0.0, horizon))
    return opened / fewest if fewest > 0.0 else np.inf


def _work(flow: Flow, step: Step) -> float:
    """Mean minutes of service that a vehicle of this flow needs at a step."""
    assert step.service is not None
    means = [one.mean for one in step.service]
    return step.units * float(np.dot(np.multiply(flow.channels, step.share), means))
