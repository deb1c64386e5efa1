"""What each upgrade of a scenario does: alone, beside the others, and on the way to all.

A scenario with ``n`` upgrades is run without any, with all, with each alone, with all but
each, and with the first few in their order. All runs share their luck, so every effect is a
mean of differences replication by replication:

* **alone**: the upgrade by itself - none;
* **last**: all - all but the upgrade;
* **interplay**: last - alone; above zero where it does more beside the others;
* **step**: with the upgrades up to and including it - with those before it. The steps add
  up to the effect of all, whatever the interplay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.compare.quantities import Quantity
from sim.compare.samples import Sample
from sim.results.estimates import half_width

__all__ = ["Effect", "Lever", "Levers", "lever_sets", "levers"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """Mean difference and its half-width; None where it is undefined."""

    mean: float | None
    half_width: float | None

    @property
    def clear(self) -> bool:
        """Whether it can be told from none."""
        return (
            self.mean is not None
            and self.half_width is not None
            and (abs(self.mean) > self.half_width)
        )


@dataclass(frozen=True)
class Lever:
    """Effects of one upgrade on one measure."""

    upgrade: str
    alone: Effect
    last: Effect
    interplay: Effect
    step: Effect


@dataclass(frozen=True)
class Levers:
    """Effects of all upgrades on one measure, in the order of the scenario.

    ``none`` and ``every`` are the means without any and with all of them; ``whole`` is the
    effect of all. Half-widths of one kind of effect hold for all levers together (Bonferroni).
    """

    quantity: Quantity
    none: float | None
    every: float | None
    whole: Effect
    each: tuple[Lever, ...]


def lever_sets(upgrades: Sequence[str]) -> list[frozenset[str]]:
    """Sets of upgrades to run: none, each alone, the first few, all but each, all."""
    sets = [frozenset[str]()]
    sets += [frozenset((one,)) for one in upgrades]
    sets += [frozenset(upgrades[:number]) for number in range(2, len(upgrades))]
    sets += [frozenset(upgrades) - {one} for one in upgrades]
    return list(dict.fromkeys([*sets, frozenset(upgrades)]))


def levers(
    upgrades: Sequence[str],
    samples: Mapping[frozenset[str], Sample],
    quantity: Quantity,
    level: float = 0.95,
) -> Levers:
    """Effects of each upgrade on one measure.

    Parameters
    ----------
    upgrades:
        Their ids, in the order of the scenario.
    samples:
        The runs of :func:`lever_sets`, of one seed and the same number of replications.

    Raises
    ------
    KeyError
        A run is missing.
    """
    values = {chosen: _values(samples[chosen], quantity) for chosen in lever_sets(upgrades)}
    none, every = values[frozenset()], values[frozenset(upgrades)]
    strict = 1.0 - (1.0 - level) / max(len(upgrades), 1)
    before: list[str] = []
    each = []
    for one in upgrades:
        alone = values[frozenset((one,))] - none
        last = every - values[frozenset(upgrades) - {one}]
        step = values[frozenset((*before, one))] - values[frozenset(before)]
        before.append(one)
        effects = (_effect(found, strict) for found in (alone, last, last - alone, step))
        each.append(Lever(one, *effects))
    return Levers(
        quantity,
        _effect(none, level).mean,
        _effect(every, level).mean,
        _effect(every - none, level),
        tuple(each),
    )


def _values(one: Sample, quantity: Quantity) -> Floats:
    """Values by replication; NaN where undefined."""
    found = quantity.of(one.headline).fill_null(float("nan"))
    values: Floats = found.to_numpy().astype(np.float64)
    return values


def _effect(values: Floats, level: float) -> Effect:
    known = values[~np.isnan(values)]
    if not known.size:
        return Effect(None, None)
    width = half_width(known, level) if known.size > 1 else float("nan")
    return Effect(float(known.mean()), None if np.isnan(width) else width)
