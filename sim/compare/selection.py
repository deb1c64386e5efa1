"""Ranking and selection: the best of several options, with a guarantee, by a sequential test.

Procedure KN (Kim and Nelson 2001, *ACM Transactions on Modeling and Computer Simulation* 11),
valid with common random numbers: after ``n0`` replications, option ``i`` is dropped at
replication ``r`` once its mean is worse than that of another, ``l``, by more than
``max(0, (δ / 2r)(h² S² / δ² - r))``, where ``S²`` is the variance of their first ``n0``
differences, ``δ`` the indifference zone and ``h² = (n0 - 1)((2β)^(-2/(n0 - 1)) - 1)``. With ``k``
options ``β = α / (k - 1)`` (Bonferroni) holds however replications are paired.

Constraints are checked by the same sequential test of each mean against its limit (Andradóttir
and Kim 2010, *Naval Research Logistics* 57, procedure HAK for both at once). It is centred on
the middle of a margin beyond the limit: an option that misses the limit is declared feasible with
probability ``β`` at most, and so is one refused that keeps it by the whole margin. Only what has
been declared feasible can drop another. The error ``α`` is parted in two: one half for all ``k s``
checks of ``s`` constraints, one for the ``k - 1`` comparisons.

Both take replications as normal and independent. Differences that never vary decide at once, as
those of certain costs do. The test looks at one replication after the other: how many are run at
once, and by how many processes, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arguments import check_fields, checked_arguments
from sim.arrays import Floats, Ints
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = [
    "INDIFFERENCE",
    "Selection",
    "SelectionRule",
    "Standing",
    "next_replications",
    "select",
]

Standing = Literal["open", "feasible", "infeasible", "worse", "undefined"]
"""State of an option: still tested, declared feasible, or out, and why."""

INDIFFERENCE = {
    "h": 2.0 / 60.0,
    "%": 1.0,
    "h/day": 5.0,
    "vehicles": 5.0,
    "vehicles/day": 5.0,
    "wagons/day": 5.0,
    "TEU/day": 10.0,
    "mn VND/day": 10.0,
    "t/day": 0.1,
    "VND": 1e9,
    "VND/year": 1e9,
}
"""Differences by unit that are taken not to matter, unless another is asked for.

They are management figures: two minutes of a mean, a point of a share, a billion VND.
"""

_ROUNDING = 1e-12
"""Share of the largest value below which differences are rounding."""

_STEP = 5
"""Replications that are added at least."""


@dataclass(frozen=True)
class SelectionRule:
    """When a selection may stop.

    Attributes
    ----------
    indifference:
        Difference of the objective that is not told apart, above 0, in its unit.
    margins:
        By how much each constraint may be kept and an option yet be refused, above 0.
    level:
        Probability of a correct selection.
    first, most:
        Replications before the first decision, at least 3, and after which the test ends.
    options:
        Number of all options, among which the error is parted, where only some are tested at a
        time; 0 for those that are given.
    """

    indifference: float
    margins: tuple[float, ...] = ()
    level: float = 0.95
    first: int = 10
    most: int = 400
    options: int = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if not (self.indifference > 0.0 and all(margin > 0.0 for margin in self.margins)):
            raise ArgumentError(
                Sentence("indifference and margins must be above 0; give e.g. 2 minutes")
            )
        if not 0.5 < self.level < 1.0:
            raise ArgumentError(
                Sentence("level must be above 0.5 and below 1, not {level}", level=self.level)
            )
        if not 3 <= self.first <= self.most:
            raise ArgumentError(Sentence("first must be at least 3, and most no less than first"))


@dataclass(frozen=True)
class Selection:
    """State of a selection after some replications.

    Attributes
    ----------
    standings:
        Of each option.
    used:
        Replications on which each option was last looked at.
    checks:
        Outcome of each constraint (row) for each option: 1 declared kept, -1 missed, 0 open.
    decided:
        Whether one option alone is left and declared feasible, or none is left.
    """

    standings: tuple[Standing, ...]
    used: tuple[int, ...]
    checks: tuple[tuple[int, ...], ...]
    decided: bool

    @property
    def alive(self) -> list[int]:
        """Options that are neither refused nor dropped."""
        return [i for i, state in enumerate(self.standings) if state in ("open", "feasible")]


@checked_arguments
def next_replications(have: int, rule: SelectionRule) -> int:
    """Number of replications to run the remaining options to, after ``have`` of each."""
    if have < rule.first:
        return rule.first
    return min(rule.most, have + max(_STEP, have // 4))


@checked_arguments
def select(
    objective: Sequence[Sequence[float]] | Floats,
    rule: SelectionRule,
    slacks: Sequence[Floats] = (),
) -> Selection:
    """Apply the sequential test to the replications that there are.

    Parameters
    ----------
    objective:
        Shape ``(options, replications)``: less is better. NaN where a replication was not run, or
        has no value; an option without a value among those that are needed is out.
    slacks:
        For each constraint an array of the same shape: by how much it is kept, below 0 where not.

    Returns
    -------
    The state after the last replication that all remaining options have, or at the decision.

    Raises
    ------
    ArgumentError
        Shapes differ, or there is not one margin for each constraint.
    """
    values = np.asarray(objective, dtype=np.float64)
    kept = np.asarray(slacks, dtype=np.float64).reshape(len(slacks), *values.shape)
    if values.ndim != 2 or len(rule.margins) != len(kept):
        raise ArgumentError(
            Sentence("objective must be a table, with a margin for each of the slacks")
        )
    test = _Test(values, kept, rule)
    for replications in range(rule.first, min(values.shape[1], rule.most) + 1):
        if not test.advance(replications):
            break
    return test.state()


class _Test:
    """The sequential test, replication by replication."""

    def __init__(self, values: Floats, slacks: Floats, rule: SelectionRule) -> None:
        options, constraints = len(values), len(slacks)
        self.values, self.rule = values, rule
        self.sums = np.cumsum(values, axis=1)
        half = np.asarray(rule.margins).reshape(-1, 1, 1) / 2.0
        self.slack_sums = np.cumsum(slacks - half, axis=2)
        error = 1.0 - rule.level
        of_checks = error / 2.0 if constraints else 0.0
        every = max(options, rule.options)
        self.h_check = _h_squared(of_checks / max(every * constraints, 1), rule.first)
        self.h_best = _h_squared((error - of_checks) / max(every - 1, 1), rule.first)
        start = slice(rule.first)
        self.check_variance = slacks[:, :, start].var(axis=2, ddof=1)
        self.variance, self.scale = _pair_variances(values[:, start])
        self.standing = np.full(options, "open", dtype=object)
        self.used = np.zeros(options, dtype=np.int64)
        self.checks = np.zeros((constraints, options), dtype=np.int64)
        if not constraints:
            self.standing[:] = "feasible"
        missing = np.isnan(values[:, start]).any(axis=1) | np.isnan(slacks[:, :, start]).any((0, 2))
        if values.shape[1] >= rule.first:
            self.standing[missing] = "undefined"
            self.used[missing] = rule.first

    def alive(self) -> Ints:
        return np.flatnonzero((self.standing == "open") | (self.standing == "feasible"))

    def decided(self) -> bool:
        alive = self.alive()
        return not len(alive) or (len(alive) == 1 and self.standing[alive[0]] == "feasible")

    def advance(self, r: int) -> bool:
        """Look at ``r`` replications; return whether the test can go on to the next."""
        alive = self.alive()
        if self.decided() and self.used.max(initial=0) >= self.rule.first:
            return False
        if np.isnan(self.sums[alive, r - 1]).any():
            return False  # not run yet
        self.used[alive] = r
        self._check(alive, r)
        self._compare(self.alive(), r)
        return not self.decided()

    def _check(self, alive: Ints, r: int) -> None:
        """Declare which options keep or miss a constraint; a value that never varies is known."""
        half = np.asarray(self.rule.margins)[:, None] / 2.0
        variance = self.check_variance[:, alive]
        known = variance == 0.0
        totals = self.slack_sums[:, alive, r - 1] + np.where(known, r * half, 0.0)
        limits = np.where(known, 0.0, _allowance(self.h_check, variance, half, r))
        outcome = np.where(totals >= limits, 1, np.where(totals <= -limits, -1, 0))
        checks = np.where(self.checks[:, alive] == 0, outcome, self.checks[:, alive])
        self.checks[:, alive] = checks
        self.standing[alive[(checks > 0).all(axis=0)]] = "feasible"
        self.standing[alive[(checks < 0).any(axis=0)]] = "infeasible"

    def _compare(self, alive: Ints, r: int) -> None:
        """Drop options that one declared feasible beats by more than the allowance."""
        rivals = alive[self.standing[alive] == "feasible"]
        pairs = np.ix_(alive, rivals)
        ahead = self.sums[alive, r - 1][:, None] - self.sums[rivals, r - 1]
        limit = _allowance(self.h_best, self.variance[pairs], self.rule.indifference, r)
        same = (self.variance[pairs] == 0.0) & (np.abs(ahead) <= _ROUNDING * self.scale * r)
        beaten = np.where(same, rivals < alive[:, None], ahead > limit)
        beaten &= rivals != alive[:, None]
        self.standing[alive[beaten.any(axis=1)]] = "worse"

    def state(self) -> Selection:
        return Selection(
            tuple(self.standing),
            tuple(self.used.tolist()),
            tuple(map(tuple, self.checks.tolist())),
            bool(self.used.size and self.used.max() >= self.rule.first and self.decided()),
        )


def _h_squared(beta: float, first: int) -> float:
    """``h²`` of procedure KN for an error ``beta`` of each test; 0 where nothing is tested."""
    if beta <= 0.0:
        return 0.0
    return float((first - 1) * (min(2.0 * beta, 1.0) ** (-2.0 / (first - 1)) - 1.0))


def _pair_variances(values: Floats) -> tuple[Floats, float]:
    """Variances of the differences of all pairs, exactly 0 where none varies; and their scale."""
    scale = float(np.nanmax(np.abs(values), initial=0.0))
    variance = np.zeros((len(values), len(values)))
    for row, own in enumerate(values):
        gaps = own - values
        variance[row] = gaps.var(axis=1, ddof=1)
        variance[row, np.ptp(gaps, axis=1) <= _ROUNDING * scale] = 0.0
    return variance, scale


def _allowance(h_squared: float, variance: Floats, zone: Floats | float, r: int) -> Floats:
    """Half the width of the continuation region of sums after ``r`` replications; at least 0."""
    return np.asarray(np.maximum(0.0, h_squared * variance / (2.0 * zone) - zone * r / 2.0))
