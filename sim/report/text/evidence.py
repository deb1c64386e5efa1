"""Evidence of inputs: how many numbers about the world rest on which kind of evidence."""

from __future__ import annotations

from collections import Counter

from sim.scenario import Scenario

__all__ = ["evidence_counts", "numbers"]


def numbers(scenario: Scenario) -> list[str]:
    """Return the paths of all numbers about the world that have a value."""
    return [
        path
        for path, value in scenario.inputs().items()
        if value is not None and scenario.needs_evidence(path)
    ]


def evidence_counts(scenario: Scenario) -> Counter[str]:
    """Count these numbers by kind of evidence; an unstated one counts as an assumption."""
    return Counter(scenario.evidence_of(path).kind for path in numbers(scenario))
