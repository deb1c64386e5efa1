"""Group classes of vehicles that are served alike: which class matters, if any does.

Classes start apart; the two that differ least are merged while AICc falls, under a gamma or a
lognormal distribution of service times (or a binomial one of visits), whichever fits better.
A split must lower AICc by six, strong evidence by the usual scale (Burnham and Anderson 2002),
and by ten where the scenario parts by another class or by none: there are many to try.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from scipy import special

from sim.arrays import Floats

__all__ = ["Durations", "Group", "VisitCount", "best_partition"]

#: By how much AICc must fall for a split by the class that the scenario names, or by another.
STRONG, STRONGER = 6.0, 10.0

_FINEST = 1e-3


class Summary(Protocol):
    """Sufficient statistics of a group, which add."""

    @property
    def n(self) -> float:
        """Number of observations."""

    def deviance(self) -> float:
        """Minus twice the log-likelihood at its maximum, with AICc's cost of parameters."""


S = TypeVar("S", bound=Summary)
Group = tuple[str, ...]


@dataclass(frozen=True)
class Durations:
    """Sums over the finished durations of a group: how many, of ``x``, ``log x``, ``log² x``."""

    n: float
    total: float
    logs: float
    squares: float

    @classmethod
    def of(cls, minutes: Floats, rounding: float) -> Durations:
        """Sum up durations; what the clock shows as 0 counts as a quarter of its grid."""
        x = np.maximum(minutes, max(rounding / 4.0, _FINEST))
        logs = np.log(x)
        return cls(float(len(x)), float(x.sum()), float(logs.sum()), float((logs**2).sum()))

    def __add__(self, other: Durations) -> Durations:
        return Durations(
            self.n + other.n,
            self.total + other.total,
            self.logs + other.logs,
            self.squares + other.squares,
        )

    def deviance(self) -> float:
        """Return the lesser of gamma's and lognormal's."""
        n, mean_log = self.n, self.logs / self.n
        variance = max(self.squares / n - mean_log**2, 1e-8)
        lognormal = -n / 2.0 * (math.log(2.0 * math.pi * variance) + 1.0) - self.logs
        mean = self.total / n
        gap = max(math.log(mean) - mean_log, 1e-8)
        # closed start for the shape (Minka 2002)
        shape = (3.0 - gap + math.sqrt((gap - 3.0) ** 2 + 24.0 * gap)) / (12.0 * gap)
        gamma = (shape - 1.0) * self.logs - n * shape * (1.0 + math.log(mean / shape))
        gamma -= n * float(special.gammaln(shape))
        return -2.0 * max(lognormal, gamma) + 4.0 + 12.0 / max(n - 3.0, 1.0)


@dataclass(frozen=True)
class VisitCount:
    """How many of a group came, of how many that could."""

    n: float
    came: float

    def __add__(self, other: VisitCount) -> VisitCount:
        return VisitCount(self.n + other.n, self.came + other.came)

    def deviance(self) -> float:
        """Return the binomial's."""
        stayed = self.n - self.came
        likelihood = special.xlogy(self.came, self.came / self.n) + special.xlogy(
            stayed, stayed / self.n
        )
        return -2.0 * float(likelihood) + 2.0 + 4.0 / max(self.n - 2.0, 1.0)


def best_partition(
    by_kind: Mapping[str, Mapping[str, S]],
    add: Callable[[S, S], S],
    least: int,
    preferred: str | None = None,
) -> tuple[str | None, list[Group]]:
    """Return by which kind of class to part, and the groups, the largest last.

    Parameters
    ----------
    by_kind:
        For each kind of class (channel, cargo …) the statistics of each class.
    add:
        Join two statistics.
    least:
        Observations below which a class has no group of its own.
    preferred:
        The kind by which the scenario parts, which goes first where others are not clearly
        better.

    Returns
    -------
    The kind, None where one group is as good, and its groups of classes; classes with too few
    observations are in none.
    """
    partitions: dict[str | None, tuple[float, list[Group]]] = {}
    for kind, classes in by_kind.items():
        enough = {name: sample for name, sample in classes.items() if sample.n >= least}
        if len(enough) < 2:
            continue
        whole = _joined(list(enough.values()), add).deviance()
        asked = STRONG if kind == preferred else STRONGER
        groups, deviance = _merged(enough, add, asked)
        if len(groups) > 1 and whole - deviance > asked:
            partitions[kind] = (deviance - whole, groups)
    if not partitions:
        return None, []
    best = min(value for value, _ in partitions.values())
    if preferred in partitions and partitions[preferred][0] <= best + STRONG:
        return preferred, partitions[preferred][1]
    chosen = min(partitions, key=lambda name: partitions[name][0])
    return chosen, partitions[chosen][1]


def _merged(
    classes: Mapping[str, S], add: Callable[[S, S], S], asked: float
) -> tuple[list[Group], float]:
    """Merge the pair that costs least while a split is not worth its parameters."""
    groups: dict[Group, S] = {(name,): sample for name, sample in classes.items()}
    while len(groups) > 1:
        costs = {
            (a, b): add(groups[a], groups[b]).deviance()
            - groups[a].deviance()
            - groups[b].deviance()
            for i, a in enumerate(groups)
            for b in list(groups)[i + 1 :]
        }
        (a, b), cost = min(costs.items(), key=lambda item: item[1])
        if cost > asked:
            break
        joined = add(groups.pop(a), groups.pop(b))
        groups[tuple(sorted((*a, *b)))] = joined
    order = sorted(groups, key=lambda group: groups[group].n)
    return order, sum(sample.deviance() for sample in groups.values())


def _joined(several: Sequence[S], add: Callable[[S, S], S]) -> S:
    whole = several[0]
    for sample in several[1:]:
        whole = add(whole, sample)
    return whole
