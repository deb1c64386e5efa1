"""The formulas of `sim.queues.theory` against the oracle numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.queues import theory

Params = dict[str, Any]

ORACLES = json.loads((Path(__file__).parent / "oracles.json").read_text(encoding="utf-8"))


def moments(distribution: Params) -> tuple[float, float, float]:
    """First three moments of a service distribution."""
    kind, mean = distribution["dist"], distribution.get("mean", distribution.get("value", 0.0))
    if kind == "deterministic":
        return mean, mean**2, mean**3
    if kind == "lognormal":
        q = 1.0 + distribution["cv"] ** 2
        return mean, mean**2 * q, mean**3 * q**3
    if kind == "hyperexponential":
        each = [[math.factorial(k) * m**k for k in (1, 2, 3)] for m in distribution["means"]]
        one, two, three = np.average(each, axis=0, weights=distribution["probs"])
        return float(one), float(two), float(three)
    if kind in ("uniform", "triangular"):
        low, high = distribution["low"], distribution["high"]
        x = np.linspace(low, high, 200_001)
        peak = distribution.get("mode")
        density = np.ones_like(x)
        if peak is not None:
            density = np.where(x < peak, (x - low) / (peak - low), (high - x) / (high - peak))
        weight = density / np.trapezoid(density, x)
        one, two, three = (float(np.trapezoid(x**k * weight, x)) for k in (1, 2, 3))
        return one, two, three
    shape = distribution.get("shape", 1.0)  # exponential, erlang, gamma
    return mean, mean**2 * (1 + 1 / shape), mean**3 * (1 + 1 / shape) * (1 + 2 / shape)


def of_mmc(p: Params) -> Params:
    rates = p["lam"], p["mu"], p["c"]
    values = vars(theory.mmc(*rates)) | {"var_Wq": theory.mmc_wait_variance(*rates)}
    values["P(Wq>t)"] = [theory.mmc_tail(*rates, t) for t in p["t"]]
    values["Wq_quantile"] = [theory.mmc_quantile(*rates, q) for q in p["p"]]
    return values


def of_mmck(p: Params) -> Params:
    values = vars(theory.mmck(p["lam"], p["mu"], p["c"], p["K"]))
    return values | {"Wq_accepted": values["wq"]}


def of_loss(p: Params) -> Params:
    load = p["lam"] * moments(p["service"])[0]
    refused = theory.erlang_b(p["c"], load)
    return {"p_block": refused, "mean_busy": load * (1.0 - refused)}


def of_mg1(p: Params) -> Params:
    one, two, three = moments(p["service"])
    variance = theory.mg1_wait_variance(p["lam"], one, two, three)
    more = {"var_Wq": variance, "var_W": variance + two - one**2}
    return vars(theory.mg1(p["lam"], one, two)) | more


def of_mdc(p: Params) -> Params:
    return vars(theory.mdc(p["lam"], p["D"], p["c"]))


def of_mxg1(p: Params) -> Params:
    size = p["batch"]
    batch, factorial = size.get("size"), 0.0
    if size["type"] == "geometric":
        batch, factorial = size["mean"], 2.0 * size["mean"] * (size["mean"] - 1.0)
    elif size["type"] == "fixed":
        factorial = batch * (batch - 1.0)
    else:
        x = np.arange(size["low"], size["high"] + 1.0)
        batch, factorial = x.mean(), (x * (x - 1.0)).mean()
    return vars(theory.mxg1(p["lam_batch"], batch, factorial, *moments(p["service"])[:2]))


def of_priority_mmc(p: Params) -> Params:
    waits = theory.priority_mmc(p["lam"], p["mu"], p["c"])
    return {
        "Wq_by_class": waits,
        "Wq_all": np.average(waits, weights=p["lam"]),
        "p_wait": theory.erlang_c(p["c"], sum(p["lam"]) / p["mu"]),
    }


def of_priority_mg1(p: Params) -> Params:
    if p["discipline"] != "nonpreemptive":
        return {}
    lam = [k["lam"] for k in p["classes"]]
    each = [moments(k["service"]) for k in p["classes"]]
    waits = theory.priority_mg1(lam, [m[0] for m in each], [m[1] for m in each])
    return {"Wq_by_class": waits, "Wq_all": np.average(waits, weights=lam)}


def of_variance(p: Params) -> Params:
    return {"asym_var_mean_Wq": theory.mean_wait_variance(p["lam"], p["mu"])}


FORMULA: dict[str, Callable[[Params], Params]] = {
    "mdc": of_mdc,
    "mg1": of_mg1,
    "mgcc_loss": of_loss,
    "mm1_tavc": of_variance,
    "mmc": of_mmc,
    "mmck": of_mmck,
    "mxg1": of_mxg1,
    "priority_mg1": of_priority_mg1,
    "priority_mmc": of_priority_mmc,
}


def covered() -> list[Any]:
    """Every oracle for which there is a formula."""
    rows = []
    for x in ORACLES:
        values = FORMULA[x["model"]](x["params"]) if x["model"] in FORMULA else {}
        by_name = {key.lower(): value for key, value in values.items()}
        if x["quantity"].lower() in by_name:
            found = by_name[x["quantity"].lower()]
            rows.append(pytest.param(x["expected"], found, id=x["name"]))
    return rows


@pytest.mark.parametrize(("expected", "found"), covered())
def test_formula_gives_the_oracle_number(expected: Any, found: Any) -> None:
    """Formulas agree with the oracles to nine digits."""
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)


def test_formulas_cover_all_they_should() -> None:
    """No model with a formula drops out of the comparison unseen."""
    assert len(covered()) >= 85


def test_a_queue_without_a_steady_state_is_refused() -> None:
    """Load of one or more raises ValueError and names the load."""
    for call in (
        lambda: theory.mmc(10.0, 5.0, 2),
        lambda: theory.mg1(2.0, 0.5, 1.0),
        lambda: theory.mdc(11.0, 0.1, 1),
        lambda: theory.priority_mmc([3.0, 3.0], 1.0, 5),
    ):
        with pytest.raises(ValueError, match=r"no steady state: load 1"):
            call()
    with pytest.raises(ValueError, match="leave 3 servers"):
        theory.mmck(1.0, 1.0, 3, 2)


def test_one_class_of_priority_is_fifo() -> None:
    """Cobham's formula with one class is Erlang's."""
    assert theory.priority_mmc([8.0], 3.0, 4)[0] == pytest.approx(theory.mmc(8.0, 3.0, 4).wq)
