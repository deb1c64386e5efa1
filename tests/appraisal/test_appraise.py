"""Appraisal of a simulated upgrade, from representative weeks to present values."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import sim
from sim.appraisal import appraise, representative_weeks, schedule_of
from sim.errors import ArgumentError
from sim.measures.economics import MONEY
from tests.appraisal.conftest import OVERLAY, Load


def test_weeks_stand_for_the_whole_year(load: Load) -> None:
    """Their days add up to the year; the busiest season and the quiet one have one each."""
    base = load("small")
    for count in (1, 2, 5):
        weeks = representative_weeks(base.model, count)
        assert sum(week.days for week in weeks) == 365
        assert len(weeks) <= count
    busy, quiet = representative_weeks(base.model, 2)
    assert busy.vehicles > quiet.vehicles
    assert quiet.first.month in (1, 2, 3, 12)
    with pytest.raises(ArgumentError, match="give 1 to 52"):
        representative_weeks(base.model, 53)


def test_a_closure_is_a_week_of_its_own(load: Load) -> None:
    """A public holiday on which gates are shut is told from busy and quiet weeks."""
    held = "{start: 2025-05-01, end: 2025-05-05}"
    base = load("small", countries=f"{{vietnam: {{holidays: {{may: {held}}}}}}}")
    weeks = representative_weeks(base.model, 3)
    assert any(week.first <= dt.date(2025, 5, 3) <= week.first + dt.timedelta(6) for week in weeks)


def test_more_counters_save_time_and_money(load: Load) -> None:
    """Of the same traffic all year the benefit is the costs before less those after, by 365."""
    flat = {"gates.chi_ma.routes.main.flows.fruit.season": "null"}
    base, more = load("small", **flat), load("more", **flat)
    appraisal = appraise(base, [more], weeks=1, years=[2025])
    (only,) = appraisal.alternatives
    assert list(only.indicators.flows.years) == list(range(2027, 2048))
    start = appraisal.weeks[0].first - dt.timedelta(days=1)
    days = {"run.start": start.isoformat(), "run.days": "7", "run.year": "2025"}
    before, after = (
        money(scenario.edited(days | opened))
        for scenario, opened in ((base, {}), (more, {"upgrades.counters.opens": "2024-01"}))
    )
    users = only.indicators.flows.benefit["value"].sum(axis=1)
    assert users[:, 1] == pytest.approx((before - after) * 365.0)
    assert users[:, 0] == pytest.approx(users[:, 1] / 2.0)
    assert only.indicators.per_hour[0].hours.mean > 0.0
    low, high = (only.indicators.flows.benefit[b].sum(axis=1)[:, 1] for b in ("low", "high"))
    assert ((low < users[:, 1]) & (users[:, 1] < high)).all()


def money(scenario: sim.Scenario) -> np.ndarray:
    """VND a day by replication."""
    costs = sim.run(scenario).tables["costs"].filter(pl.col("item").is_in(MONEY))
    by = costs.group_by("replication").agg(pl.col("value").sum()).sort("replication")
    return by["value"].to_numpy()


def test_a_late_opening_costs_what_it_would_have_saved(load: Load) -> None:
    """The delay of the file and the delay that is asked about are one."""
    base, more = load("small"), load("more")
    (on_time,) = appraise(base, [more], weeks=1, years=[2025]).alternatives
    late = load("more", OVERLAY.replace("opens: 2027-07", "opens: 2027-07\n    delay: 2 years"))
    (delayed,) = appraise(base, [late], weeks=1, years=[2025]).alternatives
    change = (delayed.indicators.npv.mean or 0.0) - (on_time.indicators.npv.mean or 0.0)
    assert on_time.indicators.delay(2.0).mean == pytest.approx(change)
    assert change < 0.0
    assert schedule_of(late).upgrades["counters"].opens == 2029 * 12 + 6


def test_growth_is_simulated_and_interpolated(load: Load) -> None:
    """Years as asked or every fifth of the profile; more demand, more to save."""
    base, more = load("small"), load("more")
    (only,) = appraise(base, [more], weeks=1).alternatives
    assert only.nodes == (2025, 2030, 2035)
    users = only.indicators.flows.benefit["value"].sum(axis=1).mean(axis=0)
    years = only.indicators.flows.years
    at = {year: users[years.index(year)] for year in (2030, 2031, 2035, 2040)}
    assert at[2031] == pytest.approx(0.8 * at[2030] + 0.2 * at[2035])
    assert at[2040] == pytest.approx(at[2035])


def test_an_overloaded_year_is_left_out(load: Load) -> None:
    """From the year on in which more comes than can be served, the benefit stays."""
    steep = {"profiles.growth.slow.years": "{2025: 100 %, 2035: 400 %}"}
    base, more = load("small", **steep), load("more", **steep)
    (only,) = appraise(base, [more], weeks=1, replications=3).alternatives
    assert only.overloaded in (2030, 2035)
    assert max(only.nodes) < only.overloaded
    assert not only.forced


def test_what_stands_for_no_year_is_refused(load: Load) -> None:
    """A backlog, other prices, no prices, nothing to compare: named with what to do."""
    base, more = load("small"), load("more")
    stock = load("more", **{"gates.chi_ma.routes.main.flows.fruit.backlog": "40 trucks"})
    with pytest.raises(ArgumentError, match=r"more\.yaml: flow fruit of chi_ma has a backlog"):
        appraise(base, [stock])
    dearer = load("more", **{"economics.money.driver": "90_000 VND/h"})
    with pytest.raises(ArgumentError, match=r"another `economics\.money\.driver`"):
        appraise(base, [dearer])
    with pytest.raises(ArgumentError, match="at least one scenario"):
        appraise(base, [])
    with pytest.raises(ArgumentError, match="name at least one"):
        appraise(base, [more], years=[])
    bare = load("small", economics="null")
    with pytest.raises(ArgumentError, match="has no prices"):
        appraise(bare, [more])


def test_one_process_or_two_give_the_same(load: Load) -> None:
    """Every figure, bit for bit."""
    base, more = load("small"), load("more")
    both = [
        appraise(base, [more], weeks=1, years=[2025], jobs=jobs).alternatives[0].indicators
        for jobs in (1, 2)
    ]
    assert np.array_equal(both[0].net, both[1].net)
    assert both[0].npv == both[1].npv
