"""A gate that stays shut for the whole run is a scenario: vehicles come and wait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.yaml"


@pytest.mark.parametrize("reopens", ["2025-07-10", "2025-12-31"])
def test_nobody_crosses_a_gate_that_is_shut_throughout(reopens: str) -> None:
    """Both engines: all who need the Chinese side wait at the end, nobody has crossed."""
    closure = {"start": "2025-07-01", "end": reopens}
    scenario = sim.load(TUTORIAL, set={"calendars.china.closures": {"shut": closure}})
    assert "never-open" in [problem.code for problem in scenario.warnings]
    plan = sim.build_plan(scenario)
    workload = sim.draw(plan, 0)
    logs = [sim.simulate(plan, workload, engine) for engine in ("core", "des")]
    assert logs[0].to_polars().equals(logs[1].to_polars())
    assert np.all(logs[0].outcome == 3)
    tables = sim.measure(logs[0], plan).tables
    assert tables["gates"].filter(gate="chi_ma", direction="export")["crossed"].item() == 0
    assert tables["backlog"]["waiting"].to_list()[-1] == workload.vehicles
