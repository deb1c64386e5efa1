"""Scenario files as commands take them: all loaded, or every mistake at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.compare import Condition, Goal, Quantity
    from sim.scenario import Scenario

__all__ = ["check_gates", "load_all"]


def check_gates(
    scenario: Scenario,
    conditions: Sequence[Condition],
    goal: Goal | None,
    further: Sequence[Quantity] = (),
) -> None:
    """Raise MeasureError if an option names a gate that a scenario lacks."""
    asked = [condition.quantity for condition in conditions]
    for quantity in [*asked, *(goal.asked() if goal is not None else []), *further]:
        quantity.check_gate(scenario.model.gates)


def load_all(files: list[Path], settings: list[str]) -> list[Scenario]:
    """Load all files before any complaint, so that one pass shows every mistake.

    Raises
    ------
    ScenarioError
        With the problems of all files.
    """
    from sim.errors import ScenarioError
    from sim.scenario import load

    scenarios, problems = [], []
    for file in files:
        try:
            scenarios.append(load(file, set=settings))
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ScenarioError(problems)
    return scenarios
