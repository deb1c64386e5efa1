"""The backlog through time, and whether it grows."""

from __future__ import annotations

from sim.journeys import Journeys
from sim.measures import measure

NAN = float("nan")


def test_known_backlog(small_day: Journeys) -> None:
    """Half hours at which export vehicles of g0, and the car, were inside."""
    series = measure(small_day, small_day.plan).tables["backlog"]
    gate = series.filter(gate="g0")
    assert gate["minute"].to_list() == [30.0 * k for k in range(97)]
    inside = dict(zip(gate["minute"].to_list(), gate["waiting"].to_list(), strict=True))
    assert (inside[300.0], inside[330.0], inside[450.0], inside[480.0]) == (0, 1, 2, 1)
    assert (inside[510.0], inside[1140.0], inside[1860.0], inside[1890.0]) == (0, 1, 1, 0)
    assert (inside[2640.0], inside[2670.0], inside[2880.0]) == (0, 1, 1)
    assert gate["queued_import"].sum() == 0
    assert series["gate"].unique(maintain_order=True).to_list() == ["g0", "g1"]


def test_series_begins_with_the_window(kit, trip) -> None:
    """After a warm-up the first value is the stock carried in, imports apart."""
    flows = [kit.flow("out", [0], 0), kit.flow("in", [0], 0, direction=1)]
    plan = kit.plan([kit.stage("crossing")], flows, days=1, warm_up=720.0)
    waits = {0: (500, 730, 740)}
    log = kit.journeys(plan, [trip(0, waits), trip(1, waits), trip(1, waits)])
    series = measure(log, plan).tables["backlog"]
    assert series.rows()[:2] == [("g0", 720.0, 1, 2), ("g0", 750.0, 0, 0)]
    assert series["minute"][-1] == plan.horizon


def test_a_queue_grows_whatever_the_warm_up(kit, trip) -> None:
    """A truck more each evening is a slope of one a day, on the 20:00s of any window."""
    for warm_up in (0.0, 45.0, 720.0):
        plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=4, warm_up=warm_up)
        trips = [trip(0, {0: (1440.0 * day + 1000, NAN, NAN)}) for day in range(4)]
        growth = measure(kit.journeys(plan, trips), plan).tables["growth"]
        assert growth.rows()[0] == ("g0", "export", 4, 1.0)


def test_two_evenings_tell_no_slope(kit, trip) -> None:
    """Two points lie on a line whatever they are."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=2)
    log = kit.journeys(plan, [trip(0, {0: (100, NAN, NAN)})])
    assert measure(log, plan).tables["growth"]["per_day"].to_list() == [None, None]
