"""Rules at the edges of the measured window, and runs that start on any weekday."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from sim.measures import measure
from sim.measures.exposure import exposure_of
from sim.measures.rosters import compile_rosters
from sim.queues import Calendar

DAY = 1440.0
NAN = float("nan")


@pytest.mark.parametrize("salvage", [0.0, 0.9])
def test_only_what_spoils_within_the_window_counts(kit, trip, salvage: float) -> None:
    """Of a load that came before the window: the loss from its begin to the crossing."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], warm_up=DAY)
    fruit = replace(plan.cargo[0], value=1000.0, life=10 * DAY, salvage=salvage)
    plan = replace(plan, cargo=(fruit, plan.cargo[1]))
    carried_in = trip(0, {0: (600.0, DAY + 420.0, DAY + 440.0)})
    gone_before = trip(0, {0: (600.0, 620.0, 640.0)})
    log = kit.journeys(plan, [carried_in, gone_before])
    lost = exposure_of(log, plan, compile_rosters(plan)).value_lost.sum()
    before, after = (1000.0 * min(age / (10 * DAY), 1.0 - salvage) for age in (840.0, 1280.0))
    assert lost == pytest.approx(after - before)


@pytest.mark.parametrize("weekday", range(7))
def test_a_run_may_start_on_any_weekday(kit, trip, weekday: int) -> None:
    """Utilisation by weekday begins with the weekday of the first measured day."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=2, warm_up=DAY)
    plan = replace(plan, start=dt.date(2025, 7, 7) + dt.timedelta(weekday))
    log = kit.journeys(plan, [trip(0, {0: (DAY + 420.0, DAY + 420.0, DAY + 450.0)})])
    found = measure(log, plan).tables["weekdays"]
    first, second = (weekday + 1) % 7, (weekday + 2) % 7
    assert set(found["weekday"]) == {first, second}
    busy = found.filter(found["utilisation"] > 0.0)
    assert busy.select("weekday", "hour").rows() == [(first, 7)]
    assert busy["utilisation"].to_list() == [pytest.approx(0.5)]


def test_a_closing_at_midnight_belongs_to_the_day_that_ends(kit, trip) -> None:
    """With a break at noon and the closing at 24:00, the backlog is counted at 24:00 alone."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=2)
    opens = np.array([420.0, 780.0, DAY + 420.0, DAY + 780.0])
    closes = np.array([690.0, DAY, DAY + 690.0, 2 * DAY])
    plan = replace(plan, calendars=(plan.calendars[0], Calendar(opens, closes), plan.calendars[2]))
    trips = [
        trip(0, {0: (600.0, 780.0, 790.0)}),  # inside at noon, not at midnight
        trip(0, {0: (DAY - 5.0, DAY - 1.0, DAY + 10.0)}),  # inside at the first midnight
    ]
    gates = measure(kit.journeys(plan, trips), plan).tables["gates"]
    assert gates["backlog_close"][0] == pytest.approx((1 + 0) / 2)


@pytest.mark.parametrize(
    ("times", "carried_in", "arrived", "crossed", "unfinished"),
    [
        ((DAY, DAY + 420.0, DAY + 430.0), 0, 1, 1, 0),  # comes as the window begins
        ((DAY - 1.0, DAY + 420.0, DAY + 430.0), 1, 0, 1, 0),
        ((500.0, 510.0, DAY), 1, 0, 1, 0),  # crosses as the window begins
        ((500.0, 510.0, DAY - 1.0), 0, 0, 0, 0),
        ((2 * DAY - 1.0, NAN, NAN), 0, 1, 0, 1),
    ],
)
def test_the_window_holds_its_begin_and_not_its_end(
    kit, trip, times, carried_in: int, arrived: int, crossed: int, unfinished: int
) -> None:
    """An event at the instant at which the window begins is inside."""
    plan = kit.plan([kit.stage("crossing")], [kit.flow("f", [0], 0)], days=1, warm_up=DAY)
    gates = measure(kit.journeys(plan, [trip(0, {0: times})]), plan).tables["gates"]
    columns = ["carried_in", "arrived", "crossed", "unfinished"]
    assert gates.select(columns).row(0) == (carried_in, arrived, crossed, unfinished)
