"""Sets of uncertain inputs: one for each replication, the same in every scenario compared.

A replication draws its set by counter-based random numbers whose owner is the replication: so
options of a comparison get the same set in the same replication, and neither the number of
processes nor the order of the work changes anything. The set of a replication is simulated three
times: as itself; with other random numbers for everything else, its *repeat*, by which the
variance between sets is told from that within them; and with the arrivals of the repeat but its own
services, its *exchange*, by which the variance within sets is split
(:mod:`sim.results.intervals`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sim.plan import Plan, build_plan
from sim.scenario import Drawn, Scenario, draw_inputs, with_values
from sim.workload import random_keys, uniforms

__all__ = [
    "EXCHANGES",
    "SETS",
    "ParameterSets",
    "further_runs",
    "is_replication",
    "sets_of",
    "streams",
]

SETS = "parameter_sets"
"""Name of the table of what was drawn."""

_OWNER = "inputs"
"""Owner of the random numbers of sets."""

_REPEATS = 1 << 30
"""First stream of random numbers of the repeats."""

EXCHANGES = -_REPEATS
"""Number below which are those of exchanges; repeats lie between it and 0."""

_SCHEMA = {"replication": pl.Int32, "path": pl.String, "value": pl.String}


def _repeat_of(replication: int) -> int:
    """Return the number of the repeat of a replication: -1 of 0, -2 of 1; and back."""
    return -1 - replication


def _exchange_of(replication: int) -> int:
    """Return the number of the exchange of a replication, far below those of repeats."""
    return EXCHANGES + _repeat_of(replication)


def further_runs(replication: int) -> tuple[int, int]:
    """Return the numbers of the repeat and the exchange of a replication."""
    return _repeat_of(replication), _exchange_of(replication)


def is_replication(number: int) -> bool:
    """Return whether a number is that of a replication, and not of a repeat or an exchange."""
    return number >= 0


def _replication_of(number: int) -> int:
    """Return the replication whose set a run of any kind has."""
    if is_replication(number):
        return number
    return _repeat_of(number if number >= EXCHANGES else number - EXCHANGES)


def sets_of(numbers: pl.Expr) -> pl.Expr:
    """Return :func:`_replication_of` of a column of numbers."""
    repeats = pl.when(numbers < EXCHANGES).then(numbers - EXCHANGES).otherwise(numbers)
    return pl.when(numbers >= 0).then(numbers).otherwise(-1 - repeats)


def streams(number: int) -> tuple[int, int]:
    """Return the streams of random numbers that a run takes: for all else, and for arrivals."""
    own = _replication_of(number)
    repeat = _REPEATS + own
    if is_replication(number):
        return own, own
    return (repeat if number >= EXCHANGES else own), repeat


@dataclass(eq=False)
class ParameterSets:
    """Plans of replications: those of the sets that they draw, or the one plan of all."""

    scenario: Scenario | None
    base: Plan
    _drawn: dict[int, tuple[Drawn, ...]] = field(default_factory=dict)

    @property
    def uncertain(self) -> bool:
        """Whether there are inputs to draw; a plan by itself has none."""
        return self.scenario is not None and bool(self.scenario.model.inputs)

    def drawn(self, number: int) -> tuple[Drawn, ...]:
        """Return the set that a run of any kind has; empty where nothing is uncertain."""
        owner = _replication_of(number)
        if owner not in self._drawn:
            key = random_keys(self.base.seed, _OWNER, owner, np.zeros(1, dtype=np.int64))
            known = self.scenario
            self._drawn[owner] = (
                ()
                if known is None
                else draw_inputs(known, lambda name: float(uniforms(key, name)[0]))
            )
        return self._drawn[owner]

    def numbers(self, replications: Sequence[int]) -> list[int]:
        """Return what is simulated: replications and, of uncertain inputs, their further runs."""
        if not self.uncertain:
            return list(replications)
        return [number for r in replications for number in (r, *further_runs(r))]

    def groups(self, numbers: Sequence[int]) -> Iterator[tuple[Plan, list[int]]]:
        """Yield plans with their replications; those of one set have one plan.

        Raises
        ------
        ScenarioError
            The values of a set do not fit together.
        """
        if self.scenario is None or not self.uncertain:
            yield self.base, list(numbers)
            return
        groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for number in numbers:
            key = tuple((value.path, value.text) for value in self.drawn(number))
            groups.setdefault(key, []).append(number)
        for several in groups.values():
            yield build_plan(with_values(self.scenario, self.drawn(several[0]))), several

    def table(self, replications: Sequence[int]) -> pl.DataFrame:
        """One row for each replication and value drawn: replication, path, value as written."""
        rows = [
            (number, value.path, value.text)
            for number in replications
            for value in self.drawn(number)
        ]
        return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
