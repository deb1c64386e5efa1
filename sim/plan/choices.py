"""Compile gate choices: the vehicles of a flow as one flow for each gate they may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.plan.model import Choice, Flow, Stage, StageKind, Step
from sim.queues import Calendar
from sim.scenario.schema.model import AlternativeBlock, ChoiceBlock

__all__ = ["ChoiceCompiler"]


class ChoiceCompiler:
    """Compiler of gate choices; appends the flows of the alternatives.

    Parameters
    ----------
    flows:
        Those compiled so far; grows.
    stages, calendars, horizon:
        As in the plan.
    """

    def __init__(
        self,
        flows: list[Flow],
        stages: Sequence[Stage],
        calendars: Sequence[Calendar],
        horizon: float,
    ) -> None:
        self._flows, self._stages, self._horizon = flows, stages, horizon
        self._calendars = calendars

    def choice(
        self,
        home: str,
        visitors: Mapping[str, Flow],
        block: ChoiceBlock,
        terms: Sequence[AlternativeBlock],
    ) -> Choice:
        """Compile one choice.

        Parameters
        ----------
        home:
            Id of the flow that chooses.
        visitors:
            The same flow as compiled for each other route, by its id.
        terms:
            Of its own route first, then of the others.
        """
        own = [flow.id for flow in self._flows].index(home)
        numbers = [own, *range(len(self._flows), len(self._flows) + len(visitors))]
        for route, flow in visitors.items():
            self._flows.append(replace(flow, id=f"{home} > {route}", backlog=0, draws=home))
        for number, option in zip(numbers, terms, strict=True):
            self._flows[number] = replace(self._flows[number], travel=option.travel)
        hours = [self._hours(number) for number in numbers]
        return Choice(
            flows=tuple(numbers),
            hours=tuple(hours),
            pace=np.array([self._pace(n, open_) for n, open_ in zip(numbers, hours, strict=True)]),
            fee=np.array([option.fee for option in terms]),
            value_of_time=block.value_of_time / 60.0,
            taste=block.taste,
        )

    def _hours(self, number: int) -> Calendar:
        """Return the hours in which the crossing of a flow is open."""
        flow = self._flows[number]
        crossing = self._stages[flow.steps[flow.crossed].stage]
        return Calendar.union([self._calendars[n] for n in crossing.server_calendar.tolist()])

    def _pace(self, number: int, hours: Calendar) -> float:
        """Return the open minutes of the crossing per vehicle of a queue of this flow alone.

        They are those of the narrowest stage up to the crossing, over the whole run; ``inf``
        where a stage never serves, 0 where nothing is scarce.
        """
        flow, fewest = self._flows[number], np.inf
        for step in flow.steps[: flow.crossed + 1]:
            stage = self._stages[step.stage]
            if stage.kind is StageKind.SLOTS:
                fewest = min(fewest, float(np.count_nonzero(stage.slots < self._horizon)))
            elif stage.kind is StageKind.SERVERS:
                work = _work(flow, step)
                if work > 0.0:
                    serves = stage.rank[stage.lane, number] >= 0
                    open_ = [self._open(n) for n in stage.server_calendar.tolist()]
                    fewest = min(fewest, float(np.sum(open_, where=serves)) / work)
        opened = float(hours.open_time(0.0, self._horizon))
        return opened / fewest if fewest > 0.0 else np.inf

    def _open(self, calendar: int) -> float:
        """Return the open minutes of the whole run."""
        return float(self._calendars[calendar].open_time(0.0, self._horizon))


def _work(flow: Flow, step: Step) -> float:
    """Mean minutes of service that a vehicle of this flow needs at a step."""
    assert step.service is not None
    means = [distribution.mean for distribution in step.service]
    return step.units * float(np.dot(np.multiply(flow.channels, step.share), means))
