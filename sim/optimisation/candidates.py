"""Simulated candidates: choices of a decision problem, run on common random numbers and stored.

The store is that of a sweep (:mod:`sim.sweep`): each choice is a point, each replication a task
on the disk. What is there is used again, so a search that is killed and started anew asks the
same and goes on; which process did what changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.catalogue import Quantity
from sim.errors import RunError
from sim.optimisation.problem import DecisionProblem
from sim.results.sweeps import POINT
from sim.sentences import Sentence
from sim.sweep import Progress, Sweep
from sim.sweep.design import Point, named
from sim.sweep.drive import run_pieces
from sim.sweep.executor import Executor
from sim.sweep.plan import job_of, lacking

__all__ = ["KIND", "Candidates", "Choice"]

KIND = "optimisation"
"""Kind of the folder in its manifest."""

Choice = tuple[int, ...]
"""Indices of the levels of all decisions."""

_COST = Quantity("cost_per_day")
"""Cost of time and goods of all gates, from which a net benefit is made."""

_MILLION, _DAYS = 1e6, 365.0


@dataclass(eq=False)
class Candidates:
    """Choices that have been simulated, in a folder.

    Attributes
    ----------
    evaluations:
        Replications that the answer rests on, whether they were run now or earlier.
    """

    problem: DecisionProblem
    folder: Path
    executor: Executor
    command: Sequence[str] = ()
    on_progress: Callable[[Progress], None] | None = None
    progress: Progress = field(default_factory=lambda: Progress(0, 0))
    asked: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts = [str(quantity) for quantity in self.problem.quantities]
        self._job, self._texts = job_of(self.problem.variants, self.folder, texts)
        self._points: dict[Choice | None, Point] = {}
        self._values: dict[tuple[str, Quantity], dict[int, float]] = {}

    @property
    def evaluations(self) -> int:
        """Replications that were asked for so far, of all choices."""
        return sum(map(len, self.asked.values()))

    @property
    def choices(self) -> list[Choice]:
        """Choices that were simulated, in the order in which they came up."""
        return [choice for choice in self._points if choice is not None]

    def point(self, choice: Choice | None) -> Point:
        """The design point of a choice; None builds nothing."""
        if choice is None and self.problem.present is not None:
            choice = self.problem.present
        if choice not in self._points:
            problem = self.problem
            levels = {} if choice is None else problem.levels(choice)
            point = named(problem.variants, levels, problem.variant(choice))
            # results of other quantities are other results
            name = hashlib.sha256(f"{point.name} {self._job.asked}".encode()).hexdigest()[:24]
            self._points[choice] = replace(point, name=name)
        return self._points[choice]

    def run(self, choices: Sequence[Choice | None], numbers: range) -> None:
        """Run replications of some choices, where the folder lacks them.

        Raises
        ------
        RunError
            A replication failed; what had finished is kept.
        WriteError
            The folder cannot be written.
        """
        points = {point.name: point for point in map(self.point, choices)}
        wanted = [(point, numbers) for point in points.values()]
        for name in points:
            self.asked.setdefault(name, set()).update(numbers)
        sweep = self._sweep()
        sweep.write_plan()
        missing = lacking(self.folder, wanted)
        lacks = sum(len(piece.replications) for piece in missing)
        self.progress.asked += len(wanted) * len(numbers)
        self.progress.reused += len(wanted) * len(numbers) - lacks
        if missing:
            run_pieces(sweep, self.executor, missing, self.progress, self.on_progress)
        self._read(sweep, points, numbers)

    def values(self, quantity: Quantity, choice: Choice | None, numbers: range) -> Floats:
        """Values of a quantity by replication; NaN where undefined or not run."""
        known = self._values.get((self.point(choice).name, quantity), {})
        return np.array([known.get(number, np.nan) for number in numbers])

    def objective(self, choices: Sequence[Choice], numbers: range) -> Floats:
        """What is optimised, so that less is better; shape ``(choices, replications)``."""
        objective = self.problem.objective
        costs = self.problem.costs(np.array(choices).reshape(len(choices), -1))
        if objective.certain:
            return np.tile(costs.of(objective.name)[:, None], (1, len(numbers)))
        if objective.quantity is None:
            daily = np.array([self.values(_COST, choice, numbers) for choice in choices])
            return np.asarray(daily * _MILLION * _DAYS + costs.spending[:, :1])
        values = np.empty((len(choices), len(numbers)))
        for row, choice in enumerate(choices):
            values[row] = objective.sign * self.values(objective.quantity, choice, numbers)
        return values

    def benefit(self, choice: Choice, numbers: range) -> Floats:
        """Net benefit a year against building nothing, VND by replication."""
        saved = self.values(_COST, None, numbers) - self.values(_COST, choice, numbers)
        cost = self.problem.costs(np.array([choice])).spending[0, 0]
        return np.asarray(saved * _MILLION * _DAYS - cost)

    def slacks(self, choices: Sequence[Choice], numbers: range) -> list[Floats]:
        """By how much each simulated limit is kept; each ``(choices, replications)``."""
        slacks = []
        for limit, quantity in self.problem.uncertain_limits:
            values = np.array([self.values(quantity, choice, numbers) for choice in choices])
            values = values.reshape(len(choices), len(numbers))
            slacks.append(values - limit.limit if limit.at_least else limit.limit - values)
        return slacks

    def _sweep(self) -> Sweep:
        """The folder as it is by now; a reference that is no choice is not among its points."""
        points = [point for choice, point in self._points.items() if choice is not None]
        most = max((max(numbers) + 1 for numbers in self.asked.values()), default=1)
        return Sweep(
            self.folder,
            points or [self.point(None)],
            most,
            self._job,
            self.problem.variants,
            self._texts,
            self.problem.design,
            self.command,
            KIND,
        )

    def _read(self, sweep: Sweep, points: dict[str, Point], numbers: range) -> None:
        """Read the values of some points; stop at a replication that failed."""
        results = sweep.results()
        names = pl.Series(list(points), dtype=pl.String)
        ran = results.tasks_of(names, numbers.stop)
        failed = ran.filter(~pl.col("done"))
        if not failed.is_empty():
            first = failed.row(0, named=True)
            raise RunError(
                Sentence(
                    "replication {replication} of a choice failed: {error}",
                    replication=first["replication"],
                    error=first["error"],
                ),
                0,
            )
        wanted = [*self.problem.quantities, _COST]
        keys = {(q.measure, *q.scope.values()): q for q in wanted}
        columns = ["measure", *_COST.scope]
        rows = (
            results.rows_of("headline", names)
            .filter(
                pl.col("replication").is_between(numbers.start, numbers.stop - 1),
                pl.col("measure").is_in([q.measure for q in wanted]),
            )
            .select(POINT, "replication", *columns, "value")
            .collect()
        )
        for name, number, *key, value in rows.iter_rows():
            quantity = keys.get(tuple(key))
            if quantity is not None and value is not None:
                self._values.setdefault((name, quantity), {})[number] = value
