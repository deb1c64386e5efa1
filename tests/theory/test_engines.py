"""Engines against exact results of queueing theory (acceptance rule: 3 standard errors).

At every commit `core` is held against theory, and `des` against `core` on the same vehicles;
`-m slow` holds both against every published case.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engines import ENGINES, simulate
from sim.queues import Calendar
from sim.verify import Line, border, visits
from tests.theory.engine_models import ADAPTERS, ORACLES, QUANTITIES, Floats

REPLICATIONS, COMPARED = 30, 2

#: Run at every commit: each a class of queue the border is made of.
EVERY_TIME = {
    "pub-002-mmc-Wq": 40_000,
    "pub-011-mmc-Wq": 60_000,
    "pub-042-mg1-Wq": 60_000,
    "pub-073-mdc-Wq": 20_000,
    "pub-148-priority_mmc-Wq_by_class": 40_000,
    "pub-151-priority_mg1-Wq_by_class": 30_000,
    "pub-376-roster_calendar-EN": 55_000,
    "pub-380-roster_calendar-EN": 55_000,
}


#: Every published case of a model the border is made of.
COVERED = [
    oracle
    for oracle in ORACLES
    if oracle["quantity"] in QUANTITIES.get(oracle["model"], ())
    and not oracle["params"].get("discipline", "").startswith("pre")
]


def _runs(oracle: dict[str, Any], engine: str, customers: int, replications: int) -> Floats:
    """The quantity in each replication; the same vehicles for every engine."""
    seeds = np.random.SeedSequence(20250707).spawn(replications)
    case = (customers, oracle["params"], oracle["quantity"])
    adapter = ADAPTERS[oracle["model"]]
    return np.array([adapter(engine, np.random.default_rng(seed), *case) for seed in seeds])


def _agrees(oracle: dict[str, Any], engine: str, customers: int) -> None:
    runs = _runs(oracle, engine, customers, REPLICATIONS)
    expected = np.asarray(oracle["expected"])
    error = runs.std(axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    assert np.all(error <= 0.02 * np.abs(expected)), "too few customers to judge"
    assert np.all(np.abs(runs.mean(axis=0) - expected) <= 3.0 * error)


@pytest.mark.parametrize("name", EVERY_TIME)
def test_means_agree_with_theory(name: str) -> None:
    """The mean of `core` lies within 3 standard errors of the exact value; `des` tells the same."""
    oracle = next(o for o in ORACLES if o["name"] == name)
    _agrees(oracle, "core", EVERY_TIME[name])
    core, des = (_runs(oracle, engine, EVERY_TIME[name], COMPARED) for engine in ("core", "des"))
    np.testing.assert_array_equal(core, des)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("oracle", COVERED, ids=lambda o: o["name"])
def test_every_oracle_of_a_covered_model(oracle: dict[str, Any], engine: str) -> None:
    """All published cases of all models the border is made of."""
    small = {"P(Wq>t)": 600_000, "EQ": 900_000}  # small values take more customers to judge
    _agrees(oracle, engine, small.get(oracle["quantity"], 60_000))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "oracle",
    [o for o in ORACLES if o["model"] in ("trace_ggc", "trace_priority", "trace_roster")],
    ids=lambda o: o["name"],
)
def test_traces_agree_exactly(oracle: dict[str, Any], engine: str) -> None:
    """Given arrivals and services lead to the exact starts, ends and servers, ties included."""
    p = oracle["params"]
    if "servers" in p:
        line = Line(
            servers=len(p["servers"]),
            calendar=[Calendar(*np.array(s, dtype=float).T) for s in p["servers"]],
            resume=p["shift_end"] == "resume",
        )
    else:
        line = Line(servers=p["c"], priority=sorted(set(p.get("classes", [0]))))
    classes = p.get("classes", [0] * len(p["arrivals"]))
    plan = border(line, classes=max(classes) + 1)
    journeys = simulate(plan, visits(p["arrivals"], p["services"], classes), engine)
    found = {
        "start_times": journeys.start,
        "waits": journeys.start - journeys.arrive,
        "departures": journeys.finish,
        "makespan": journeys.finish.max(),
        "server_index": journeys.server,
    }[oracle["quantity"]]
    np.testing.assert_allclose(found, oracle["expected"], rtol=0, atol=1e-9)
