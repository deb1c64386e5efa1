"""Work offered and queues by day: when it counts, and which days are shut beyond the pattern."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sim.measures import measure
from sim.plan import Plan, StageKind
from sim.queues import Calendar

DAY = 1440.0


def daytime(days: list[int]) -> Calendar:
    """Open from 07:00 to 19:00 on some days."""
    midnights = DAY * np.array(days, dtype=float)
    return Calendar(midnights + 420.0, midnights + 1140.0)


def of(plan: Plan, log, stage: str) -> pl.DataFrame:
    """Rows of one stage."""
    return measure(log, plan).tables["daily"].filter(stage=f"g0.main.{stage}")


def test_work_counts_on_the_day_on_which_it_can_be_served(kit, trip) -> None:
    """Before closing on its own day, after it on the next; after the last closing on none."""
    plan = kit.plan([kit.stage("bay")], [kit.flow("f", [0], 0)], days=2)
    times = [(600, 600, 610), (1150, 1860, 1880), (1440 + 1200, float("nan"), float("nan"))]
    table = of(plan, kit.journeys(plan, [trip(0, {0: visit}) for visit in times]), "bay")
    assert table["date"].to_list() == [dt.date(2025, 7, 7), dt.date(2025, 7, 8)]
    assert table["offered"].to_list() == table["demand"].to_list() == [10.0, 20.0]
    # E[S^2] / 2 E[S] of 10, 20 and 0 min: what runs on past each closing
    assert table["capacity"].to_list() == [pytest.approx(720 + 500 / 60)] * 2
    assert table["queue"].to_list() == [1, 1]
    assert table["queue_least"].to_list() == [0, 0]


@pytest.mark.parametrize(
    ("opened", "closed", "offered"),
    [
        # a closure on days 3 and 4: what came then counts nowhere
        ([0, 1, 2, *range(5, 28)], [3, 4], [10.0] * 3 + [0.0] * 2 + [10.0] * 9),
        # shut on days 5 and 6 of each week: their work is Monday's
        (
            [day for day in range(28) if day % 7 < 5],
            [],
            [10.0] * 5 + [0, 0, 30.0] + [10.0] * 4 + [0, 0],
        ),
        # from day 4 on shut, but for day 6: no pattern, though each weekday is shut once or twice
        ([0, 1, 2, 3, 6], [4, 5, *range(7, 14)], [10.0] * 4 + [0, 0, 10.0] + [0.0] * 7),
    ],
)
def test_a_closure_is_no_weekly_rest(
    kit, trip, opened: list[int], closed: list[int], offered: list[float]
) -> None:
    """The same truck at noon of each of fourteen days, at a stage that is shut on some."""
    plan = kit.plan([kit.stage("bay")], [kit.flow("f", [0], 0)], days=14)
    plan = replace(plan, calendars=(Calendar.always(), daytime(opened), Calendar.always()))
    noon = [DAY * day + 720.0 for day in range(14)]
    starts = [t if d in opened else DAY * (d + 3) for d, t in enumerate(noon)]
    trips = [trip(0, {0: (t, s, s + 10)}) for t, s in zip(noon, starts, strict=True)]
    log = kit.journeys(plan, [t for t in trips if t.visits[0][2] < plan.horizon])
    table = of(plan, log, "bay")
    assert np.flatnonzero(table["closed"].to_numpy()).tolist() == closed
    assert table["offered"].to_list() == pytest.approx(offered)
    assert (table["capacity"] > 0).to_list() == [day in opened for day in range(14)]


def test_who_waits_for_a_place_has_reached_the_stage_behind(kit, trip) -> None:
    """A yard of one place: the truck before it counts for the bay, and for both queues."""
    nan = float("nan")
    stages = [
        kit.stage("yard", kind=StageKind.HOLD, calendars=[], servers=1),
        kit.stage("bay"),
        kit.stage("road"),
    ]
    plan = kit.plan(stages, [kit.flow("f", [0, 1, 2], 1, until={0: 1})], days=2)
    log = kit.journeys(
        plan,
        [
            trip(0, {0: (600, 600, 2000), 1: (600, 600, 2000), 2: (2000, 2000, 2010)}),
            trip(0, {0: (700, 2000, nan), 1: (2000, 2000, nan)}),
        ],
    )
    table = measure(log, plan).tables["daily"]
    bay = table.filter(stage="g0.main.bay")
    assert bay["pool"].to_list() == ["g0.main.yard"] * 2
    assert table.filter(stage="g0.main.road")["pool"].null_count() == 2
    assert bay["offered"].to_list() == [1400.0, 0.0]  # the second has no service in this log
    assert bay["queue"].to_list() == [1, 0]
    assert table.filter(stage="g0.main.yard")["queue"].to_list() == [1, 0]
    assert table.filter(stage="g0.main.yard")["capacity"].null_count() == 2


def test_demand_is_by_the_time_without_waiting(kit, trip) -> None:
    """A truck kept two days at the first stage asks for the second on the first day."""
    stages = [kit.stage("first"), kit.stage("second")]
    plan = kit.plan(stages, [kit.flow("f", [0, 1], 1)], days=3)
    late = DAY * 2 + 600
    log = kit.journeys(
        plan, [trip(0, {0: (500, late, late + 20), 1: (late + 20, late + 20, late + 60)})]
    )
    table = of(plan, log, "second")
    assert table["offered"].to_list() == [0.0, 0.0, 40.0]
    assert table["demand"].to_list() == [40.0, 0.0, 0.0]


def test_the_days_are_those_of_the_window(kit, trip) -> None:
    """A warm-up of a day and a half leaves half a day first."""
    plan = kit.plan([kit.stage("bay")], [kit.flow("f", [0], 0)], days=1, warm_up=2160.0)
    table = of(plan, kit.journeys(plan, [trip(0, {0: (2500, 2500, 2510)})]), "bay")
    assert table["date"].to_list() == [dt.date(2025, 7, 8), dt.date(2025, 7, 9)]
    assert table["offered"].to_list() == [10.0, 0.0]
    assert table["capacity"].to_list() == [pytest.approx(1140 - 720 + 5), pytest.approx(720 - 420)]


def test_stages_of_owners_are_left_out(kit, trip) -> None:
    """Nobody waits for the gate where the owner keeps the truck."""
    plan = kit.plan([kit.stage("yard", owner=True)], [kit.flow("f", [0], 0)])
    log = kit.journeys(plan, [trip(0, {0: (500, 600, 700)})])
    tables = measure(log, plan).tables
    assert tables["daily"].is_empty()
    assert tables["stages"]["load"].to_list() == [None]
