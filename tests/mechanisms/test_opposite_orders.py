"""Two directions through one pool of servers, in opposite orders of stages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engines import ENGINES
from sim.journeys import CROSSED, Journeys
from sim.measures.reach import Reach
from sim.verify import Line, border, visits
from tests.small import SMALL

BACK = SMALL.replace(
    "import: {stages: [documents, crossing]", "import: {stages: [crossing, documents]"
)
"""Imports cross first and show their documents then, at the counters of the exports."""


def crossed(engine: str) -> Journeys:
    """An export by 0 and then 1, and an import by 1 and then 0, one server each."""
    plan = border(Line(), Line(), classes=2)
    need = [[10.0, 10.0], [10.0, 5.0], [10.0, 10.0]]
    work = visits([0.0, 0.0, 1.0], need, [0, 1, 0], places=[[0, 1], [1, 0], [0, 1]])
    return ENGINES[engine](plan, work)


@pytest.mark.parametrize("engine", ENGINES)
def test_both_directions_wait_in_one_line(engine: str) -> None:
    """The import comes to 0 at minute 5, behind the export that has waited there since minute 1."""
    run = crossed(engine)
    np.testing.assert_array_equal(run.start, [0.0, 20.0, 10.0, 10.0, 0.0, 20.0])
    np.testing.assert_array_equal(run.finish, [10.0, 30.0, 20.0, 20.0, 5.0, 30.0])
    np.testing.assert_array_equal(run.crossed_at, [20.0, 30.0, 30.0])


def shared(folder: Path) -> sim.Plan:
    """The small border, with imports that show their documents after the crossing."""
    path = folder / "shared.yaml"
    path.write_text(BACK, encoding="utf-8")
    return sim.build_plan(sim.load(path))


def test_a_scenario_with_paths_in_opposite_order_runs_alike_in_both_engines(tmp_path: Path) -> None:
    """All times are equal to the bit, and the log follows each path."""
    plan = shared(tmp_path)
    work = sim.draw(plan, 0)
    fast, slow = (sim.simulate(plan, work, engine) for engine in ("core", "des"))
    assert fast.to_polars().equals(slow.to_polars())
    ways = fast.to_polars().group_by("vehicle", maintain_order=True).agg("direction", "stage")
    expected = {
        "export": ["chi_ma.main.documents", "chi_ma.main.crossing"],
        "import": ["chi_ma.main.crossing", "chi_ma.main.documents"],
    }
    road = [row for row in ways.iter_rows() if row[2][0] != "dong_dang.main.path"]
    assert {row[1][0] for row in road} == {"export", "import"}
    assert all(row[2] == expected[row[1][0]][: len(row[2])] for row in road)


def test_an_import_has_crossed_before_its_documents(tmp_path: Path) -> None:
    """The crossing is where the path says; the stay goes on to the last stage of the path."""
    plan = shared(tmp_path)
    run = sim.simulate(plan, sim.draw(plan, 0))
    tables = sim.measure(run, plan).tables
    log = run.to_polars()
    documents = log.filter(direction="import", stage="chi_ma.main.documents")
    crossing = log.filter(direction="import", stage="chi_ma.main.crossing")
    done = documents.join(crossing, on="vehicle", suffix="_crossing")
    assert (done["finish_crossing"] == done["arrive"]).all()
    imports = {i for i, flow in enumerate(plan.flows) if flow.direction == 1}
    ended = [
        v
        for v in range(run.workload.vehicles)
        if int(run.workload.flow[v]) in imports and run.outcome[v] == CROSSED
    ]
    row = tables["gates"].filter(gate="chi_ma", direction="import")
    clocks = row.select("wait", "service", "closed", "owner", "virtual").row(0)
    assert sum(clocks) == pytest.approx(row["stay_mean"][0])
    stay = done.filter(
        done["finish"].is_not_null()
        & (done["finish"] >= plan.warm_up)
        & done["vehicle"].is_in(ended)
    )
    whole = stay["finish"].to_numpy() - run.workload.arrive[stay["vehicle"].to_numpy()]
    assert row["stay_mean"][0] == pytest.approx(whole.mean())


def test_demand_follows_the_path() -> None:
    """Without waits the import would reach 0 once its five minutes at 1 are over."""
    run = crossed("core")
    came, free = Reach(run, run.plan).times(0, 2)
    np.testing.assert_array_equal(came, run.arrive)
    np.testing.assert_array_equal(free, [0.0, 5.0, 1.0, 10.0, 0.0, 11.0])
