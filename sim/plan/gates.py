"""Part of a plan: some gates, run as if alone, with the times they have beside the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sim.arguments import checked_arguments
from sim.errors import ArgumentError
from sim.plan.model import Choice, Flow, Outage, Plan, Stage, Stop
from sim.scenario.source.diagnostics import did_you_mean
from sim.sentences import Sentence

__all__ = ["select_gates"]

T = TypeVar("T")


@checked_arguments
def select_gates(plan: Plan, gates: Collection[str]) -> Plan:
    """Return the plan of some gates alone, in the plan's order.

    Gates share nothing but vehicles that choose among them, and the random numbers of a vehicle
    belong to it; so all times are, to the bit, those of the whole plan. A gate administered by
    one that is left out reports its bulletin alone.

    Parameters
    ----------
    gates:
        Ids of gates, such as ``chi_ma``.

    Raises
    ------
    ArgumentError
        There is no such gate, none is named, or vehicles choose between one of these and
        another.
    """
    known = [gate.id for gate in plan.gates]
    for gate in gates:
        if gate not in known:
            raise ArgumentError(
                Sentence(
                    "select_gates(): no gate '{gate}'; {hint}",
                    gate=gate,
                    hint=did_you_mean(gate, known),
                )
            )
    if not gates:
        raise ArgumentError(
            Sentence("select_gates(): name at least one gate of {known}", known=", ".join(known))
        )
    _check_choices(plan, gates)
    return _renumbered(plan, {number for number, name in enumerate(known) if name in gates})


def _check_choices(plan: Plan, gates: Collection[str]) -> None:
    """Refuse to part gates among which vehicles choose."""
    for choice in plan.choices:
        among = sorted({plan.gates[plan.flows[flow].gate].id for flow in choice.flows})
        left_out = [gate for gate in among if gate not in gates]
        if 0 < len(left_out) < len(among):
            name = plan.flows[choice.flows[0]].owner
            raise ArgumentError(
                Sentence(
                    "select_gates(): vehicles of {name} choose among {among}; name "
                    "{left_out} too, or "
                    "none of them",
                    name=name,
                    among=", ".join(among),
                    left_out=", ".join(left_out),
                )
            )


def _renumbered(plan: Plan, kept: set[int]) -> Plan:
    """Leave out all that belongs to other gates, and number the rest anew."""
    gates = _numbers([number in kept for number in range(len(plan.gates))])
    routes = _numbers([route.gate in kept for route in plan.routes])
    stages = _numbers([stage.gate in kept for stage in plan.stages])
    flows = _numbers([flow.gate in kept for flow in plan.flows])
    return replace(
        plan,
        gates=tuple(
            replace(gate, pair=gates.get(gate.pair, gates[number]))
            for number, gate in enumerate(plan.gates)
            if number in gates
        ),
        routes=tuple(
            replace(route, gate=gates[route.gate]) for route in _kept(plan.routes, routes)
        ),
        stages=tuple(
            _stage(stage, gates, routes, stages, list(flows))
            for stage in _kept(plan.stages, stages)
        ),
        flows=tuple(_flow(flow, gates, routes, stages) for flow in _kept(plan.flows, flows)),
        outages=tuple(_outages(plan.outages, stages)),
        stops=tuple(_stop(stop, gates, flows) for stop in plan.stops if stop.gate in gates),
        choices=tuple(
            _choice(choice, flows) for choice in plan.choices if choice.flows[0] in flows
        ),
    )


def _numbers(kept: Sequence[bool]) -> dict[int, int]:
    """Return the new numbers of those kept, by their old ones."""
    return {old: new for new, old in enumerate(i for i, keep in enumerate(kept) if keep)}


def _kept(all_of_them: Sequence[T], numbers: Mapping[int, int]) -> list[T]:
    return [all_of_them[number] for number in numbers]


def _stage(
    stage: Stage,
    gates: Mapping[int, int],
    routes: Mapping[int, int],
    stages: Mapping[int, int],
    flows: Sequence[int],
) -> Stage:
    return replace(
        stage,
        gate=gates[stage.gate],
        route=routes[stage.route],
        rank=stage.rank[:, flows],
        overflow=stages.get(stage.overflow, -1),
    )


def _flow(
    flow: Flow, gates: Mapping[int, int], routes: Mapping[int, int], stages: Mapping[int, int]
) -> Flow:
    steps = tuple(replace(step, stage=stages[step.stage]) for step in flow.steps)
    return replace(flow, gate=gates[flow.gate], route=routes[flow.route], steps=steps)


def _outages(outages: Sequence[Outage], stages: Mapping[int, int]) -> list[Outage]:
    parts = [
        replace(outage, stages=tuple(stages[i] for i in outage.stages if i in stages))
        for outage in outages
    ]
    return [part for part in parts if part.stages]


def _stop(stop: Stop, gates: Mapping[int, int], flows: Mapping[int, int]) -> Stop:
    return replace(stop, gate=gates[stop.gate], flows=tuple(flows[flow] for flow in stop.flows))


def _choice(choice: Choice, flows: Mapping[int, int]) -> Choice:
    return replace(choice, flows=tuple(flows[flow] for flow in choice.flows))
