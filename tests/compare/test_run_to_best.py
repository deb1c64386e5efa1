"""A sequential choice of the best scenario: the same whoever runs it, and sparing."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.compare import Best, run_to_best, selection_rule
from sim.results import Results
from tests.small import write_small

WAIT = sim.compare.Quantity.parse("wait.mean[chi_ma]")
SETTING = "gates.chi_ma.routes.main.stages.documents.servers"


def scenarios(folder: Path) -> list[sim.Scenario]:
    """One, two and three counters, for a day."""
    base = write_small(folder)[0]
    run = {"run.days": 1, "run.warm_up": "0 h", "run.gates": "[chi_ma]"}
    return [sim.load(base, set=run | {SETTING: count}) for count in (1, 2, 3)]


def chosen(folder: Path, zone: str, most: int = 60) -> tuple[list[Results], Best]:
    """Run to the best within an indifference zone."""

    def run(scenario: sim.Scenario, first: int, count: int) -> Results:
        return sim.run(scenario, count, first=first, journeys="none")

    several = scenarios(folder)
    return run_to_best(several, WAIT, selection_rule(WAIT, 3, zone, most), run)


def test_a_scenario_that_is_beaten_is_run_no_further(tmp_path: Path) -> None:
    """One counter is beaten after the first ten; the first scenario is kept to compare with."""
    results, choice = chosen(tmp_path, "3 min")
    assert choice.sequential
    assert choice.chosen == 2
    assert choice.others == ()
    assert choice.loss == pytest.approx(0.05)
    runs = [len(result.replications) for result in results]
    assert runs[1] <= runs[2]
    assert choice.replications <= max(runs)


def test_replications_that_run_out_are_no_promise(tmp_path: Path) -> None:
    """At the most that is allowed those that are left are named, and no loss is promised."""
    _, choice = chosen(tmp_path, "0.01 s", most=10)
    assert choice.loss == float("inf")
    assert choice.others


def test_a_zone_of_nothing_or_of_another_unit_is_refused() -> None:
    """The message says what to write."""
    for wrong in ("0 min", "5 trucks"):
        with pytest.raises(sim.MeasureError):
            selection_rule(WAIT, 3, wrong)


def test_demand_is_told_of_the_gates_that_are_simulated(tmp_path: Path) -> None:
    """A run of some gates says nothing of the others, whose titles it has not."""
    results = sim.run(scenarios(tmp_path)[0], 1, journeys="none")
    sample = sim.compare.scenario_results(results)
    assert set(sample.demand) == set(sample.gates) == {"chi_ma"}
