"""The observed files that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.validate import read_observed

SCENARIOS = Path(__file__).parents[2] / "scenarios"
OBSERVED = sorted((SCENARIOS / "observed").glob("*.csv"))


def scenario_of(observed: Path) -> Path:
    """Where figures belong: to a day, an episode of their name, or else to the baseline."""
    own = (SCENARIOS / f"{prefix}{observed.stem}.yaml" for prefix in ("day-", ""))
    return next((path for path in own if path.is_file()), SCENARIOS / "baseline-2025.yaml")


@pytest.mark.parametrize("path", OBSERVED, ids=lambda path: path.stem)
def test_figures_fit_their_scenario(path: Path) -> None:
    """Each file fits its scenario, which may warn of a jam only; each figure has a source."""
    scenario = sim.load(scenario_of(path))
    assert {warning.code for warning in scenario.warnings} <= {"overload"}
    assert all(one.source for one in read_observed(path, sim.build_plan(scenario)))


def test_each_day_has_figures() -> None:
    """No scenario of a published day is without the figures it is held against."""
    days = {path.stem.removeprefix("day-") for path in SCENARIOS.glob("day-*.yaml")}
    assert days
    assert days <= {path.stem for path in OBSERVED}


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("day-*.yaml")), ids=lambda path: path.stem)
def test_demand_of_a_day_is_what_was_observed(path: Path) -> None:
    """Arrivals of the observed day are the published figures they are said to be set to."""
    plan = sim.build_plan(sim.load(path))
    observed = read_observed(SCENARIOS / "observed" / f"{path.stem[4:]}.csv", plan)
    published = {
        (one.day, one.gate, one.quantity): one.value
        for one in observed
        if one.note == "arrivals were set to it"
    }
    assert published
    for (day, gate, quantity), value in published.items():
        assert day is not None
        direction = 1 if quantity.startswith("imported") else 0
        line = quantity.partition("ed_")[2]
        demand = sum(
            flow.volume[(day - plan.start).days]
            for flow in plan.flows
            if flow.direction == direction
            and plan.gates[flow.gate].mode == "road"
            and gate in ("all", plan.gates[flow.gate].id)
            and (not line or plan.cargo[flow.cargo].counted_as == line)
        )
        assert demand == pytest.approx(value, abs=1.0), (day, gate, quantity)
