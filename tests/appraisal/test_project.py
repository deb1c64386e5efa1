"""Streams by year: openings within a year, horizons, delays, residual values."""

from __future__ import annotations

import numpy as np
import pytest

from sim.appraisal import Indicators, Project, Schedule, ScheduledUpgrade, UserBenefit
from sim.appraisal.project import OpenSets, bracket
from sim.compare.user_benefit import BOUNDS
from sim.economics import net_present_value
from sim.measures.economics import MONEY
from sim.units import Ranged

YEAR = 12


def upgrade(capex: float, opex: float, opens: int, due: int | None = None) -> ScheduledUpgrade:
    costs = [Ranged(cost, cost / 2.0, cost * 2.0) for cost in (capex, opex)]
    return ScheduledUpgrade({"en": "A"}, *costs, opens if due is None else due, opens)


def saving(amount: float, spread: float = 0.0) -> object:
    """Benefits of ``amount`` a year for each open upgrade, in two replications."""

    def benefits(sets: OpenSets, year: int) -> UserBenefit:
        gained = amount * (len(sets[1]) - len(sets[0]))
        money = np.zeros((2, len(MONEY)))
        money[:, MONEY.index("delay")] = [gained - spread, gained + spread]
        scales = {"value": 1.0, "low": 0.5, "high": 3.0}
        return UserBenefit({b: money * scales[b] for b in BOUNDS}, np.full((2, 2), gained / 10.0))

    return benefits


def indicators(project: Project, amount: float = 100.0, spread: float = 0.0) -> Indicators:
    rate, life = Ranged(0.08, 0.05, 0.12), Ranged(4.0, 3.0, 5.0)
    return Indicators(project, saving(amount, spread), rate, life, numbers=(0, 1))  # type: ignore[arg-type]


ONE = Project(
    Schedule({}), Schedule({"a": upgrade(240.0, 12.0, 2027 * YEAR + 6)}), undated=2025 * YEAR
)


def test_a_year_that_is_begun_counts_by_its_months() -> None:
    """Opened in July 2027 for four years: half a year, three whole ones, half a year."""
    flows = indicators(ONE).flows
    assert list(flows.years) == [2027, 2028, 2029, 2030, 2031]
    shares = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
    assert flows.benefit["value"].sum(axis=1)[0] == pytest.approx(100.0 * shares)
    assert flows.running["value"] == pytest.approx(12.0 * shares)
    assert flows.capital["value"] == pytest.approx([240.0, 0.0, 0.0, 0.0, 0.0])
    assert flows.residual["value"] == pytest.approx(np.zeros(5))


def test_present_values_are_those_of_the_flows() -> None:
    """To the price year 2025, two years before the first flow; hours discounted alike."""
    own = indicators(ONE, spread=10.0)
    assert own.npv.mean == pytest.approx(net_present_value(0.08, own.net, first=2), abs=1e-9)
    assert own.payback == pytest.approx(240.0 / 88.0 + 0.0, abs=0.35)
    waited = own.per_hour[0]
    factors = 1.08 ** -np.arange(2.0, 7.0)
    shares = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
    cost = 240.0 * factors[0] + 12.0 * (shares @ factors)
    assert waited.cost == pytest.approx(cost / (10.0 * shares @ factors))
    assert waited.hours.mean == pytest.approx(10.0)


@pytest.mark.parametrize("paid_later", [False, True])
def test_a_delay_costs_the_first_years(paid_later: bool) -> None:
    """Two years of net savings are lost, less what is left at the same horizon."""
    own = indicators(ONE)
    late = ONE.late(2.0, paid_later=paid_later)
    flows = late.flows(saving(100.0), 4.0, ONE.horizon(4.0))  # type: ignore[arg-type]
    by_year = dict(zip(flows.years, flows.benefit["value"].sum(axis=1)[0], strict=True))
    open_years = {2029: 0.5, 2030: 1.0, 2031: 0.5}
    assert {y: v for y, v in by_year.items() if v} == {y: 100 * s for y, s in open_years.items()}
    assert flows.running["value"].sum() == pytest.approx(12.0 * 2.0)
    (due,) = np.flatnonzero(flows.capital["value"])
    assert flows.years[int(due)] == (2029 if paid_later else 2027)
    assert flows.residual["value"][-1] == pytest.approx(120.0)  # two years of four are left
    net = flows.benefit["value"].sum(axis=1)[0] - flows.cost()
    first = flows.years[0] - 2025
    change = net_present_value(0.08, net, first) - net_present_value(0.08, own.net, first=2)
    assert own.delay(2.0, paid_later=paid_later).mean == pytest.approx(change)


def test_what_both_have_costs_nothing_more() -> None:
    """An upgrade of the base and of the alternative cancels, with its range; other dates do not."""
    common = upgrade(500.0, 50.0, 2026 * YEAR)
    both = Project(Schedule({"c": common}), Schedule({"c": common, **ONE.other.upgrades}), 0)
    for bound in BOUNDS:
        assert indicators(both).flows.cost(bound) == pytest.approx(
            indicators(ONE).flows.cost(bound)
        )


def test_switching_values_make_the_present_value_zero() -> None:
    """Capital, running cost and the price of an hour at their switching values."""
    own = indicators(ONE)
    rows = {row.name: row for row in own.switching}
    assert rows["capex"].switching is not None
    dear = upgrade(240.0 * rows["capex"].switching, 12.0, 2027 * YEAR + 6)
    assert indicators(Project(Schedule({}), Schedule({"a": dear}), 0)).npv.mean == pytest.approx(
        0.0, abs=1e-9
    )
    assert rows["delay"].switching is not None
    assert indicators(ONE, 100.0 * rows["delay"].switching).npv.mean == pytest.approx(0, abs=1e-9)
    assert rows["discount_rate"].switching == pytest.approx(own.eirr)
    assert rows["delay"].npv_low == pytest.approx(indicators(ONE, 50.0).npv.mean)
    assert rows["capex"].npv_high < rows["capex"].npv_low  # dearer is worse


def test_the_range_holds_every_end() -> None:
    """Worst and best of prices, costs, rate and life; the share above zero lies between."""
    own = indicators(ONE, spread=5.0)
    low, high = own.npv_range
    for row in own.switching:
        assert low <= min(row.npv_low, row.npv_high) <= max(row.npv_low, row.npv_high) <= high
    assert 0.0 < own.probability < 1.0
    assert indicators(ONE, 1e6).probability == 1.0
    assert indicators(ONE, 0.0).probability == 0.0


def test_between_simulated_years_it_changes_evenly() -> None:
    """Linear between, constant outside."""
    assert list(bracket([2025, 2030], 2027)) == [(2025, 0.6), (2030, pytest.approx(0.4))]
    assert list(bracket([2025, 2030], 2030)) == [(2030, 1.0)]
    assert list(bracket([2025, 2030], 2041)) == [(2030, 1.0)]
    assert list(bracket([2025, 2030], 2020)) == [(2025, 1.0)]
