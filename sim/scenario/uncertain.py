"""Scenario with one set of its uncertain inputs, and the drawing of such sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sim.arguments import checked_arguments
from sim.errors import ScenarioError
from sim.scenario.compose.merge import Layer, overlay
from sim.scenario.compose.settings import as_trees, moved
from sim.scenario.derive.inputs import Drawn, draw_set, uniform_name
from sim.scenario.loader import Scenario, checked
from sim.scenario.source.diagnostics import Problems
from sim.sentences import Sentence

__all__ = ["Drawn", "draw_inputs", "uniform_names", "with_values"]


@checked_arguments
def draw_inputs(scenario: Scenario, uniform: Callable[[str], float]) -> tuple[Drawn, ...]:
    """Draw one set of the scenario's `inputs:`; empty where it has none.

    ``uniform`` returns a number in (0, 1) for the name of an input.
    """
    return draw_set(scenario.model, scenario.tree, scenario.layers, scenario.known, uniform)


@checked_arguments
def uniform_names(scenario: Scenario) -> dict[str, str]:
    """Map the names of the scenario's `inputs:` to those that :func:`draw_inputs` asks for."""
    return {key: uniform_name(key, form) for key, form in scenario.model.inputs.items()}


@checked_arguments
def with_values(scenario: Scenario, values: Sequence[Drawn]) -> Scenario:
    """Return a scenario with values at their paths, and without `inputs:`.

    Raises
    ------
    ScenarioError
        The values do not fit together: by the file and row that they come from.
    """
    problems = Problems()
    sections = {key: node for key, node in scenario.tree.items.items() if key != "inputs"}
    tree = scenario.tree.with_items(sections)
    for value in values:
        for setting in as_trees([(value.path, value.text)], problems):
            layer = Layer(moved(setting, value.place), scenario.path.name)
            tree = overlay(tree, layer, problems)
    try:
        return checked(scenario.path, tree, problems, scenario.known)
    except ScenarioError as error:
        rows = ", ".join(dict.fromkeys(str(value.place) for value in values))
        raise ScenarioError(
            replace(
                problem,
                message=Sentence(
                    "{message} (with the inputs of {rows})", message=problem.message, rows=rows
                ),
            )
            for problem in error.problems
        ) from error
