"""Queues without a steady state are found, named by what binds, and not found elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.compare import Sample, sample, unstable
from sim.results import open_results, write
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

FRUIT = "gates.chi_ma.routes.main.flows.fruit.volume"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("small"))[0]


def simulated(base: Path, **settings: str) -> Sample:
    return sample(run(load(base, set={"run.days": "6", **settings}), 4))


@pytest.fixture(scope="module")
def jam(base: Path) -> Sample:
    """300 trucks a day for two counters that can serve about 74."""
    return simulated(base, **{FRUIT: "300 trucks/day"})


def test_overload_grows_and_names_what_binds(jam: Sample) -> None:
    """Both directions share the counters; the slope is what comes less what is served."""
    growth, shared = unstable(jam)
    assert (growth.gate, growth.direction) == ("chi_ma", "export")
    assert (shared.gate, shared.direction) == ("chi_ma", "import")
    assert growth.stage == shared.stage == "chi_ma.main.documents"
    mine = jam.headline.filter(gate="chi_ma", direction="export", measure="crossed_per_day")
    assert growth.per_day == pytest.approx(300 - np.mean(mine["value"].to_numpy()), rel=0.15)
    # 320 trucks x 20 min, for two servers of 12 h and one service that runs on
    assert growth.load == pytest.approx(320 * 20 / (2 * (720 + 20)), rel=0.1)


def test_a_normal_queue_is_stable(base: Path) -> None:
    """A gate that clears its queue each day is not accused."""
    assert unstable(simulated(base)) == []


def test_filling_is_not_overload(base: Path) -> None:
    """Trucks that their owners keep for days pile up at first, with no stage overloaded."""
    stages = "gates.chi_ma.routes.main.stages"
    (found,) = unstable(
        simulated(
            base,
            **{
                "run.warm_up": "0 days",
                f"{stages}.documents.servers": "unlimited",
                f"{stages}.documents.service": "4 days",
            },
        )
    )[:1]
    assert (found.direction, found.stage, found.load) == ("export", "", None)


def test_load_tells_where_a_run_is_too_short_for_a_slope(base: Path) -> None:
    """Two evenings have no slope; the load is told by itself."""
    short = simulated(base, **{FRUIT: "300 trucks/day", "run.days": "2"})
    assert short.tables["growth"]["per_day"].null_count() == short.tables["growth"].height
    assert [(one.stage, one.per_day) for one in unstable(short)] == [
        ("chi_ma.main.documents", None)
    ]


def test_one_replication_accuses_nobody(jam: Sample) -> None:
    """Without an interval there is no doubt to be beyond."""
    first = {name: table.filter(pl.col("replication") == 0) for name, table in jam.tables.items()}
    assert unstable(replace(jam, tables=first, replications=(0,))) == []


def test_folders_tell_the_same(base: Path, tmp_path: Path) -> None:
    """Stored results are judged as fresh ones; those of an older langson not at all."""
    results = run(load(base, set={FRUIT: "300 trucks/day", "run.days": "4"}), 3)
    stored = sample(open_results(write(results, tmp_path)))
    assert unstable(stored) == unstable(sample(results)) != []
    assert stored.stages == sample(results).stages
    old = {name: table for name, table in stored.tables.items() if name != "growth"}
    assert unstable(replace(stored, tables=old)) == []


def test_the_stage_named_is_on_the_way(base: Path) -> None:
    """An import queue is not blamed on a stage that only exports visit, however loaded."""
    text = base.read_text("utf-8").replace(
        "import: {stages: [documents, crossing]", "import: {stages: [crossing]"
    )
    apart = base.with_name("apart.yaml")
    apart.write_text(text, "utf-8")
    goods = "gates.chi_ma.routes.main.flows.goods.volume"
    found = unstable(simulated(apart, **{FRUIT: "300 trucks/day", goods: "240 trucks/day"}))
    named = {one.direction: one.stage for one in found if one.per_day is not None}
    assert named == {"export": "chi_ma.main.documents", "import": "chi_ma.main.crossing"}
