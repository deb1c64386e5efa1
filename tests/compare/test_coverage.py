"""Do 95 % intervals hold the truth 95 times in 100? Slow: run with ``pytest -m slow``.

Found with 1,000 repeats of ten replications: M/M/1 at load 0.7, mean 95.1 % and P95 95.7 %;
M/M/5 at load 0.8, mean 94.8 % and P95 94.8 %.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from sim.compare import summarise
from sim.queues import fifo, theory

REPEATS = 1_000
REPLICATIONS = 10
ABREAST = 10  # repeats simulated side by side

#: Servers, load and customers of a replication, of which the first tenth is warm-up. Long
#: enough that the bias of a replication's P95 is small against the half-width.
QUEUES = {"M/M/1": (1, 0.7, 60_000), "M/M/5": (5, 0.8, 60_000)}


def waits(name: str, first: int) -> np.ndarray:
    """Waits after warm-up of ten repeats, shape (customers, repeats x replications)."""
    servers, load, customers = QUEUES[name]
    shape = (customers, ABREAST * REPLICATIONS)
    chance = np.random.default_rng([servers, first])
    gaps = chance.standard_exponential(shape) / (load * servers)
    arrive = np.cumsum(gaps, axis=0)
    served = fifo(arrive, chance.standard_exponential(shape), servers)
    return (served.start - arrive)[customers // 10 :]


def covered(name: str, repeats: int) -> dict[str, float]:
    """Share of repeats whose interval for mean and P95 of the wait holds the exact value."""
    servers, load, _ = QUEUES[name]
    exact = {
        "mean": theory.mmc(load * servers, 1.0, servers).wq,
        "p95": theory.mmc_quantile(load * servers, 1.0, servers, 0.95),
    }
    measure: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "mean": lambda wait: wait.mean(axis=0),
        "p95": lambda wait: np.quantile(wait, 0.95, axis=0),
    }
    rows = []
    for first in range(0, repeats, ABREAST):
        wait = waits(name, first)
        columns = {what: found(wait) for what, found in measure.items()}
        repeat = np.repeat(np.arange(first, first + ABREAST), REPLICATIONS)
        number = np.tile(np.arange(REPLICATIONS), ABREAST)
        rows.append(pl.DataFrame({"repeat": repeat, "replication": number, **columns}))
    found = summarise(pl.concat(rows), ["repeat"], list(measure))
    return {
        what: ((found[f"{what}_mean"] - true).abs() <= found[f"{what}_half_width"]).mean()
        for what, true in exact.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", QUEUES)
def test_intervals_hold_the_truth_as_often_as_they_say(name: str) -> None:
    """In 1,000 repeats the nominal 95 % intervals cover mean and P95 in 93 to 97 of 100."""
    found = covered(name, REPEATS)
    assert all(0.93 <= share <= 0.97 for share in found.values()), found
