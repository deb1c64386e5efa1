"""Indices through SALib against closed forms, and what is refused."""

from __future__ import annotations

import importlib.util

import numpy as np
import polars as pl
import pytest

from sim.errors import ArgumentError
from sim.sensitivity import given_data_indices, morris_effects, sobol_indices

NAMES = ("a", "b", "c")
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Ishigami and Homma 1990, with a = 7 and b = 0.1."""
WEIGHTS = np.array([3.0, 2.0, 1.0])


def ishigami(point: np.ndarray) -> float:
    x = (2.0 * point - 1.0) * np.pi
    return float(np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def additive(point: np.ndarray) -> float:
    return float(WEIGHTS @ point)


def within(table: pl.DataFrame, kind: str, expected: object) -> bool:
    halves = table[f"{kind}_half_width"].to_numpy()
    return bool((np.abs(table[kind].to_numpy() - np.array(expected)) <= halves).all())


def test_ishigami_within_its_intervals() -> None:
    """First order and total, by a designed sample, and first order by any sample."""
    table = sobol_indices(NAMES, ishigami, 2048)
    assert table["input"].to_list() == list(NAMES)
    assert within(table, "first", FIRST)
    assert within(table, "total", TOTAL)
    assert (table["total_half_width"] < 0.2).all()
    sample = np.random.default_rng(1).random((600, 3))
    points = pl.DataFrame(sample, schema=list(NAMES)).with_columns(
        y=pl.Series([ishigami(point) for point in sample])
    )
    assert within(given_data_indices(points, NAMES, "y"), "first", FIRST)


def test_of_a_sum_first_order_and_total_are_equal() -> None:
    """Shares are those of the squared weights; effects are the weights, alike anywhere."""
    table = sobol_indices(NAMES, additive, 512)
    shares = WEIGHTS**2 / (WEIGHTS**2).sum()
    assert within(table, "first", shares)
    assert within(table, "total", shares)
    effects = morris_effects(NAMES, additive, 4)
    assert effects["size"].to_list() == pytest.approx(WEIGHTS.tolist())
    assert effects["mean"].to_list() == pytest.approx(WEIGHTS.tolist())
    assert effects["spread"].to_list() == pytest.approx([0.0] * 3, abs=1e-9)


def test_a_response_that_does_not_vary_has_no_shares() -> None:
    """Null rather than a share of nothing; nor has a factor that is always the same."""
    assert sobol_indices(NAMES, lambda _: 4.0, 8)["first"].to_list() == [None] * 3
    points = pl.DataFrame({"a": np.linspace(0, 1, 80), "b": [1.0] * 80, "y": np.linspace(2, 3, 80)})
    table = given_data_indices(points, ["a", "b"], "y")
    assert table["first"].to_list()[1] is None
    assert table["first"].to_list()[0] == pytest.approx(1.0, abs=0.1)


def test_what_no_index_is_of_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that are no power of 2, too few, no inputs; and without SALib what to install."""
    with pytest.raises(ArgumentError, match="power of 2"):
        sobol_indices(NAMES, additive, 100)
    with pytest.raises(ArgumentError, match="no input"):
        sobol_indices([], additive, 8)
    with pytest.raises(ArgumentError, match="two trajectories"):
        morris_effects(NAMES, additive, 1)
    few = pl.DataFrame({"a": [0.1, 0.2], "y": [1.0, 2.0]})
    with pytest.raises(ArgumentError, match="65 points at least, not 2"):
        given_data_indices(few, ["a"], "y")
    monkeypatch.setattr(
        "sim.sensitivity.indices.find_spec",
        lambda name: None if name == "SALib" else importlib.util.find_spec(name),
    )
    for function in (sobol_indices, morris_effects):
        with pytest.raises(ArgumentError, match=r"pip install 'langson\[sensitivity\]'"):
            function(NAMES, additive)
