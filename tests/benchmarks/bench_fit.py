"""How often do the intervals of a fit hold what the scenario says?

    python -m tests.benchmarks.bench_fit [--seeds 20] [--first 1] [--scenarios tutorial random]
    python -m tests.benchmarks.bench_fit --hold-out 4 [--seeds 20]

Simulates a scenario, fits its event log, and counts the numbers whose 95 % interval holds the
scenario's own: of the whole log, and of a tenth of its vehicles with stamps rounded to five
minutes. `random` is the tutorial's gate with servers, service times, shares, channels and volumes
drawn anew for each seed. At the end stand the numbers that were missed most often.

With ``--hold-out DAYS`` the tutorial is fitted to the first days instead, the fitted overlay is
simulated over the last ones under draws of its values, and daily counts and mean waits of the
true border are looked for in the prediction intervals.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import sim
from sim.fitting import Fitted
from sim.fitting.estimate import estimate
from sim.fitting.logs import read_log
from sim.fitting.model import on_the_days_of
from sim.results import write
from tests.fitting.borders import random_border, rounded_sample

STRETCH = {"tutorial": 27, "random": 27, "baseline-2025": 7}
"""Measured days that are simulated; the warm-up is fitted too."""

DATA = ("whole log", "rounded tenth")

MISSED = 12
"""Numbers named of those that were missed most often."""


@dataclass
class Coverage:
    """Numbers whose interval was looked at, and those that it missed, by path and measure."""

    numbers: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    servers: int = 0
    not_identifiable: int = 0

    def add(self, fitted: Fitted) -> None:
        """Count the numbers of one fit."""
        for found in fitted.findings:
            for one in found.estimates:
                if one.before is not None:
                    name = f"{'.'.join(found.path)} {one.measure} {one.group}"
                    self.numbers[name] += 1
                    self.missed[name] += one.differs
        self.servers += sum(one.kind == "servers" for one in fitted.findings)
        self.not_identifiable += sum(one.kind == "servers" for one in fitted.unknown)

    def text(self) -> str:
        """Say how many intervals hold."""
        n, missed = self.numbers.total(), self.missed.total()
        held = f"{n - missed} of {n} hold ({1 - missed / max(n, 1):.1%})"
        return f"{held}, servers {self.servers} told, {self.not_identifiable} not identifiable"


def fit_both(name: str, seed: int) -> list[Fitted]:
    """Fit one simulated log: whole, and a rounded tenth of it."""
    settings: dict[str, object] = {"run.days": STRETCH[name], "run.seed": seed}
    if name == "random":
        settings |= random_border(seed)
    scenario = sim.load("tutorial" if name == "random" else name, set=settings)
    with tempfile.TemporaryDirectory() as folder:
        log = write(sim.run(scenario, replications=1), Path(folder))
        events, _ = read_log(log)
    base = on_the_days_of(scenario.path, events, settings)
    sample = rounded_sample(events, 0.1, 5.0, np.random.default_rng(seed))
    return [estimate(one, base, name, rows=0) for one in (events, sample)]


def predicted(days: int, seed: int) -> dict[str, tuple[int, int]]:
    """Numbers of the tutorial's last days inside their prediction intervals, and in all."""
    scenario = sim.load("tutorial", set={"run.days": STRETCH["tutorial"], "run.seed": seed})
    with tempfile.TemporaryDirectory() as folder:
        log = write(sim.run(scenario, replications=1), Path(folder))
        check = sim.fit(log, rows=2, hold_out=days).hold_out
    assert check is not None
    return {
        measure: (
            sum(number.held for number in check.predictions if number.measure == measure),
            sum(number.measure == measure for number in check.predictions),
        )
        for measure in ("count", "wait")
    }


def print_predictions(days: int, seeds: range) -> None:
    """Print the coverage of the prediction intervals, seed by seed."""
    sums = {"count": np.zeros(2, dtype=np.int64), "wait": np.zeros(2, dtype=np.int64)}
    for seed in seeds:
        for measure, pair in predicted(days, seed).items():
            sums[measure] += np.array(pair)
        shown = ", ".join(f"{name}s {held} of {n}" for name, (held, n) in sums.items())
        print(f"tutorial, seeds {seeds.start} to {seed}, last {days} days: {shown}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the share of intervals that hold, by scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--scenarios", nargs="+", default=list(STRETCH), choices=list(STRETCH))
    parser.add_argument("--hold-out", type=int, default=0, metavar="DAYS")
    given = parser.parse_args(arguments)
    if given.hold_out:
        print_predictions(given.hold_out, range(given.first, given.first + given.seeds))
        return
    for name in given.scenarios:
        coverage = [Coverage() for _ in DATA]
        for seed in range(given.first, given.first + given.seeds):
            for one, fitted in zip(coverage, fit_both(name, seed), strict=True):
                one.add(fitted)
            for data, one in zip(DATA, coverage, strict=True):
                print(f"{name}, seeds {given.first} to {seed}, {data}: {one.text()}", flush=True)
        for data, one in zip(DATA, coverage, strict=True):
            print(f"missed most often, {data}:")
            for missed, n in one.missed.most_common(MISSED):
                print(f"  {n} of {one.numbers[missed]}: {missed}")


if __name__ == "__main__":
    main()
