"""Scenario files as commands take them: all loaded, or every mistake at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.cli.options import RunOptions
    from sim.scenario import Scenario

__all__ = ["asked_in", "load_all"]


def asked_in(
    scenarios: Sequence[Scenario], options: RunOptions, further: Sequence[Quantity] = ()
) -> list[Quantity]:
    """Return every quantity that options name, and ``further``, as the scenarios resolve them.

    Raises
    ------
    MeasureError
        A scenario has no such gate, cargo class, route or stage.
    """
    from sim.scenario.derive.named_quantities import names_in

    named = [condition.quantity for condition in options.conditions]
    named += options.goal.asked() if options.goal is not None else []
    named += [*options.measures, *further]
    quantities: dict[Quantity, None] = {}
    for scenario in scenarios:
        known = names_in(scenario.model)
        quantities |= dict.fromkeys(quantity.resolved(known) for quantity in named)
    return list(quantities)


def load_all(
    files: Sequence[Path], settings: Sequence[str], inputs: Path | None = None
) -> list[Scenario]:
    """Load all files before any complaint, so that one pass shows every mistake.

    ``inputs`` has the uncertain inputs of all of them, beside their own.

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
            scenarios.append(load(file, set=settings, inputs=inputs))
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ScenarioError(problems)
    return scenarios
