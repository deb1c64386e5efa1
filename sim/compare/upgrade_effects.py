"""One-at-a-time and factorial effects of upgrades: alone, beside the others, in order.

A scenario with ``n`` upgrades is run without any, with all, with each alone, with all but
each, and with the first few in their order. All runs use common random
numbers, so every effect is a
mean of differences replication by replication:

* **alone**: the upgrade by itself - none;
* **last**: all - all but the upgrade;
* **interaction**: last - alone; above zero where it does more beside the others;
* **step**: with the upgrades up to and including it - with those before it. The steps add
  up to the effect of all, whatever the interaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.compare.paired import together
from sim.compare.scenario_results import ScenarioResults
from sim.results.estimates import Estimate, estimate

__all__ = ["UpgradeEffect", "UpgradeEffects", "upgrade_effects", "upgrade_sets"]


@dataclass(frozen=True)
class UpgradeEffect:
    """Effects of one upgrade on one measure."""

    upgrade: str
    alone: Estimate
    last: Estimate
    interaction: Estimate
    step: Estimate


@dataclass(frozen=True)
class UpgradeEffects:
    """Effects of all upgrades on one measure, in the order of the scenario.

    ``none`` and ``every`` are the means without any and with all of them; ``whole`` is the
    effect of all. Half-widths of one kind of effect hold for all upgrades together (Bonferroni).
    """

    quantity: Quantity
    none: float | None
    every: float | None
    whole: Estimate
    effects: tuple[UpgradeEffect, ...]


@checked_arguments
def upgrade_sets(upgrades: Sequence[str]) -> list[frozenset[str]]:
    """Sets of upgrades to run: none, each alone, the first few, all but each, all."""
    sets = [frozenset[str]()]
    sets += [frozenset((upgrade,)) for upgrade in upgrades]
    sets += [frozenset(upgrades[:number]) for number in range(2, len(upgrades))]
    sets += [frozenset(upgrades) - {upgrade} for upgrade in upgrades]
    return list(dict.fromkeys([*sets, frozenset(upgrades)]))


@checked_arguments
def upgrade_effects(
    upgrades: Sequence[str],
    samples: Mapping[frozenset[str], ScenarioResults],
    quantity: Quantity,
    level: float = 0.95,
) -> UpgradeEffects:
    """Effects of each upgrade on one measure.

    Parameters
    ----------
    upgrades:
        Their ids, in the order of the scenario.
    samples:
        The runs of :func:`upgrade_sets`, of one seed and the same number of replications.

    Raises
    ------
    KeyError
        A run is missing.
    """
    values = {chosen: samples[chosen].values(quantity) for chosen in upgrade_sets(upgrades)}
    none, every = values[frozenset()], values[frozenset(upgrades)]
    strict = together(len(upgrades), level)
    before: list[str] = []
    effects_of = []
    for upgrade in upgrades:
        alone = values[frozenset((upgrade,))] - none
        last = every - values[frozenset(upgrades) - {upgrade}]
        step = values[frozenset((*before, upgrade))] - values[frozenset(before)]
        before.append(upgrade)
        effects = (
            estimate(differences, strict) for differences in (alone, last, last - alone, step)
        )
        effects_of.append(UpgradeEffect(upgrade, *effects))
    return UpgradeEffects(
        quantity,
        estimate(none, level).mean,
        estimate(every, level).mean,
        estimate(every - none, level),
        tuple(effects_of),
    )
