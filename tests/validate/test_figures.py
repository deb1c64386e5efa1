"""Simulated against observed: which numbers are compared, and when they agree."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import polars as pl
import pytest

import sim
from sim.compare import Estimate, estimate
from sim.results import Results
from sim.validate import Figure, Observation, compare_with, fit, read_observed, skills
from sim.validate.figures import _intervals
from sim.validate.fit import GEH_LIMIT, geh
from sim.validate.naive import STOCK_PER_EXPORT

WEDNESDAY = dt.date(2025, 7, 9)


def observation(quantity: str, value: float = 1.0, gate: str = "chi_ma") -> Observation:
    """One observed figure without a day."""
    return Observation(None, gate, quantity, value, "", "", "predicted")


def figure(quantity: str, mean: float | None, value: float) -> Figure:
    """A figure as if it had been simulated."""
    return Figure(observation(quantity, value), Estimate(mean), None, None)


@pytest.fixture
def results(small: sim.Scenario) -> Results:
    """Three days, three replications."""
    return sim.run(small, journeys="none")


def compared(results: Results, one: Observation) -> Figure:
    """The only figure."""
    (found,) = compare_with(results, [one])
    return found


def test_without_a_day_the_mean_of_days(results: Results) -> None:
    """A replication is one observation: its days are averaged, then the replications."""
    table = results.tables["bulletin"].filter(pl.col("gate") == "chi_ma")
    means = table.group_by("replication", maintain_order=True).agg(pl.col("exported").mean())
    found = compared(results, observation("exported"))
    assert found.mean == pytest.approx(means["exported"].mean())
    assert found.estimate.half_width == pytest.approx(
        estimate(means["exported"].to_numpy(), bounds=(0.0, math.inf)).half_width
    )


def test_with_a_day_its_bulletin(results: Results) -> None:
    """A figure of a day is held against that day alone."""
    table = results.tables["bulletin"].filter(gate="chi_ma", day=WEDNESDAY)
    found = compared(results, replace(observation("waiting"), day=WEDNESDAY))
    assert found.mean == pytest.approx(table["waiting"].mean())


def test_all_are_the_gates_that_count_alike(results: Results) -> None:
    """All gates are the road gates; of wagons they are the rail gates."""
    for quantity, gate in (("exported", "chi_ma"), ("wagons_exported", "dong_dang")):
        every, one = (
            compared(results, observation(quantity, gate=which)) for which in ("all", gate)
        )
        assert every.mean == one.mean
        assert every.mean is not None
        assert every.mean > 10.0


def test_hours_are_those_of_the_headline(results: Results) -> None:
    """The mean over vehicles of both directions, as `langson run` gives it."""
    row = results.tables["headline"].filter(
        gate="chi_ma", direction="all", measure="vietnam_time_mean"
    )
    for gate in ("chi_ma", "all"):
        found = compared(results, observation("vietnam_time_h", gate=gate))
        assert found.mean == pytest.approx(row["value"].mean())
    nobody = compared(results, observation("vietnam_time_h", gate="co_sau"))
    assert nobody.mean is None
    assert not nobody.within


def test_geh_is_of_hourly_flows(results: Results) -> None:
    """Daily counts are divided by the 12 hours the lane is open; trains run all day."""
    found = compared(results, observation("exported", 200.0))
    assert found.open_hours == pytest.approx(12.0)
    assert found.mean is not None
    assert found.geh == pytest.approx(float(geh(found.mean / 12.0, 200.0 / 12.0)))
    assert compared(results, observation("exported", gate="dong_dang")).open_hours == 24.0
    assert compared(results, observation("imported", gate="dong_dang")).open_hours == 0.0


@pytest.mark.parametrize("value", [0.0, 30.0, 149.0])
def test_a_geh_that_nothing_would_miss_is_left_out(results: Results, value: float) -> None:
    """Below 12.5 vehicles an hour a gate that lets nobody through has a GEH below 5, too."""
    assert float(geh(0.0, value / 12.0)) < GEH_LIMIT
    found = compared(results, observation("exported", value))
    assert found.geh is None
    assert math.isnan(fit([found]).geh_share)
    assert compared(results, observation("exported", 151.0)).geh is not None


def test_geh_needs_a_flow_and_a_lane(results: Results) -> None:
    """A stock has no GEH, nor has a gate that nobody crosses."""
    assert compared(results, observation("waiting")).geh is None
    idle = compared(results, observation("exported", gate="co_sau"))
    assert (idle.mean, idle.open_hours, idle.geh) == (0.0, 0.0, None)


@pytest.mark.parametrize(
    ("quantity", "mean", "value", "within"),
    [
        ("exported", 110.0, 100.0, True),
        ("exported", 111.0, 100.0, False),
        ("imported", 89.0, 100.0, False),
        ("vietnam_time_h", 3.2, 3.5, True),
        ("vietnam_time_h", 3.0, 3.5, False),
        ("waiting", 230.0, 200.0, True),
        ("waiting", 231.0, 200.0, False),
        ("waiting", 15.0, 0.0, True),
        ("waiting", 16.0, 0.0, False),
        ("exported", 0.0, 0.0, True),
        ("exported", 1.0, 0.0, False),
    ],
)
def test_tolerance(quantity: str, mean: float, value: float, within: bool) -> None:
    """10 % of flows and hours; 15 % of the larger of the stock and 100 vehicles."""
    assert figure(quantity, mean, value).within is within


def test_error_is_a_share_of_the_observed() -> None:
    """Signed; none where nothing was observed."""
    assert figure("exported", 90.0, 100.0).error == pytest.approx(-0.1)
    assert figure("exported", 90.0, 0.0).error is None


def test_fit_sums_up() -> None:
    """MAPE takes every figure, RMSE the counts; what has no value is outside."""
    found = fit(
        [
            figure("exported", 110.0, 100.0),
            figure("waiting", 50.0, 100.0),
            figure("vietnam_time_h", 3.5, 3.5),
            figure("vietnam_time_h", None, 3.5),
        ]
    )
    assert (found.figures, found.within, found.share) == (4, 2, 0.5)
    assert found.mape == pytest.approx(0.2)
    assert found.rmse == pytest.approx(math.sqrt((10.0**2 + 50.0**2) / 2))
    assert math.isnan(found.geh_share)


def test_geh_share_is_of_flows() -> None:
    """One of two flows lies below 5; the stock is not asked."""
    flows = [replace(figure("exported", 1.0, 1.0), geh=score) for score in (4.9, 5.0)]
    assert fit([*flows, figure("waiting", 1.0, 1.0)]).geh_share == 0.5


def test_fit_of_nothing() -> None:
    """Without figures every share is undefined."""
    found = fit([])
    assert (found.figures, found.within) == (0, 0)
    assert math.isnan(found.share)


def test_the_rest_is_what_the_named_lines_leave(results: Results) -> None:
    """Exports other than fruit are exports less fruit, gate by gate and day by day."""
    for total, part, rest in (
        ("exported", "exported_fruit", "exported_other"),
        ("imported", "imported_new_cars", "imported_other"),
        ("waiting", "waiting_fruit", "waiting_other"),
    ):
        whole, named, left = (compared(results, observation(q)).mean for q in (total, part, rest))
        assert whole is not None
        assert named is not None
        assert left == pytest.approx(whole - named)


def test_several_days_are_summed(results: Results) -> None:
    """A sum of flows is that of the bulletins from its first day to its last."""
    seen = replace(observation("exported"), day=WEDNESDAY, until=WEDNESDAY + dt.timedelta(days=1))
    days = pl.col("day").is_between(WEDNESDAY, WEDNESDAY + dt.timedelta(days=1))
    table = results.tables["bulletin"].filter(days, gate="chi_ma")
    found = compared(results, replace(seen, value=60.0))
    assert found.mean == pytest.approx(table["exported"].sum() / 3)
    single = compared(results, replace(observation("exported", 30.0), day=WEDNESDAY))
    assert found.open_hours == single.open_hours


def test_several_gates_are_summed(results: Results) -> None:
    """A figure of two gates is the sum of theirs."""
    both = compared(results, observation("exported", gate="chi_ma+co_sau"))
    assert both.mean == compared(results, observation("exported")).mean


def test_a_stock_has_a_time(results: Results) -> None:
    """In the morning as the backlog has it, of exports and of imports."""
    for quantity, column in (("waiting", "waiting"), ("waiting_import", "queued_import")):
        seen = replace(observation(quantity), day=WEDNESDAY, time=8 * 60.0)
        minute = (WEDNESDAY - results.plan.start).days * 1440.0 + 8 * 60.0
        stock = results.tables["backlog"].filter(gate="chi_ma", minute=minute)[column]
        assert compared(results, seen).mean == pytest.approx(stock.mean())


def test_turned_back_is_a_mean_of_the_measured_days(results: Results) -> None:
    """Of exports; the table of gates counts them."""
    assert compared(results, observation("turned_back")).mean == 0.0


def test_hours_of_a_direction(results: Results) -> None:
    """Exports and imports apart, as the headline has them."""
    for direction in ("export", "import"):
        row = results.tables["headline"].filter(
            gate="chi_ma", direction=direction, measure="vietnam_time_mean"
        )
        found = compared(results, observation(f"vietnam_time_{direction}_h"))
        assert found.mean == pytest.approx(row["value"].mean())


def test_within_its_range_nothing_is_wrong() -> None:
    """An error counts from the nearer end, as a share of the middle."""
    seen = replace(observation("exported", 80.0), high=120.0)
    ranged = replace(figure("exported", 100.0, 1.0), observed=seen)
    assert (ranged.error, ranged.within) == (0.0, True)
    above = replace(ranged, estimate=Estimate(140.0))
    assert above.error == pytest.approx(0.2)
    assert not above.within


def test_the_interval_of_a_day_is_that_of_one_more_replication() -> None:
    """``mean ± t s sqrt(1 + 1/n)``: by hand for 10, 12, 14, and never below 0."""
    values = pl.DataFrame({"replication": [0, 1, 2], "value": [10.0, 12.0, 14.0]})
    low, high = _intervals(values)[0.95]
    assert (low, high) == (pytest.approx(12.0 - 9.937, abs=1e-3), pytest.approx(21.937, abs=1e-3))
    assert _intervals(values.with_columns(pl.col("value") - 10.0))[0.95][0] == 0.0
    assert _intervals(values[:1]) == {}


def test_coverage_counts_the_figures_inside() -> None:
    """A range is inside where it touches the interval; without an interval nothing is counted."""
    inside = replace(figure("exported", 1.0, 10.0), intervals={0.8: (9.0, 11.0), 0.95: (8.0, 12.0)})
    outside = replace(inside, observed=observation("exported", 11.5))
    found = fit([inside, outside, figure("exported", 1.0, 1.0)])
    assert found.coverage == {0.8: 0.5, 0.95: 1.0}
    touching = replace(outside, observed=replace(outside.observed, value=5.0, high=9.0))
    assert touching.inside(0.8)


def test_skill_is_against_what_was_known_the_day_before() -> None:
    """By hand: errors 5 and 1 of the run, 10 and 20 of yesterday, 8.2 of exports."""
    days = [WEDNESDAY + dt.timedelta(days=n) for n in range(3)]
    known = [
        replace(observation("waiting", value), day=day)
        for day, value in zip(days, (90.0, 100.0, 120.0), strict=True)
    ]
    known.append(replace(observation("exported", 110.0), day=days[2]))
    figures = [
        replace(figure("waiting", mean, 1.0), observed=seen)
        for seen, mean in zip(known[1:3], (105.0, 121.0), strict=True)
    ]
    found = skills(figures, known)
    assert (found["yesterday"].figures, found["yesterday"].simulated) == (2, 3.0)
    assert found["yesterday"].skill == pytest.approx(1.0 - 3.0 / 15.0)
    assert found["exports"].naive == pytest.approx(1.18 * 110.0 - 120.0)
    assert found["blend"].naive == pytest.approx(abs(0.75 * 100 + 0.25 * 1.18 * 110.0 - 120.0))
    assert skills([figure("exported", 1.0, 1.0)], known) == {}


def test_the_stock_per_export_is_that_of_the_free_days() -> None:
    """The constant is the mean of the two shipped days that it names."""
    ratios = []
    for name in ("2024-08-22", "2025-11-11"):
        rows = read_observed(name, sim.build_plan(sim.load(f"day-{name}")))
        seen = {row.quantity: row.value for row in rows if row.gate == "all"}
        ratios.append(seen["waiting"] / seen["exported"])
    assert sum(ratios) / 2 == pytest.approx(STOCK_PER_EXPORT, abs=0.005)
