"""Money and air: linear in the hours, closed in their sums, with ranges carried."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.journeys import Journeys
from sim.measures import measure
from sim.measures.economics import AIR, MONEY, costs_table, places_of, places_table
from sim.measures.exposure import exposure_of
from sim.measures.rosters import compile_rosters
from sim.plan import Plan
from sim.plan.model import Economics
from sim.units import Ranged
from tests.measures.conftest import Kit, Trip

FACTORS = {
    "delay": (100.0, 50.0, 200.0),
    "driver": (60.0, 60.0, 60.0),
    "parking": (240.0, 240.0, 480.0),
    "diesel": (20.0, 10.0, 30.0),
    "power": (2.0, 1.0, 3.0),
    "discount_rate": (0.08, 0.05, 0.12),
    "life": (20.0, 10.0, 30.0),
    "engine_queue": (0.5, 0.0, 1.0),
    "engine_parked": (0.1, 0.0, 0.3),
    "idle_fuel": (2.5, 1.9, 3.8),
    "co2": (2.68, 2.68, 2.68),
    "nox": (34.0, 5.0, 135.0),
    "pm25": (1.0, 0.1, 4.0),
    "electric": (0.2, 0.0, 0.4),
    "reefer_fuel": (2.0, 1.0, 4.0),
    "reefer_power": (6.0, 4.0, 10.0),
    "plugged": (0.5, 0.5, 0.5),
    "grid_co2": (0.66, 0.55, 0.75),
}
PRICES = Economics({name: Ranged(*parts) for name, parts in FACTORS.items()})


def priced(plan: Plan) -> Plan:
    """The same border with prices, and fruit of which half is cooled."""
    fruit = replace(plan.cargo[0], reefer=0.5, life=600.0, value=1000.0)
    return replace(plan, economics=PRICES, cargo=(fruit, *plan.cargo[1:]))


def tables(log: Journeys, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Places and costs of a log."""
    exposure = exposure_of(log, plan, compile_rosters(plan))
    return places_table(plan, places_of(plan, exposure)), costs_table(plan, exposure)


def test_an_hour_of_each_kind_costs_what_the_prices_say(
    small_gate: Plan, small_day: Journeys
) -> None:
    """Documents of the known day: 20 min queue, 85 min service, 5 h parked, all laden."""
    places, _ = tables(small_day, priced(small_gate))
    row = places.row(by_predicate=pl.col("role") == "documents", named=True)
    hours, moving = 20 / 60 + 85 / 60 + 5, 105 / 60
    burning = (0.5 * moving + 0.1 * 5) * 0.8
    diesel = burning * 2.5 + 0.5 * hours * 0.5 * 2.0
    kwh = 0.5 * hours * 0.5 * 6.0
    expected = {
        "delay": hours * 100.0,
        "owner_hold": 0.0,
        "driver": hours * 60.0,
        "parking": 5 / 24 * 240.0,
        "fuel": burning * 2.5 * 20.0,
        "cooling": 0.5 * hours * 0.5 * 2.0 * 20.0 + kwh * 2.0,
        "diesel": diesel,
        "co2": diesel * 2.68 + kwh * 0.66,
        "nox": burning * 34.0 / 1000.0,
        "pm25": burning * 1.0 / 1000.0,
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_an_owners_hours_are_no_delay_of_the_gate(small_gate: Plan, small_day: Journeys) -> None:
    """The hour in the yard is on the owner's account: owner_hold, and no delay beside it."""
    places, _ = tables(small_day, priced(small_gate))
    row = places.row(by_predicate=pl.col("role") == "yard", named=True)
    assert (row["owner_hold"], row["delay"]) == (pytest.approx(100.0), 0.0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), warm_up=st.sampled_from([0.0, 700.0]))
def test_costs_by_gate_are_the_sums_over_stages_and_classes(seed: int, warm_up: float) -> None:
    """Each item of each gate and direction, to 1e-9; and low <= value <= high."""
    log = Kit.random_log(seed, warm_up=warm_up)
    plan = priced(log.plan)
    places, costs = tables(log, plan)
    days = (plan.horizon - plan.warm_up) / 1440.0
    for item in (*MONEY, *AIR):
        whole = costs.filter(item=item)
        assert whole["value"].sum() * days == pytest.approx(places[item].sum(), rel=1e-9)
        for direction in ("export", "import"):
            mine = whole.filter(direction=direction)["value"].sum() * days
            parts = places.filter(direction=direction)[item].sum()
            assert mine == pytest.approx(parts, rel=1e-9)
    assert (costs["low"] <= costs["value"] * (1 + 1e-12)).all()
    assert (costs["value"] <= costs["high"] * (1 + 1e-12)).all()


def test_the_headline_has_the_total(small_gate: Plan, small_day: Journeys) -> None:
    """Cost and CO2 per day of all gates are the sums of the table of costs."""
    plan = priced(small_gate)
    found = measure(replace(small_day, plan=plan), plan).tables
    everywhere = found["headline"].filter(gate="all", direction="all")
    money = found["costs"].filter(pl.col("item").is_in(MONEY))["value"].sum()
    co2 = found["costs"].filter(item="co2")["value"].sum()
    assert everywhere.filter(measure="cost_per_day")["value"].item() == pytest.approx(money / 1e6)
    assert everywhere.filter(measure="co2_per_day")["value"].item() == pytest.approx(co2 / 1e3)


def test_without_prices_hours_are_counted_and_money_is_not(
    small_gate: Plan, small_day: Journeys
) -> None:
    """Places has hours but no money, costs is empty, and the headline says nothing."""
    found = measure(small_day, small_gate).tables
    assert found["places"]["delay"].null_count() == found["places"].height > 0
    assert found["costs"].is_empty()
    values = found["headline"].filter(measure="cost_per_day")["value"]
    assert values.null_count() == len(values)


def test_costs_of_the_baseline_close() -> None:
    """A shipped day: the total is the sum by gate, stage and class."""
    scenario = sim.load("baseline-2025", set={"run.days": 1, "run.warm_up": "0 days"})
    plan = sim.build_plan(scenario)
    found = measure(sim.simulate(plan, sim.draw(plan, 0), "core"), plan).tables
    total = found["costs"].filter(pl.col("item").is_in(MONEY))["value"].sum()
    by_stage = found["places"].select(MONEY).sum().row(0)
    assert total == pytest.approx(sum(by_stage), rel=1e-9)
    assert total > 0.0


def test_only_what_has_an_engine_of_its_own_pays_for_parking(
    small_gate: Plan, kit: type[Kit], trip: type[Trip]
) -> None:
    """A truck in the yard pays for its place and its driver; a wagon on the track does not."""
    truck, train = trip(0, {0: (300, 300, 360)}), trip(2, {5: (300, 420, 430)})
    night = replace(
        small_gate,
        stages=tuple(
            replace(stage, server_calendar=small_gate.stages[1].server_calendar)
            if stage.role == "path"
            else stage
            for stage in small_gate.stages
        ),
    )
    plan = priced(night)
    places, _ = tables(kit.journeys(plan, [truck, train]), plan)
    waited = {row["role"]: row for row in places.to_dicts()}
    assert waited["yard"]["parked_hours"] == pytest.approx(1.0)
    assert waited["yard"]["parking"] == pytest.approx(240.0 / 24.0)
    assert waited["path"]["parked_hours"] == pytest.approx(10 * 2.0)
    assert waited["path"]["parking"] == waited["path"]["driver"] == 0.0
    assert waited["path"]["delay"] > 0.0
