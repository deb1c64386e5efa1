"""Pareto-efficient options in cost and delay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.compare.pairs import Pairs, all_pairs
from sim.compare.scenario_results import ScenarioResults
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = ["ParetoStatus", "classify", "pareto_statuses"]

ParetoStatus = Literal["efficient", "undecided", "dominated"]
"""Pareto status of an option; ``undecided`` where its interval allows both."""


@checked_arguments
def pareto_statuses(
    costs: Sequence[float],
    samples: Sequence[ScenarioResults],
    quantity: Quantity,
    level: float = 0.95,
) -> list[ParetoStatus]:
    """Classify options as efficient (Pareto-optimal) or dominated in cost and one quantity.

    An option is dominated by another that costs no more and has no more of the quantity, and less
    of one. Costs are certain. Of the quantity only what the intervals of all pairs say counts:
    these hold together with the confidence ``level`` (Bonferroni; Law, *Simulation Modeling and
    Analysis*, section 10.3.2), and so do all answers but ``undecided``.

    Raises
    ------
    ArgumentError
        There is not one cost for each option.
    """
    if len(costs) != len(samples):
        raise ArgumentError(
            Sentence(
                "{count} options have {count2} costs; give one for each",
                count=len(samples),
                count2=len(costs),
            )
        )
    pairs = len(samples) * (len(samples) - 1) // 2
    strict = 1.0 - (1.0 - level) / max(pairs, 1)
    return classify(costs, all_pairs(samples, quantity, strict))


def classify(costs: Sequence[float], pairs: Pairs) -> list[ParetoStatus]:
    """Classify options by certain costs and by differences with intervals."""
    cost = np.asarray(costs, dtype=np.float64)
    cheaper, dearer = cost[None, :] < cost[:, None], cost[None, :] > cost[:, None]
    dominated = ~dearer & np.where(cheaper, pairs.low >= 0.0, pairs.low > 0.0)
    doubtful = ~dearer & np.where(cheaper, pairs.high >= 0.0, pairs.high > 0.0)
    return [
        "dominated"
        if dominated[option].any()
        else "undecided"
        if doubtful[option].any()
        else "efficient"
        for option in range(len(cost))
    ]
