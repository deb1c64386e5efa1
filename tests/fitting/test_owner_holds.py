"""How long owners hold their trucks, where nobody stamps it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import sim
from sim.fitting.estimate import estimate
from sim.fitting.events import Events
from sim.fitting.logs import read_log
from sim.fitting.model import on_the_days_of
from sim.fitting.owner_holds import queues_seen
from sim.results import write

YARD, NEXT = "chi_ma.main.yard", "chi_ma.main.gate_in"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Events, Path]:
    """Ten days of the baseline as a surveyor sees Chi Ma, without stamps in the yard."""
    scenario = sim.load("baseline-2025", set={"run.days": 10, "run.seed": 5})
    results = sim.run(scenario, replications=1)
    events, _ = read_log(write(results, tmp_path_factory.mktemp("runs")))
    frame = events.frame.filter(pl.col("stage").str.starts_with("chi_ma.main."))
    came = frame.filter(pl.col("stage") == YARD).select("vehicle", came=pl.col("arrive"))
    frame = frame.filter(pl.col("stage") != YARD).join(came, on="vehicle", how="left")
    at_gate = pl.when(pl.col("stage") == NEXT).then("came").otherwise("arrive")
    frame = frame.with_columns(arrive=at_gate).drop("came")
    return replace(events, frame=frame, simulated=False), scenario.path


def test_a_hold_is_told_from_trucks_that_were_taken_at_once(log: tuple[Events, Path]) -> None:
    """Mean and spread of the yard come out, and how it was told is said."""
    events, path = log
    fitted = estimate(events, on_the_days_of(path, events), "survey", rows=2)
    yard = next(f for f in fitted.findings if f.path[-2:] == ("yard", "service"))
    assert yard.doubt is not None
    assert yard.doubt[0] == "held"
    mean, cv = (next(e for e in yard.estimates if e.measure == name) for name in ("mean", "cv"))
    assert mean.before is not None
    assert mean.interval.value == pytest.approx(mean.before, rel=0.1)
    assert not cv.differs
    assert "until the next, with a server free" in yard.note


def test_a_hold_that_cannot_be_told_is_said_with_the_reason(log: tuple[Events, Path]) -> None:
    """Of a sample, and where the next stage has no stamps."""
    events, path = log
    base = on_the_days_of(path, events)
    later = events.frame.filter(pl.col("stage") != NEXT)
    for seen, reason in (
        (replace(events, sampled=0.1), "hold_sample"),
        (replace(events, frame=later), "hold_stamps"),
    ):
        fitted = estimate(seen, base, "survey", rows=0)
        reasons = {(u.path[5], u.reason) for u in fitted.unknown if u.kind == "service"}
        assert ("yard", reason) in reasons


def test_the_time_in_the_yard_is_no_wait_at_the_next_stage(log: tuple[Events, Path]) -> None:
    """Where the hold has no stamps the arrival is that at the gate, and no queue is seen."""
    events, path = log
    base = on_the_days_of(path, events)
    assert NEXT not in queues_seen(events, base)
    assert "chi_ma.main.documents" in queues_seen(events, base)
