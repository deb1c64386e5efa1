"""Tables by gate and by flow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.journeys import SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures import measure
from sim.queues import Calendar

ALWAYS, DAYTIME = 0, 1
NAN = float("nan")


def test_known_gate(small_day: Journeys) -> None:
    """Exports of g0: A, B and C crossed, E waits; at 19:00 C was inside, then nobody."""
    gates = measure(small_day, small_day.plan).tables["gates"]
    assert gates.select("gate", "direction").rows() == [
        (gate, way) for gate in ("g0", "g1", "g2") for way in ("export", "import")
    ]
    found = gates.row(0, named=True)
    assert found == {
        "gate": "g0",
        "direction": "export",
        "carried_in": 0,
        "arrived": 4,
        "crossed": 3,
        "turned_back": 0,
        "sold_inland": 0,
        "unfinished": 1,
        "stays": 3,
        "stay_mean": pytest.approx(1210 / 3),
        "stay_p50": 240.0,
        "stay_p95": pytest.approx(240 + 0.9 * 560),
        "wait": pytest.approx(88 / 3),
        "service": pytest.approx(287 / 3),
        "closed": pytest.approx(775 / 3),
        "owner": pytest.approx(20.0),
        "virtual": 0.0,
        "door_to_door_mean": pytest.approx((160 + 62 + 740) / 3),
        "door_to_door_p50": 160.0,
        "door_to_door_p95": pytest.approx(160 + 0.9 * 580),
        "vietnam_time_mean": pytest.approx((40 + 62 + 25) / 3),
        "vietnam_time_p50": 40.0,
        "vietnam_time_p95": pytest.approx(40 + 0.9 * 22),
        "same_day_share": pytest.approx(2 / 3),
        "backlog_close": 0.5,
    }


def test_a_gate_without_traffic_has_zeros_and_nulls(small_day: Journeys) -> None:
    """Counts of an idle gate are 0; times have no value."""
    gates = measure(small_day, small_day.plan).tables["gates"]
    idle = gates.filter(pl.col("gate") == "g2")
    assert idle.select(pl.col(pl.Int64)).sum_horizontal().to_list() == [0, 0]
    assert idle.select(pl.col(pl.Float64)).null_count().row(0) == (2,) * 16


def test_a_crossing_that_never_closes_has_no_closing_backlog(small_day: Journeys) -> None:
    """The rail path is open day and night, and imports have no backlog at closing."""
    gates = measure(small_day, small_day.plan).tables["gates"]
    assert gates["backlog_close"].to_list() == [0.5, None, None, None, None, None]


def test_backlog_at_closing_takes_the_last_closing_of_the_day(kit, trip) -> None:
    """With two crossings, 07:00-19:00 and 09:00-21:00, the gate closes at 21:00."""
    stages = [kit.stage("early"), kit.stage("late", calendars=[2])]
    plan = kit.plan(stages, [kit.flow("a", [0], 0), kit.flow("b", [1], 1)])
    trips = [
        trip(0, {0: (1000, 1000, 1200)}),
        trip(1, {1: (1250, 1250, 1300)}),
        trip(0, {0: (2500, NAN, NAN)}),
    ]
    gates = measure(kit.journeys(plan, trips), plan).tables["gates"]
    assert gates["backlog_close"].to_list() == [1.0, None]


def test_a_lunch_break_is_not_the_closing_of_the_day(kit, trip) -> None:
    """Open 07:00-11:30 and 13:00-17:00, the backlog is counted at 17:00 only."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=1)
    hours = Calendar(np.array([420.0, 780.0]), np.array([690.0, 1020.0]))
    plan = replace(plan, calendars=(plan.calendars[0], hours, plan.calendars[2]))
    trips = [trip(0, {0: (680, 780, 790)}), trip(0, {0: (1000, 1019, 1030)})]
    gates = measure(kit.journeys(plan, [*trips, trip(0, {0: (1010, NAN, NAN)})]), plan).tables[
        "gates"
    ]
    assert gates["backlog_close"][0] == 2.0


def test_those_who_give_up_are_counted_apart(kit, trip) -> None:
    """Turned back and sold inland are outcomes of their own, in both tables."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)])
    waits = {0: (500, NAN, NAN)}
    trips = [trip(0, waits, TURNED_BACK), trip(0, waits, SOLD_INLAND), trip(0, waits)]
    tables = measure(kit.journeys(plan, [*trips, trip(0, {0: (510, 520, 530)})]), plan).tables
    counts = ["arrived", "crossed", "turned_back", "sold_inland", "unfinished"]
    assert tables["flows"].select(counts).row(0) == (4, 1, 1, 1, 1)
    assert tables["gates"].select(counts).row(0) == (4, 1, 1, 1, 1)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 1440.0, 755.5]))
def test_no_vehicle_is_lost(kit, seed: int, warm_up: float) -> None:
    """Arrivals equal what became of them: of the whole run by flow, of the window by gate."""
    log = kit.random_log(seed, warm_up=warm_up)
    tables = measure(log, log.plan).tables
    ends = ("crossed", "turned_back", "sold_inland", "unfinished")
    flows, gates = tables["flows"], tables["gates"]
    assert flows["arrived"].to_list() == flows.select(pl.sum_horizontal(ends)).to_series().to_list()
    assert flows["arrived"].sum() == len(log.workload.arrive)
    came = gates.select(pl.col("carried_in") + pl.col("arrived")).to_series()
    assert came.to_list() == gates.select(pl.sum_horizontal(ends)).to_series().to_list()
    assert gates["unfinished"].sum() == flows["unfinished"].sum()


@given(st.integers(0, 2**32))
def test_mean_clocks_add_up(kit, seed: int) -> None:
    """The five mean clocks of a gate sum to its mean stay."""
    log = kit.random_log(seed)
    gates = measure(log, log.plan).tables["gates"].drop_nulls("stay_mean")
    clocks = ("wait", "service", "closed", "owner", "virtual")
    parts = gates.select(pl.sum_horizontal(clocks)).to_series().to_list()
    assert parts == pytest.approx(gates["stay_mean"].to_list())
