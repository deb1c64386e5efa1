"""What is known of drivers who choose by published queues must come out of the model."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import sim
from sim.workload import Workload
from tests.gates import FRUIT, GATES, gates

CHOICE = f"{FRUIT}.choice"
ALONE = (
    ("gates.b.routes.main.flows.goods.volume", "0 trucks/day"),
    ("gates.a.routes.main.flows.imports.volume", "0 trucks/day"),
)


def flows(*changes: tuple[str, str]) -> pl.DataFrame:
    """Vehicles by gate and outcome, of all replications."""
    table = sim.run(gates(*changes), 3).tables["flows"].filter(direction="export")
    return table.group_by("gate", maintain_order=True).agg(
        pl.col("arrived", "crossed", "turned_back", "sold_inland", "unfinished").sum()
    )


def crossed(*changes: tuple[str, str]) -> dict[str, int]:
    """Exports by gate."""
    return dict(flows(*changes).select("gate", "crossed").iter_rows())


def imbalance(every: str) -> float:
    """Mean difference between the queues of two equal gates, with news of that age."""
    settings = (
        *ALONE,
        ("news.every", every),
        (f"{FRUIT}.volume", "220 trucks/day"),
        (f"{CHOICE}.alternatives.c.main.fee", "1 bn VND"),
        ("calendars.a.hours", "24h"),
        ("calendars.b.hours", "24h"),
        ("gates.a.routes.main.stages.yard.service", "0 min"),
        ("gates.b.routes.main.stages.yard.service", "0 min"),
    )
    backlog = sim.run(gates(*settings), 3).tables["backlog"]
    ours, theirs = (backlog.filter(gate=gate)["waiting"].to_numpy() for gate in "ab")
    return float(np.mean(np.abs(ours - theirs)))


def test_the_older_the_news_the_more_the_queues_swing() -> None:
    """Everyone runs to the gate that was empty: two equal gates differ more with staler news."""
    swings = [imbalance(every) for every in ("10 min", "2 h", "6 h")]
    assert all(later > 1.5 * earlier for earlier, later in pairwise(swings))


def test_longer_hours_draw_traffic_from_the_other_gates() -> None:
    """Three more hours at one gate: more cross there, fewer at each of the others."""
    before, after = crossed(), crossed(("calendars.b.hours", "07:00-22:00"))
    assert after["b"] > 1.1 * before["b"]
    assert after["a"] + after["c"] < 0.95 * (before["a"] + before["c"])


def test_a_second_lane_draws_traffic_too() -> None:
    """What the platform expects of a gate counts its lanes."""
    lane = ("gates.c.routes.main.stages.crossing.servers", "2")
    assert crossed(lane)["c"] > 1.3 * crossed()["c"]


def test_a_closed_gate_sends_its_traffic_elsewhere_and_nothing_is_lost() -> None:
    """Nobody goes to a gate that stays shut; every truck is at another, and accounted for."""
    shut = ("calendars.c.closures", "{quake: {start: 2025-07-08, end: 2025-08-01}}")
    after_a_day = ("run.warm_up", "1 day")
    tables = [sim.run(gates(after_a_day, *changes), 3).tables for changes in ((), (shut,))]
    before, after = (each["gates"].filter(direction="export", gate="c") for each in tables)
    assert before["arrived"].min() > 50
    assert after["arrived"].max() == 0
    drawn = [each["flows"]["arrived"].sum() for each in tables]
    assert drawn[0] == drawn[1]
    ended = tables[1]["flows"].select("crossed", "turned_back", "sold_inland", "unfinished")
    assert ended.sum_horizontal().sum() == drawn[1]


def test_every_gate_balances_with_choices() -> None:
    """Carried in and arrived equals crossed, turned back, sold and unfinished, gate by gate."""
    stop = ("gates.a.stop_receiving", "{above: 15}")
    travel = (f"{CHOICE}.alternatives.b.main.travel", "3 h")
    table = sim.run(gates(stop, travel, ("run.warm_up", "1 day")), 3).tables["gates"]
    came = table["carried_in"] + table["arrived"]
    left = table.select("crossed", "turned_back", "sold_inland", "unfinished").sum_horizontal()
    assert came.to_list() == left.to_list()
    assert table["arrived"].sum() > 1000


def test_published_stops_spare_trucks_the_way() -> None:
    """With news a gate that is full turns back fewer than one that nobody was told of."""
    stop = ("gates.a.stop_receiving", "{above: 10}")
    dear = tuple((f"{CHOICE}.alternatives.{gate}.main.fee", "1 mn VND") for gate in "bc")
    told, late = (
        flows(stop, *dear, ("news.every", every))["turned_back"].sum()
        for every in ("10 min", "4 days")
    )
    assert told < 0.5 * late


@pytest.mark.parametrize("taste", ["0 VND", "20_000 VND"])
def test_choices_belong_to_vehicles(taste: str) -> None:
    """With one lane more, most trucks stay at their gate, and each brings the same draws."""
    lane = ("gates.c.routes.main.stages.crossing.servers", "2")
    logs = []
    for changes in ((), (lane,)):
        plan = sim.build_plan(gates((f"{CHOICE}.taste", taste), ("news.every", "10 min"), *changes))
        logs.append((plan, sim.simulate(plan, sim.draw(plan, 0)).workload))
    (plan, one), (_, other) = logs
    assert _vehicles(plan, one) == _vehicles(plan, other)
    ours, theirs = _needs(plan, one), _needs(plan, other)
    same = ours.keys() & theirs.keys()
    assert 0.4 * len(ours) < len(same) < len(ours)
    assert all(ours[vehicle] == theirs[vehicle] for vehicle in same)


def _vehicles(plan: sim.Plan, work: Workload) -> set[tuple[str, int]]:
    """Whose vehicles came, wherever they went."""
    owner = [plan.flows[flow].owner for flow in work.flow]
    return set(zip(owner, work.key.tolist(), strict=True))


def _needs(plan: sim.Plan, work: Workload) -> dict[tuple[int, int], list[float]]:
    """Service needed along the way by each vehicle at the gate that it chose."""
    needs: dict[tuple[int, int], list[float]] = {}
    flow, key = work.flow.tolist(), work.key.tolist()
    for vehicle, need in zip(work.row_vehicle.tolist(), work.service.tolist(), strict=True):
        needs.setdefault((flow[vehicle], key[vehicle]), []).append(need)
    return needs


def test_the_same_truck_has_the_same_luck_at_every_gate() -> None:
    """Channel and service belong to the vehicle and the stage's role, not to the gate."""
    plan = sim.build_plan(gates())
    work = sim.draw(plan, 0)
    decisions = work.decisions[0]
    rows = np.split(
        np.argsort(work.row_vehicle, kind="stable"), np.cumsum(np.bincount(work.row_vehicle))
    )
    for vehicles in decisions.vehicle[:50].tolist():
        assert len({int(work.channel[vehicle]) for vehicle in vehicles}) == 1
        assert len({tuple(work.service[rows[vehicle]].tolist()) for vehicle in vehicles}) == 1


RAIL = """\
format: 1
extends: gates.yaml
title: {en: Boxes on trains, vi: Công-ten-nơ lên tàu}
gates:
  rail:
    add: true
    title: {en: Station, vi: Nhà ga}
    mode: rail
    class: international
    data: assumed
    evidence: assumption
    routes:
      boxes:
        stages:
          yard:
            title: {en: Truck-rail yard, vi: Bãi chuyển đường bộ - đường sắt}
            side: vietnam
            servers: 4
            service: 20 min
          train:
            title: {en: Place on a train, vi: Chỗ trên tàu}
            side: border
            slots: [04:00, 04:00, 10:00, 10:00, 16:00, 16:00, 22:00, 22:00]
            service: 50 min
        paths:
          export: {stages: [yard, train], crossed_at: train}
  a:
    routes:
      main: {flows: {fruit: {choice: {alternatives: {rail: {boxes: {fee: 30_000 VND}}}}}}}
"""


def test_boxes_go_by_rail_when_the_road_is_slow(tmp_path: Path) -> None:
    """A truck's box takes a place on a train where that is cheaper, and places are few."""
    (tmp_path / "gates.yaml").write_text(GATES, "utf-8")
    overlay = tmp_path / "rail.yaml"
    overlay.write_text(RAIL, "utf-8")
    by_rail = []
    for minutes in ("10 min", "25 min"):
        slow = {f"gates.{gate}.routes.main.stages.crossing.service": minutes for gate in "abc"}
        gate = sim.run(sim.load(overlay, set=slow), 3).tables["gates"].filter(gate="rail")
        by_rail.append(int(gate["crossed"].sum()))
    assert by_rail[0] < 0.8 * by_rail[1]
    assert by_rail[1] <= 3 * 4 * 8
