"""Compiled passes and NumPy measure the same, and what they add up is the event log."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.catalogue import Quantity
from sim.journeys import Journeys
from sim.measures import measure, names_of, passes
from sim.plan import Plan
from sim.workload import Workload
from tests.agreement import test_choices, test_random_borders
from tests.measures.test_economics import priced

pytest.importorskip("numba")


def measured(log: Journeys, plan: Plan, *, compiled: bool) -> dict[str, pl.DataFrame]:
    """All tables, and the waits at the first stage and the money of all, one way or the other."""
    stage = names_of(plan).stages[0]
    asked = [Quantity(name, stage=stage) for name in ("wait_p95", "closed_mean", "cost_per_day")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passes, "pays", lambda visits: compiled)
        return measure(log, plan, asked=asked).tables


def bits(column: pl.Series) -> pl.Series:
    """A column with its numbers as they lie in memory."""
    if not column.dtype.is_float():
        return column
    return pl.Series(column.fill_null(-1.0).to_numpy().view(np.int64))


def check_same(log: Journeys, plan: Plan) -> None:
    """Every column of every table is the same to the last bit."""
    numpy, compiled = (measured(log, plan, compiled=way) for way in (False, True))
    for name, expected in numpy.items():
        assert compiled[name].schema == expected.schema
        for column in expected.columns:
            assert bits(compiled[name][column]).equals(bits(expected[column])), (name, column)


@given(case=test_random_borders.borders(), warm_up=st.sampled_from([0.0, 60.0, 75.5]))
@settings(deadline=None, max_examples=60)
def test_both_ways_give_the_same_bits_on_random_borders(
    case: tuple[Plan, Workload], warm_up: float
) -> None:
    """Holds, slots, batches, owners, outages, patience: every kind of stage, priced."""
    plan = replace(priced(case[0]), warm_up=warm_up, horizon=1440.0)
    check_same(sim.simulate(plan, replace(case[1], plan=plan), engine="des"), plan)


@given(seed=st.integers(0, 2**32), warm_up=st.sampled_from([0.0, 755.5, 1440.0]))
@settings(deadline=None, max_examples=25)
def test_both_ways_give_the_same_bits_over_days(kit, seed: int, warm_up: float) -> None:
    """Nights, closing times, servers with hours of their own, and a horizon that cuts."""
    log = kit.random_log(seed, warm_up=warm_up)
    check_same(log, log.plan)


@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_both_ways_give_the_same_bits_where_vehicles_choose(data: st.DataObject) -> None:
    """Gates turn vehicles back, and vehicles come to the gate that they chose."""
    plan, work = test_choices.border(data.draw)
    check_same(sim.simulate(plan, work, engine="des"), plan)


@pytest.mark.parametrize("compiled", [False, True])
@given(seed=st.integers(0, 2**32), warm_up=st.sampled_from([0.0, 755.5]))
@settings(deadline=None, max_examples=25)
def test_visits_and_their_minutes_are_those_of_the_event_log(
    kit, compiled: bool, seed: int, warm_up: float
) -> None:
    """Counted from the rows of the log: visits begun, minutes waited, vehicle-hours inside."""
    log = kit.random_log(seed, warm_up=warm_up)
    plan, rows = log.plan, log.to_polars()
    tables = measured(log, plan, compiled=compiled)
    begun = rows.filter(pl.col("start") >= warm_up).group_by(pl.col("stage").cast(pl.String)).agg(
        pl.len().alias("begun"), (pl.col("start") - pl.col("arrive")).sum().alias("waited")
    )  # fmt: skip
    stages = tables["stages"].join(begun, on="stage", how="left").fill_null(0.0)
    assert stages["visits"].to_list() == stages["begun"].to_list()
    waits = stages["wait_mean"] + stages["overnight_mean"] + stages["virtual_mean"]
    np.testing.assert_allclose(waits * stages["visits"], stages["waited"], atol=1e-6)
    hold = [stage.id for stage in plan.stages if not stage.server_calendar.size]
    end = pl.when(pl.col("stage").cast(pl.String).is_in(hold)).then("start").otherwise("finish")
    inside = end.fill_null(plan.horizon).clip(warm_up) - pl.col("arrive").clip(warm_up)
    hours = pl.sum_horizontal("queue_hours", "service_hours", "parked_hours", "virtual_hours")
    expected = rows.select(inside.sum() / 60.0).item()
    assert tables["places"].select(hours.sum()).item() == pytest.approx(expected, abs=1e-6)


def test_a_process_compiles_for_nobody_who_measures_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy measures until as many visits have passed as loading or compiling costs."""
    monkeypatch.setattr(passes, "_measured", [0])
    for there, loads, compiles in ((True, True, True), (False, False, True)):
        monkeypatch.setattr(passes, "ready", lambda there=there: there)
        monkeypatch.setattr(passes, "_measured", [0])
        assert not passes.pays(passes.LOADING - 1)
        assert passes.pays(1) is loads
        assert passes.pays(passes.COMPILING) is compiles


def test_a_border_without_traffic_is_measured_either_way(kit) -> None:
    """There is no row to pass over, and no calendar to lay out."""
    plan = kit.plan([], [], modes=("road", "rail"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passes, "pays", lambda visits: True)
        assert len(measure(kit.journeys(plan, []), plan).tables["gates"]) == 4
