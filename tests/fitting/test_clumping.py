"""Vehicles that come in groups: how many together, and a scenario that replays them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.arrays import Floats
from sim.clock import DAY
from sim.fitting.clumping import group_size
from sim.fitting.filenames import OVERLAY, REPLAY
from sim.fitting.folder import write_fit

MONDAY = dt.datetime.fromisoformat("2025-07-07")


def in_groups(size: int, days: int, seed: int, vehicles: float = 120.0) -> Floats:
    """Arrivals between 06:00 and 18:00, so many together within three minutes."""
    rng = np.random.default_rng(seed)
    leaders = np.concatenate([
        day * DAY + rng.uniform(360.0, 1080.0, rng.poisson(vehicles / size))
        for day in range(days)
    ])  # fmt: skip
    return np.sort(np.repeat(leaders, size) + rng.uniform(0.0, 3.0, len(leaders) * size))


@pytest.mark.parametrize("size", [2, 4, 7])
def test_the_size_of_groups_lies_in_its_interval(size: int) -> None:
    """Of sixteen seeds at least thirteen intervals hold it; the mean is within a tenth."""
    several = [group_size(in_groups(size, 14, seed)) for seed in range(16)]
    sizes = [interval for interval in several if interval is not None]
    assert len(sizes) == 16
    assert sum(interval.low <= size <= interval.high for interval in sizes) >= 13
    assert np.mean([interval.value for interval in sizes]) == pytest.approx(size, rel=0.1)


def test_single_arrivals_are_no_groups() -> None:
    """Whatever the hours bring: none of sixteen seeds shows groups."""
    assert [group_size(in_groups(1, 14, seed)) for seed in range(16)] == [None] * 16


def test_groups_are_replayed_by_a_scenario_of_their_own(tmp_path: Path) -> None:
    """The arrivals of the run are those of the survey; the overlay keeps the volume."""
    times = in_groups(4, 10, 1)
    moments = [MONDAY + dt.timedelta(seconds=round(60.0 * t)) for t in times.tolist()]
    rows = [f"12C-{n},Fresh fruit,{moment}" for n, moment in enumerate(moments)]
    path = tmp_path / "chi-ma.csv"
    path.write_text("\n".join(["plate,cargo,arrive", *rows]) + "\n", "utf-8")
    fitted = sim.fit(path, base="tutorial", rows=2, hold_out=0)
    volume = next(f for f in fitted.findings if f.kind == "volume")
    (group,) = (number for number in volume.estimates if number.measure == "group")
    assert group.interval.low < 4.0 < group.interval.high
    assert group.differs, "arrivals of the scenario are single"
    assert volume.doubt is not None
    assert volume.doubt[0] == "clumped"
    folder = write_fit(fitted, tmp_path)
    overlay, replay = (sim.load(folder / name) for name in (OVERLAY, REPLAY))
    assert overlay.model.gates["chi_ma"].routes["main"].flows["fruit"].volume is not None
    assert not [str(problem) for problem in replay.warnings if "evidence" in problem.message]
    plan = sim.build_plan(replay)
    fruit = [flow.id for flow in plan.flows].index("chi_ma.main.fruit")
    for replication in (0, 1):
        work = sim.draw(plan, replication)
        again = np.sort(work.arrive[work.flow == fruit])
        assert again == pytest.approx(times, abs=0.01)
    summary = {n: sim.run(s, replications=2).summary for n, s in (("o", overlay), ("r", replay))}
    waits = {name: table.filter(measure="wait_mean", gate="all")["mean"][0]
             for name, table in summary.items()}  # fmt: skip
    assert waits["r"] > waits["o"]
