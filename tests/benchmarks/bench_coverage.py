"""How often do intervals hold the truth? Measured on the shipped scenarios.

    python -m tests.benchmarks.bench_coverage [--pool 5000] [--repeats 1000]

Simulates a pool of independent replications of the tutorial, of the tutorial with a third counter
(same vehicles: the difference is paired), of Chi Ma in the baseline, and of all stages and headline
measures of three of its gates. The mean of the pool stands for the truth. Samples are drawn from
it without replacement: each random order of the pool gives disjoint ones, until there are as many
as repeats. Writes beside this file ``coverage.csv``, which ``langson explain half-width`` quotes,
and ``tutorial-waits.csv``, a part of the first pool; takes about an hour of one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

import sim
from sim.results.intervals import Intervals, Moments, t_quantile

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"

MEASURES = ("wait_to_crossing_mean", "wait_to_crossing_p95")
SIZES = (5, 10, 20)
GATES = ("chi_ma", "coc_nam", "dong_dang")
COLUMNS = ("wait_mean", "wait_p95", "utilisation", "queue_mean")
MANY, KEPT = 1_200, 1_000
COUNTERS = {"gates.chi_ma.routes.main.stages.documents.servers": "3"}


def coverage(pool: Floats, size: int, repeats: int, seed: int = 0) -> dict[str, float]:
    """Measure intervals of samples from a pool of independent values.

    Returns the shares of samples whose Student interval holds the mean of the pool, that have an
    interval without caution, and, of these, whose interval holds it.
    """
    samples = draw(pool, size, repeats, seed)
    truth, mean = pool.mean(), samples.mean(axis=1)
    half = t_quantile(size) * samples.std(axis=1, ddof=1) / np.sqrt(size)
    found = Intervals.of(Moments.of(samples))
    promised = found.caution < 0
    held = (found.low <= truth) & (truth <= found.high)
    return {
        "student": float(np.mean(np.abs(mean - truth) <= half)),
        "promised": float(promised.mean()),
        "held": float(held[promised].mean()) if promised.any() else float("nan"),
    }


def draw(pool: Floats, size: int, repeats: int, seed: int) -> Floats:
    """Samples without replacement, shape ``(repeats, size)``, disjoint within an order."""
    rng = np.random.default_rng(seed)
    each = len(pool) // size
    orders = [rng.permutation(pool)[: each * size] for _ in range(-(-repeats // each))]
    return np.concatenate(orders).reshape(-1, size)[:repeats]


def simulate(scenario: sim.Scenario, gate: str, count: int) -> dict[str, Floats]:
    """Values of each measure at a gate, by replication."""
    plan = sim.build_plan(scenario)
    rows = []
    for replication in range(count):
        log = sim.simulate(plan, sim.draw(plan, replication), "core")
        headline = sim.measure(log, plan, only=["headline"]).tables["headline"]
        chosen = headline.filter(pl.col("measure").is_in(MEASURES), gate=gate, direction="all")
        rows.append(dict(chosen.select("measure", "value").iter_rows()))
    return {name: np.array([row[name] for row in rows]) for name in MEASURES}


def everything(scenario: sim.Scenario, gates: Sequence[str], count: int) -> list[Floats]:
    """Values by replication of all that varies: stages, and headline measures by direction."""
    plan = sim.build_plan(scenario)
    rows = []
    for replication in range(count):
        log = sim.simulate(plan, sim.draw(plan, replication), "core")
        tables = sim.measure(log, plan, only=["headline", "stages"]).tables
        headline = tables["headline"].filter(
            pl.col("gate").is_in(gates), pl.col("direction") != "all"
        )
        parts = [headline["value"], *(tables["stages"][name] for name in COLUMNS)]
        rows.append(np.concatenate([part.cast(pl.Float64).to_numpy() for part in parts]))
    columns = np.array(rows).T
    return [v for v in columns if not np.isnan(v).any() and v.std() > 1e-9]


def baseline_of(gates: Sequence[str]) -> sim.Scenario:
    """The baseline without road traffic at other gates: these are the same without it."""
    baseline = SCENARIOS / "baseline-2025.yaml"
    closed = {
        f"gates.{gate}.routes.{route}.flows.{flow}.volume": f"0 {block.vehicle}s/day"
        for gate, place in sim.load(baseline).model.gates.items()
        for route, way in place.routes.items()
        for flow, block in way.flows.items()
        if gate not in gates and block.timetable is None
    }
    return sim.load(baseline, set=closed)


def pools(count: int) -> dict[str, dict[str, Floats]]:
    """All pools by what they are of."""
    tutorial = SCENARIOS / "tutorial.yaml"
    two = simulate(sim.load(tutorial), "chi_ma", count)
    three = simulate(sim.load(tutorial, set=COUNTERS), "chi_ma", count)
    return {
        "tutorial": two,
        "tutorial, third counter": {name: three[name] - two[name] for name in MEASURES},
        "baseline, Chi Ma": simulate(baseline_of(["chi_ma"]), "chi_ma", count),
    }


def table(found: dict[str, dict[str, Floats]], repeats: int) -> pl.DataFrame:
    """One row for each pool, measure and number of replications."""
    rows = [
        {
            "of": of,
            "measure": name,
            "skewness": float(np.mean((pool - pool.mean()) ** 3) / pool.std() ** 3),
            "pool": len(pool),
            "replications": size,
            "repeats": repeats,
            **coverage(pool, size, repeats),
        }
        for of, values in found.items()
        for name, pool in values.items()
        for size in SIZES
    ]
    return pl.DataFrame(rows)


def averaged(quantities: Sequence[Floats], size: int) -> dict[str, object]:
    """Coverage over many quantities, each weighed by its intervals; as a row of the table."""
    repeats = len(quantities[0]) // size
    found = [coverage(pool, size, repeats) for pool in quantities]
    promised = np.array([one["promised"] for one in found])
    held = np.array([one["held"] for one in found])
    return {
        "of": f"baseline, {len(quantities)} quantities",
        "measure": "all",
        "skewness": float(np.median([stats.skew(pool) for pool in quantities])),
        "pool": len(quantities[0]),
        "replications": size,
        "repeats": repeats,
        "student": float(np.mean([one["student"] for one in found])),
        "promised": float(promised.mean()),
        "held": float(np.nansum(held * promised) / promised.sum()),
    }


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pool", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=1_000)
    options = parser.parse_args()
    found = pools(options.pool)
    kept = pl.DataFrame({name: found["tutorial"][name][:KEPT] for name in MEASURES})
    kept.write_csv(HERE / "tutorial-waits.csv", float_precision=5)
    several = everything(baseline_of(GATES), GATES, MANY)
    rows = pl.DataFrame([averaged(several, size) for size in SIZES])
    whole = pl.concat([table(found, options.repeats), rows])
    whole.write_csv(HERE / "coverage.csv", float_precision=3)
    print(whole)


if __name__ == "__main__":
    main()
