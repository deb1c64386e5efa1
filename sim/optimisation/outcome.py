"""Outcome of an optimisation: the choice, its limits, the front, and the table of all choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.catalogue import Constraint
from sim.compare import Estimate, ParetoStatus, Selection, SelectionRule, estimate
from sim.compare.pairs import Pairs
from sim.compare.pareto import classify
from sim.optimisation.candidates import Candidates, Choice
from sim.optimisation.problem import DecisionProblem
from sim.results.intervals import Intervals, Moments
from sim.results.spreadsheet import csv_bytes
from sim.sweep.store import put, put_json

__all__ = [
    "OUTCOME_FILES",
    "FrontPoint",
    "LimitOutcome",
    "Optimisation",
    "outcome_of",
    "write_outcome",
]

OUTCOME_FILES = ("optimum.json", "choices.csv", "front.csv")
"""Files of an optimisation beside those of a sweep."""

FORMAT = 1


@dataclass(frozen=True)
class LimitOutcome:
    """How a choice keeps a limit.

    Attributes
    ----------
    estimate:
        Of the limited value, with its 95 % interval; certain values have none.
    slack:
        By how much it is kept, below 0 where not.
    active:
        Whether the choice would be another without the limit, as far as choices were simulated;
        of a budget, whether no further step fits.
    """

    limit: Constraint
    estimate: Estimate
    slack: float
    active: bool


@dataclass(frozen=True)
class FrontPoint:
    """A choice that no other beats in both cost and the front's quantity, by the means."""

    choice: Choice
    cost: float
    estimate: Estimate
    status: ParetoStatus


@dataclass(frozen=True, eq=False)
class Optimisation:
    """Outcome of an optimisation.

    Attributes
    ----------
    chosen:
        The choice as indices of levels; None where none keeps the limits.
    nearest:
        The choice that misses the limits by least, where none keeps them.
    others:
        Choices that could not be told from the chosen one within the replications allowed.
    decided:
        Whether the promised probability holds: the selection ended by itself.
    combinations, excluded, compared:
        Combinations of all decisions; those left out by limits that are certain; and choices
        that the selection compared, all that were left unless a search came before.
    evaluations:
        Replications in all.
    choices:
        One row per simulated choice.
    """

    problem: DecisionProblem
    folder: Path
    rule: SelectionRule
    decided: bool
    chosen: Choice | None
    nearest: Choice | None
    others: tuple[Choice, ...]
    objective: Estimate
    benefit: Estimate | None
    limits: tuple[LimitOutcome, ...]
    front: tuple[FrontPoint, ...]
    choices: pl.DataFrame
    combinations: float
    excluded: int | None
    compared: int
    evaluations: int
    replications: int

    def __repr__(self) -> str:
        shown = "none" if self.chosen is None else str(self.levels)
        return f"<Optimisation of {self.problem.base.name}: {shown}>"

    @property
    def shown(self) -> Choice | None:
        """The choice that is described: the chosen one, or the nearest."""
        return self.nearest if self.chosen is None else self.chosen

    @property
    def levels(self) -> dict[str, Any]:
        """What the choice decides, by the name of the decision."""
        return {} if self.shown is None else dict(self.problem.levels(self.shown))

    @property
    def yearly(self) -> bool:
        """Whether costs of the front are a year's, or capital alone for want of prices."""
        return self.problem.base.model.economics is not None

    @property
    def searched(self) -> bool:
        """Whether a search chose what was compared, and the guarantee is among that alone."""
        return self.excluded is None or self.compared < self.combinations - self.excluded

    def plain(self) -> dict[str, Any]:
        """Everything for JSON: money in VND, values in the units of the tables."""
        problem, shown = self.problem, self.shown
        costs = None if shown is None else problem.costs(np.array([shown]))
        return {
            "format": FORMAT,
            "folder": str(self.folder),
            "objective": {
                "name": problem.objective.name,
                "sense": "minimise" if problem.objective.sign > 0 else "maximise",
                "unit": problem.objective.unit,
                **self.objective.plain(),
            },
            "feasible": self.chosen is not None,
            "decided": self.decided,
            "choice": self.levels,
            "costs": {
                name: dict(zip(("value", "low", "high"), values[0].tolist(), strict=True))
                for name, values in ({} if costs is None else vars(costs)).items()
                if not np.isnan(values).any()
            },
            "net_benefit": None if self.benefit is None else self.benefit.plain(),
            "limits": [
                {
                    "limit": outcome.limit.text,
                    "unit": outcome.limit.unit,
                    "slack": outcome.slack,
                    "active": outcome.active,
                    **outcome.estimate.plain(),
                }
                for outcome in self.limits
            ],
            "others": [problem.levels(choice) for choice in self.others],
            "guarantee": {
                "level": self.rule.level,
                "indifference": self.rule.indifference,
                "margins": list(self.rule.margins),
                "among_all": not self.searched,
            },
            "front": [
                {
                    "choice": problem.levels(point.choice),
                    "spending" if self.yearly else "capex": point.cost,
                    "quantity": str(problem.front),
                    "status": point.status,
                    **point.estimate.plain(),
                }
                for point in self.front
            ],
            "combinations": self.combinations,
            "excluded": self.excluded,
            "compared": self.compared,
            "evaluations": self.evaluations,
            "left_out": list(problem.left_out),
        }


def outcome_of(
    candidates: Candidates,
    alive: Sequence[Choice],
    state: Selection,
    numbers: range,
    rule: SelectionRule,
    choices: Ints | None,
) -> Optimisation:
    """Put together what came of a selection among ``alive`` on some replications."""
    problem = candidates.problem
    objective = candidates.objective(alive, numbers)
    slacks = candidates.slacks(alive, numbers)
    means = _means(objective)
    kept = [_means(slack) for slack in slacks]
    feasible = np.array([state == "feasible" for state in state.standings])
    likely = np.all([slack >= 0.0 for slack in kept], axis=0) if kept else feasible
    remaining = state.alive
    pool = [i for i in remaining if feasible[i]] or [i for i in remaining if np.all(likely[i])]
    chosen = min(pool, key=lambda i: means[i]) if pool else None
    nearest = None
    if chosen is None:
        scaled = [np.minimum(s, 0.0) / m for s, m in zip(kept, rule.margins, strict=True)]
        short = np.nan_to_num(np.sum(scaled, axis=0), nan=-np.inf) if scaled else -means
        nearest = int(np.argmax(short))
    shown = chosen if chosen is not None else nearest
    assert shown is not None
    choice = alive[shown]
    priced = problem.base.model.economics is not None
    return Optimisation(
        problem=problem,
        folder=candidates.folder,
        rule=rule,
        decided=state.decided,
        chosen=None if chosen is None else choice,
        nearest=None if chosen is not None else choice,
        others=tuple(alive[i] for i in pool if i != chosen),
        objective=_objective(candidates, choice, numbers),
        benefit=estimate(candidates.benefit(choice, numbers)) if priced else None,
        limits=tuple(_limits(candidates, alive, shown, state, means, numbers)),
        front=tuple(_front(candidates, alive, range(numbers.start, numbers.start + rule.first))),
        choices=_table(candidates, alive, state, shown, numbers),
        combinations=problem.size,
        excluded=None if choices is None else int(problem.size - len(choices)),
        compared=len(alive),
        evaluations=candidates.evaluations,
        replications=max(state.used, default=0),
    )


def _means(values: Floats) -> Floats:
    """Means over the replications that were run, shape ``(choices,)``; NaN where none was."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _objective(candidates: Candidates, choice: Choice, numbers: range) -> Estimate:
    """What is optimised of a choice, in its own sign; a net benefit against building nothing."""
    objective = candidates.problem.objective
    if objective.certain:
        value = float(candidates.problem.costs(np.array([choice])).of(objective.name)[0])
        return Estimate(value)
    if objective.quantity is None:
        return estimate(candidates.benefit(choice, numbers))
    return estimate(candidates.values(objective.quantity, choice, numbers))


def _limits(
    candidates: Candidates,
    alive: Sequence[Choice],
    shown: int,
    state: Selection,
    means: Floats,
    numbers: range,
) -> list[LimitOutcome]:
    """How a choice keeps each limit, and whether that decides."""
    problem, outcomes, simulated = candidates.problem, [], 0
    row = np.array([alive[shown]])
    for limit in problem.limits:
        if limit.quantity is None:
            slack = float(problem.certain_slack(limit, row, problem.costs(row))[0])
            known = Estimate(limit.limit + slack if limit.at_least else limit.limit - slack)
            active = not _steps_that_fit(problem, alive[shown], limit)
            outcomes.append(LimitOutcome(limit, known, slack, active))
            continue
        _, quantity = problem.uncertain_limits[simulated]
        value = estimate(candidates.values(quantity, alive[shown], numbers))
        refused = np.array([check < 0 for check in state.checks[simulated]])
        better = means < means[shown]
        slack = float("nan") if value.mean is None else limit.slack(value.mean)
        outcomes.append(LimitOutcome(limit, value, slack, bool((refused & better).any())))
        simulated += 1
    return outcomes


def _steps_that_fit(problem: DecisionProblem, choice: Choice, limit: Constraint) -> bool:
    """Whether a step of one decision that spends more still keeps a limit."""
    steps = [
        (*choice[:number], index, *choice[number + 1 :])
        for number, decision in enumerate(problem.decisions)
        for index in range(len(decision.levels))
        if index != choice[number]
    ]
    if not steps:
        return True
    rows = np.array(steps)
    costs, own = problem.costs(rows), problem.costs(np.array([choice]))
    name = limit.cost or "capex"
    dearer = costs.of(name) > own.of(name)[0]
    slack = problem.certain_slack(limit, rows, costs)
    return not dearer.any() or bool((slack[dearer] >= 0.0).any())


def _front(candidates: Candidates, alive: Sequence[Choice], numbers: range) -> list[FrontPoint]:
    """Choices that none beats in cost and the front's quantity by the means, cheapest first."""
    problem, quantity = candidates.problem, candidates.problem.front
    costs = problem.costs(np.array(alive))
    spending = costs.of("capex" if problem.base.model.economics is None else "spending")
    values = np.array([candidates.values(quantity, choice, numbers) for choice in alive])
    signed = -values if quantity.more_is_better else values
    known = [i for i in range(len(alive)) if not np.isnan(signed[i]).any()]
    if not known:
        return []
    statuses = classify(spending[known].tolist(), _pairs(signed[known]))
    order = sorted(range(len(known)), key=lambda i: (spending[known[i]], signed[known[i]].mean()))
    front, best = [], np.inf
    for i in order:
        mean = signed[known[i]].mean()
        if mean < best:
            best, index = mean, known[i]
            point = FrontPoint(
                alive[index], float(spending[index]), estimate(values[index]), statuses[i]
            )
            front.append(point)
    return front


def _pairs(values: Floats, level: float = 0.95) -> Pairs:
    """Differences of all pairs, whose intervals hold together (Bonferroni)."""
    size = len(values)
    gaps = (values[:, None, :] - values[None, :, :]).reshape(size * size, -1)
    strict = 1.0 - (1.0 - level) / max(size * (size - 1) // 2, 1)
    intervals = Intervals.of(Moments.of(gaps), strict)
    shape = (size, size)
    low, high = (
        np.where(np.isnan(end), gaps[:, 0], end) for end in (intervals.low, intervals.high)
    )
    return Pairs(intervals.mean.reshape(shape), low.reshape(shape), high.reshape(shape))


def _table(
    candidates: Candidates,
    alive: Sequence[Choice],
    state: Selection,
    shown: int,
    numbers: range,
) -> pl.DataFrame:
    """One row per simulated choice: decisions, costs, means with half-widths, and what became."""
    problem = candidates.problem
    standing = {choice: str(state.standings[i]) for i, choice in enumerate(alive)}
    rows = []
    ordered = [*alive, *(choice for choice in candidates.choices if choice not in standing)]
    costs = problem.costs(np.array(ordered))
    for i, choice in enumerate(ordered):
        compared = choice in standing
        used = numbers if compared else range(numbers.start)
        row: dict[str, Any] = dict(problem.levels(choice))
        row |= {name: values[i, 0] for name, values in vars(costs).items()}
        for quantity in problem.quantities:
            value = estimate(candidates.values(quantity, choice, used))
            row |= {str(quantity): value.mean, f"{quantity}_half_width": value.half_width}
        if problem.base.model.economics is not None:
            value = estimate(candidates.benefit(choice, used))
            row |= {"net_benefit": value.mean, "net_benefit_half_width": value.half_width}
        chosen = compared and i == shown and standing[choice] in ("open", "feasible")
        row["replications"] = len(candidates.asked.get(candidates.point(choice).name, ()))
        row["standing"] = "chosen" if chosen else standing.get(choice, "searched")
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def write_outcome(outcome: Optimisation) -> None:
    """Write the outcome beside the results of its replications.

    Raises
    ------
    WriteError
        The folder cannot be written.
    """
    plain = {key: value for key, value in outcome.plain().items() if key != "folder"}
    put(outcome.folder, csv_bytes(outcome.choices), "choices.csv")
    rows = [
        {
            **outcome.problem.levels(point.choice),
            "spending" if outcome.yearly else "capex": point.cost,
            str(outcome.problem.front): point.estimate.mean,
            "half_width": point.estimate.half_width,
            "status": point.status,
        }
        for point in outcome.front
    ]
    put(outcome.folder, csv_bytes(pl.DataFrame(rows, infer_schema_length=None)), "front.csv")
    put_json(outcome.folder, plain, "optimum.json")
