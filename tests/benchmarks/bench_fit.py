"""How often do the intervals of a fit hold what the scenario says?

    python -m tests.benchmarks.bench_fit [--seeds 20] [--scenarios tutorial random]

Simulates a scenario, fits its event log, and counts the numbers whose 95 % interval holds the
scenario's own: of the whole log, and of a tenth of its vehicles with stamps rounded to five
minutes. `random` is the tutorial's gate with servers, service times, shares, channels and volumes
drawn anew for each seed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
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


def held(fitted: Fitted) -> tuple[int, int]:
    """Numbers whose interval holds the scenario's, and numbers in all."""
    numbers = [
        one for found in fitted.findings for one in found.estimates if one.before is not None
    ]
    return sum(not one.differs for one in numbers), len(numbers)


def once(name: str, seed: int) -> list[tuple[int, int]]:
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
    return [held(estimate(one, base, name, rows=0)) for one in (events, sample)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the share of intervals that hold, by scenario."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scenarios", nargs="+", default=list(STRETCH), choices=list(STRETCH))
    given = parser.parse_args(arguments)
    for name in given.scenarios:
        sums = np.zeros((2, 2), dtype=np.int64)
        for seed in range(1, given.seeds + 1):
            sums += np.array(once(name, seed))
            shown = ", ".join(f"{inside} of {n} ({inside / n:.1%})" for inside, n in sums.tolist())
            print(f"{name}: {seed} seeds: whole log, rounded tenth: {shown}", flush=True)


if __name__ == "__main__":
    main()
