"""Calibrate a scenario to observed figures by history matching."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.calibration.matching import Matched, match
from sim.calibration.parameters import Parameter, held_for, parameters_of
from sim.errors import ArgumentError
from sim.plan import build_plan
from sim.processes import WorkerPool
from sim.runs import run
from sim.scenario import Drawn, Scenario, with_values
from sim.sentences import Sentence
from sim.validate import FORECAST, Observation, read_observed, replication_values

__all__ = ["Calibration", "calibrate", "targets_among"]

_TABLES = ("headline", "bulletin", "backlog", "gates")
"""Tables that observed figures are held against."""

_FLAT = 0.3
"""Rank correlation with every figure below which a parameter moves none of them."""

_NARROWED = 0.75
"""Share of its range that 95 % of the weight takes, above which little is known of a parameter."""

_TOGETHER = 0.9
"""Correlation of two parameters over the sets kept from which only both together are known."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Sets of parameters that figures do not rule out.

    Attributes
    ----------
    parameters, targets:
        What was varied, and the figures that it was held against.
    matched:
        The sets that were simulated.
    discrepancy:
        Standard deviation of the model's error, as a share of a figure.
    replications, seed:
        Of each set, and of the search.
    """

    scenario: Scenario
    source: str
    parameters: tuple[Parameter, ...]
    targets: tuple[Observation, ...]
    matched: Matched
    discrepancy: float
    replications: int
    seed: int

    @property
    def kept(self) -> int:
        """Number of sets that are not ruled out."""
        return int(self.matched.kept.sum())

    @property
    def best(self) -> int | None:
        """The set of the largest weight; None where all are ruled out."""
        return int(np.argmax(self.matched.weights)) if self.kept else None

    @cached_property
    def numbers(self) -> Floats:
        """Values of the parameters, shape ``(sets, parameters)``."""
        return np.array(
            [
                [p.at(float(share)) for p, share in zip(self.parameters, point, strict=True)]
                for point in self.matched.points
            ]
        ).reshape(-1, len(self.parameters))

    def values(self, number: int) -> list[Drawn]:
        """Values of the scenario in a set, as they are written."""
        return [
            drawn
            for parameter, value in zip(self.parameters, self.numbers[number], strict=True)
            for drawn in parameter.written(float(value), self.scenario)
        ]

    @property
    def ensemble(self) -> pl.DataFrame:
        """The sets kept: a column for each path of the scenario, and ``weight``."""
        rows = [
            {drawn.path: drawn.text for drawn in self.values(number)}
            | {"weight": float(f"{self.matched.weights[number]:.6g}")}
            for number in np.flatnonzero(self.matched.kept).tolist()
        ]
        return pl.DataFrame(rows)

    @property
    def table(self) -> pl.DataFrame:
        """One row for each parameter.

        Columns: parameter, unit, base, value (of the best set), low and high (95 % of the weight
        of the sets kept), searched_low, searched_high, identified, reason. Null where no set was
        kept.
        """
        rows = [self._row(index) for index in range(len(self.parameters))]
        return pl.DataFrame(rows, schema=_COLUMNS)

    @property
    def sets(self) -> pl.DataFrame:
        """One row for each set simulated: wave, parameters, figures, implausibility, weight."""
        figures = {
            f"figure_{number}": self.matched.means[:, number] for number in range(len(self.targets))
        }
        return pl.DataFrame(
            {
                "wave": self.matched.waves,
                **{p.name: self.numbers[:, i] for i, p in enumerate(self.parameters)},
                **figures,
                "implausibility": self.matched.implausibility,
                "kept": self.matched.kept,
                "weight": self.matched.weights,
            }
        )

    @property
    def fitted(self) -> pl.DataFrame:
        """One row for each target: where it stands, observed, simulated in the best set, its score.

        The set is the least implausible where all are ruled out.
        """
        scores, best = self.matched.scores, self.best
        number = int(np.argmin(self.matched.implausibility)) if best is None else best
        return pl.DataFrame(
            {
                "day": [seen.day for seen in self.targets],
                "gate": [seen.gate for seen in self.targets],
                "quantity": [seen.quantity for seen in self.targets],
                "observed": [seen.middle for seen in self.targets],
                "simulated": self.matched.means[number] if len(scores) else None,
                "implausibility": scores[number] if len(scores) else None,
                "line": [seen.place.line for seen in self.targets],
            }
        )

    def _row(self, index: int) -> dict[str, object]:
        parameter = self.parameters[index]
        reason = self._unidentified(index)
        ends: tuple[float | None, float | None] = (None, None)
        value = None
        if self.best is not None:
            value = float(self.numbers[self.best, index])
            ends = _weighted_ends(self.numbers[:, index], self.matched.weights)
        return {
            "parameter": parameter.name,
            "unit": parameter.unit,
            "base": parameter.base,
            "value": value,
            "low": ends[0],
            "high": ends[1],
            "searched_low": parameter.low,
            "searched_high": parameter.high,
            "identified": not reason,
            "reason": reason,
        }

    def _unidentified(self, index: int) -> str:
        """Say why the figures do not identify a parameter: flat, wide, or with another."""
        from scipy.stats import spearmanr

        first = self.matched.waves == 1
        column = self.matched.points[first, index]
        if len(column) > 2:
            with np.errstate(invalid="ignore"):
                moves = [
                    abs(float(spearmanr(column, figure).statistic))
                    for figure in self.matched.means[first].T
                    if np.ptp(figure) > 0.0
                ]
            if max(moves, default=0.0) < _FLAT:
                return "flat"
        kept = self.matched.points[self.matched.kept]
        if len(kept) < 3:
            return "none"
        weights = self.matched.weights
        low, high = _weighted_ends(self.matched.points[:, index], weights)
        if high - low >= _NARROWED:
            return "wide"
        covariance = np.atleast_2d(np.cov(kept.T, aweights=weights[self.matched.kept]))
        spread = np.sqrt(np.diag(covariance))
        for other in range(len(self.parameters)):
            both = spread[other] * spread[index]
            if other != index and abs(covariance[index, other]) > _TOGETHER * both > 0.0:
                return f"with {self.parameters[other].name}"
        return ""


_COLUMNS = {
    "parameter": pl.String,
    "unit": pl.String,
    **dict.fromkeys(("base", "value", "low", "high", "searched_low", "searched_high"), pl.Float64),
    "identified": pl.Boolean,
    "reason": pl.String,
}


def targets_among(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return the figures that may be calibrated to: those marked so, and no others.

    Raises
    ------
    ArgumentError
        None is.
    """
    targets = tuple(seen for seen in observations if seen.use != FORECAST)
    if not targets:
        raise ArgumentError(
            Sentence(
                "no figure is marked 'calibrated' in the column 'use'; predicted ones are never "
                "fitted to: mark those that the scenario may be set by"
            )
        )
    return targets


@checked_arguments
def calibrate(
    scenario: Scenario,
    observed: str | os.PathLike[str],
    paths: Sequence[str] = (),
    *,
    by: Sequence[str] = (),
    sets: int = 40,
    replications: int = 3,
    discrepancy: float = 0.05,
    seed: int = 1,
    jobs: int | WorkerPool = 1,
    on_done: Callable[[int], None] | None = None,
) -> Calibration:
    """Find the sets of parameters that the figures marked ``calibrated`` do not rule out.

    Parameters
    ----------
    observed:
        File of figures, as :func:`sim.validate.read_observed` reads it.
    paths:
        ``path=low..high``; else the owner's hold, and the distributions of `inputs:` whose
        evidence is an assumption.
    by:
        Some of ``gate`` and ``cargo``: a factor on the owner's hold for each.
    sets:
        Number of sets to keep; the search ends after five waves at the latest.
    replications:
        Of each set, on the same random numbers in all of them.
    discrepancy:
        Standard deviation of the model's own error, as a share of each figure.
    seed:
        Of the Latin hypercubes: same seed, same result.
    jobs:
        Processes, or :class:`sim.processes.WorkerPool`.
    on_done:
        Called with the number of sets done.

    Raises
    ------
    ArgumentError
        No figure is marked calibrated, or there is nothing to vary.
    ScenarioError
        The file of figures, or a set of values, is wrong.
    """
    if sets < 3 or replications < 1 or not 0.0 <= discrepancy < 1.0:
        raise ArgumentError(
            Sentence("sets must be at least 3, replications 1, discrepancy from 0 to 1")
        )
    plan = build_plan(scenario)
    targets = targets_among(read_observed(observed, plan))
    parameters = tuple(parameters_of(scenario, paths, by, held_for(plan, targets)))

    def evaluate(point: Floats) -> Floats:
        drawn = [
            value
            for parameter, share in zip(parameters, point, strict=True)
            for value in parameter.written(parameter.at(float(share)), scenario)
        ]
        results = run(
            with_values(scenario, drawn),
            replications,
            jobs=jobs,
            journeys="none",
            tables=_TABLES,
        )
        if results.interrupted:
            raise KeyboardInterrupt
        return np.stack([replication_values(results, seen) for seen in targets])

    def gaps(means: Floats) -> Floats:
        return np.array([seen.gap(float(m)) for seen, m in zip(targets, means, strict=True)])

    sizes = np.array([max(discrepancy * seen.middle, 0.5) for seen in targets])
    matched = match(evaluate, gaps, sizes, len(parameters), sets, seed, on_done)
    source = os.fspath(observed)
    return Calibration(
        scenario, source, parameters, targets, matched, discrepancy, replications, seed
    )


def _weighted_ends(values: Floats, weights: Floats, level: float = 0.95) -> tuple[float, float]:
    """Ends of the central interval that holds a share ``level`` of the weight."""
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    ends = np.searchsorted(sums, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    low, high = values[order][np.minimum(ends, len(values) - 1)]
    return float(low), float(high)
