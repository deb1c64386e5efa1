"""Evidence of inputs: how many numbers about the world rest on which kind of evidence."""

from __future__ import annotations

from collections import Counter

from sim.scenario import Scenario

__all__ = ["evidence_counts"]


def evidence_counts(scenario: Scenario) -> Counter[str]:
    """Count these numbers by kind of evidence; an unstated one counts as an assumption."""
    return Counter(evidence.kind for evidence in scenario.evidence.values())
