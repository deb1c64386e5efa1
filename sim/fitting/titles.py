"""Name places, flows and classes of vehicles for people, not by their ids."""

from __future__ import annotations

from sim.fitting.model import Base
from sim.messages import Messages
from sim.scenario.derive.classes import CHANNELS
from sim.units import WEEKDAYS

__all__ = ["group_title", "place_title"]


def place_title(base: Base, path: tuple[str, ...], messages: Messages) -> str:
    """Name the gate and the stage or flow of a path, or the flows of a profile."""
    model = base.scenario.model
    if path[0] == "profiles":
        return _profile_title(base, path[2], messages)
    if path[0] != "gates":
        return messages.text("fit.everywhere")
    gate = model.gates[path[1]]
    title = messages.pick(gate.title.model_dump())
    if path[4] == "stages":
        stage = gate.routes[path[3]].stages[path[5]]
        return f"{title}, {messages.pick(stage.title.model_dump())}"
    return f"{title}, {_flow_title(base, '.'.join((path[1], path[3], path[5])), messages)}"


def _flow_title(base: Base, flow: str, messages: Messages) -> str:
    """Name a flow by its direction and cargo; by its id too where another is named alike."""
    names = {
        other: _kind_of(base, other, messages)
        for other in base.flows
        if other.rpartition(".")[0] == flow.rpartition(".")[0]
    }
    name = names.get(flow, flow)
    twice = sum(other == name for other in names.values()) > 1
    return f"{name} ({flow.rpartition('.')[2]})" if twice else name


def _kind_of(base: Base, flow: str, messages: Messages) -> str:
    """Name direction, cargo and trust of a flow."""
    block = base.block_of(flow)
    parts = [messages.text(f"direction.{block.direction}"), _cargo(base, block.cargo, messages)]
    if block.trusted:
        parts.append(messages.text("fit.class.trusted"))
    return ", ".join(parts)


def _cargo(base: Base, name: str, messages: Messages) -> str:
    title = messages.pick(base.scenario.model.cargo[name].title.model_dump())
    return title[:1].lower() + title[1:]


def _profile_title(base: Base, name: str, messages: Messages) -> str:
    """Name the gate of a measured profile, and what it was called in the scenario."""
    rest = name.removeprefix("measured_")
    gates = base.scenario.model.gates
    gate = max((gate for gate in gates if rest.startswith(f"{gate}_")), key=len, default="")
    if not gate:
        return rest.replace("_", " ")
    routes = sorted(gates[gate].routes, key=len, reverse=True)
    rest = rest.removeprefix(f"{gate}_")
    route = next((route for route in routes if rest.startswith(f"{route}_")), "")
    last = rest.removeprefix(f"{route}_")
    known = last in ("export", "import")
    shown = messages.text(f"direction.{last}") if known else last.replace("_", " ")
    return f"{messages.pick(gates[gate].title.model_dump())}, {shown}"


def group_title(base: Base, group: str, messages: Messages) -> str:
    """Name a group of classes, as ``green, yellow``; hours stay as they are."""
    if group == "all":
        return messages.text("fit.all")
    return ", ".join(_class_title(base, name, messages) for name in group.split(", "))


def _class_title(base: Base, name: str, messages: Messages) -> str:
    if name in base.scenario.model.cargo:
        return _cargo(base, name, messages)
    if name in ("export", "import"):
        return messages.text(f"direction.{name}")
    if name in (*CHANNELS, *WEEKDAYS, "trusted", "other"):
        return messages.text(f"fit.class.{name}")
    return name
