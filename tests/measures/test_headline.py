"""The headline numbers."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.catalogue import MEASURES
from sim.journeys import SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures import measure

ALWAYS, DAYTIME = 0, 1
NAN = float("nan")


def headline(log: Journeys, gate: str, direction: str) -> dict[str, float | None]:
    """Values of one gate and direction by measure."""
    found = measure(log, log.plan).tables["headline"].filter(gate=gate, direction=direction)
    return dict(found.select("measure", "value").iter_rows())


def test_known_headline(small_day: Journeys) -> None:
    """Exports of g0 in hours: trucks A, B and C of 160, 62 and 740 minutes."""
    assert headline(small_day, "g0", "export") == {
        "crossed_per_day": 1.5,
        "arrived_per_day": 2.0,
        "wait_mean": pytest.approx(88 / 3 / 60),
        "wait_p50": pytest.approx(20 / 60),
        "wait_p95": pytest.approx((20 + 0.9 * 48) / 60),
        "wait_vietnam_mean": pytest.approx(20 / 3 / 60),
        "wait_vietnam_p95": pytest.approx(18 / 60),
        "wait_border_mean": 0.0,
        "wait_border_p95": 0.0,
        "wait_china_mean": pytest.approx(68 / 3 / 60),
        "wait_china_p95": pytest.approx((20 + 0.9 * 28) / 60),
        "wait_to_crossing_mean": pytest.approx(20 / 3 / 60),
        "wait_to_crossing_p50": 0.0,
        "wait_to_crossing_p95": pytest.approx(18 / 60),
        "closed_mean": pytest.approx(775 / 3 / 60),
        "owner_mean": pytest.approx(20 / 60),
        "virtual_mean": 0.0,
        "release_mean": pytest.approx(165 / 3 / 60),
        "release_p50": pytest.approx(60 / 60),
        "release_p95": pytest.approx((60 + 0.9 * 30) / 60),
        "stay_mean": pytest.approx(1210 / 3 / 60),
        "stay_p50": pytest.approx(240 / 60),
        "stay_p95": pytest.approx((240 + 0.9 * 560) / 60),
        "door_to_door_mean": pytest.approx(962 / 3 / 60),
        "door_to_door_p95": pytest.approx((160 + 0.9 * 580) / 60),
        "vietnam_time_mean": pytest.approx(127 / 3 / 60),
        "vietnam_time_p95": pytest.approx((40 + 0.9 * 22) / 60),
        "waited_per_day": pytest.approx(88 / 60 / 2),
        "within_2h": 100.0,
        "within_4h": 100.0,
        "within_24h": 100.0,
        "same_day_share": pytest.approx(200 / 3),
        "over_24h_share": 0.0,
        "lost_share": 0.0,
        "waiting_2000": 0.0,
        "cost_per_day": None,
        "co2_per_day": None,
    }


def test_all_gates_together_are_one_group(small_day: Journeys) -> None:
    """`all` pools vehicles over road gates and directions, no mean of means, and no train."""
    found = headline(small_day, "all", "all")
    assert found["crossed_per_day"] == 2.0
    assert found["door_to_door_mean"] == pytest.approx((160 + 62 + 740 + 2) / 4 / 60)
    assert found["wagons_per_day"] == 5.0
    assert headline(small_day, "all", "import")["door_to_door_mean"] == pytest.approx(2 / 60)


def test_rows_and_units_are_the_same_in_every_run(kit, small_day: Journeys) -> None:
    """Gates, directions and measures come in fixed order, whatever happened."""
    found = measure(small_day, small_day.plan).tables["headline"]
    empty = kit.journeys(small_day.plan, [])
    keys = ["gate", "direction", "cargo", "route", "stage", "measure", "unit"]
    assert measure(empty, empty.plan).tables["headline"].select(keys).equals(found.select(keys))
    first = found.filter(gate="all", direction="export")
    units = {m.id: m.unit for m in MEASURES.values() if m.standard}
    assert dict(first.select("measure", "unit").iter_rows()) == units
    assert found["gate"].unique(maintain_order=True).to_list() == ["all", "g0", "g1", "g2"]
    waiting = found.filter(measure="waiting_2000")
    assert waiting["direction"].unique().to_list() == ["export"]


def test_trains_count_wagons_and_containers(small_day: Journeys) -> None:
    """One train of ten wagons in two days, without containers; no such rows for road gates."""
    found = headline(small_day, "g1", "export")
    assert (found["wagons_per_day"], found["teu_per_day"]) == (5.0, 0.0)
    rows = measure(small_day, small_day.plan).tables["headline"].filter(measure="crossed_per_day")
    assert set(rows.filter(gate="g1")["unit"]) == {"trains/day"}
    assert set(rows.filter(gate="g0")["unit"]) == {"vehicles/day"}
    trains = replace(small_day.plan.flows[2], teu=30)
    plan = replace(small_day.plan, flows=(*small_day.plan.flows[:2], trains))
    assert headline(replace(small_day, plan=plan), "all", "all")["teu_per_day"] == 15.0
    assert "wagons_per_day" not in headline(small_day, "g0", "export")


def test_undefined_values_are_null(small_day: Journeys) -> None:
    """Where nothing crossed there is no wait, but the count is 0."""
    found = headline(small_day, "g2", "import")
    assert (found["crossed_per_day"], found["wait_mean"], found["same_day_share"]) == (
        0,
        None,
        None,
    )
    assert measure(small_day, small_day.plan).tables["headline"]["value"].is_nan().sum() == 0


def test_a_day_in_line_is_open_and_closed_hours(kit, trip) -> None:
    """More than 24 h counts open and closed hours; service and owner hold do not count."""
    stages = [kit.stage("yard", calendars=[ALWAYS], owner=True), kit.stage("crossing")]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 1)], days=3)
    trips = [
        trip(0, {1: (500, 1941, 1942)}),
        trip(0, {1: (500, 1940, 1942)}),
        trip(0, {0: (0, 0, 1900), 1: (1900, 1900, 1901)}),
        trip(0, {1: (420, 430, 2000)}),
    ]
    assert headline(kit.journeys(plan, trips), "g0", "all")["over_24h_share"] == 25.0


def test_who_is_lost_has_not_waited_a_short_time(kit, trip) -> None:
    """Sold inland or turned back counts against `within`, in `lost`, and in no mean."""
    plan = kit.plan([kit.stage("crossing", calendars=[ALWAYS])], [kit.flow("f", [0], 0)])
    trips = [
        trip(0, {0: (500, 510, 520)}),
        trip(0, {0: (500, 800, 820)}),
        trip(0, {0: (500, NAN, NAN)}, SOLD_INLAND),
        trip(0, {0: (501, NAN, NAN)}, TURNED_BACK),
    ]
    found = headline(kit.journeys(plan, trips), "g0", "export")
    assert (found["within_2h"], found["lost_share"]) == (25.0, 50.0)
    assert found["wait_mean"] == pytest.approx(155 / 60)


def test_waiting_is_the_mean_of_the_bulletins(kit, trip) -> None:
    """Stock at 20:00 of two bulletin days, one truck on the first and two on the second."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=3)
    trips = [trip(0, {0: (1500, NAN, NAN)}), trip(0, {0: (3000, NAN, NAN)})]
    log = kit.journeys(plan, trips)
    assert headline(log, "g0", "export")["waiting_2000"] == 1.5
    assert headline(log, "all", "export")["waiting_2000"] == 1.5


def test_without_a_bulletin_day_waiting_is_undefined(kit, trip) -> None:
    """A run of one day from midnight has no bulletin."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=1)
    log = kit.journeys(plan, [trip(0, {0: (600, NAN, NAN)})])
    assert headline(log, "g0", "export")["waiting_2000"] is None


@given(st.integers(0, 2**32), st.sampled_from([0.0, 1440.0]))
def test_headline_and_gates_tell_one_story(kit, seed: int, warm_up: float) -> None:
    """Where both tables have a figure, they agree up to the unit."""
    log = kit.random_log(seed, warm_up=warm_up)
    gates = measure(log, log.plan).tables["gates"]
    same = {
        "wait_mean": ("wait", 60),
        "closed_mean": ("closed", 60),
        "virtual_mean": ("virtual", 60),
        "owner_mean": ("owner", 60),
        "stay_mean": ("stay_mean", 60),
        "stay_p50": ("stay_p50", 60),
        "stay_p95": ("stay_p95", 60),
        "door_to_door_mean": ("door_to_door_mean", 60),
        "door_to_door_p95": ("door_to_door_p95", 60),
        "vietnam_time_mean": ("vietnam_time_mean", 60),
        "vietnam_time_p95": ("vietnam_time_p95", 60),
        "same_day_share": ("same_day_share", 0.01),
        "crossed_per_day": ("crossed", log.plan.days),
        "arrived_per_day": ("arrived", log.plan.days),
    }
    for way in ("export", "import"):
        found = headline(log, "g0", way)
        row = gates.row(by_predicate=pl.col("direction") == way, named=True)
        for measure_name, (column, factor) in same.items():
            expected = None if row[column] is None else pytest.approx(row[column] / factor)
            assert found[measure_name] == expected
