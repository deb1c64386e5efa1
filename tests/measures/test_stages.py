"""Tables by stage and by hour of the day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.journeys import Journeys
from sim.measures import measure
from sim.plan import StageKind
from sim.queues import Calendar

ALWAYS, DAYTIME, LATE = 0, 1, 2
NAN = float("nan")


def stage_row(log: Journeys, role: str) -> dict[str, object]:
    """One row of the stage table."""
    stages = measure(log, log.plan).tables["stages"]
    return stages.row(by_predicate=pl.col("role") == role, named=True)


def test_known_stage(small_day: Journeys) -> None:
    """All figures of the documents counter, worked out by hand."""
    found = stage_row(small_day, "documents")
    assert found == {
        "stage": "g0.main.documents",
        "gate": "g0",
        "route": "g0.main",
        "role": "documents",
        "side": "vietnam",
        "kind": "servers",
        "visits": 3,
        "wait_mean": pytest.approx(20 / 3),
        "wait_p50": 0.0,
        "wait_p95": pytest.approx(18.0),
        "overnight_mean": pytest.approx(20.0),
        "virtual_mean": 0.0,
        "missed_share": None,
        "service_mean": pytest.approx(85 / 3),
        "queue_mean": pytest.approx((60 + 20 + 240) / 2880),
        "queue_max": 1,
        "utilisation": pytest.approx(80 / 1440),
        "load": pytest.approx(85 / (1440 + 2 * 2725 / 170)),  # two closings, 30, 40 and 15 min
        "overtime": pytest.approx(5.0),
        "throughput_per_hour": pytest.approx(3 / 24),
        "throughput_per_day": 1.5,
        "unfinished": 1,
    }


def test_a_delay_has_no_utilisation(small_day: Journeys) -> None:
    """The yard serves everyone at once: no servers to be busy, no overtime."""
    found = stage_row(small_day, "yard")
    assert (found["visits"], found["service_mean"]) == (1, 60.0)
    assert (found["utilisation"], found["overtime"]) == (None, None)


def test_visits_count_where_they_started(kit, trip) -> None:
    """Started before the window: not a visit, but its end is throughput of the window."""
    plan = kit.plan(
        [kit.stage("crossing", calendars=[ALWAYS] * 2)],
        [kit.flow("f", [0], 0)],
        days=1,
        warm_up=1440.0,
    )
    trips = [
        trip(0, {0: (1300, 1300, 1439)}),
        trip(0, {0: (1400, 1430, 1450)}),
        trip(0, {0: (1405, 1440, 1445)}),
        trip(0, {0: (2870, 2875, NAN)}),
        trip(0, {0: (2871, NAN, NAN)}),
    ]
    found = stage_row(kit.journeys(plan, trips), "crossing")
    assert (found["visits"], found["wait_mean"]) == (2, (35 + 5) / 2)
    assert (found["throughput_per_day"], found["unfinished"]) == (2.0, 2)
    assert found["throughput_per_hour"] == pytest.approx(2 / 24)


def test_service_mean_includes_services_cut_by_the_horizon(kit) -> None:
    """Long services are the likelier cut, so the requirement is averaged, not the outcome."""
    plan = kit.plan([kit.stage("crossing", calendars=[ALWAYS] * 2)], [kit.flow("f", [0], 0)])
    work = kit.workload(plan, [(0, 10.0, {0: 20.0}), (0, 20.0, {0: 5000.0})])
    columns = [np.array(c) for c in ([10.0, 20.0], [10.0, 20.0], [30.0, NAN])]
    log = Journeys.from_times(plan, work, *columns, np.array([0, 1], dtype=np.int32))
    assert stage_row(log, "crossing")["service_mean"] == 2510.0


def test_a_missed_cut_off_is_a_later_departure(kit, trip) -> None:
    """Of four, one comes after the cut-off and leaves at once, one finds no place."""
    slots = np.array([300.0, 300.0, 900.0, 900.0])
    stage = kit.stage("wave", kind=StageKind.SLOTS, calendars=[ALWAYS], slots=slots)
    plan = kit.plan([stage], [kit.flow("f", [0], 0)], days=1)
    times = [(10, 300, 310), (20, 300, 310), (30, 900, 910), (300.5, 900, 910), (901, NAN, NAN)]
    log = kit.journeys(plan, [trip(0, {0: one}) for one in times])
    (row,) = measure(log, plan).tables["stages"].to_dicts()
    assert row["missed_share"] == 0.25
    assert row["wait_mean"] == pytest.approx((290 + 280 + 870 + 599.5) / 4)


def test_virtual_waits_are_in_a_column_of_their_own(kit, trip) -> None:
    """Nothing of them is a wait, a queue, or a truck on the road."""
    slots = np.array([300.0, 900.0])
    kind = {"kind": StageKind.SLOTS, "calendars": [DAYTIME], "slots": slots}
    stage = kit.stage("booking", **kind, virtual=True, places=1)
    plan = kit.plan([stage], [kit.flow("f", [0], 0)], days=1)
    times = [(10, 300, 310), (20, 900, 910), (30, NAN, NAN)]
    tables = measure(log := kit.journeys(plan, [trip(0, {0: one}) for one in times]), plan).tables
    (row,) = tables["stages"].to_dicts()
    assert (row["virtual_mean"], row["wait_mean"], row["overnight_mean"]) == (585, 0, 0)
    assert (row["queue_mean"], row["queue_max"], row["unfinished"]) == (0, 0, 1)
    assert tables["yards"]["overflow_max"].to_list() == [0]
    assert tables["yards"]["occupancy_mean"].to_list() == [pytest.approx(20 / 1440)]
    assert tables["backlog"]["waiting"].max() == 0
    assert log.workload.vehicles == 3


def test_slots_are_used_or_not(kit, trip) -> None:
    """Utilisation of a timetable: departures used of departures offered."""
    slots = np.array([300.0, 900.0, 1740.0, 2340.0])
    stage = kit.stage("path", kind=StageKind.SLOTS, calendars=[ALWAYS], slots=slots)
    plan = kit.plan([stage], [kit.flow("f", [0], 0)])
    log = kit.journeys(plan, [trip(0, {0: (310, 900, 930)})])
    found = stage_row(log, "path")
    assert (found["utilisation"], found["wait_mean"], found["overtime"]) == (0.25, 590.0, None)
    hours = measure(log, plan).tables["hours"]
    assert hours.filter(pl.col("utilisation").is_not_null()).rows() == [
        ("g0.main.path", 5, 0.0, pytest.approx(50 / 120)),
        ("g0.main.path", 15, 0.5, 0.0),
    ]


def test_a_hold_is_used_by_the_places_kept(kit, trip) -> None:
    """Occupancy of a hold: place-minutes kept of all place-minutes, day and night."""
    stages = [
        kit.stage("bays", kind=StageKind.HOLD, calendars=[], servers=2),
        kit.stage("crossing"),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 1, until={0: 1})])
    trips = [
        trip(0, {0: (400, 400, 450), 1: (400, 420, 450)}),
        trip(0, {0: (1400, 1400, NAN), 1: (1400, NAN, NAN)}),
    ]
    found = stage_row(kit.journeys(plan, trips), "bays")
    assert found["utilisation"] == pytest.approx((50 + 1480) / (2 * 2880))
    assert (found["service_mean"], found["overtime"], found["unfinished"]) == (50.0, 0.0, 1)


def test_a_frozen_service_is_neither_work_nor_overtime(kit, trip) -> None:
    """Under `resume` closed hours inside a service count nowhere."""
    plan = kit.plan([kit.stage("crossing", resume=True)], [kit.flow("f", [0], 0)])
    found = stage_row(kit.journeys(plan, [trip(0, {0: (1130, 1130, 1880)})]), "crossing")
    assert (found["utilisation"], found["overtime"]) == (pytest.approx(30 / 1440), 0.0)


def test_shifts_work_by_their_own_hours(kit, trip) -> None:
    """A server past its own closing works overtime though the stage is still open."""
    plan = kit.plan([kit.stage("crossing", calendars=[DAYTIME, LATE])], [kit.flow("f", [0], 0)])
    trips = [trip(0, {0: (1130, 1130, 1160, 0)}), trip(0, {0: (1131, 1131, 1161, 1)})]
    found = stage_row(kit.journeys(plan, trips), "crossing")
    assert found["overtime"] == pytest.approx(20.0)
    assert found["utilisation"] == pytest.approx(40 / (4 * 720))
    assert found["throughput_per_hour"] == pytest.approx(2 / 28)


def test_stages_nobody_can_use_are_left_out(kit) -> None:
    """A delay without visits and a stage without servers are no rows; idle servers are."""
    stages = [
        kit.stage("yard", kind=StageKind.DELAY),
        kit.stage("shut", calendars=[]),
        kit.stage("idle"),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1, 2], 2)])
    tables = measure(kit.journeys(plan, []), plan).tables
    assert tables["stages"]["role"].to_list() == ["idle"]
    assert tables["stages"].select("visits", "wait_mean", "utilisation").row(0) == (0, None, 0.0)
    assert tables["hours"]["stage"].unique().to_list() == ["g0.main.idle"]


def test_known_hours(small_day: Journeys) -> None:
    """Documents by hour: A and B fill 70 minutes of 07-09, the counter is shut at night."""
    hours = measure(small_day, small_day.plan).tables["hours"]
    found = hours.filter(pl.col("stage") == "g0.main.documents")
    assert found["hour"].to_list() == list(range(24))
    used = found["utilisation"].to_list()
    assert [hour for hour, value in enumerate(used) if value is not None] == list(range(7, 19))
    assert used[7:9] == [pytest.approx(60 / 120), pytest.approx(10 / 120)]
    queue = found["queue_mean"].to_list()
    assert (queue[6], queue[7]) == (pytest.approx(60 / 120), pytest.approx(20 / 120))
    assert queue[20:] == [pytest.approx(60 / 120)] * 4


@given(st.integers(0, 2**32), st.sampled_from([0.0, 755.5]))
def test_hours_average_to_the_stage(kit, seed: int, warm_up: float) -> None:
    """Queues by hour, weighted by the time in each hour, average to the stage's queue."""
    log = kit.random_log(seed, warm_up=warm_up)
    tables = measure(log, log.plan).tables
    by_stage = tables["hours"].group_by("stage", maintain_order=True).agg(pl.mean("queue_mean"))
    np.testing.assert_allclose(by_stage["queue_mean"], tables["stages"]["queue_mean"], atol=1e-9)


def test_a_stage_shut_throughout_has_overnight_waits_only(kit, trip) -> None:
    """Without any open interval there is no utilisation and no throughput per hour."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)])
    shut = Calendar(np.empty(0), np.empty(0))
    plan = replace(plan, calendars=(plan.calendars[0], shut, plan.calendars[2]))
    found = stage_row(kit.journeys(plan, [trip(0, {0: (600, NAN, NAN)})]), "crossing")
    assert (found["visits"], found["unfinished"], found["queue_max"]) == (0, 1, 1)
    assert (found["utilisation"], found["throughput_per_hour"]) == (None, None)
