"""Yards: occupancy and overflow onto the road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sim.engines import simulate
from sim.measures import measure
from sim.plan import Plan, StageKind
from sim.verify.line import Line, border, visits

DAY = 1440.0


def yard(places: int, days: int = 1) -> Plan:
    """A yard of so many places before a crossing."""
    plan = border(Line(kind=StageKind.DELAY), Line(), horizon=days * DAY)
    stages = (replace(plan.stages[0], places=places), plan.stages[1])
    return replace(plan, stages=stages)


def test_vehicles_beyond_the_places_stand_on_the_road() -> None:
    """Three trucks for 60, 120 and 240 minutes in a yard of one place."""
    plan = yard(1)
    work = visits([0.0, 0.0, 0.0], [[60.0, 1.0], [120.0, 1.0], [240.0, 1.0]])
    found = measure(simulate(plan, work), plan).tables["yards"].row(0, named=True)
    assert (found["places"], found["occupancy_max"], found["overflow_max"]) == (1, 3, 2)
    assert found["occupancy_mean"] == pytest.approx(420.0 / DAY)
    assert found["overflow_hours"] == pytest.approx((2 * 60 + 60) / 60.0)


def test_no_truck_is_lost_to_a_full_yard() -> None:
    """However small the yard, the same trucks cross at the same times."""
    rng = np.random.default_rng(5)
    work = visits(np.sort(rng.uniform(0, DAY, 200)), rng.exponential(300.0, (200, 2)) / [1, 100])
    small, large = (simulate(yard(n), work) for n in (2, 2000))
    assert np.array_equal(small.crossed_at, large.crossed_at, equal_nan=True)
    tables = [measure(log, log.plan).tables["yards"] for log in (small, large)]
    assert tables[0]["overflow_hours"].item() > 0.0
    assert tables[1]["overflow_hours"].item() == 0.0


def test_a_sale_out_of_the_yard_is_no_service_finished() -> None:
    """Of two trucks the owner holds, one gives up: the yard has finished one."""
    plan = yard(5)
    owned = replace(plan, stages=(replace(plan.stages[0], owner=True), plan.stages[1]))
    work = visits([0.0, 0.0], [[60.0, 1.0], [600.0, 1.0]])
    work = replace(work, deadline=np.array([np.inf, 300.0]))
    tables = measure(simulate(owned, work), owned).tables
    held = tables["stages"].row(by_predicate=pl.col("role") == "s0", named=True)
    assert (held["throughput_per_day"], held["unfinished"]) == (1.0, 0)
    assert tables["flows"]["sold_inland"].sum() == 1


def test_the_window_begins_with_those_already_there() -> None:
    """A truck that came in the warm-up and stays counts over the whole window."""
    plan = replace(yard(1, days=2), warm_up=DAY)
    work = visits([100.0], [[10 * DAY, 1.0]])
    found = measure(simulate(plan, work), plan).tables["yards"].row(0, named=True)
    assert (found["occupancy_mean"], found["occupancy_max"]) == (1.0, 1)
