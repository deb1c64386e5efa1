"""GEH, MAPE and RMSE."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.validate.fit import GEH_LIMIT, geh, mape, rmse

FILE = Path(__file__).parents[1] / "theory" / "oracles.json"
FORMULAS = {
    "GEH": geh,
    "share_below_5": lambda m, o: np.mean(geh(m, o) < GEH_LIMIT),
    "MAPE_pct": lambda m, o: 100.0 * mape(m, o),
    "RMSE": rmse,
}
ORACLES = [
    oracle
    for oracle in json.loads(FILE.read_text("utf-8"))
    if oracle["model"] in ("stat_geh", "stat_fit") and oracle["quantity"] in FORMULAS
]


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda oracle: oracle["name"])
def test_oracles(oracle: dict[str, Any]) -> None:
    """Each formula gives the exact value to 11 digits."""
    found = FORMULAS[oracle["quantity"]](oracle["params"]["modelled"], oracle["params"]["observed"])
    np.testing.assert_allclose(found, oracle["expected"], rtol=1e-11)


def test_all_formulas_have_an_oracle() -> None:
    """None of the four is left out because a name has changed."""
    assert {oracle["quantity"] for oracle in ORACLES} == set(FORMULAS)


def test_geh_of_nothing_is_nothing() -> None:
    """Two zeros fit; one zero does not."""
    assert geh([0.0, 8.0], [0.0, 0.0]).tolist() == [0.0, 4.0]


def test_mape_leaves_out_zeros() -> None:
    """No share can be taken of nothing observed."""
    assert mape([5.0, 11.0], [0.0, 10.0]) == pytest.approx(0.1)
    assert math.isnan(mape([5.0], [0.0]))


def test_rmse_of_no_figure_is_nan() -> None:
    """Where nothing is compared there is no error to give."""
    assert math.isnan(rmse([], []))
