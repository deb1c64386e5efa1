"""What a year is worth: costs saved less capital and running cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import sim
from sim.compare import ScenarioResults, benefit, compare_runs, off_year, scenario_results
from sim.economics import annuity
from sim.messages import messages
from sim.plan.model import Economics
from sim.report.text.notices import caveats
from sim.units import Ranged
from tests.small import write_small


def test_an_annuity_pays_back_with_interest() -> None:
    """The present value of all its payments is one, whatever rate and life."""
    for rate, years in ((0.08, 20), (0.05, 30), (0.0, 10), (0.12, 1)):
        paid = sum(annuity(rate, years) / (1 + rate) ** year for year in range(1, years + 1))
        assert paid == pytest.approx(1.0)


@pytest.fixture(scope="module")
def pair() -> tuple[ScenarioResults, ScenarioResults]:
    """A day of the baseline, and of Chi Ma as an international gate."""
    short = {"run.days": 1, "run.replications": 3}
    base, other = (
        scenario_results(sim.run(sim.load(name, set={**short, "run.warm_up": "0 days"})))
        for name in ("baseline-2025", "chi-ma-international")
    )
    return base, other


def test_net_is_saved_less_capital_and_running(
    pair: tuple[ScenarioResults, ScenarioResults],
) -> None:
    """480 bn at 8 % over 20 years, and 14 bn a year to run."""
    found = benefit(*pair)
    assert found is not None
    assert found.capital == pytest.approx(480e9 * annuity(0.08, 20))
    assert found.running == pytest.approx(14e9)
    assert found.net == pytest.approx(found.saved - found.capital - found.running)
    assert found.low <= found.net <= found.high


def daily_cost(sample: ScenarioResults) -> float:
    """VND a day, mean over replications."""
    cost = sample.headline.filter(gate="all", direction="all", measure="cost_per_day")
    return 1e6 * float(cost["value"].to_numpy().mean())


def test_more_trade_is_no_loss(pair: tuple[ScenarioResults, ScenarioResults]) -> None:
    """Of the same traffic saved is the difference by day x 365; what more traffic waits is none."""
    base, more = pair
    parcels = "gates.chi_ma.routes.main.flows.import_parcels.volume"
    short = {"run.days": 1, "run.replications": 3, "run.warm_up": "0 days"}
    same = scenario_results(
        sim.run(sim.load("chi-ma-international", set={**short, parcels: "15 vans/day"}))
    )
    alike, grown = benefit(base, same), benefit(base, more)
    assert alike is not None
    assert grown is not None
    assert alike.saved == pytest.approx((daily_cost(base) - daily_cost(same)) * 365.0)
    assert grown.saved > (daily_cost(base) - daily_cost(more)) * 365.0


def test_without_a_price_nothing_is_worth_anything(
    pair: tuple[ScenarioResults, ScenarioResults],
) -> None:
    """No prices, no cost of upgrades, or another seed: no figure rather than a wrong one."""
    base, other = pair
    assert benefit(base, replace(other, economics=None)) is None
    unpriced = {**base.tables, "costs": base.tables["costs"].clear()}
    assert benefit(replace(base, economics=None, tables=unpriced), other) is None
    assert benefit(base, replace(other, upgrades=())) is None
    assert benefit(base, replace(other, seed=other.seed + 1)) is None
    assert benefit(base, base) is None


def test_dear_capital_counts_against_the_low_end(
    pair: tuple[ScenarioResults, ScenarioResults],
) -> None:
    """A wider range of the discount rate widens the range of the net benefit."""
    base, other = pair
    assert other.economics is not None
    factors = {**other.economics.factors, "discount_rate": Ranged(0.08, 0.0, 0.3)}
    wide = benefit(base, replace(other, economics=Economics(factors)))
    usual = benefit(base, other)
    assert wide is not None
    assert usual is not None
    assert wide.low < usual.low <= usual.high < wide.high


def test_a_table_for_a_spreadsheet(pair: tuple[ScenarioResults, ScenarioResults]) -> None:
    """One row for each scenario that has costs, in VND; a comparison without is kept without."""
    base, other = pair
    worth = benefit(base, other)
    assert worth is not None
    kept = compare_runs([base, other, base], ["a", "b", "c"]).tables
    assert kept["benefits"].to_dicts() == [{"alternative": "b", **vars(worth)}]
    assert worth.capex == 480e9
    assert list(compare_runs([base, base], ["a", "b"]).tables) == ["comparison"]


def test_other_prices_are_named(pair: tuple[ScenarioResults, ScenarioResults]) -> None:
    """Dearer hours make a scenario dearer, which is said; better engines are no other price."""
    base, other = pair
    assert other.economics is not None
    dearer = {"delay": Ranged(1e6, 1e6, 1e6)}
    cleaner = {"electric": Ranged(1.0, 1.0, 1.0), "discount_rate": Ranged(0.03, 0.03, 0.03)}
    for change, named in ((dearer, ["other"]), (cleaner, [])):
        changed = replace(other, economics=Economics({**other.economics.factors, **change}))
        assert compare_runs([base, changed], ["base", "other"]).other_prices == named
    bare = replace(other, economics=None)
    assert compare_runs([base, bare], ["base", "other"]).other_prices == []


YEARS = """\
format: 1
extends: small.yaml
title: {en: Year, vi: Năm}
run: {start: 2025-06-30, warm_up: 1 day, days: 7}
profiles:
  week: {busy: {add: true, sun: 0 %, evidence: assumption}}
  season: {fruit: {add: true, jul: 200 %, evidence: assumption}}
gates: {chi_ma: {routes: {main: {flows: {fruit: {CHANGE}}}}}}
"""


@pytest.mark.parametrize(
    ("fruit", "days", "run", "year"),
    [
        ("week: busy", 5, 20 + 30, 20 + 30 * 313 / 365),  # Tuesday to Saturday
        ("season: fruit", 7, 20 + 60, 20 + 30 * (365 + 31) / 365),
        ("from: {2025-08-01: 60/day}", 7, 20 + 30, 20 + (30 * 31 + 60 * 334) / 365),
        ("week: busy", 7, None, None),  # a whole week is like the year
        ("week: null", 3, None, None),
    ],
)
def test_days_that_are_unlike_the_year_are_named(
    tmp_path: Path, fruit: str, days: int, run: float | None, year: float | None
) -> None:
    """Weekdays, seasons and changes from a date on, over the 365 days from the first measured."""
    write_small(tmp_path)
    (tmp_path / "year.yaml").write_text(YEARS.replace("CHANGE", fruit), "utf-8")
    scenario = sim.load(tmp_path / "year.yaml", set={"run.days": str(days)})
    found = off_year(scenario_results(sim.run(scenario, 1, journeys="none")))
    expected = [] if run is None else [("chi_ma", pytest.approx(run), pytest.approx(year))]
    assert [(gate.gate, gate.run, gate.year) for gate in found] == expected


def test_a_net_benefit_of_days_unlike_the_year_says_so(
    pair: tuple[ScenarioResults, ScenarioResults],
) -> None:
    """In both languages, gate by gate with its figures; nothing where nothing is worth anything."""
    found = off_year(pair[1])[0]
    assert (found.gate, found.run) == ("huu_nghi", 870)
    comparison = compare_runs(pair)
    for lang, part in (
        ("en", f"Hữu Nghị 870 vehicles a day, {found.year:.0f} over the year (+14%)"),
        ("vi", f"Hữu Nghị 870 xe mỗi ngày, cả năm {found.year:.0f} (+14%)"),
    ):
        assert any(part in text for text in caveats(comparison, messages(lang)))
    free = compare_runs([pair[0], replace(pair[1], upgrades=())])
    assert not any("over the year" in text for text in caveats(free, messages("en")))
