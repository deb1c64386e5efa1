"""Which uncertain input moves a result."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sim.compare import sensitivity


@pytest.fixture
def points() -> pl.DataFrame:
    """Sixty points: one factor that moves the measure, one that does not, one that is fixed."""
    rng = np.random.default_rng(7)
    moves, idle = rng.uniform(0, 10, (2, 60))
    return pl.DataFrame(
        {
            "moves": moves,
            "idle": idle,
            "fixed": 3,
            "upgrade": moves > 5,
            "wait_mean": np.exp(-moves),
        }
    )


def test_a_monotone_effect_is_told_from_none(points: pl.DataFrame) -> None:
    """However curved, more of the factor is less of the measure; the idle one is not told."""
    found = sensitivity(points, ["moves", "idle", "fixed", "upgrade"], ["wait_mean"])
    told = {row["factor"]: (row["correlation"], row["clear"]) for row in found.to_dicts()}
    assert told["moves"] == (pytest.approx(-1.0), True)
    assert told["idle"][1] is False
    assert told["fixed"] == (None, False)
    assert told["upgrade"][0] < -0.8
    assert told["upgrade"][1] is True


def test_points_without_a_value_are_left_out(points: pl.DataFrame) -> None:
    """A failed point says nothing; two that remain are too few."""
    kept = points.with_columns(wait_mean=pl.when(pl.int_range(pl.len()) < 2).then("wait_mean"))
    (row,) = sensitivity(kept, ["moves"], ["wait_mean"]).to_dicts()
    assert (row["n"], row["correlation"], row["clear"]) == (2, None, False)


def test_chance_is_told_as_rarely_as_promised() -> None:
    """Of factors that do nothing, few are told: one measure in twenty has any among five."""
    rng = np.random.default_rng(1)
    wrong = 0
    for _ in range(200):
        table = pl.DataFrame(rng.normal(size=(40, 6)), schema=[*"abcde", "wait_mean"])
        wrong += sensitivity(table, list("abcde"), ["wait_mean"])["clear"].any()
    assert 2 <= wrong <= 20
