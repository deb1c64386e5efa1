"""Targets against results: met, missed or open by the interval, with what is busiest."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sim.catalogue import Quantity
from sim.compare import Target, audit, estimate, scenario_results
from sim.results import open_results, write
from sim.runs import run
from sim.scenario import load
from tests.scenario.check.test_targets import TARGET, with_text


def tables(values: list[float | None], gate: str = "a") -> dict[str, pl.DataFrame]:
    """Crossings a day by replication, and how busy two stages of two gates are."""
    count = len(values)
    headline = pl.DataFrame(
        {
            "replication": range(count),
            "gate": [gate] * count,
            **{scope: ["all"] * count for scope in ("direction", "cargo", "route", "stage")},
            "measure": ["crossed_per_day"] * count,
            "value": pl.Series(values, dtype=pl.Float64),
        }
    )
    stages = pl.DataFrame(
        {
            "replication": [0, 0, 0, 0],
            "gate": ["a", "a", "b", "a"],
            "stage": ["a.r.booth", "a.r.scan", "b.r.booth", "a.r.delay"],
            "utilisation": [0.5, 0.7, 0.9, None],
        }
    )
    return {"headline": headline, "stages": stages}


CROSSED = Quantity("crossed_per_day", "a")


@pytest.mark.parametrize(
    ("limit", "at_least", "verdict"),
    [
        (80.0, True, "met"),
        (120.0, True, "missed"),
        (101.0, True, "open"),
        (80.0, False, "missed"),
        (120.0, False, "met"),
        (99.0, False, "open"),
    ],
)
def test_the_interval_decides(limit: float, at_least: bool, verdict: str) -> None:
    """A target is met or missed only if the whole interval says so."""
    values = [95.0, 100.0, 105.0, 98.0, 102.0]
    found = audit(Target("t", {}, CROSSED, at_least, limit), tables([*values]))
    assert found.estimate == estimate(values)
    assert found.verdict == verdict


def test_the_busiest_stage_is_of_the_gate() -> None:
    """What may bind is looked for where the target is, and everywhere for all gates."""
    here = audit(Target("t", {}, CROSSED, True, 80.0), tables([100.0, 101.0]))
    assert (here.stage, here.utilisation) == ("a.r.scan", 0.7)
    anywhere = Target("t", {}, Quantity("crossed_per_day"), True, 80.0)
    assert audit(anywhere, tables([100.0, 101.0], "all")).stage == "b.r.booth"


@pytest.mark.parametrize(("values", "verdict"), [([100.0], "open"), ([None, None], "unknown")])
def test_what_cannot_be_told(values: list[float | None], verdict: str) -> None:
    """One replication decides nothing, and without vehicles there is nothing to decide."""
    assert audit(Target("t", {}, CROSSED, True, 80.0), tables(values)).verdict == verdict


def test_folders_hold_the_same_targets(tmp_path: Path) -> None:
    """A target is read from a stored scenario as from a fresh one, units and all."""
    waits = TARGET.replace("crossed.per_day", "waiting.2000").replace(" vehicles/day", "")
    for number, text in enumerate((TARGET, waits)):
        results = run(load(with_text(tmp_path, text)), 2)
        fresh = scenario_results(results)
        stored = scenario_results(open_results(write(results, tmp_path / str(number))))
        assert stored.targets == fresh.targets
        assert fresh.targets[0].limit == 2000.0
    assert fresh.targets[0].quantity == Quantity("waiting_2000", "chi_ma", "export")
