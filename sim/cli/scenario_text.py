"""Text of a scenario's values, as several commands print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.words import printable

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.words import Words

__all__ = ["summary_line", "value_text"]


def summary_line(scenario: Scenario, words: Words) -> str:
    """Sum up a file without mistakes in one line."""
    model = scenario.model
    routes = [route for gate in model.gates.values() for route in gate.routes.values()]
    return " · ".join(
        [
            words.text("check.fine"),
            words.text("check.gates", n=len(model.gates)),
            words.text("check.stages", n=sum(len(route.stages) for route in routes)),
            words.text("run.assumed", n=len(scenario.assumptions())),
        ]
    )


def value_text(value: Any) -> str:
    """Write a value as in the file, without what would steer a terminal."""
    from sim.scenario import written

    return printable(written(value))
