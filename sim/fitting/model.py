"""What a fit knows of the scenario: its stages, flows and calendars on the days observed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.fitting.events import Events
from sim.plan import Flow, Plan, Stage, StageKind, Step, build_plan
from sim.queues import Calendar
from sim.scenario import Scenario, load
from sim.scenario.derive.classes import CHANNELS, DIRECTIONS
from sim.scenario.schema.model import FlowBlock

__all__ = ["Base", "on_the_days_of"]


@dataclass(frozen=True, eq=False)
class Base:
    """The scenario that is fitted, compiled for the period of the observation."""

    scenario: Scenario
    plan: Plan

    @cached_property
    def stages(self) -> dict[str, Stage]:
        """Stages by id, holds left out."""
        return {stage.id: stage for stage in self.plan.stages if stage.kind is not StageKind.HOLD}

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """Flows by id."""
        return {flow.id: flow for flow in self.plan.flows}

    def block_of(self, flow: str) -> FlowBlock:
        """Return what the scenario says of a flow."""
        gate, route, name = flow.split(".")
        return self.scenario.model.gates[gate].routes[route].flows[name]

    def calendar(self, stage: Stage) -> Calendar:
        """Return when any server of a stage is open."""
        own = [self.plan.calendars[int(i)] for i in np.unique(stage.server_calendar)]
        return own[0] if len(own) == 1 else Calendar.union(own) if own else Calendar.always()

    def classes(self, flow: Flow) -> dict[str, str]:
        """Return direction, cargo and trust of a flow."""
        return {
            "direction": DIRECTIONS[flow.direction],
            "cargo": self.plan.cargo[flow.cargo].id,
            "trusted": "trusted" if self.block_of(flow.id).trusted else "other",
        }

    def steps(self, stage: str) -> Iterator[tuple[Flow, int]]:
        """Yield the flows that may visit a stage, each with the place of the step on its path."""
        number = next(i for i, stage_at in enumerate(self.plan.stages) if stage_at.id == stage)
        for flow in self.plan.flows:
            for place, step in enumerate(flow.steps):
                if step.stage == number:
                    yield flow, place

    def units(self, stage: str) -> dict[str, float]:
        """Return by flow for how many wagons, tonnes or passengers a vehicle is served."""
        return {flow.id: flow.steps[place].units for flow, place in self.steps(stage)}

    def expected(self, stage: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Return what the scenario says of vehicles at a stage, a row for each of ``rows``.

        Columns ``share``, and ``mean`` and ``square`` of the service time and its square, by the
        flow that each is ``like`` and its channel; where that is not known, over all channels.
        """
        known = [
            {"like": flow.id, "channel": channel, **_said(flow.steps[place], weights)}
            for flow, place in self.steps(stage)
            for channel, weights in _weights(flow).items()
        ]
        names = ("share", "mean", "square")
        schema = {"like": pl.String, "channel": pl.String, **dict.fromkeys(names, pl.Float64)}
        table = pl.DataFrame(known, schema=schema)
        joined = rows.select("like", "channel").join(
            table, on=["like", "channel"], how="left", nulls_equal=True, maintain_order="left"
        )
        return joined.select(names)

    def written(self, path: tuple[str, ...]) -> Any:
        """Return what the scenario says at a path, as it is written; None where nothing."""
        node = self.scenario.tree.find(path)
        return None if node is None else node.plain()

    @staticmethod
    def path_of(stage: str, *rest: str) -> tuple[str, ...]:
        """Return the path of a stage's key in the scenario."""
        gate, route, name = stage.split(".")
        return ("gates", gate, "routes", route, "stages", name, *rest)

    @staticmethod
    def flow_path(flow: str, *rest: str) -> tuple[str, ...]:
        """Return the path of a flow's key in the scenario."""
        gate, route, name = flow.split(".")
        return ("gates", gate, "routes", route, "flows", name, *rest)

    def kind_of(self, classes: frozenset[str]) -> str | None:
        """Return by what a value by class goes: channel, direction, trusted or cargo."""
        known = {
            "channel": frozenset(CHANNELS),
            "direction": frozenset(DIRECTIONS),
            "trusted": frozenset(("trusted",)),
            "cargo": frozenset(cargo.id for cargo in self.plan.cargo),
        }
        return next((kind for kind, names in known.items() if classes & names), None)


def on_the_days_of(
    path: Path, events: Events, settings: Mapping[str, object] | None = None
) -> Base:
    """Load a scenario, with some values set, and compile it for the period of an observation.

    Raises
    ------
    ScenarioError
        The scenario cannot be used.
    """
    days = {"run.start": events.start.isoformat(), "run.days": max(1, events.days)}
    scenario = load(path, set={**(settings or {}), **days, "run.warm_up": "0 min"})
    return Base(scenario, build_plan(scenario))


def _weights(flow: Flow) -> dict[str | None, tuple[float, ...]]:
    """Return how much each channel weighs for a vehicle whose channel is known, or is not."""
    weights: dict[str | None, tuple[float, ...]] = {
        name: tuple(float(name == other) for other in CHANNELS) for name in CHANNELS
    }
    return {**weights, None: flow.channels}


def _said(step: Step, weights: tuple[float, ...]) -> dict[str, float]:
    share = float(np.dot(weights, step.share))
    visits = [w * s for w, s in zip(weights, step.share, strict=True)]
    total = sum(visits) or math.nan
    services = step.service or ()
    mean = sum(w * service.mean for w, service in zip(visits, services, strict=False)) / total
    square = sum(
        w * service.mean**2 * (1.0 + service.cv**2)
        for w, service in zip(visits, services, strict=False)
    )
    return {"share": share, "mean": mean, "square": square / total}
