"""Which options nobody need reject: those that no other beats on cost and delay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.compare.pairs import Pairs, all_pairs
from sim.compare.samples import Sample
from sim.errors import ArgumentError

__all__ = ["Standing", "efficient", "standings"]

Standing = Literal["efficient", "open", "beaten"]
"""What can be said of an option; ``open`` where it may be efficient and may be beaten."""


@checked_arguments
def efficient(
    costs: Sequence[float], samples: Sequence[Sample], quantity: Quantity, level: float = 0.95
) -> list[Standing]:
    """Say of each option whether it is efficient (Pareto-optimal) in cost and one quantity.

    An option is beaten by another that costs no more and has no more of the quantity, and less
    of one. Costs are certain. Of the quantity only what the intervals of all pairs say counts:
    these hold together with the confidence ``level`` (Bonferroni; Law, *Simulation Modeling and
    Analysis*, section 10.3.2), and so do all answers but ``open``.

    Raises
    ------
    ArgumentError
        There is not one cost for each option.
    """
    if len(costs) != len(samples):
        raise ArgumentError(f"{len(samples)} options have {len(costs)} costs; give one for each")
    pairs = len(samples) * (len(samples) - 1) // 2
    strict = 1.0 - (1.0 - level) / max(pairs, 1)
    return standings(costs, all_pairs(samples, quantity, strict))


def standings(costs: Sequence[float], pairs: Pairs) -> list[Standing]:
    """Say of each option what costs and differences, each with its interval, tell."""
    cost = np.asarray(costs, dtype=np.float64)
    cheaper, dearer = cost[None, :] < cost[:, None], cost[None, :] > cost[:, None]
    beaten = ~dearer & np.where(cheaper, pairs.low >= 0.0, pairs.low > 0.0)
    doubtful = ~dearer & np.where(cheaper, pairs.high >= 0.0, pairs.high > 0.0)
    return [
        "beaten" if beaten[one].any() else "open" if doubtful[one].any() else "efficient"
        for one in range(len(cost))
    ]
