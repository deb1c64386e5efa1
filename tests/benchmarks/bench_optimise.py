"""Optimisers on problems with a known optimum: how often right, after how many evaluations.

    python -m tests.benchmarks.bench_optimise [REPEATS]

Each problem is noisy, on common random numbers, and has a known best choice: staffing of an M/M/c
queue (Erlang C), a line of two stations in tandem, and a knapsack of independent upgrades within a
budget. Compared are the searches that stand before a selection: successive halving (the default),
differential evolution of scipy, and Optuna's TPE sampler where it is installed; and the selection
alone on all choices, and exhaustive search, which runs every choice as often as the selection ran
its most. All searches hand the same number of choices to the same selection.

Measured so far, on a busy machine (right, mean evaluations, those of exhaustive search, CPU s):

    knapsack of upgrades  halving                100/100    986   5,254   0.11
    knapsack of upgrades  selection of all         20/20  2,121   6,606   0.22
    knapsack of upgrades  differential evolution   20/20    823   5,038   0.19
    knapsack of upgrades  Optuna TPE                 4/5    698   3,564   2.43
    line of two stations  selection of all         24/24    813   3,531   0.98
    staffing of M/M/c     halving                  13/13   1540   14001   1.86

Successive halving looks at every choice and was right in each repeat, so it is the default up to a
few thousand choices; differential evolution, which needs no further package, stands in beyond. It
took fewer evaluations on the knapsack. Optuna's sampler took ten times the CPU there; five repeats
rank no quality.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.compare import SelectionRule, select
from sim.compare.selection import next_replications
from sim.queues import fifo
from sim.queues.theory import mmc

CUSTOMERS = 300
KEPT = 24


@dataclass
class Bench:
    """A problem: integer choices, their noisy responses, and which are right."""

    name: str
    choices: list[tuple[int, ...]]
    response: Callable[[tuple[int, ...], int], tuple[float, ...]]
    """Objective, less is better, and slacks of the limits; of a choice and a replication."""
    right: set[tuple[int, ...]]
    rule: SelectionRule
    evaluations: int = 0

    def __post_init__(self) -> None:
        self.known: dict[tuple[tuple[int, ...], int], tuple[float, ...]] = {}

    def at(self, choice: tuple[int, ...], number: int) -> tuple[float, ...]:
        """Evaluate a choice in a replication, once."""
        key = choice, number
        if key not in self.known:
            self.evaluations += 1
            self.known[key] = self.response(choice, number)
        return self.known[key]

    def means(self, choice: tuple[int, ...], numbers: range) -> tuple[float, float]:
        """Mean objective of a choice, and its least mean slack."""
        values = np.array([self.at(choice, number) for number in numbers]).mean(axis=0)
        return float(values[0]), float(values[1:].min(initial=0.0))


def staffing(seed: int) -> Bench:
    """Least cost of servers at two M/M/c stations whose mean waits are at most 0.13 each.

    Servers cost 1 and 1.5; arrivals 8 and 5, services 1 and 1 per unit of time.
    """
    loads = (8.0, 5.0)
    price = (1.0, 1.5)
    limit, margin = 0.13, 0.04

    def waits(servers: int, load: float, number: int, stream: int) -> float:
        rng = np.random.default_rng([seed, number, stream])
        gaps, services = rng.exponential(1.0 / load, CUSTOMERS), rng.exponential(1.0, CUSTOMERS)
        arrive = np.cumsum(gaps)
        queue = fifo(arrive, services, servers=servers)
        return float((queue.start - arrive)[CUSTOMERS // 4 :].mean())

    def respond(choice: tuple[int, ...], number: int) -> tuple[float, ...]:
        slacks = [
            limit - waits(c, load, number, stream)
            for stream, (c, load) in enumerate(zip(choice, loads, strict=True))
        ]
        return float(np.dot(price, choice)), *slacks

    choices = [(a, b) for a in range(9, 17) for b in range(6, 14)]
    erlang = {
        c: tuple(mmc(load, 1.0, n).wq for load, n in zip(loads, c, strict=True)) for c in choices
    }
    sure = [c for c in choices if max(erlang[c]) <= limit - margin]
    best = min(float(np.dot(price, c)) for c in sure)
    right = {c for c in choices if max(erlang[c]) <= limit and np.dot(price, c) <= best}
    rule = SelectionRule(0.25, (margin, margin), first=20, most=1000)
    return Bench("staffing of M/M/c", choices, respond, right, rule)


def line(seed: int) -> Bench:
    """Split twelve servers' worth of speed over two stations in tandem: least mean sojourn.

    Speeds 1 to 11 at the first, the rest at the second; the second has work of 1.4 a unit, so the
    sum of 1/(u - 2) and 1/((12 - u)/1.4 - 2) is least (Burke: each is M/M/1).
    """

    def sojourn(u: float) -> float:
        rates = u, (12.0 - u) / 1.4
        return sum(1.0 / (rate - 2.0) if rate > 2.0 else math.inf for rate in rates)

    speeds = [3.0 + step / 2.0 for step in range(13)]

    def respond(choice: tuple[int, ...], number: int) -> tuple[float, ...]:
        u = speeds[choice[0]]
        rng = np.random.default_rng([seed, number])
        size = 4 * CUSTOMERS
        arrive = np.cumsum(rng.exponential(0.5, size))
        work = rng.exponential(1.0, (2, size))
        first = fifo(arrive, work[0] / u).finish
        second = fifo(first, work[1] * 1.4 / (12.0 - u)).finish
        return (float((second - arrive)[size // 4 :].mean()),)

    zone = 0.05
    exact = {(i,): sojourn(u) for i, u in enumerate(speeds)}
    best = min(exact.values())
    right = {choice for choice, value in exact.items() if value <= best + zone}
    return Bench("line of two stations", list(exact), respond, right, SelectionRule(zone, first=20))


def knapsack(seed: int, size: int = 8) -> Bench:
    """Independent upgrades within a budget: most benefit, each with noise of its own."""
    rng = np.random.default_rng(11)
    price, gain = rng.integers(10, 60, size), rng.integers(5, 40, size).astype(float)
    budget = 0.4 * price.sum()
    every = np.indices((2,) * size).reshape(size, -1).T
    every = every[every @ price <= budget]
    values = every @ gain
    zone = 2.0
    right = {tuple(row) for row in every[values >= values.max() - zone].tolist()}

    def respond(choice: tuple[int, ...], number: int) -> tuple[float, ...]:
        noise = np.random.default_rng([seed, number]).normal(0.0, 8.0, size)
        return (float(-np.dot(choice, gain + noise)),)

    return Bench(
        "knapsack of upgrades",
        [tuple(row) for row in every.tolist()],
        respond,
        right,
        SelectionRule(zone, first=20),
    )


def score(bench: Bench, choice: tuple[int, ...], numbers: range) -> float:
    """Penalised mean of a choice."""
    objective, slack = bench.means(choice, numbers)
    return objective if slack >= 0.0 else objective + 10.0 - 10.0 * slack


def halving(bench: Bench, seed: int) -> list[tuple[int, ...]]:
    """Keep the better half round after round, with twice the replications."""
    alive, replications = list(bench.choices), 2
    while len(alive) > KEPT:
        scores = {choice: score(bench, choice, range(replications)) for choice in alive}
        alive = sorted(alive, key=scores.__getitem__)[: max(KEPT, math.ceil(len(alive) / 2))]
        replications *= 2
    return alive


def evolution(bench: Bench, seed: int) -> list[tuple[int, ...]]:
    """Differential evolution on the index of the choice's digits."""
    from scipy.optimize import differential_evolution

    allowed = set(bench.choices)
    low, high = np.min(bench.choices, axis=0), np.max(bench.choices, axis=0)
    scores: dict[tuple[int, ...], float] = {}

    def energy(x: Floats) -> float:
        choice = tuple(int(v) for v in np.rint(x))
        if choice not in allowed:
            return 1e6
        scores.setdefault(choice, score(bench, choice, range(2)))
        return scores[choice]

    differential_evolution(
        energy, list(zip(low, high, strict=True)), integrality=np.ones(len(low), dtype=bool),
        rng=np.random.default_rng(seed), maxiter=12, popsize=max(2, 48 // len(low)), polish=False,
        tol=0.0,
    )  # fmt: skip
    return sorted(scores, key=scores.__getitem__)[:KEPT]


def tpe(bench: Bench, seed: int) -> list[tuple[int, ...]]:
    """Optuna's tree of Parzen estimators."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    allowed = set(bench.choices)
    low, high = np.min(bench.choices, axis=0), np.max(bench.choices, axis=0)
    scores: dict[tuple[int, ...], float] = {}

    def trial(t: optuna.Trial) -> float:
        choice = tuple(
            t.suggest_int(f"x{i}", int(a), int(b))
            for i, (a, b) in enumerate(zip(low, high, strict=True))
        )
        if choice not in allowed:
            return 1e6
        scores.setdefault(choice, score(bench, choice, range(2)))
        return scores[choice]

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(trial, n_trials=200)
    return sorted(scores, key=scores.__getitem__)[:KEPT]


def everything(bench: Bench, seed: int) -> list[tuple[int, ...]]:
    """All choices, without a search."""
    return list(bench.choices)


def selected(bench: Bench, alive: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...] | None, int]:
    """Apply the selection on fresh replications; return the choice, and the most used."""
    rule, have, offset = bench.rule, 0, 10_000
    table = np.full((1 + len(rule.margins), len(alive), rule.most), np.nan)
    remaining = list(range(len(alive)))
    while True:
        want = next_replications(have, rule)
        for i in remaining:
            for number in range(have, want):
                table[:, i, number] = bench.at(alive[i], offset + number)
        state = select(table[0, :, :want], rule, list(table[1:, :, :want]))
        if state.decided or want >= rule.most:
            left = state.alive
            best = min(left, key=lambda i: np.nanmean(table[0, i]), default=None)
            return (None if best is None else alive[best]), max(state.used)
        remaining, have = state.alive, want


SEARCHES = {
    "selection of all": everything,
    "halving": halving,
    "differential evolution": evolution,
    "Optuna TPE": tpe,
}


def main(repeats: int) -> None:
    """Print a line for each problem and search."""
    print(
        f"{'problem':24}{'search':24}{'right':>8}{'evaluations':>13}{'exhaustive':>12}{'CPU s':>8}"
    )
    for make in (staffing, line, knapsack):
        for name, search in SEARCHES.items():
            right, evaluations, exhaustive, began = 0, 0, 0, time.process_time()
            try:
                for seed in range(repeats):
                    bench = make(seed)
                    choice, most = selected(bench, search(bench, seed))
                    right += choice in bench.right
                    evaluations += bench.evaluations
                    exhaustive += most * len(bench.choices)
            except ImportError as error:
                print(f"{bench.name:24}{name:24}  {error}")
                continue
            cpu = (time.process_time() - began) / repeats
            print(
                f"{bench.name:24}{name:24}{right:>4}/{repeats}{evaluations / repeats:>13,.0f}"
                f"{exhaustive / repeats:>12,.0f}{cpu:>8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
