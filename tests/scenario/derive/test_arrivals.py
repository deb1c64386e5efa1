"""Expected arrivals by day, and runs with none or with too many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.errors import Problem, ScenarioError
from sim.plan import build_plan
from sim.scenario import Scenario, load
from sim.scenario.derive.arrivals import daily_arrivals

Found = Callable[[str, str], list[Problem]]
Overlay = Callable[..., Scenario]
Write = Callable[[str, str], str]

FRUIT = "gates.chi_ma.routes.main.flows.fruit"
RHYTHM = """\
run: {start: 2025-06-28, warm_up: 12 h, days: 4}
profiles:
  week: {busy: {add: true, mon: 200 %, evidence: assumption}}
  season: {summer: {add: true, jul: 300 %, evidence: assumption}}
gates: {chi_ma: {routes: {main: {flows: {fruit: {week: busy, season: summer}}}}}}
"""


def test_each_day_has_its_weekday_and_month(overlay: Overlay) -> None:
    """Volume x week x season, for every day that is begun, as the plan has it."""
    scenario = overlay(RHYTHM)
    flow = scenario.model.gates["chi_ma"].routes["main"].flows["fruit"]
    # Saturday, Sunday, Monday, and two days of July
    expected = [30.0, 30.0, 60.0, 90.0, 90.0]
    assert len(scenario.model.run.dates) == 5
    assert daily_arrivals(scenario.model, flow).tolist() == expected
    np.testing.assert_array_equal(build_plan(scenario).flows[0].volume, expected)


def test_a_volume_may_change_from_a_date_on(overlay: Overlay) -> None:
    """The latest date up to a day gives its volume; week and season act on it as ever."""
    dates = "2025-07-01: 0 trucks/day, 2025-06-27: 40 trucks/day, 2025-06-30: 10 trucks/day"
    scenario = overlay(RHYTHM.replace("season: summer", f"season: summer, from: {{{dates}}}"))
    flow = scenario.model.gates["chi_ma"].routes["main"].flows["fruit"]
    assert daily_arrivals(scenario.model, flow).tolist() == [40.0, 40.0, 20.0, 0.0, 0.0]
    np.testing.assert_array_equal(build_plan(scenario).flows[0].volume[2:], [20.0, 0.0, 0.0])


def test_a_timetable_arrives_on_its_weekdays(overlay: Overlay) -> None:
    """Runs per day on the weekdays of the timetable, none on the others."""
    settings = {f"{FRUIT}.volume": None, f"{FRUIT}.day": None, "run.start": "2025-07-05"}
    timetable = {f"{FRUIT}.timetable": ["06:00", "18:00"], f"{FRUIT}.days": "sat, mon"}
    scenario = overlay(set={**settings, **timetable})
    flow = scenario.model.gates["chi_ma"].routes["main"].flows["fruit"]
    assert daily_arrivals(scenario.model, flow).tolist() == [2, 0, 2, 0, 0, 0, 0]
    planned = build_plan(scenario).flows[0].timetable
    assert planned is not None
    assert len(planned) == 4


def test_a_scenario_needs_gates(write: Write, base: str) -> None:
    """`gates: {}` is one error at its key."""
    name = write("base.yaml", base[: base.index("gates:\n")] + "gates: {}\n")
    with pytest.raises(ScenarioError) as caught:
        load(name)
    (problem,) = caught.value.problems
    assert (problem.code, problem.column) == ("no-gates", 1)
    assert problem.excerpt == "gates: {}"
    assert "at least one" in problem.hint


@pytest.mark.parametrize("flow", ["volume: 0 trucks/day", "timetable: []", None])
def test_nothing_comes(problems: Found, flow: str | None) -> None:
    """Without flows, or with flows of nobody, there is nothing to see: a warning."""
    flows = "        flows:\n          fruit: {direction: export, cargo: fruit, "
    old = f"{flows}volume: 30 trucks/day, day: steady}}\n"
    new = "" if flow is None else f"{flows}{flow}}}\n"
    (problem,) = problems(old, new)
    assert (problem.code, problem.level) == ("no-traffic", "warning")
    assert "nothing comes in the 7 days from 2025-07-07" in problem.message
    assert problem.excerpt == "gates:"


def test_a_backlog_is_traffic(overlay: Overlay) -> None:
    """Vehicles that stand there at the start are something to simulate."""
    nobody = {f"{FRUIT}.volume": "0 trucks/day"}
    assert [w.code for w in overlay(set=nobody).warnings] == ["no-traffic"]
    assert overlay(set={**nobody, f"{FRUIT}.backlog": 5}).warnings == ()


@pytest.mark.parametrize(("replications", "warned"), [(9_000, False), (10_000, True)])
def test_a_milliard_vehicles_is_absurd(overlay: Overlay, replications: int, warned: bool) -> None:
    """3,660 days of 30 trucks are 109,800; ten thousand times that is above 1e9."""
    warnings = overlay(set={"run.days": 3660, "run.replications": replications}).warnings
    assert [w.code for w in warnings] == (["absurd-value"] if warned else [])
    if warned:
        assert "about 1 bn vehicles" in warnings[0].message
        assert "109,800 in 3,660 days, 10,000 times" in warnings[0].message
