"""Search: which choices are simulated, and which of them go on to the selection.

Few choices are all compared. Of many, successive halving (Karnin, Koren and Somekh 2013; Jamieson
and Talwalkar 2016) keeps the better half round after round, with twice the replications each, all
on common random numbers. Where there are too many to simulate each twice, differential
evolution on integers (``scipy.optimize.differential_evolution``) moves a population of choices.
What is kept is compared on fresh replications: means that looked best in a search are biased.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.arrays import Floats, Ints
from sim.optimisation.candidates import Candidates, Choice
from sim.optimisation.problem import MOST_CHOICES, DecisionProblem

__all__ = ["listed", "survivors"]

HALVED_FROM = 64
"""Choices above which a search comes before the selection."""

EVOLVED_FROM = 4096
"""Choices above which not each is simulated."""

KEPT = 24
"""Choices that a search leaves for the selection."""

_ROUND = 2
"""Replications of the first round of halving."""

_SLACK = 2.0
"""Standard errors that a limit may be missed by in a search: noise refuses none."""

_GENERATIONS, _POPULATION = 12, 48


def survivors(candidates: Candidates, choices: Ints | None, seed: int) -> tuple[list[Choice], int]:
    """Return the choices that go on to the selection, and how many replications were spent.

    Parameters
    ----------
    choices:
        Those that keep all certain limits, shape ``(choices, decisions)``; None for too many to
        list.
    """
    if choices is not None and len(choices) <= HALVED_FROM:
        return [tuple(row) for row in choices.tolist()], 0
    if choices is not None and len(choices) <= EVOLVED_FROM:
        return _halved(candidates, [tuple(row) for row in choices.tolist()])
    return _evolved(candidates, seed)


def _halved(candidates: Candidates, choices: Sequence[Choice]) -> tuple[list[Choice], int]:
    """Keep the better half round after round, with twice the replications each."""
    alive, spent, replications = list(choices), 0, _ROUND
    while len(alive) > KEPT:
        candidates.run(alive, range(spent, replications))
        order = _ranked(candidates, alive, range(replications))
        keep = max(KEPT, math.ceil(len(alive) / 2))
        alive = [alive[number] for number in sorted(order[:keep].tolist())]
        spent, replications = replications, 2 * replications
    return alive, spent


def _ranked(candidates: Candidates, choices: Sequence[Choice], numbers: range) -> Ints:
    """Order of choices: first those that may keep the limits, by the objective."""
    objective = candidates.objective(choices, numbers).mean(axis=1)
    missed = _missed(candidates, choices, numbers)
    objective = np.where(np.isnan(objective), np.inf, objective)
    return np.lexsort((objective, missed))


def _missed(candidates: Candidates, choices: Sequence[Choice], numbers: range) -> Floats:
    """By how much the limits are missed beyond what noise allows, in units of their margins."""
    missed = np.zeros(len(choices))
    for slack in candidates.slacks(choices, numbers):
        scale = float(np.nanmedian(slack.std(axis=1, ddof=1))) if len(numbers) > 1 else 0.0
        allowed = _SLACK * scale / math.sqrt(len(numbers))
        short = np.maximum(-(np.nan_to_num(slack.mean(axis=1), nan=-np.inf) + allowed), 0.0)
        missed += short / max(scale, 1e-9)
    return missed


def _evolved(candidates: Candidates, seed: int) -> tuple[list[Choice], int]:
    """Move a population of choices by differential evolution; return the best that came up."""
    from scipy.optimize import differential_evolution

    problem, numbers = candidates.problem, range(_ROUND)
    tops = np.array([len(decision.levels) - 1 for decision in problem.decisions])
    bounds: Any = [(0.0, float(top)) for top in tops]

    def energy(population: Any, /) -> Any:
        """Penalised objectives of a population, shape ``(decisions, members)``."""
        choices = np.clip(np.rint(population.T), 0, tops).astype(np.int64)
        scores = np.full(len(choices), np.inf)
        kept = problem.keeps_certain_limits(choices)
        rows = [tuple(row) for row in choices[kept].tolist()]
        if rows:
            candidates.run(rows, numbers)
            value = candidates.objective(rows, numbers).mean(axis=1)
            size = np.abs(value).mean() or 1.0
            scores[kept] = value + size * _missed(candidates, rows, numbers)
        excess = problem.costs(choices).capex[:, 0]
        return np.where(np.isfinite(scores), scores, 1e30 + excess)

    differential_evolution(
        energy,
        bounds,
        integrality=np.ones(len(tops), dtype=bool),
        rng=np.random.default_rng(seed),
        maxiter=_GENERATIONS,
        popsize=max(1, _POPULATION // len(tops)),
        init=_start(problem, tops, seed),
        polish=False,
        updating="deferred",
        vectorized=True,
        tol=0.0,
    )
    tried = candidates.choices
    order = _ranked(candidates, tried, numbers)
    best = [tried[number] for number in sorted(order[: 4 * KEPT].tolist())]
    alive, spent = _halved(candidates, best)
    return alive, max(spent, _ROUND)


def _start(problem: DecisionProblem, tops: Ints, seed: int) -> Floats:
    """Choices to begin with: drawn at random, each kept within the certain limits."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, tops + 1, size=(64 * _POPULATION, len(tops)))
    kept = drawn[problem.keeps_certain_limits(drawn)]
    if len(kept) < _POPULATION:  # the limits are narrow: near the least of everything they hold
        rest = np.floor(drawn * rng.random((len(drawn), 1)) ** 3).astype(np.int64)
        kept = np.concatenate([kept, rest[problem.keeps_certain_limits(rest)]])
    if len(kept) < 5:
        kept = drawn
    return kept[:_POPULATION].astype(np.float64)


def listed(problem: DecisionProblem) -> Ints | None:
    """All choices that keep the certain limits; None where there are too many to list."""
    if problem.size > MOST_CHOICES:
        return None
    choices = problem.everything()
    return choices[problem.keeps_certain_limits(choices)]
