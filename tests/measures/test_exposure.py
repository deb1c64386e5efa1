"""Hours by state, and what goods lose, of days whose every minute is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.journeys import SOLD_INLAND, Journeys
from sim.measures.economics import places_of, places_table
from sim.measures.exposure import STATES, exposure_of
from sim.measures.rosters import compile_rosters
from sim.plan import Plan
from tests.measures.conftest import Kit


def frame(journeys: Journeys, plan: Plan) -> pl.DataFrame:
    """The table of one log."""
    exposure = exposure_of(journeys, plan, compile_rosters(plan))
    return places_table(plan, places_of(plan, exposure))


def test_every_minute_of_a_known_day_lies_in_one_state(
    small_gate: Plan, small_day: Journeys
) -> None:
    """Documents: open waits queue, shut waits park; what still waits counts to the horizon."""
    found = frame(small_day, small_gate)
    row = found.row(by_predicate=pl.col("role") == "documents", named=True)
    # B waits 07:10-07:30; A waits 06:00-07:00 and E 20:00-24:00 while it is shut
    assert row["queue_hours"] == pytest.approx(20 / 60)
    assert row["parked_hours"] == pytest.approx(1 + 4)
    assert row["service_hours"] == pytest.approx((30 + 40 + 15) / 60)
    assert row["owner_hours"] == 0.0


def test_an_owners_yard_is_parked_time_of_the_owner(small_gate: Plan, small_day: Journeys) -> None:
    """Truck A spends its hour in the yard parked, on its owner's account."""
    row = frame(small_day, small_gate).row(by_predicate=pl.col("role") == "yard", named=True)
    assert (row["parked_hours"], row["owner_hours"], row["queue_hours"]) == (1.0, 1.0, 0.0)


def test_a_train_counts_by_its_wagons(small_gate: Plan, small_day: Journeys) -> None:
    """Half an hour of ten wagons is five wagon-hours."""
    row = frame(small_day, small_gate).row(by_predicate=pl.col("role") == "path", named=True)
    assert row["service_hours"] == pytest.approx(5.0)


def test_exports_are_laden_until_the_crossing(small_gate: Plan, small_day: Journeys) -> None:
    """Unloading in China is no laden time, release of an import is."""
    found = {r["role"]: r["laden_hours"] for r in frame(small_day, small_gate).to_dicts()}
    assert found["unloading"] == 0.0
    assert found["release"] == pytest.approx(10 / 60)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), warm_up=st.sampled_from([0.0, 700.0]))
def test_states_add_up_to_the_time_inside(seed: int, warm_up: float) -> None:
    """Over all stages: from arrival, or the window's begin, to the end of the path or window."""
    log = Kit.random_log(seed, warm_up=warm_up)
    plan, work = log.plan, log.workload
    found = frame(log, plan)
    hours = sum(found[f"{state}_hours"].sum() for state in STATES)
    place = np.array([s.kind.name == "HOLD" for s in plan.stages])[work.stage]
    ended = np.where(np.isnan(log.finish), plan.horizon, log.finish)
    last = np.full(work.vehicles, 0.0)
    np.maximum.at(
        last, work.row_vehicle[~place], np.where(np.isnan(log.arrive), 0.0, ended)[~place]
    )
    waiting = np.isnan(log.start) & ~np.isnan(log.arrive) & place
    last[work.row_vehicle[waiting]] = plan.horizon
    inside = np.minimum(last, plan.horizon) - np.maximum(work.arrive, plan.warm_up)
    assert hours == pytest.approx(np.maximum(inside, 0.0).sum() / 60.0, rel=1e-9)


def perishable(plan: Plan, **other: Any) -> Plan:
    """The same border with fruit of value 100 that spoils."""
    fruit = replace(plan.cargo[0], **{"value": 100.0, "life": 600.0, "salvage": 0.25, **other})
    return replace(plan, cargo=(fruit, plan.cargo[1]))


def test_fruit_loses_value_evenly_until_it_crosses(small_gate: Plan, small_day: Journeys) -> None:
    """Ten hours of life: truck A is laden 160 min, B 62, C and E until nothing more is lost."""
    found = frame(small_day, perishable(small_gate))
    lost = 100.0 * (160 / 600 + 62 / 600 + 0.75 + 240 / 600)
    assert found.filter(cargo="fruit", gate="g0")["value_lost"].sum() == pytest.approx(lost)


def test_a_load_sold_inland_keeps_its_salvage_value(
    small_gate: Plan, kit: type[Kit], trip: Any
) -> None:
    """Sold after an hour: what is lost is all but the salvage, however fresh it was."""
    plan = perishable(small_gate)
    log = kit.journeys(plan, [trip(0, {1: (420, np.nan, 480)}, outcome=SOLD_INLAND)])
    assert frame(log, plan)["value_lost"].sum() == pytest.approx(75.0)


def test_goods_without_a_life_lose_nothing_by_waiting(
    small_gate: Plan, small_day: Journeys
) -> None:
    """No life, no loss."""
    assert frame(small_day, perishable(small_gate, life=None))["value_lost"].sum() == 0.0
