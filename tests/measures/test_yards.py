"""Yards: occupancy and overflow onto the road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sim.engines import simulate
from sim.measures import measure
from sim.plan import Batch, Plan, StageKind, WhenFull
from sim.verify import Line, border, visits

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


def pool(*rules: WhenFull) -> Plan:
    """A server, one place for each rule, each overflowing into the next, and a delay."""
    holds = [
        Line(kind=StageKind.HOLD, when_full=rule, overflow=i + 2 if i + 1 < len(rules) else -1)
        for i, rule in enumerate(rules)
    ]
    return border(Line(), *holds, Line(kind=StageKind.DELAY), horizon=DAY)


def measured(plan: Plan, stays: list[float], returns: float = 0.0) -> dict[str, pl.DataFrame]:
    """Tables of trucks that all come at 0 and are served in a minute each."""
    need = [[1.0, *[returns] * (len(plan.stages) - 2), stay] for stay in stays]
    until = [-1, *[len(plan.stages) - 1] * (len(plan.stages) - 2), -1]
    return measure(simulate(plan, visits([0.0] * len(stays), need, until=until)), plan).tables


def test_who_waits_for_a_place_stands_on_the_road() -> None:
    """One place, three trucks at 1, 2 and 3 that stay an hour each: 59 and 118 minutes."""
    found = measured(pool(WhenFull.WAIT), [60.0] * 3)["yards"].row(0, named=True)
    assert (found["places"], found["occupancy_max"], found["overflow_max"]) == (1, 3, 2)
    assert found["overflow_hours"] == pytest.approx((59 + 118) / 60.0)
    assert found["blocked_hours"] == 0.0
    assert found["occupancy_mean"] == pytest.approx((180 + 59 + 118) / DAY)


def test_who_blocks_stands_at_its_server() -> None:
    """Nobody on the road; the server is kept from 2 to 61 and from 62 to 121."""
    found = measured(pool(WhenFull.BLOCK), [60.0] * 3)["yards"].row(0, named=True)
    assert (found["occupancy_max"], found["overflow_max"], found["overflow_hours"]) == (1, 0, 0.0)
    assert found["blocked_hours"] == pytest.approx((59 + 59) / 60.0)


def test_who_is_turned_back_stands_nowhere() -> None:
    """At a full hold that turns back nobody waits, and everybody is counted."""
    tables = measured(pool(WhenFull.TURN_BACK), [60.0] * 3)
    found = tables["yards"].row(0, named=True)
    assert (found["overflow_max"], found["overflow_hours"], found["blocked_hours"]) == (0, 0.0, 0.0)
    assert tables["flows"].row(0, named=True)["turned_back"] == 2
    gate = tables["gates"].filter(direction="export").row(0, named=True)
    assert (gate["arrived"], gate["crossed"], gate["turned_back"], gate["unfinished"]) == (
        3,
        1,
        2,
        0,
    )


def test_yards_of_a_chain_are_counted_apart() -> None:
    """The second truck has the second place; the third stands on the road before the first."""
    first, second = measured(pool(WhenFull.WAIT, WhenFull.WAIT), [60.0] * 3)["yards"].rows(
        named=True
    )
    assert (first["occupancy_max"], second["occupancy_max"]) == (2, 1)
    assert first["overflow_hours"] == pytest.approx(58 / 60.0)
    assert second["overflow_hours"] == 0.0


def test_a_place_on_its_way_back_is_in_use() -> None:
    """A driver with a truck for 60 minutes, who walks back for 30, has worked 90."""
    tables = measured(pool(WhenFull.WAIT), [60.0], returns=30.0)
    driver = tables["stages"].row(by_predicate=pl.col("kind") == "hold", named=True)
    assert driver["utilisation"] == pytest.approx(90.0 / DAY)
    assert driver["service_mean"] == 90.0
    assert tables["yards"]["occupancy_mean"].item() == pytest.approx(60.0 / DAY)


def test_a_batch_has_no_servers_to_be_busy() -> None:
    """Vehicles wait for company; there is no utilisation."""
    plan = border(Line(kind=StageKind.BATCH, batch=Batch(2, 30.0)), horizon=DAY)
    found = measure(simulate(plan, visits([0.0, 10.0, 60.0], [5.0] * 3)), plan).tables["stages"]
    row = found.row(0, named=True)
    assert (row["kind"], row["utilisation"], row["overtime"]) == ("batch", None, None)
    assert row["wait_mean"] == pytest.approx((10 + 0 + 30) / 3)
    assert row["throughput_per_day"] == 3.0
