"""The compiled event loop against `des`: every route by events, none by arrays."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.arrays import Bools
from sim.engines import core, des, event_loop
from sim.engines.log import VisitLog
from sim.journeys import SOLD_INLAND, TURNED_BACK, Journeys
from sim.plan import Plan, StageKind, WhenFull
from sim.queues import compiled
from sim.workload import Workload
from tests.agreement import test_choices, test_random_borders
from tests.agreement.same import assert_same
from tests.agreement.test_shipped import SHORT
from tests.shipped import FILES, FOLDER

pytestmark = pytest.mark.skipif(find_spec("numba") is None, reason="no numba")

MECHANISMS = {
    "full hold that waits",
    "full hold that blocks",
    "full hold that turns back",
    "place of an overflow",
    "place that comes back later",
    "load sold inland",
    "turned back by the gate",
    "absent at a slot",
    "served in a batch",
    "lane for some",
    "outage",
    "resumed service",
    "owner's delay",
    "booked slot",
    "path against the order of stages",
}

MOST = 4000
"""Random borders after which a mechanism that nobody met counts as lost."""


def run(plan: Plan, work: Workload) -> Journeys:
    """All routes by the loop."""
    log = VisitLog(plan, work)
    return log.part(event_loop.fill(log, set(range(len(plan.routes))))).journeys()


def acted(plan: Plan, truth: Journeys) -> set[str]:
    """Which mechanisms made a difference to somebody."""
    work = truth.workload
    seen = {
        name
        for number in range(len(plan.stages))
        for name, does in (at_hold(plan, number, truth) | at_stage(plan, number, truth)).items()
        if does
    }
    reached = np.bincount(work.row_vehicle, ~np.isnan(truth.arrive), minlength=work.vehicles) > 0
    ways = {
        "load sold inland": truth.outcome == SOLD_INLAND,
        "turned back by the gate": (truth.outcome == TURNED_BACK) & ~reached,
        "absent at a slot": ~np.isnan(truth.start[work.absent]),
        "path against the order of stages": _goes_back(truth),
    }
    return seen | {name for name, does in ways.items() if does.any()}


def _goes_back(truth: Journeys) -> Bools:
    """Visits that come after one to a later stage, and are served."""
    work = truth.workload
    order, vehicle = work.along_paths, work.row_vehicle[work.along_paths]
    back = (vehicle[1:] == vehicle[:-1]) & (order[1:] < order[:-1])
    return back & ~np.isnan(truth.start[order[1:]])


def at_hold(plan: Plan, number: int, truth: Journeys) -> dict[str, bool]:
    """Which mechanisms acted at a stage if it is a hold."""
    if plan.stages[number].kind is not StageKind.HOLD:
        return {}
    rows, full = truth.workload.rows(number), plan.when_full(number)
    arrive, start, finish = truth.arrive[rows], truth.start[rows], truth.finish[rows]
    waited = bool(((start > arrive) | (np.isnan(start) & ~np.isnan(arrive))).any())
    left = np.isnan(start) & ~np.isnan(finish)
    back = truth.outcome[truth.workload.row_vehicle[rows]] == TURNED_BACK
    return {
        "full hold that waits": waited and full is WhenFull.WAIT,
        "full hold that blocks": waited and full is WhenFull.BLOCK,
        "full hold that turns back": bool((left & back).any()),
        "place of an overflow": bool((~np.isnan(start)).any())
        and any(other.overflow == number for other in plan.stages),
        "place that comes back later": bool(
            (truth.workload.service[rows][~np.isnan(finish)] > 0).any()
        ),
    }


def at_stage(plan: Plan, number: int, truth: Journeys) -> dict[str, bool]:
    """Which mechanisms acted at a stage that serves."""
    stage, rows = plan.stages[number], truth.workload.rows(number)
    served = ~np.isnan(truth.start[rows])
    longer = truth.finish[rows] > truth.start[rows] + truth.workload.service[rows]
    kinds = {
        "served in a batch": stage.kind is StageKind.BATCH,
        "owner's delay": stage.kind is StageKind.DELAY and stage.owner,
        "booked slot": stage.kind is StageKind.SLOTS and stage.virtual,
        "lane for some": bool((stage.rank < 0).any()),
        "outage": any(number in outage.stages for outage in plan.outages),
    }
    acting = {name: there and bool(served.any()) for name, there in kinds.items()}
    return acting | {"resumed service": stage.resume and bool(longer.any())}


def test_event_loop_agrees_with_des_on_random_borders() -> None:
    """Every time, server and outcome is that of `des`, and every mechanism has been at work."""
    seen: Counter[str] = Counter()
    examples = 0

    @settings(deadline=None, max_examples=400)
    @given(case=test_random_borders.borders())
    def agrees(case: tuple[Plan, Workload]) -> None:
        truth = des.run(*case)
        seen.update(acted(case[0], truth))
        assert_same(run(*case), truth)

    while not set(seen) >= MECHANISMS:  # a rare one may miss the first 400
        agrees()
        examples += 400
        assert examples <= MOST, MECHANISMS - set(seen)


OPPOSITE = """\
format: 1
title: {en: Opposite orders, vi: Ngược chiều}
run: {start: 2025-07-07, warm_up: 0 days, days: 1, replications: 1, seed: 5}
calendars: {day: {hours: 24h, evidence: assumption}}
cargo:
  fruit: {title: {en: Fruit, vi: Trái cây}, counted_as: fruit}
  goods: {title: {en: Goods, vi: Hàng}}
channels: {green: 100 %, yellow: 0 %, red: 0 %, evidence: assumption}
gates:
  g:
    title: {en: G, vi: G}
    mode: road
    class: bilateral
    data: published
    evidence: assumption
    routes:
      main:
        stages:
          scan: {title: {en: S, vi: S}, side: vietnam, servers: 1, calendar: day, service: 7 min}
          papers:
            title: {en: P, vi: P}
            side: vietnam
            servers: 1
            calendar: day
            service: {fruit: 0 min, goods: 20 min}
          yard: {title: {en: Y, vi: Y}, side: vietnam, servers: 1, calendar: day, service: 10 min}
          crossing: {title: {en: C, vi: C}, side: border, servers: 9, calendar: day, service: 1 min}
        paths:
          import: {stages: [scan, papers, crossing], crossed_at: crossing}
          back: {direction: export, stages: [yard, papers, scan, crossing], crossed_at: crossing}
          direct: {direction: export, stages: [papers, scan, crossing], crossed_at: crossing}
        flows:
          fruit: {direction: export, path: back, cargo: fruit, vehicle: train, timetable: [06:00]}
          goods: {direction: export, path: direct, cargo: goods, vehicle: train, timetable: [06:00]}
          other: {direction: import, cargo: goods, vehicle: train, timetable: [20:00]}
          more: {direction: import, cargo: goods, vehicle: train, timetable: [21:00]}
"""


def test_a_server_freed_on_the_way_back_serves_in_turn(tmp_path: Path) -> None:
    """Who leaves for a stage with an earlier turn has left before the freed server is taken.

    At 06:20 the loaded truck leaves papers for the scanner, and fruit, which papers do not keep,
    would come to the scanner at the same minute with the lower number.
    """
    file = tmp_path / "opposite.yaml"
    file.write_text(OPPOSITE, "utf-8")
    plan = sim.build_plan(sim.load(file))
    work = sim.draw(plan, 0)
    truth = des.run(plan, work)
    assert_same(run(plan, work), truth)
    scan = truth.to_polars().filter(pl.col("stage").cast(pl.String) == "g.main.scan")
    assert scan.sort("vehicle")["start"][:2].to_list() == [387.0, 380.0]


def test_event_loop_agrees_with_des_on_choices() -> None:
    """Who chooses comes to the same gate, by the same published queues."""
    seen: Counter[str] = Counter()
    examples = 0

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def agrees(data: st.DataObject) -> None:
        plan, work = test_choices.border(data.draw)
        truth = des.run(plan, work)
        for choice in plan.choices:
            came = np.isin(truth.workload.flow, choice.flows[1:])
            seen.update({"elsewhere": int(came.any())})
        seen.update({"stop": int(bool(plan.stops)), "sold": int((truth.outcome == 2).any())})
        assert_same(run(plan, work), truth)

    while not min(seen["elsewhere"], seen["stop"], seen["sold"]):
        agrees()
        examples += 60
        assert examples <= MOST, seen


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_event_loop_agrees_with_des_on_shipped_scenarios(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each shipped scenario, all its routes by events; and as `core` shares the work out."""
    dated = "from: {" in path.read_text("utf-8")  # its volumes change on days that must come
    plan = sim.build_plan(sim.load(path, set={} if dated else SHORT))
    work = sim.draw(plan, 0)
    truth = des.run(plan, work)
    assert_same(run(plan, work), truth)
    monkeypatch.setattr(event_loop, "pays", lambda *_: True)
    assert_same(core.run(plan, work), truth)


def test_each_kind_of_stage_is_served_by_the_loop_or_left_to_des(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A route with a kind that the loop does not know is not run by it."""
    assert set(StageKind) >= event_loop.KINDS
    plan = sim.build_plan(sim.load(FOLDER / "slot-booking.yaml", set={"run.days": "1"}))
    log = VisitLog(plan, sim.draw(plan, 0))
    slots = {stage.route for stage in plan.stages if stage.kind is StageKind.SLOTS}
    others = set(range(len(plan.routes))) - slots
    assert slots
    assert others
    monkeypatch.setattr(event_loop, "ready", lambda: True)
    monkeypatch.setattr(event_loop, "LOADING", -compiled.LOADING)
    assert event_loop.pays(log, slots)
    monkeypatch.setattr(event_loop, "KINDS", event_loop.KINDS - {StageKind.SLOTS})
    assert not event_loop.pays(log, slots)
    assert event_loop.pays(log, others)
