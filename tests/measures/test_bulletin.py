"""The 20:00 bulletin."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.journeys import SOLD_INLAND, Journeys
from sim.measures import measure
from sim.measures.bulletin import bulletin_times

ALWAYS = 0
NAN = float("nan")
EIGHT_PM = 1200.0
DAY = 1440.0


@pytest.mark.parametrize(
    ("warm_up", "days", "times"),
    [
        (0.0, 1, []),
        (0.0, 3, [DAY + EIGHT_PM, 2 * DAY + EIGHT_PM]),
        (EIGHT_PM, 1, [DAY + EIGHT_PM]),
        (DAY + EIGHT_PM + 1, 2, [2 * DAY + EIGHT_PM, 3 * DAY + EIGHT_PM]),
        (DAY, 1, [DAY + EIGHT_PM]),
    ],
)
def test_bulletins_have_a_whole_day_behind_them(
    kit, warm_up: float, days: int, times: list[float]
) -> None:
    """Every 20:00 of the window with 24 simulated hours behind it, warm-up included."""
    assert bulletin_times(kit.plan([], [], days=days, warm_up=warm_up)).tolist() == times


def test_known_bulletin(small_day: Journeys) -> None:
    """One bulletin, of the second day: truck C crossed; E came at 20:00, which is too late."""
    found = measure(small_day, small_day.plan).tables["bulletin"]
    assert found.rows() == [
        ("g0", dt.date(2025, 7, 8), 1, 1, 0, 0, 0, 0, 0, 0, 0),
        ("g1", dt.date(2025, 7, 8), 0, 0, 0, 0, 0, 0, 0, 0, 0),
        ("g2", dt.date(2025, 7, 8), 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ]


def test_passengers_are_in_no_line(small_day: Journeys) -> None:
    """A cargo counted nowhere crosses and waits outside the bulletin and the backlog."""
    people = replace(small_day.plan.cargo[0], counted_as="none")
    plan = replace(small_day.plan, cargo=(people, *small_day.plan.cargo[1:]))
    tables = measure(replace(small_day, plan=plan), plan).tables
    assert tables["bulletin"].select("exported", "arrived", "waiting").sum().row(0) == (0, 0, 0)
    assert tables["backlog"]["waiting"].max() == 0
    assert tables["gates"].filter(gate="g0", direction="export")["crossed"].item() == 3


def test_a_bulletin_day_runs_from_eight_to_eight(kit, trip) -> None:
    """Counts from 20:00 the day before up to, not including, 20:00; stock at 20:00."""
    crossing = kit.stage("crossing", calendars=[ALWAYS])
    flows = [
        kit.flow("fruit", [0], 0),
        kit.flow("other", [0], 0, cargo=1),
        kit.flow("cars", [0], 0, direction=1, cargo=1),
    ]
    plan = kit.plan([crossing], flows, days=3)
    spans = [
        (0, EIGHT_PM - 1, EIGHT_PM),
        (0, EIGHT_PM, DAY + EIGHT_PM - 1),
        (1, DAY, DAY + EIGHT_PM),
        (0, DAY + 1, NAN),
        (1, DAY + 2, NAN),
        (2, DAY + 3, DAY + 4),
        (2, DAY + 5, NAN),
    ]
    trips = [trip(f, {0: (came, came, went)}) for f, came, went in spans]
    trips.append(trip(0, {0: (DAY + 9, NAN, NAN)}, SOLD_INLAND))
    found = measure(kit.journeys(plan, trips), plan).tables["bulletin"]
    assert found.drop("gate", "wagons_exported", "wagons_imported").rows() == [
        (dt.date(2025, 7, 8), 2, 2, 1, 1, 5, 3, 1),
        (dt.date(2025, 7, 9), 1, 0, 0, 0, 0, 2, 1),
    ]


def test_rail_gates_count_trains_and_wagons(kit, trip) -> None:
    """At a rail gate a train is one vehicle, and its wagons are counted beside it."""
    stages = [
        kit.stage("path", calendars=[ALWAYS]),
        kit.stage("lane", calendars=[ALWAYS], gate=1),
    ]
    flows = [
        kit.flow("out", [0], 0, wagons=12),
        kit.flow("in", [0], 0, wagons=20, direction=1),
        kit.flow("road", [1], 1, gate=1, route=1),
    ]
    plan = kit.plan(stages, flows, modes=("rail", "road"))
    when = {0: (1500, 1500, 1510)}
    trips = [trip(0, when), trip(0, when), trip(1, when), trip(2, {1: (1500, 1500, 1510)})]
    found = measure(kit.journeys(plan, trips), plan).tables["bulletin"]
    columns = ("gate", "exported", "imported", "wagons_exported", "wagons_imported")
    assert found.select(columns).rows() == [("g0", 2, 1, 24, 20), ("g1", 1, 0, 0, 0)]


@given(st.integers(0, 2**32), st.sampled_from([0.0, 300.0, 1440.0]))
def test_stock_changes_by_what_came_and_went(kit, seed: int, warm_up: float) -> None:
    """From one bulletin to the next: stock + arrived - exported = stock."""
    log = kit.random_log(seed, warm_up=warm_up)
    found = measure(log, log.plan).tables["bulletin"]
    rows = found.select("waiting", "arrived", "exported").rows()
    for (before, _, _), (after, arrived, exported) in pairwise(rows):
        assert after == before + arrived - exported


@given(st.integers(0, 2**32))
def test_the_backlog_series_agrees_with_the_bulletin(kit, seed: int) -> None:
    """At 20:00 both tables show the same stock."""
    tables = measure(log := kit.random_log(seed), log.plan).tables
    times = bulletin_times(log.plan).tolist()
    series = tables["backlog"].filter(pl.col("minute").is_in(times))
    assert series["waiting"].to_list() == tables["bulletin"]["waiting"].to_list()
