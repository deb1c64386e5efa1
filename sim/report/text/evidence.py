"""Evidence of inputs: how many numbers about the world rest on which kind of evidence."""

from __future__ import annotations

from collections import Counter

from sim.messages import Messages, printable
from sim.scenario import Evidence, Scenario

__all__ = ["evidence_counts", "note_text"]


def evidence_counts(scenario: Scenario) -> Counter[str]:
    """Count these numbers by kind of evidence; an unstated one counts as an assumption."""
    return Counter(evidence.kind for evidence in scenario.evidence.values())


def note_text(evidence: Evidence, messages: Messages) -> str:
    """Return the note of an evidence in a language; empty where it has none."""
    return printable(evidence.note_in(messages.lang))
