"""Replications of a plan: draw, simulate and measure them one by one or several together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import polars as pl

from sim.catalogue import Quantity
from sim.engines import replications_together, simulate_many
from sim.errors import ArgumentTypeError
from sim.journeys import Journeys
from sim.measures import measure
from sim.parameter_sets import streams
from sim.plan import Plan
from sim.sentences import Sentence
from sim.workload import WorkloadCache, draw

__all__ = ["Keep", "Own", "Replicated", "Simulated", "replicate", "shares"]

Own = Callable[[Journeys], pl.DataFrame]
"""A measure of one's own: a table from the journeys of one replication."""

#: Whose event logs are kept: of the first replication, of all, or none.
Keep = Literal["first", "all", "none"]

_SHORT = 0.5
"""Seconds of work that Ctrl-C may lose; replications that take less together run together."""


@dataclass(frozen=True)
class Replicated:
    """Result of one replication."""

    replication: int
    tables: dict[str, pl.DataFrame]
    journeys: pl.DataFrame | None
    timings: dict[str, float]


class Simulated:
    """Draws and simulates replications of a plan, several together where that costs less.

    Each is to be asked for once. If several fail together they are run one by one, so that
    each has its own failure and no other's.
    """

    def __init__(
        self,
        plan: Plan,
        engine: str,
        replications: Sequence[int],
        *,
        growing: bool = False,
        workloads: WorkloadCache | None = None,
    ) -> None:
        """Take replications in their order; ``workloads`` are those that are drawn already.

        ``growing`` begins with one at a time, and doubles that as long as they take less than
        half a second together: who is interrupted loses no more.
        """
        self.plan = plan
        self._engine = engine
        self._most = replications_together(plan, engine)
        self._growing = growing
        self._draw = draw if workloads is None else workloads.draw
        self._left = list(replications)
        parts = -(-len(self._left) // self._most)
        self._size = 1 if growing else -(-len(self._left) // max(1, parts))
        self._ready: dict[int, tuple[Journeys, float, float]] = {}

    def take(self, replication: int) -> tuple[Journeys, float, float]:
        """One replication, and what drawing and simulating it took in seconds."""
        if replication not in self._ready:
            numbers = self._batch(replication)
            try:
                self._simulate(numbers)
            except Exception:
                if len(numbers) == 1:
                    raise
                self._left, self._size, self._growing = sorted(numbers + self._left), 1, False
                self._simulate(self._batch(replication))
        return self._ready.pop(replication)

    def _batch(self, replication: int) -> list[int]:
        """Take a replication, and as many of those after it as are run together, from the list."""
        at = self._left.index(replication)
        numbers = self._left[at : at + self._size]
        del self._left[at : at + self._size]
        return numbers

    def _simulate(self, numbers: Sequence[int]) -> None:
        workloads, drawing = [], []
        for number in numbers:
            began = time.perf_counter()
            own, of_arrivals = streams(number)
            workloads.append(self._draw(self.plan, own, arrivals_of=of_arrivals))
            drawing.append(time.perf_counter() - began)
        began = time.perf_counter()
        logs = simulate_many(self.plan, workloads, self._engine)
        per_replication = (time.perf_counter() - began) / len(numbers)
        if self._growing:
            quick = len(numbers) * per_replication + sum(drawing) < _SHORT
            self._size = min(2 * self._size if quick else max(1, self._size // 2), self._most)
        for number, log, seconds in zip(numbers, logs, drawing, strict=True):
            self._ready[number] = log, seconds, per_replication


def shares(numbers: Sequence[int], most: int, jobs: int = 1) -> list[tuple[int, ...]]:
    """Replications in order, parted so that each of ``jobs`` has equally many parts to do."""
    parts = jobs * -(-len(numbers) // (jobs * most))
    edges = [len(numbers) * part // parts for part in range(parts + 1)]
    return [tuple(numbers[a:b]) for a, b in pairwise(edges) if b > a]


def replicate(
    simulated: Simulated,
    replication: int,
    *,
    journeys: Keep,
    tables: Collection[str] | None = None,
    asked: Collection[Quantity] = (),
    own: Mapping[str, Own] | None = None,
) -> Replicated:
    """Draw, simulate and measure one replication; ``tables``, ``asked`` as :func:`sim.measure`.

    Raises
    ------
    ArgumentTypeError
        A measure of ``own`` returns something else than a table.
    """
    log, drawing, simulating = simulated.take(replication)
    began = time.perf_counter()
    measured = dict(measure(log, simulated.plan, tables, asked).tables)
    for name, make in (own or {}).items():
        measured[name] = _checked(name, make(log))
    seconds = drawing, simulating, time.perf_counter() - began
    keep = journeys == "all" or (journeys == "first" and replication == 0)
    return Replicated(
        replication,
        measured,
        log.to_polars() if keep else None,
        dict(zip(("draw", "simulate", "measure"), seconds, strict=True)),
    )


def _checked(name: str, table: object) -> pl.DataFrame:
    """Return a table of one's own; ArgumentTypeError if it is none."""
    if not isinstance(table, pl.DataFrame):
        what = type(table).__name__
        raise ArgumentTypeError(
            Sentence(
                "own_tables[{name!r}] must return a polars DataFrame, not {what}",
                name=name,
                what=what,
            )
        )
    return table
