"""From an event log of langson's back to the scenario that wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.fitting import Finding, Fitted
from sim.fitting.folder import ENSEMBLE, OVERLAY, write_fit
from sim.results import write
from sim.sweep import plan_sweep

HELD = 0.9
"""Share of the intervals that must hold what the scenario says."""


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """The tutorial, run for four weeks and fitted to its event log."""
    scenario = sim.load("tutorial", set={"run.days": 27, "run.seed": 11})
    results = sim.run(scenario, replications=1)
    folder = write(results, tmp_path_factory.mktemp("runs"))
    return sim.fit(folder, rows=4)


def finding(fitted: Fitted, *path: str) -> Finding:
    """The finding whose path ends so."""
    return next(one for one in fitted.findings if one.path[-len(path) :] == path)


def test_a_log_gives_back_the_inputs_within_their_intervals(fitted: Fitted) -> None:
    """Of all numbers that the scenario states at least nine in ten lie within."""
    numbers = [
        one for found in fitted.findings for one in found.estimates if one.before is not None
    ]
    kinds = {found.kind for found in fitted.findings}
    assert kinds >= {"service", "share", "channels", "servers", "volume", "day_to_day_cv", "day"}
    assert len(numbers) > 30
    assert sum(not one.differs for one in numbers) >= HELD * len(numbers)


def test_classes_that_are_served_alike_are_not_parted(fitted: Fitted) -> None:
    """Papers go by channel, inspection by none; a constant is told from a distribution."""
    documents = finding(fitted, "documents", "service").value
    assert set(documents) == {"green", "yellow", "red", "other"}
    assert documents["green"] == "2 min"
    assert documents["red"] == "40 min"
    assert isinstance(finding(fitted, "inspection", "service").value, str)
    assert set(finding(fitted, "china_bay", "share").value) >= {"fresh_fruit", "general_goods"}


def test_servers_are_told_where_vehicles_wait(fitted: Fitted) -> None:
    """As many as ever work at once while a queue stands; of a full log exactly."""
    found = {one.path[5]: one.value for one in fitted.findings if one.kind == "servers"}
    assert found == {"documents": 2, "inspection": 1, "crossing": 1, "china_bay": 1}


def test_the_overlay_is_a_scenario_whose_numbers_are_measured(
    fitted: Fitted, tmp_path: Path
) -> None:
    """It loads without a warning, extends what was fitted, and cites source, n and period."""
    folder = write_fit(fitted, tmp_path)
    scenario = sim.load(folder / OVERLAY)
    assert not scenario.warnings
    path = "gates.chi_ma.routes.main.stages.inspection.service"
    evidence = scenario.evidence_of(path)
    assert evidence.kind == "measured"
    assert evidence.source == ("simulated_run",)
    assert "2025-07-07 to 2025-08-03" in evidence.note
    assert "every vehicle" in evidence.note
    still = {path for path in scenario.assumptions() if path.startswith("gates.")}
    assert not {path for path in still if path.endswith(("service", "servers", "volume"))}


def test_the_ensemble_is_a_sweep_over_what_stays_unsure(fitted: Fitted, tmp_path: Path) -> None:
    """Each row changes all fitted values at once, and every row is a sound scenario."""
    folder = write_fit(fitted, tmp_path)
    variants = plan_sweep(folder / ENSEMBLE, tmp_path / "sweep")
    assert len(variants.points) == 4
