"""Sentences on what to beware of: queues that never settle, scenarios that are unlike."""

from __future__ import annotations

from sim.compare import Comparison, Sample, Unstable, unstable
from sim.words import Words

__all__ = ["caveats", "unstable_notices"]


def caveats(comparison: Comparison, words: Words) -> list[str]:
    """Sentences on what keeps the scenarios from being compared like with like."""
    base = comparison.names[0]
    found = [
        words.text(f"compare.{what}", names=", ".join(names), baseline=base)
        for what, names in (
            ("independent", comparison.independent),
            ("other_days", comparison.other_days),
            ("other_demand", comparison.other_demand),
            ("other_prices", comparison.other_prices),
            ("other_code", comparison.other_code),
        )
        if names
    ]
    sizes = {len(one.replications) for one in comparison.samples}
    if len(sizes) > 1 and not comparison.independent:
        found.append(words.text("compare.unpaired", n=comparison.common))
    return found


def unstable_notices(one: Sample, name: str, words: Words) -> list[str]:
    """One sentence for each queue or stage of :func:`sim.compare.unstable`.

    ``name`` is what the scenario is called.
    """
    return [_notice(one, name, found, words) for found in unstable(one)]


def _notice(one: Sample, name: str, found: Unstable, words: Words) -> str:
    """Say which queue grows by how much, and what is overloaded."""
    facts = {"scenario": name, "gate": words.pick(one.gates[found.gate])}
    if found.stage:
        facts |= {"stage": words.pick(one.stages[found.stage]), "load": words.percent(found.load)}
    if found.per_day is None:
        return words.text("unstable.load", **facts)
    digits = 1 if found.per_day < 0.95 else 0
    said = words.text(
        f"growth.{found.direction}",
        per_day=words.number(found.per_day, digits),
        n=round(found.per_day, digits),
        **facts,
    )
    why = "because" if found.stage else "filling"
    return said + words.text(f"unstable.{why}", **facts)
