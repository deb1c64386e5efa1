"""The event log says of each vehicle what shares and service times may go by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sim.engines import simulate
from sim.plan import build_plan
from sim.report.html.page import write_report
from sim.report.play.page import write_playback
from sim.results import open_results, restored, write
from sim.runs import run
from sim.scenario import load
from sim.workload import draw
from tests.small import write_small

CLASSES = ["direction", "cargo", "trusted", "channel"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small border; the flow of fruit is trusted."""
    folder = tmp_path_factory.mktemp("small")
    base, _ = write_small(folder)
    text = base.read_text("utf-8").replace("cargo: fruit, v", "cargo: fruit, trusted: true, v")
    base.write_text(text, encoding="utf-8")
    return base


def test_a_vehicle_has_its_class_and_its_channel(small: Path) -> None:
    """Direction, cargo and trust are those of the flow; the channel is that of the workload."""
    plan = build_plan(load(small))
    workload = draw(plan, 0)
    log = simulate(plan, workload).to_polars()
    assert log.group_by("flow").agg(pl.col(CLASSES[:3]).unique()).sort(
        pl.col("flow").cast(pl.String)
    ).rows() == [
        ("chi_ma.main.fruit", ["export"], ["fruit"], [True]),
        ("chi_ma.main.goods", ["import"], ["goods"], [False]),
        ("dong_dang.main.trains", ["export"], ["goods"], [False]),
    ]
    first = log.unique("vehicle", maintain_order=True)
    drawn = [("green", "yellow", "red")[i] for i in workload.channel[first["vehicle"]].tolist()]
    assert first["channel"].cast(pl.String).to_list() == drawn
    assert len(set(drawn)) == 3


@pytest.mark.parametrize("engine", ["des", "core"])
def test_both_engines_write_the_same_classes(small: Path, engine: str) -> None:
    """The classes come from the workload, so no engine can change them."""
    log = run(load(small), 1, engine=engine).journeys[0]
    assert log.equals(run(load(small), 1).journeys[0])


def test_logs_written_without_classes_can_be_read(small: Path, tmp_path: Path) -> None:
    """A folder of an earlier version opens, restores, and makes its report and playback again."""
    results = run(load(small), 2)
    earlier = replace(results, journeys={0: results.journeys[0].drop(CLASSES)})
    folder = write(earlier, tmp_path)
    stored = open_results(folder)
    assert "channel" not in stored.journeys().collect_schema()
    assert restored(stored).journeys[0].equals(earlier.journeys[0])
    assert write_report(folder).is_file()
    assert write_playback([folder]).is_file()
