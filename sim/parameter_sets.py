"""Sets of uncertain inputs: one for each replication, the same in every scenario compared.

A replication draws its set by counter-based random numbers whose owner is the replication: so
options of a comparison get the same set in the same replication, and neither the number of
processes nor the order of the work changes anything. The set of a replication is simulated twice,
the second time with other random numbers for everything else: by these *repeats* the variance
between sets is told from that within them (:mod:`sim.results.intervals`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sim.plan import Plan, build_plan
from sim.scenario import Drawn, Scenario, draw_inputs, with_values
from sim.workload import random_keys, uniforms

__all__ = ["SETS", "ParameterSets", "is_repeat", "repeat_of", "stream"]

SETS = "parameter_sets"
"""Name of the table of what was drawn."""

_OWNER = "inputs"
"""Owner of the random numbers of sets."""

_REPEATS = 1 << 30
"""First stream of random numbers of the repeats."""

_SCHEMA = {"replication": pl.Int32, "path": pl.String, "value": pl.String}


def repeat_of(replication: int) -> int:
    """Return the number of the repeat of a replication: -1 of 0, -2 of 1; and back."""
    return -1 - replication


def is_repeat(number: int) -> bool:
    """Return whether a number is that of a repeat."""
    return number < 0


def stream(number: int) -> int:
    """Return which stream of random numbers a replication or a repeat takes."""
    return _REPEATS + repeat_of(number) if is_repeat(number) else number


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
        """Return the set of a replication or of its repeat; empty where nothing is uncertain."""
        owner = repeat_of(number) if is_repeat(number) else number
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
        """Return what is simulated: the replications and, of uncertain inputs, their repeats."""
        if not self.uncertain:
            return list(replications)
        return [number for r in replications for number in (r, repeat_of(r))]

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
