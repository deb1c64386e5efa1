"""Costs of upgrades with their ranges, and upgrades that open later than planned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.errors import ScenarioError
from tests.small import write_small

OVERLAY = """\
format: 1
extends: small.yaml
title: {en: Later, vi: Muộn hơn}
run: {year: 2028}
upgrades:
  road:
    title: {en: Road, vi: Đường}
    evidence: assumption
    capex: {value: 80 bn VND, low: 60 bn VND, high: 120 bn VND}
    opex: 900 mn VND/year
    opens: 2027-03
    DELAY
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 9}}}}}}
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., sim.Scenario]:
    """Load the overlay with a line in place of DELAY, and settings."""
    write_small(tmp_path)

    def loaded(delay: str = "", **settings: str) -> sim.Scenario:
        path = tmp_path / "later.yaml"
        path.write_text(OVERLAY.replace("DELAY", delay or "note: ''"), "utf-8")
        return sim.load(path, set=settings)

    return loaded


def servers(scenario: sim.Scenario) -> object:
    return scenario.model.gates["chi_ma"].routes["main"].stages["documents"].servers


def test_a_cost_may_have_a_range(load: Callable[..., sim.Scenario]) -> None:
    """The value with its ends; a cost without them is at both ends what it is."""
    road = load().model.upgrades["road"]
    assert road.capex == sim.units.Ranged(80e9, 60e9, 120e9)
    assert road.opex == sim.units.Ranged(0.9e9, 0.9e9, 0.9e9)


@pytest.mark.parametrize(
    ("capex", "part"),
    [
        ("{value: 80 bn VND, low: 90 bn VND, high: 120 bn VND}", "not within 90 bn VND to 120"),
        ("{value: 80 bn VND, high: 120 bn VND}", "a range has value, low, high"),
        ("{value: 80, low: 60, high: 90}", "80"),
    ],
)
def test_a_wrong_range_is_told(
    load: Callable[..., sim.Scenario], tmp_path: Path, capex: str, part: str
) -> None:
    """A value beyond its ends, an end that is missing, a number without its unit."""
    load()
    path = tmp_path / "later.yaml"
    old = "{value: 80 bn VND, low: 60 bn VND, high: 120 bn VND}"
    path.write_text(path.read_text("utf-8").replace(old, capex), "utf-8")
    with pytest.raises(ScenarioError, match=r"later\.yaml:9:") as error:
        sim.load(path)
    assert part in str(error.value)


@pytest.mark.parametrize(
    ("delay", "opening", "acts"),
    [
        ("", "2027-03", True),
        ("delay: 6 months", "2027-09", True),
        ("delay: 1.5 years", "2028-09", False),
        ("delay: 2 years", "2029-03", False),
    ],
)
def test_a_delay_moves_the_opening(
    load: Callable[..., sim.Scenario], delay: str, opening: str, acts: bool
) -> None:
    """From the planned month on by so many months; a year before it has the base."""
    scenario = load(delay)
    assert (servers(scenario) == 9) == acts
    if acts:
        assert f"{scenario.model.upgrades['road'].opening:%Y-%m}" == opening
    else:
        assert any(opening in problem.message for problem in scenario.warnings)


def test_a_delay_may_be_set_for_a_run(load: Callable[..., sim.Scenario]) -> None:
    """By its path, over a file that states none; and taken back."""
    assert servers(load(**{"upgrades.road.delay": "2 years"})) != 9
    assert servers(load("delay: 2 years", **{"upgrades.road.delay": "0 years"})) == 9


def test_a_delay_without_a_unit_is_told(load: Callable[..., sim.Scenario]) -> None:
    """With the line and what to write."""
    with pytest.raises(ScenarioError, match=r"later\.yaml:12:.*'2 years', '18 months'"):
        load("delay: 2")
