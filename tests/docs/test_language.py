"""The scenario files printed in the documentation are scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engines import core, des
from tests.agreement.same import assert_same

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> sim.Scenario:
    """The overlay printed in scenarios/README.md."""
    (text,) = re.findall(
        r"```yaml\n(.*?)```", (SCENARIOS / "README.md").read_text("utf-8"), re.DOTALL
    )
    file = tmp_path_factory.mktemp("docs") / "printed.yaml"
    base = (SCENARIOS / "baseline-2025.yaml").as_posix()
    file.write_text(text.replace("baseline-2025.yaml", base), encoding="utf-8")
    return sim.load(file, set={"run.days": "2", "run.warm_up": "1 day"})


def test_the_printed_overlay_is_sound(scenario: sim.Scenario) -> None:
    """It loads without a warning."""
    assert [str(warning) for warning in scenario.warnings] == []


def test_the_printed_overlay_does_what_it_says(scenario: sim.Scenario) -> None:
    """Both engines agree on it; trucks wait elsewhere for their slot; coaches cross."""
    plan = sim.build_plan(scenario)
    work = sim.draw(plan, 0)
    journeys = core.run(plan, work)
    assert_same(journeys, des.run(plan, work))
    tables = sim.measure(journeys, plan).tables
    stages = {row["stage"]: row for row in tables["stages"].to_dicts()}
    booking = stages["chi_ma.main.booking"]
    assert booking["virtual_mean"] > 10.0
    assert booking["wait_mean"] == 0.0
    assert 0.0 < booking["missed_share"] < 1.0
    flows = {row["flow"]: row for row in tables["flows"].to_dicts()}
    assert flows["chi_ma.main.coaches"]["crossed"] > 10
    guard = [stage.id for stage in plan.stages].index("chi_ma.main.border_guard")
    here = (work.stage == guard) & (journeys.server == len(plan.stages[guard].lane) - 2)
    served = {plan.flows[i].id for i in np.unique(work.flow[work.row_vehicle[here]]).tolist()}
    assert served <= {"chi_ma.main.export_fruit", "chi_ma.main.export_general"}
    assert served
