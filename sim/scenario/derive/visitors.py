"""Visitors: flows that may come to a route from elsewhere, because they choose their gate."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.schema.model import (
    AlternativeBlock,
    ChoiceBlock,
    FlowBlock,
    RouteBlock,
    ScenarioModel,
)
from sim.scenario.source.tree import Path

__all__ = ["alternatives", "visitor", "visitors", "with_visitors"]


def alternatives(
    choice: ChoiceBlock, home: tuple[str, str]
) -> dict[tuple[str, str], AlternativeBlock]:
    """Alternatives of a flow by gate and route, its own first whether it is named or not."""
    named = {
        (gate, route): block
        for gate, under in choice.alternatives.items()
        for route, block in under.items()
    }
    return {home: AlternativeBlock(), **named}


def visitor(flow: FlowBlock, alternative: AlternativeBlock) -> FlowBlock:
    """The flow as it comes to another route than its own."""
    return flow.model_copy(update={"path": alternative.path, "choice": None})


def visitors(model: ScenarioModel) -> Iterator[tuple[tuple[str, str], str, FlowBlock]]:
    """Yield each route that a flow of another may choose: gate and route, flow's id, flow."""
    for gate_id, gate in model.gates.items():
        for route_id, route in gate.routes.items():
            home = (gate_id, route_id)
            for flow_id, flow in route.flows.items():
                for where, option in _choices(flow, home).items():
                    if where != home:
                        yield where, f"{gate_id}.{route_id}.{flow_id}", visitor(flow, option)


def with_visitors(model: ScenarioModel, path: Path, route: RouteBlock) -> RouteBlock:
    """The route at a path with the flows that may come from elsewhere."""
    own = (path[1], path[3])
    coming = {name: flow for where, name, flow in visitors(model) if where == own}
    return route.model_copy(update={"flows": {**route.flows, **coming}})


def _choices(flow: FlowBlock, home: tuple[str, str]) -> dict[tuple[str, str], AlternativeBlock]:
    return {} if flow.choice is None else alternatives(flow.choice, home)
