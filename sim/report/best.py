"""A choice among scenarios, and what is sure of it, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.compare import Best
from sim.words import Words

__all__ = ["best_sentence"]


def best_sentence(found: Best, names: Sequence[str], measure: str, words: Words) -> str:
    """Say which scenario is best by a measure, by how much it may miss, and what may be too.

    ``names`` are those of all scenarios compared, ``measure`` what the measure is called.
    """
    facts = {"measure": measure, "chosen": names[found.chosen]}
    if math.isinf(found.loss):
        return words.text("best.unknown", **facts)
    if not found.others:
        return words.text("best.alone", **facts)
    hours = found.quantity.unit == "h"
    loss = words.number(found.loss * (60.0 if hours else 1.0), 1)
    unit = words.text(f"unit.{'min' if hours else found.quantity.unit}")
    others = "; ".join(names[number] for number in found.others)
    return words.text("best.level", loss=f"{loss} {unit}", others=others, **facts)
