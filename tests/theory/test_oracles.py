"""The queue library against exact results, by the rule of |z| <= 4 and a tight interval.

Each oracle is run in rounds of fresh replications until the standard error of every
component is at most 1 % of the expected value; then the mean must lie within four of them.
"""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.queues import Calendar, Capacity, fifo, tandem_blocking
from tests.theory.adapters import ADAPTERS, NOT_APPLICABLE, applies

Oracle = dict[str, Any]

ORACLES: list[Oracle] = json.loads(
    (Path(__file__).parent / "oracles.json").read_text(encoding="utf-8")
)
MOST_ROUNDS = 256
# Relative standard error asked for, where 1 % would take hours: at the end of the day hardly
# a replication has anyone waiting, so these depend on rare ones.
PRECISION = {("mtmct", "EQ"): 0.05, ("mtmct", "var_N"): 0.1}
# Models whose replications are costly, or short: customers or lanes in one round.
SIZE = {
    "mg1_vacation": 2,
    "mmc_breakdown": 4,
    "mxmc": 2,
    "periodic_calendar": 1,
    "tandem_bas": 4,
}
# Quantities that need many replications to reach 1 %.
SLOW: dict[str, set[str]] = {
    "gimc": {"var_Wq"},
    "jackson": {"Wq_by_node"},
    "mg1": {"var_W", "var_Wq"},
    "mmc": {"P(Wq>t)", "Wq_quantile", "var_Wq"},
    "mmc_breakdown": {"L", "W"},
    "mmc_transient": {"var_N"},
    "mt_sin": {"EN", "EQ", "P(all_busy)"},
    "mtmct": {"EN", "EQ", "P(all_busy)", "area_Q", "var_N"},
    "mxg1": {"Lq", "Wq", "Wq_first_in_batch"},
    "mxmc": {"L", "Lq", "Wq"},
    "periodic_calendar": {"EN_at_segment_ends"},
    "roster_calendar": {"EN", "EQ"},
    "tandem": {"P(W_total>t)", "var_W_total"},
    "tandem_bas": {"L1", "W_total", "mean_blocked", "p_loss"},
}


def is_slow(oracle: Oracle) -> bool:
    """Whether the oracle belongs to the long run."""
    return oracle["quantity"] in SLOW.get(oracle["model"], set())


def simulated(slow: bool) -> list[Any]:
    """Random oracles that apply."""
    return [
        pytest.param(x, id=x["name"])
        for x in ORACLES
        if x["model"] in ADAPTERS and applies(x["model"], x["params"]) and is_slow(x) == slow
    ]


@lru_cache(maxsize=8)
def one_round(model: str, params: str, number: int) -> dict[str, Any]:
    """Replications of one case; each round has its own stream."""
    stream = np.random.default_rng([zlib.crc32((model + params).encode()), number])
    return ADAPTERS[model](json.loads(params), stream, SIZE.get(model, 8))


def check(oracle: Oracle) -> None:
    """Gather rounds until the interval is tight, then compare."""
    expected = np.asarray(oracle["expected"], dtype=np.float64)
    limit = PRECISION.get((oracle["model"], oracle["quantity"]), 0.01) * np.abs(expected)
    params = json.dumps(oracle["params"])
    rounds: list[Any] = []
    while len(rounds) < MOST_ROUNDS:
        numbers = range(len(rounds), 2 * len(rounds) or 1)
        found = (one_round(oracle["model"], params, number) for number in numbers)
        rounds.extend([values[oracle["quantity"]] for values in found])
        values = np.concatenate(rounds).astype(np.float64)
        error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
        if np.all(error <= limit):
            break
    assert len(values) >= 30
    assert np.all(error <= limit), f"interval too wide: {error}"
    never_seen = np.where(error == 0.0, 3.0 / len(values), 0.0)  # the rule of three
    assert np.all(np.abs(values.mean(axis=0) - expected) <= 4.0 * error + never_seen)


@pytest.mark.parametrize("oracle", simulated(slow=False))
def test_simulated_value_is_the_exact_one(oracle: Oracle) -> None:
    """The mean over replications agrees with theory within four standard errors."""
    check(oracle)


@pytest.mark.slow
@pytest.mark.parametrize("oracle", simulated(slow=True))
def test_simulated_value_is_the_exact_one_in_a_long_run(oracle: Oracle) -> None:
    """Variances, tails and rare states agree as well, given time."""
    check(oracle)


def trace(oracle: Oracle) -> dict[str, Any]:
    """All times of a trace."""
    p = oracle["params"]
    a = np.array(p["arrivals"])
    if oracle["model"] == "trace_tandem_bas":
        line = tandem_blocking(a, [p["services1"], p["services2"]], [1, 1], [p["buffer"]])
        blocked = (line.leave - line.finish).sum()
        return {
            "leave_stage1": line.leave[0],
            "departures": line.leave[1],
            "total_blocked_time": blocked,
        }
    if oracle["model"] == "trace_calendar":
        steps = p["capacity"]
        capacity = Capacity(
            [x["start"] for x in steps], [x["c"] for x in steps], p["shift_end"] != "finish"
        )
        out = fifo(a, p["services"], calendar=capacity)
    elif oracle["model"] == "trace_roster":
        keeps = [Calendar(*np.array(x, dtype=np.float64).T) for x in p["servers"]]
        resume = p["shift_end"] == "resume"
        out = fifo(a, p["services"], len(keeps), keeps, resume=resume, identify=True)
    else:
        out = fifo(a, p["services"], p["c"], priority=p.get("classes"))
    return {
        "start_times": out.start,
        "first_start_times": out.start,
        "departures": out.finish,
        "waits": out.start - a,
        "makespan": out.finish.max(),
        "server_index": out.server,
    }


@pytest.mark.parametrize(
    "oracle",
    [pytest.param(x, id=x["name"]) for x in ORACLES if x["model"].startswith("trace")],
)
def test_every_time_of_a_trace_is_exact(oracle: Oracle) -> None:
    """Traces in exact rationals are matched to 1e-9."""
    found = trace(oracle)[oracle["quantity"]]
    np.testing.assert_allclose(found, oracle["expected"], rtol=0.0, atol=1e-9)


@pytest.mark.parametrize(
    "oracle", [pytest.param(x, id=x["name"]) for x in ORACLES if x["model"] == "fluid"]
)
def test_many_small_customers_tend_to_the_fluid(oracle: Oracle) -> None:
    """With n customers for each unit of fluid the error is of the order 1 / n."""
    n = 200
    p = oracle["params"]
    parts = p["segments"]
    a = np.concatenate(
        [np.zeros(int(p["q0"] * n))]
        + [
            x["start"] + (np.arange(x["lam"] * (x["end"] - x["start"]) * n) + 0.5) / x["lam"] / n
            for x in parts
        ]
    )
    steps = Capacity([x["start"] for x in parts], [x["capacity"] for x in parts])
    out = fifo(a, 1.0 / n, calendar=steps)
    ends = [x["end"] for x in parts]
    moments = np.linspace(0.0, ends[-1], 24 * 60 + 1)
    queue = (np.searchsorted(a, moments) - np.searchsorted(out.start, moments)) / n
    peak = int(queue.argmax())
    busy = np.flatnonzero(queue > 5.0 / n)
    found: Any = {
        "peak_queue": queue.max(),
        "time_of_peak": moments[peak],
        "clear_time": moments[busy[-1]] if busy.size else 0.0,
        "total_delay": (np.minimum(out.start, ends[-1]) - a).sum() / n,
        "served": (out.finish <= ends[-1] + 1e-9).sum() / n,
        "queue_at_segment_ends": np.interp(ends, moments, queue),
    }[oracle["quantity"]]
    np.testing.assert_allclose(found, oracle["expected"], rtol=0.01, atol=0.05)


def test_every_model_is_either_run_or_named_as_not_applicable() -> None:
    """No oracle is left out in silence."""
    named = {key.split()[0] for key in NOT_APPLICABLE}
    for oracle in ORACLES:
        model = oracle["model"]
        family = "stat_*" if model.startswith("stat_") else model
        run = model in ADAPTERS or model == "fluid" or model.startswith("trace_")
        assert run or family in named, model
        if run and model in ADAPTERS and not applies(model, oracle["params"]):
            assert model in named
