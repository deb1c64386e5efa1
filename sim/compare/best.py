"""Choosing the best of several scenarios, with a guarantee.

Multiple comparisons with the best (Hsu 1984, *Annals of Statistics* 12; under common random
numbers Nelson and Matejcik 1995, *Management Science* 41): if no scenario looks better than the
true best by more than a one-sided interval of each such difference allows, then the true best is
among those that no other beats by more than its interval, and the one that looks best is worse
than it by no more than the largest upper end of its differences. There are as many such
differences as other scenarios, so each interval leaves out their share of the error
(Bonferroni), whatever the means and however replications are paired.

With an indifference zone the number of replications is not fixed: :func:`run_to_best` drops
scenarios as soon as they are beaten, by :func:`sim.compare.selection.select`, and ends when one is
left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.catalogue import Quantity
from sim.compare.pairs import all_pairs
from sim.compare.precision import Run
from sim.compare.scenario_results import ScenarioResults, scenario_results
from sim.compare.selection import (
    INDIFFERENCE,
    Selection,
    SelectionRule,
    next_replications,
    select,
)
from sim.errors import ArgumentError, MeasureError
from sim.results import Results, join
from sim.scenario import Scenario
from sim.sentences import Sentence

__all__ = ["Best", "best", "require_merit", "run_to_best", "selection_rule"]

_FEW = 8
"""Scenarios up to which ten first replications do; of more, twenty cost less in all."""


@dataclass(frozen=True)
class Best:
    """The choice among scenarios by one quantity.

    Attributes
    ----------
    chosen:
        Index of the scenario whose mean is best.
    others:
        Indices of those that may be the best too; any other is not.
    loss:
        By how much the chosen one is worse than the best at most, in the quantity's unit;
        infinite where there are too few replications.
    level:
        Confidence of all this together.
    sequential:
        Whether replications were run until one scenario was left; ``loss`` is then the
        indifference zone, or infinite where they ended before.
    replications:
        Of the scenario that was run most often, if so.
    """

    quantity: Quantity
    chosen: int
    others: tuple[int, ...]
    loss: float
    level: float
    sequential: bool = False
    replications: int = 0


def require_merit(quantity: Quantity) -> None:
    """Raise MeasureError if neither less nor more of a quantity is better."""
    if quantity.entry.better is None:
        raise MeasureError(
            Sentence(
                "neither less nor more of {path} is better, so there is no best; choose by "
                "wait.mean, say",
                path=quantity.entry.path,
            )
        )


@checked_arguments
def best(samples: Sequence[ScenarioResults], quantity: Quantity, level: float = 0.95) -> Best:
    """Choose among two or more scenarios, the least or most of a quantity as is better.

    Raises
    ------
    ArgumentError
        There are fewer than two scenarios.
    MeasureError
        A scenario has no such gate, or neither less nor more of the measure is better.
    """
    require_merit(quantity)
    size = len(samples)
    if size < 2:
        raise ArgumentError(Sentence("there must be at least two scenarios to choose from"))
    for sample in samples:
        quantity.resolved(sample.known)
    one_sided = 1.0 - 2.0 * (1.0 - level) / (size - 1)
    pairs = all_pairs(samples, quantity, one_sided)
    worse, least, most = pairs.difference, pairs.low, pairs.high
    if quantity.more_is_better:
        worse, least, most = -worse, -most, -least
    chosen = int(np.argmin(worse.max(axis=1)))
    loss = np.delete(most[chosen], chosen).max()
    possible = np.flatnonzero((least <= 0.0).all(axis=1)).tolist()
    others = tuple(number for number in possible if number != chosen)
    return Best(quantity, chosen, others, max(float(loss), 0.0), level)


@checked_arguments
def selection_rule(
    quantity: Quantity, scenarios: int, indifference: str | None = None, most: int | None = None
) -> SelectionRule:
    """Return when a sequential choice may stop; ``indifference`` with its unit.

    Raises
    ------
    MeasureError
        It has another unit, or is nothing.
    """
    zone = INDIFFERENCE[quantity.unit] if indifference is None else quantity.value(indifference)
    if zone <= 0.0:
        message = Sentence("a difference of nothing is always told apart; write e.g. 2 min")
        raise MeasureError(message)
    first = 10 if scenarios <= _FEW else 20
    ends = SelectionRule(zone).most if most is None else max(most, 3)
    return SelectionRule(zone, first=min(first, ends), most=ends)


@checked_arguments
def run_to_best(
    scenarios: Sequence[Scenario], quantity: Quantity, rule: SelectionRule, run: Run
) -> tuple[list[Results], Best]:
    """Run scenarios until one is the best with the promised probability.

    The first scenario, to which the others are compared, is run as often as those that stay;
    one that is beaten is run no further. ``run`` may return fewer replications than asked, marked
    as interrupted: then that is the end. The answer does not depend on how many are run at once.

    Raises
    ------
    ArgumentError
        There are fewer than two scenarios.
    MeasureError
        A scenario has no such gate, or neither less nor more of the measure is better.
    """
    require_merit(quantity)
    if len(scenarios) < 2:
        raise ArgumentError(Sentence("there must be at least two scenarios to choose from"))
    parts: list[list[Results]] = [[] for _ in scenarios]
    alive, have = list(range(len(scenarios))), 0
    while True:
        want = next_replications(have, rule)
        for number in sorted({0, *alive}):
            parts[number].append(run(scenarios[number], have, want - have))
            if parts[number][-1].interrupted:
                joined = [join(done) for done in parts if done]
                return joined, Best(quantity, 0, tuple(range(1, len(joined))), np.inf, rule.level)
        joined = [join(done) for done in parts]
        state = select(_values([scenario_results(r) for r in joined], quantity, want), rule)
        if state.decided or want >= rule.most:
            return joined, _selected(joined, quantity, rule, state)
        alive, have = state.alive, want


def _values(samples: Sequence[ScenarioResults], quantity: Quantity, replications: int) -> Floats:
    """Values so that less is better, shape ``(scenarios, replications)``; NaN where not run."""
    values = np.full((len(samples), replications), np.nan)
    for row, sample in enumerate(samples):
        own = sample.values(quantity)[:replications]
        values[row, : len(own)] = -own if quantity.more_is_better else own
    return values


def _selected(
    results: Sequence[Results], quantity: Quantity, rule: SelectionRule, state: Selection
) -> Best:
    """The choice of a sequential selection; by the means where it had to end before."""
    samples = [scenario_results(result) for result in results]
    used = max(state.used)
    means = np.nanmean(_values(samples, quantity, used), axis=1)
    chosen = min(state.alive, key=lambda number: means[number]) if state.alive else 0
    others = tuple(number for number in state.alive if number != chosen)
    loss = rule.indifference if state.decided and state.alive else np.inf
    return Best(quantity, chosen, others, loss, rule.level, sequential=True, replications=used)
