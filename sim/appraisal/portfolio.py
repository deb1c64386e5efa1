"""Portfolio of upgrades within a budget, with the interactions of each pair.

All sets of one and of two upgrades are simulated on common random numbers. What a set gains is
taken to be the sum over its upgrades and pairs; the best sets within the budget are exact solutions
of that quadratic knapsack (linearised, Glover and Woolsey, *Operations Research* 22, 1974, by
SciPy's HiGHS), and are simulated in turn, so that the figures of the chosen set are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.appraisal.schedule import ScheduledUpgrade, schedule_of
from sim.appraisal.simulated import SimulatedYears
from sim.appraisal.weeks import representative_weeks
from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.compare.paired import together
from sim.compare.user_benefit import rule_of_half
from sim.economics import annuity
from sim.errors import ArgumentError
from sim.processes import WorkerPool
from sim.results.estimates import REPLICATION, Estimate, estimate_rows
from sim.scenario import Scenario
from sim.sentences import Sentence

__all__ = ["Candidate", "Interaction", "Portfolio", "best_sets", "portfolio"]

_TRIED = 3
"""Best sets by pairs that are simulated."""


@dataclass(frozen=True)
class Candidate:
    """An upgrade, or a set of some; money in VND and VND a year.

    Attributes
    ----------
    upgrades:
        Ids.
    capex, yearly:
        Capital cost, and what capital and running cost come to a year.
    benefit:
        What users gain a year, by the rule of half.
    """

    upgrades: tuple[str, ...]
    capex: float
    yearly: float
    benefit: Estimate

    @property
    def net(self) -> float:
        """Benefit less capital and running cost, VND a year."""
        return (self.benefit.mean or 0.0) - self.yearly

    @property
    def per_capital(self) -> float | None:
        """Benefit a year for each VND of capital; None without capital."""
        return (self.benefit.mean or 0.0) / self.capex if self.capex else None


@dataclass(frozen=True)
class Interaction:
    """What two upgrades gain together beyond their sum, VND a year; below zero they overlap."""

    upgrades: tuple[str, str]
    effect: Estimate


@dataclass(frozen=True)
class Portfolio:
    """Upgrades of a scenario under a budget.

    Attributes
    ----------
    titles:
        Titles of all upgrades by id.
    budget:
        VND of capital.
    year, replications, weeks:
        Whose demand, and what it was simulated by.
    singles:
        Each upgrade by itself, best value for capital first.
    interactions:
        Of each pair, the strongest first; half-widths hold together.
    best:
        The set of the highest net benefit within the budget, as simulated; empty if none gains.
    predicted:
        Net benefit of that set from its upgrades and pairs.
    overloaded:
        Whether more arrives than can be served without the upgrades, so that figures depend on how
        long one simulates.
    """

    titles: Mapping[str, Mapping[str, str]]
    budget: float
    year: int
    replications: int
    weeks: int
    singles: tuple[Candidate, ...]
    interactions: tuple[Interaction, ...]
    best: Candidate
    predicted: float
    overloaded: bool


@checked_arguments
def portfolio(
    scenario: Scenario,
    budget: float,
    *,
    weeks: int = 4,
    year: int | None = None,
    replications: int | None = None,
    jobs: int | WorkerPool = 1,
    on_done: Callable[[int], None] | None = None,
    level: float = 0.95,
) -> Portfolio:
    """Choose the upgrades of a scenario that gain most for a budget of capital.

    Parameters
    ----------
    scenario:
        With upgrades that state their costs, and prices.
    budget:
        VND of capital cost.
    weeks, replications, jobs, on_done:
        As of :func:`sim.appraisal.appraise`.
    year:
        Whose demand; by default that of the run, or of its first day.
    level:
        Confidence of the intervals.

    Raises
    ------
    ArgumentError
        The scenario has no prices or no upgrades, or the budget is below zero.
    RunError
        A replication failed.
    KeyboardInterrupt
        It was interrupted.
    """
    upgrades = dict(schedule_of(scenario).upgrades)
    if budget < 0.0 or not upgrades or scenario.model.economics is None:
        raise ArgumentError(
            Sentence(
                "a portfolio needs a budget from 0 on, and upgrades and prices (`economics:`) in "
                "{where}",
                where=scenario.path,
            )
        )
    count = scenario.model.run.replications if replications is None else replications
    chosen = representative_weeks(scenario.model, weeks)
    asked = year or scenario.model.run.year or scenario.model.run.start.year
    with WorkerPool(jobs) if isinstance(jobs, int) else nullcontext(jobs) as workers:
        simulated = SimulatedYears([scenario], chosen, count, workers, on_done)
        return _Choice(simulated, upgrades, budget, asked, level).portfolio()


@checked_arguments
def best_sets(
    gains: Sequence[float],
    pairs: Mapping[tuple[int, int], float],
    prices: Sequence[float],
    budget: float,
    count: int = 1,
) -> list[tuple[int, ...]]:
    """Return the sets of items of the highest gain whose prices keep within a budget, best first.

    Parameters
    ----------
    gains, prices:
        Of each item by itself.
    pairs:
        What two items gain together beyond their sum, by their numbers, the lower first.
    count:
        How many sets; fewer where there are fewer.

    Raises
    ------
    ArgumentError
        There is not one price for each gain.
    """
    if len(gains) != len(prices):
        raise ArgumentError(
            Sentence("{gains} gains have {prices} prices", gains=len(gains), prices=len(prices))
        )
    size, links = len(gains), list(pairs)
    total = size + len(links)
    value = np.array([*gains, *(pairs[link] for link in links)], dtype=np.float64)
    rows, upper = [np.r_[np.asarray(prices, dtype=np.float64), np.zeros(len(links))]], [budget]
    for number, (one_item, other_item) in enumerate(links, size):
        for item in (one_item, other_item):
            rows.append(_row(total, {number: 1.0, item: -1.0}))
            upper.append(0.0)
        rows.append(_row(total, {one_item: 1.0, other_item: 1.0, number: -1.0}))
        upper.append(1.0)
    chosen: list[tuple[int, ...]] = []
    while len(chosen) < count:
        answer = milp(
            -value,
            integrality=np.ones(total, dtype=np.int64),
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(np.stack(rows), -np.inf, np.array(upper)),
        )
        if not answer.success:
            break
        members = tuple(int(k) for k in np.flatnonzero(answer.x[:size] > 0.5))
        chosen.append(members)
        # leave this set out: at least one item must differ
        rows.append(_row(total, {k: 1.0 if k in members else -1.0 for k in range(size)}))
        upper.append(len(members) - 1.0)
    return chosen


def _row(size: int, entries: Mapping[int, float]) -> Floats:
    row = np.zeros(size)
    row[list(entries)] = list(entries.values())
    return row


@dataclass(frozen=True)
class _Choice:
    """Simulates sets of upgrades in one year, and chooses."""

    simulated: SimulatedYears
    upgrades: Mapping[str, ScheduledUpgrade]
    budget: float
    year: int
    level: float

    def portfolio(self) -> Portfolio:
        names = list(self.upgrades)
        affordable = [n for n in names if self.upgrades[n].capex.value <= self.budget]
        overloaded = self.simulated.annual(0, frozenset(), self.year) is None
        alone = {name: self._gained((name,)) for name in names}
        extra = {
            pair: self._gained(pair) - alone[pair[0]] - alone[pair[1]]
            for pair in combinations(affordable, 2)
        }
        strict = together(len(extra), self.level)
        interactions = [Interaction(pair, self._estimate(v, strict)) for pair, v in extra.items()]
        singles = [self._candidate((name,)) for name in names]
        best, predicted = self._best(affordable, alone, extra)
        return Portfolio(
            {name: self.upgrades[name].title for name in names},
            self.budget,
            self.year,
            self.simulated.replications,
            len(self.simulated.weeks),
            tuple(sorted(singles, key=lambda single: -(single.per_capital or np.inf))),
            tuple(sorted(interactions, key=lambda pair: -abs(pair.effect.mean or 0.0))),
            best,
            predicted,
            overloaded,
        )

    def _best(
        self,
        names: Sequence[str],
        alone: Mapping[str, Floats],
        extra: Mapping[tuple[str, str], Floats],
    ) -> tuple[Candidate, float]:
        """Return the best set as simulated, and its net benefit by pairs."""
        sets = self.simulated.replications
        number = {name: k for k, name in enumerate(names)}
        gains = [float(alone[n][:sets].mean()) - self._yearly((n,)) for n in names]
        pairs = {
            (number[a], number[b]): float(values[:sets].mean()) for (a, b), values in extra.items()
        }
        prices = [self.upgrades[n].capex.value for n in names]
        tried = best_sets(gains, pairs, prices, self.budget, _TRIED) if names else [()]
        candidates = [self._candidate(tuple(names[k] for k in members)) for members in tried]
        best = max(candidates, key=lambda candidate: candidate.net)
        members = [number[name] for name in best.upgrades]
        predicted = sum(gains[k] for k in members)
        predicted += sum(pairs[pair] for pair in combinations(sorted(members), 2))
        return best, predicted

    def _candidate(self, names: tuple[str, ...]) -> Candidate:
        capex = sum(self.upgrades[name].capex.value for name in names)
        benefit = self._estimate(self._gained(names), self.level)
        return Candidate(names, capex, self._yearly(names), benefit)

    def _yearly(self, names: Sequence[str]) -> float:
        """Capital by the capital recovery factor, and running cost, VND a year."""
        money = self.simulated.scenarios[0].model.economics
        assert money is not None
        share = annuity(money.money.discount_rate.value, money.money.life.value)
        chosen = [self.upgrades[name] for name in names]
        return sum(u.capex.value * share + u.opex.value for u in chosen)

    def _gained(self, names: Sequence[str]) -> Floats:
        """What users gain a year from a set of upgrades, VND by run."""
        if not names:
            return np.zeros(len(self.simulated.numbers))
        before = self.simulated.costs(0, frozenset(), self.year)
        after = self.simulated.costs(0, frozenset(names), self.year)
        money: Floats = rule_of_half(before, after).money["value"].sum(axis=1)
        return money

    def _estimate(self, values: Floats, level: float) -> Estimate:
        rows = pl.DataFrame({REPLICATION: self.simulated.numbers, "value": values})
        return estimate_rows(rows, "value", level)
