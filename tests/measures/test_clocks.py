"""Every minute of a journey is on exactly one clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.journeys import SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures.clocks import Vehicles, present_at, time_vehicles
from sim.measures.rosters import compile_rosters
from sim.measures.visits import time_visits
from sim.plan import StageKind

ALWAYS, DAYTIME = 0, 1
NAN = float("nan")
NEXT_DAY = 1440.0


def clocks(log: Journeys) -> Vehicles:
    """Clocks of a log's vehicles."""
    return time_vehicles(log, log.plan, time_visits(log, log.plan, compile_rosters(log.plan)))


def test_known_journeys(small_day: Journeys) -> None:
    """Minutes of trucks A, B, car D, train F, truck C and truck E, in order of arrival."""
    found = clocks(small_day)
    assert found.arrive.tolist() == [300, 430, 600, 720, 1130, 2640]
    done = found.crossed
    assert done.tolist() == [True] * 5 + [False]
    assert found.ended.tolist() == done.tolist()
    assert found.queue[0][done].tolist() == [0, 20, 0, 0, 0]
    assert found.queue[1][done].tolist() == [0, 0, 0, 0, 0]
    assert found.queue[2][done].tolist() == [20, 48, 0, 0, 0]
    assert found.queue_before[done].tolist() == [0, 20, 0, 0, 0]
    assert found.wait[done].tolist() == [20, 68, 0, 0, 0]
    assert found.closed[done].tolist() == [60, 0, 0, 0, 715]
    assert found.owner[done].tolist() == [60, 0, 0, 0, 0]
    assert found.virtual[done].tolist() == [0] * 5
    assert found.service[done].tolist() == [100, 102, 12, 30, 85]
    assert found.release[done].tolist() == [90, 60, 10, 0, 15]
    np.testing.assert_equal(found.stay, [240, 170, 12, 30, 800, NAN])
    assert found.same_day[done].tolist() == [True, True, True, True, False]
    np.testing.assert_equal(found.vietnam, [40, 62, 12, 30, 25, NAN])
    assert found.left.tolist() == [460, 492, 602, 750, 1870, np.inf]


@given(st.integers(0, 2**32))
def test_clocks_add_up_to_the_stay(kit, seed: int) -> None:
    """Queue, service, closed, owner and virtual minutes are all there is."""
    found = clocks(kit.random_log(seed))
    parts = found.wait + found.service + found.closed + found.owner + found.virtual
    np.testing.assert_allclose(parts[found.ended], found.stay[found.ended], atol=1e-6)
    for clock in (*found.queue, found.closed, found.owner, found.service, found.release):
        assert np.all(clock[found.ended] >= 0.0)
    assert np.all(found.queue_before <= found.wait + 1e-9)


def test_a_stay_ends_with_the_path(kit, trip) -> None:
    """Who has crossed and is still unloading has not ended its stay; who was sold never does."""
    stages = [
        kit.stage("crossing", side="border", calendars=[ALWAYS]),
        kit.stage("unloading", side="china", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 0)], warm_up=1440.0)
    trips = [
        trip(0, {0: (100, 100, 110), 1: (110, 1000, 1500)}),
        trip(0, {0: (1500, 1500, 1510), 1: (1510, 1600, NAN)}),
        trip(0, {0: (1600, NAN, NAN)}, SOLD_INLAND),
        trip(0, {0: (120, 120, 130), 1: (130, 130, 140)}),
    ]
    found = clocks(kit.journeys(plan, trips))
    by_arrival = found.ended[np.argsort(found.arrive)]
    assert by_arrival.tolist() == [True, False, False, False]
    assert found.crossed.tolist() == [False, False, True, False]
    assert found.lost.tolist() == [False, False, False, True]
    assert found.wait[0] == 890  # all of it, though it began before the window


def test_a_frozen_service_waits_overnight(kit, trip) -> None:
    """Under `resume` the closed hours inside a service are closed, not service."""
    times = {0: (1130, 1130, NEXT_DAY + 440)}
    for resume, service, overnight in ((True, 30, 720), (False, 750, 0)):
        plan = kit.plan([kit.stage("crossing", resume=resume)], [kit.flow("f", [0], 0)])
        log = kit.journeys(plan, [trip(0, times)])
        needed = replace(log.workload, service=np.array([float(service)]))
        found = clocks(replace(log, workload=needed))
        assert (found.service[0], found.closed[0]) == (service, overnight)


def test_a_stage_is_open_while_any_of_its_servers_is(kit, trip) -> None:
    """With servers 07:00-19:00 and 09:00-21:00 a wait from 18:00 to 22:00 has 3 h open."""
    plan = kit.plan([kit.stage("crossing", calendars=[1, 2])], [kit.flow("f", [0], 0)])
    log = kit.journeys(plan, [trip(0, {0: (1080, 1320, 1330)})])
    found = clocks(log)
    assert (found.wait[0], found.closed[0]) == (180, 60)


def test_only_the_wait_for_a_hold_counts(kit, trip) -> None:
    """A place is kept while the vehicle is elsewhere, so its span is on no clock."""
    stages = [
        kit.stage("bay", kind=StageKind.HOLD, calendars=[], servers=2),
        kit.stage("crossing", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 1, until={0: 1})])
    found = clocks(kit.journeys(plan, [trip(0, {0: (0, 15, 40), 1: (15, 20, 40)})]))
    assert (found.wait[0], found.service[0]) == (20, 20)


def test_booked_time_is_virtual(kit, trip) -> None:
    """Waiting for a booked slot is virtual, open or shut; the service then is the gate's."""
    stages = [
        kit.stage("booking", kind=StageKind.SLOTS, calendars=[DAYTIME], virtual=True),
        kit.stage("crossing", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 1)])
    late = {0: (1100, 1890, 1900), 1: (1900, 1910, 1920)}
    found = clocks(kit.journeys(plan, [trip(0, late)]))
    assert (found.virtual[0], found.wait[0], found.closed[0]) == (790, 10, 0)
    assert found.service[0] == 20
    assert found.vietnam[0] == 30
    assert found.same_day[0]
    assert found.came[0] == 1890


def test_who_waits_elsewhere_is_not_at_the_gate(kit, trip) -> None:
    """Present from arrival to leaving, but for virtual waits, ended or not."""
    stages = [
        kit.stage("papers", calendars=[ALWAYS]),
        kit.stage("booking", kind=StageKind.SLOTS, calendars=[ALWAYS], virtual=True),
        kit.stage("crossing", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1, 2], 2)])
    trips = [
        trip(0, {0: (100, 100, 110), 1: (110, 200, 200), 2: (200, 200, 300)}),
        trip(0, {1: (105, NAN, NAN)}),
        trip(0, {1: (105, NAN, 150)}, outcome=SOLD_INLAND),
    ]
    found = clocks(kit.journeys(plan, trips))
    times = np.array([106.0, 150.0, 201.0, 301.0])
    everyone = np.ones(3, dtype=bool)
    counted = present_at(found, np.zeros(3, dtype=int), 1, everyone, times)
    assert counted.tolist() == [[1, 0, 1, 0]]
    assert found.came.tolist() == [100, np.inf, 150]


def test_same_day_counts_from_the_owners_call(kit, trip) -> None:
    """A truck held overnight by its owner crosses on the day it is called forward."""
    stages = [
        kit.stage("yard", kind=StageKind.DELAY, calendars=[ALWAYS], owner=True),
        kit.stage("crossing", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 1)])
    held = {0: (600, 600, 1500), 1: (1500, 1500, 1510)}
    free = {1: (600, 1500, 1510)}
    found = clocks(kit.journeys(plan, [trip(0, held), trip(0, free)]))
    assert found.same_day.tolist() == [True, False]


def test_an_owners_hold_after_crossing_is_no_call(kit, trip) -> None:
    """What the owner does with an import after it crossed does not make it late."""
    stages = [
        kit.stage("crossing", calendars=[ALWAYS]),
        kit.stage("yard", kind=StageKind.DELAY, calendars=[ALWAYS], owner=True),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 0, direction=1)])
    found = clocks(kit.journeys(plan, [trip(0, {0: (600, 600, 610), 1: (610, 610, 2000)})]))
    assert found.same_day[0]
    assert found.owner[0] == 1390


def test_vietnam_time_does_not_wait_for_a_place_to_be_given_back(kit, trip) -> None:
    """A tractor kept until unloading in China does not delay the Vietnamese side."""
    stages = [
        kit.stage("tractors", kind=StageKind.HOLD, calendars=[], servers=1),
        kit.stage("crossing", calendars=[ALWAYS]),
        kit.stage("unloading", side="china", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1, 2], 1, until={0: 2})])
    times = {0: (0, 5, NAN), 1: (5, 5, 10), 2: (10, 20, NAN)}
    assert clocks(kit.journeys(plan, [trip(0, times)])).vietnam.tolist() == [10.0]


def test_vietnam_time_counts_who_takes_one_of_several_holds(kit, trip) -> None:
    """Of a chain of yards a truck takes one; the other says nothing of its time."""
    stages = [
        kit.stage("plugs", kind=StageKind.HOLD, calendars=[], servers=1, overflow=1),
        kit.stage("yard", kind=StageKind.HOLD, calendars=[], servers=9),
        kit.stage("crossing", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1, 2], 2, until={0: 2, 1: 2})])
    trips = [
        trip(0, {0: (0, 0, 30), 1: (NAN, NAN, NAN), 2: (0, 10, 30)}),
        trip(0, {0: (NAN, NAN, NAN), 1: (5, 10, 50), 2: (10, 30, 50)}),
        trip(0, {0: (NAN, NAN, NAN), 1: (6, NAN, NAN)}),
    ]
    np.testing.assert_equal(clocks(kit.journeys(plan, trips)).vietnam, [30.0, 45.0, NAN])


def test_vietnam_time_of_an_import_runs_to_release(kit, trip) -> None:
    """An import in China's queue or not yet released has no Vietnam time."""
    stages = [
        kit.stage("china", side="china", calendars=[ALWAYS]),
        kit.stage("crossing", side="border", calendars=[ALWAYS]),
        kit.stage("release", calendars=[ALWAYS]),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1, 2], 1, direction=1)])
    trips = [
        trip(0, {0: (0, 50, 60), 1: (60, 65, 70), 2: (70, 80, 100)}),
        trip(0, {0: (1, 60, 70), 1: (70, 70, 75), 2: (75, 100, NAN)}),
        trip(0, {0: (2, 70, 80), 1: (80, NAN, NAN)}),
    ]
    found = clocks(kit.journeys(plan, trips))
    np.testing.assert_equal(found.vietnam, [40.0, NAN, NAN])
    assert found.crossed.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("outcome", "left"), [(TURNED_BACK, [520, 501, np.inf]), (SOLD_INLAND, [520, 501, np.inf])]
)
def test_those_who_do_not_cross_leave_too(kit, trip, outcome: int, left: list[float]) -> None:
    """Who is turned back leaves on arrival or as its last visit ends; who is sold, when it
    gives up.
    """
    plan = kit.plan([kit.stage("documents"), kit.stage("crossing")], [kit.flow("f", [0, 1], 1)])
    trips = [
        trip(0, {0: (500, 510, 520), 1: (520, NAN, NAN)}, outcome),
        trip(0, {0: (501, NAN, NAN)}, outcome),
        trip(0, {0: (502, NAN, NAN)}),
    ]
    found = clocks(kit.journeys(plan, trips))
    assert found.left.tolist() == left
    assert not found.crossed.any()


def test_only_crossings_in_the_window_count(kit, trip) -> None:
    """Crossed before the warm-up ends: not counted; on its last instant: counted."""
    plan = kit.plan(
        [kit.stage("crossing", calendars=[ALWAYS])], [kit.flow("f", [0], 0)], warm_up=1440.0
    )
    trips = [trip(0, {0: (0, 0, end)}) for end in (1439.0, 1440.0, 2880.0, NAN)]
    found = clocks(kit.journeys(plan, trips))
    assert found.crossed.tolist() == [False, True, True, False]
    assert np.isnan(found.vietnam).tolist() == [True, False, False, True]
