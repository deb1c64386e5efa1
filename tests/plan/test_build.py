"""From a scenario to a plan: lanes, paths, departures and what a service is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.plan import Flow, Plan, Stage
from tests.small import write_small

GATE = """\
format: 1
extends: small.yaml
title: {en: Lanes, vi: Làn}
cargo:
  goods: {payload: 20 t, evidence: assumption}
  people: {add: true, title: {en: People, vi: Hành khách}, evidence: assumption}
gates:
  chi_ma:
    routes:
      main:
        stages:
          guards:
            add: true
            title: {en: Border guards, vi: Biên phòng}
            side: vietnam
            servers: 1
            calendar: day
            service: {trusted: 1 min, other: 2 min}
            priority: [people, trusted]
            shifts:
              express: {servers: 2, calendar: day, only: [trusted, fruit]}
              coaches: {servers: 1, calendar: always, prefers: [people]}
            evidence: assumption
        paths:
          export: {stages: [documents, guards, crossing]}
          coach_out: {add: true, direction: export, stages: [guards], crossed_at: guards}
        flows:
          firm: {add: true, direction: export, cargo: goods, volume: 5/day, trusted: true}
          coaches:
            add: true
            direction: export
            path: coach_out
            cargo: people
            vehicle: coach
            passengers: 40
            volume: 6 coaches/day
            evidence: assumption
"""

Build = Callable[..., Plan]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Compile the gate with lanes, with some values changed."""
    write_small(tmp_path)
    file = tmp_path / "lanes.yaml"
    file.write_text(GATE, encoding="utf-8")

    def built(**values: object) -> Plan:
        route = "gates.chi_ma.routes.main."
        named = {route + key.replace("__", "."): value for key, value in values.items()}
        return sim.build_plan(sim.load(file, set=named))

    return built


def stage(plan: Plan, role: str) -> Stage:
    """The stage of a role."""
    return next(one for one in plan.stages if one.role == role)


def flow(plan: Plan, name: str) -> Flow:
    """The flow of a name."""
    return next(one for one in plan.flows if one.id.endswith(f".{name}"))


def test_shifts_say_whom_they_serve_and_in_which_order(build: Build) -> None:
    """Ranks by flow: the stage's priorities, `only` keeps out, `prefers` puts others after."""
    plan = build()
    guards = stage(plan, "guards")
    names = [one.id.rsplit(".", 1)[1] for one in plan.flows]
    order = [names.index(name) for name in ("coaches", "firm", "fruit", "goods")]
    assert guards.rank[:, order].tolist() == [[0, 1, 2, 2], [-1, 1, 2, -1], [0, 4, 5, 5]]
    assert guards.lane.tolist() == [0, 1, 1, 2]
    assert stage(plan, "documents").rank.tolist() == [[0] * len(names)]


def test_a_flow_takes_the_path_it_names(build: Build) -> None:
    """Coaches go past the border guards alone, trucks the way of their direction."""
    plan = build()
    paths = {
        name: [plan.stages[step.stage].role for step in flow(plan, name).steps]
        for name in ("coaches", "firm")
    }
    assert paths == {"coaches": ["guards"], "firm": ["documents", "guards", "crossing"]}


def test_service_times_may_go_by_trust(build: Build) -> None:
    """Trusted operators have a service time of their own."""
    plan = build()
    for name, minutes in (("firm", 1.0), ("fruit", 2.0)):
        service = flow(plan, name).steps[1].service
        assert service is not None
        assert service[0].mean == minutes


def test_no_shows_are_drawn_once_for_each_vehicle(build: Build) -> None:
    """Trusted firms always show up; of the rest the share that says so is absent."""
    slots = {"hours": "24h", "every": "10 min"}
    shares = {"trusted": "0 %", "other": "30 %"}
    values = {"stages__crossing__slots": slots, "stages__crossing__servers": None}
    always = {"stages__crossing__calendar": "always", "flows__fruit__volume": "600/day"}
    booked = {"stages__crossing__no_show": shares, "stages__crossing__wait": "virtual"}
    plan = build(**values, **always, **booked)
    assert stage(plan, "crossing").virtual
    work = sim.draw(plan, 0)
    here = work.stage == plan.stages.index(stage(plan, "crossing"))
    flows = work.flow[work.row_vehicle[work.absent]]
    assert here[work.absent].all()
    assert plan.flows.index(flow(plan, "firm")) not in flows
    fruit = work.flow[work.row_vehicle] == plan.flows.index(flow(plan, "fruit"))
    assert np.mean(np.isin(np.flatnonzero(here & fruit), work.absent)) == pytest.approx(
        0.3, abs=0.03
    )
    assert sim.draw(plan, 0).absent.tolist() == work.absent.tolist()
    longer = sim.draw(build(**values, **always, **booked, flows__firm__volume="50/day"), 0)
    who = {
        name: set(one.key[one.row_vehicle[one.absent]].tolist())
        for name, one in (("before", work), ("after", longer))
    }
    assert who["before"] == who["after"]


@pytest.mark.parametrize(("per", "minutes"), [("vehicle", 2.0), ("passenger", 80.0)])
def test_a_service_by_passenger_takes_all_of_them(build: Build, per: str, minutes: float) -> None:
    """Forty passengers take forty times the time of one."""
    flows = {f"flows__{name}__passengers": 40 for name in ("fruit", "firm")}
    plan = build(stages__guards__per=per, **flows)
    work = sim.draw(plan, 0)
    here = work.stage == plan.stages.index(stage(plan, "guards"))
    coach = work.flow[work.row_vehicle] == plan.flows.index(flow(plan, "coaches"))
    assert set(work.service[here & coach].tolist()) == {minutes}


def test_a_service_by_tonne_takes_the_payload(build: Build) -> None:
    """A service time per tonne is multiplied by the payload of the cargo."""
    values = {f"flows__{name}__cargo": "goods" for name in ("fruit", "goods")}
    plan = build(stages__documents__per="tonne", **values)
    assert flow(plan, "firm").steps[0].units == 20.0


@pytest.mark.parametrize(
    ("slots", "times"),
    [
        (["18:00", "06:00"], [360.0, 1080.0]),
        ({"times": ["06:00"], "places": 3}, [360.0] * 3),
        ({"hours": "07:00-08:00", "every": "20 min"}, [420.0, 440.0, 460.0]),
        ({"hours": "23:30-00:45", "every": "45 min", "places": 2}, [15, 15, 1410, 1410]),
        ({"hours": "24h", "every": "12 h"}, [0.0, 720.0]),
    ],
)
def test_departures_of_a_day(build: Build, slots: object, times: list[float]) -> None:
    """A list, or evenly over hours from their start; as often as a departure has places."""
    plan = build(stages__crossing__slots=slots, stages__crossing__calendar="always")
    found = stage(plan, "crossing").slots
    np.testing.assert_array_equal(found[found < 1440.0], times)
    np.testing.assert_array_equal(found[found >= 1440.0][: len(times)], np.array(times) + 1440.0)
