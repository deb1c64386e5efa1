"""Intervals hold the truth as often as they say, on a stored pool, and what is quoted of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.messages import topics
from sim.results.intervals import Moments
from tests.benchmarks.bench_coverage import MEASURES, coverage, draw

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
WAITS = pl.read_csv(BENCHMARKS / "tutorial-waits.csv")
MEASURED = pl.read_csv(BENCHMARKS / "coverage.csv")


@pytest.mark.parametrize("size", [10, 20])
@pytest.mark.parametrize("measure", MEASURES)
def test_intervals_hold_the_tutorials_waits(measure: str, size: int) -> None:
    """Of 4,000 samples of a pool, 93 to 97 in 100 intervals hold its mean."""
    found = coverage(WAITS[measure].to_numpy(), size, 4_000)
    assert 0.93 <= found["held"] <= 0.97
    assert found["promised"] > 0.98


def test_students_interval_would_not_do() -> None:
    """The bound can fail: it does for Student's interval of ten mean waits."""
    assert coverage(WAITS[MEASURES[0]].to_numpy(), 10, 4_000)["student"] < 0.93


def test_rare_values_are_not_taken_for_certainty() -> None:
    """Where one replication in a hundred is above 0, no sample of ten has an interval."""
    pool = np.zeros(1_000)
    pool[::100] = np.arange(1.0, 11.0)
    samples = draw(pool, 10, 1_000, 0)
    assert not Moments.of(samples).bounded.any()


@pytest.mark.parametrize(("lang", "to"), [("en", "to"), ("vi", "đến")])
def test_explain_quotes_the_measured_coverage(lang: str, to: str) -> None:
    """The ranges in ``explain half-width`` are those of the stored measurements."""
    text = " ".join(topics()["half-width"].texts[lang].split())
    many = pl.col("measure") == "all"
    rows = MEASURED.filter(pl.col("replications") >= 10)
    for column in ("held", "student"):
        shares = 100 * rows.filter(~many)[column]
        assert f"{shares.min():.0f} {to} {shares.max():.0f}" in text
    (of,) = rows.filter(many)["of"].unique()
    assert of.split()[1] in text
    assert f"{100 * rows.filter(many)['held'].mean():.0f}" in text
    assert f"{100 * rows.filter(many)['promised'].mean():.0f}" in text


def test_the_measured_coverage_is_what_is_promised() -> None:
    """At ten and twenty replications every share measured is between 93 and 97 in 100."""
    held = MEASURED.filter(pl.col("replications") >= 10)["held"]
    assert held.min() >= 0.93
    assert held.max() <= 0.97
