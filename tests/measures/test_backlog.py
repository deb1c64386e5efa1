"""The backlog through time."""

from __future__ import annotations

from sim.journeys import Journeys
from sim.measures import measure


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
