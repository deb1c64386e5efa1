"""Observed values in a sweep: as levels of a factor, and as what a factor is drawn from."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sim.errors import ResultsError
from sim.sweep import fill, plan_sweep, reopen
from sim.sweep.executor import SerialExecutor
from tests.small import SMALL

SERVICE = "gates.chi_ma.routes.main.stages.documents.service"
SWEEP = f"""\
format: 1
extends: small.yaml
run: {{warm_up: 0 h, days: 1}}
sweep:
  replications: 2
  factors:
    times: {{path: {SERVICE}, values: ["empirical(a.csv)", "empirical(b.csv)"]}}
"""
DRAWN = """\
format: 1
extends: small.yaml
run: {warm_up: 0 h, days: 1}
sweep:
  design: sobol
  points: 8
  replications: 1
  factors:
    lanes:
      path: gates.chi_ma.routes.main.stages.crossing.servers
      distribution: "discrete(25 % 2, 75 % 4)"
    counters:
      path: gates.chi_ma.routes.main.stages.documents.servers
      distribution: "empirical(a.csv, counters)"
      digits: 0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small border with observed times, and a second file of such."""
    text = SMALL.replace('"lognormal(mean 20 min, cv 0.8)"', '"empirical(a.csv, min)"')
    (tmp_path / "small.yaml").write_text(text, "utf-8")
    (tmp_path / "a.csv").write_text("min,counters\n10,2\n20,2\n40,3\n60,5\n", "utf-8")
    (tmp_path / "b.csv").write_text("min\n5\n", "utf-8")
    return tmp_path


def test_a_sweep_goes_on_from_its_own_copies(folder: Path) -> None:
    """The files may change or go once the sweep has begun: its points stay what they were."""
    (folder / "times.yaml").write_text(SWEEP.replace("(a.csv)", "(a.csv, min)"), "utf-8")
    sweep = plan_sweep(folder / "times.yaml", folder / "results")
    fill(sweep, SerialExecutor(), shard=(1, 2))
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("min\n1\n", "utf-8")
    again = reopen(sweep.folder)
    assert [point.name for point in again.points] == [point.name for point in sweep.points]
    fill(again, SerialExecutor())
    waits = (
        again.results()
        .tables["headline"]
        .filter(
            gate="chi_ma",
            direction="all",
            cargo="all",
            route="all",
            stage="all",
            measure="wait_mean",
        )
    )
    slow, fast = (
        waits.group_by("times").agg(pl.col("value").mean()).sort("times").collect()["value"]
    )
    assert slow > 10 * fast
    other = plan_sweep(folder / "times.yaml", folder / "other")
    assert {point.name for point in other.points}.isdisjoint(point.name for point in sweep.points)


def test_a_changed_copy_is_refused(folder: Path) -> None:
    """The sweep's folder holds the data as it was, or says that it does not."""
    (folder / "times.yaml").write_text(SWEEP.replace("(a.csv)", "(a.csv, min)"), "utf-8")
    sweep = plan_sweep(folder / "times.yaml", folder / "results")
    fill(sweep, SerialExecutor())
    for path in (folder / "results" / "inputs").rglob("*.csv"):
        path.write_text("min\n1\n", "utf-8")
    with pytest.raises(ResultsError, match="is not what it was"):
        reopen(sweep.folder)


def test_factors_are_drawn_from_stated_and_observed_values(folder: Path) -> None:
    """Each value comes as often as it is stated, or stands in the column."""
    (folder / "drawn.yaml").write_text(DRAWN, "utf-8")
    levels = [point.levels for point in plan_sweep(folder / "drawn.yaml", folder / "r").points]
    assert sorted(one["lanes"] for one in levels) == [2] * 2 + [4] * 6
    assert sorted(one["counters"] for one in levels) == [2, 2, 2, 2, 3, 3, 5, 5]
