"""Text of a scenario's values, as several commands print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.messages import printable

if TYPE_CHECKING:
    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["summary_line", "value_text"]


def summary_line(scenario: Scenario, messages: Messages) -> str:
    """Sum up a file without mistakes in one line."""
    model = scenario.model
    routes = [route for gate in model.gates.values() for route in gate.routes.values()]
    return " · ".join(
        [
            messages.text("check.fine"),
            messages.text("check.gates", n=len(model.gates)),
            messages.text("check.stages", n=sum(len(route.stages) for route in routes)),
            messages.text("run.assumed", n=len(scenario.assumptions())),
        ]
    )


def value_text(value: Any) -> str:
    """Write a value as in the file, without what would steer a terminal."""
    from sim.scenario import written

    return printable(written(value))
