"""Money and air, and cost against delay, say what the tables and the comparison say."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from sim.compare import benefit, pareto_statuses, scenario_results
from sim.measures.economics import MONEY
from sim.messages import messages
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.html.sections import cost_benefit as worth
from sim.report.html.sections import economy
from sim.report.text.best import TIME
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.small import OVERLAY, SMALL

PRICES = """\
economics:
  money:
    delay: {value: 100_000 VND/h, low: 40_000 VND/h, high: 400_000 VND/h}
    driver: 60_000 VND/h
    parking: 400_000 VND/day
    diesel: 19_000 VND/L
    power: 2_000 VND/kWh
    discount_rate: {value: 8 %, low: 5 %, high: 12 %}
    life: 20 years
    evidence: assumption
  air:
    engine_queue: {value: 50 %, low: 0 %, high: 100 %}
    engine_parked: 10 %
    idle_fuel: 2.5 L/h
    co2: 2.68 kg/L
    nox: 34 g/h
    pm25: 1.1 g/h
    electric: 0 %
    reefer_fuel: 2.0 L/h
    reefer_power: 6 kW
    plugged: 0 %
    grid_co2: 0.66 kg/kWh
    evidence: assumption
"""

GILDED = """\
format: 1
extends: more.yaml
title: {en: Gilded counters, vi: Quầy mạ vàng}
upgrades:
  gold:
    title: {en: Gold, vi: Vàng}
    capex: 20 bn VND
    opex: 1 bn VND/year
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 4}}}}}}
"""


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """The small border with prices, with more counters, and with those and useless gold."""
    here = tmp_path_factory.mktemp("priced")
    texts = {"small.yaml": SMALL + PRICES, "more.yaml": OVERLAY, "gilded.yaml": GILDED}
    for name, text in texts.items():
        (here / name).write_text(text, "utf-8")
    several = [run(load(here / name)) for name in texts]
    return read_report_data(write_several(several, here / "results", ["langson", "run"])[0])


def body(section: object, report: ReportData) -> str:
    """The section's HTML in English."""
    found = section(report, messages("en"))  # type: ignore[operator]
    assert found is not None
    return str(found.body)


def test_without_prices_there_is_no_money(report: ReportData) -> None:
    """A scenario without economics has neither section, rather than rows of zeros."""
    assert economy.section(report, messages("en")) is None
    assert worth.section(report, messages("en")) is None


@pytest.mark.parametrize("item", ["co2", "cost", "diesel"])
def test_each_gate_has_its_sums_with_their_range(item: str, priced: ReportData) -> None:
    """Value, low and high are means over replications of both directions' costs."""
    items = MONEY if item == "cost" else (item,)
    unit = 1e6 if item == "cost" else 1.0
    costs = (
        priced.others[0]
        .tables["costs"]
        .filter(pl.col("item").is_in(items), pl.col("gate") == "chi_ma")
    )
    means = [costs[name].sum() / 3 / unit for name in ("value", "low", "high")]
    found = re.findall(
        rf'data-gate="chi_ma" data-item="{item}">([\d,.]+) \(([\d,.]+)\sto\s([\d,.]+)\)',
        body(economy.section, priced),
    )
    shown = [float(number.replace(",", "")) for number in found[1]]
    assert shown == pytest.approx(means, abs=0.51)


def test_bars_are_the_places_of_the_gate(priced: ReportData) -> None:
    """Bars by state and by side add up to the hours and CO2 of the table of places."""
    places = priced.base.tables["places"].filter(pl.col("gate") == "chi_ma")
    bar = economy._bars([economy._daily(one) for one in priced.several], "chi_ma")[0]
    parts = ["queue_hours", "service_hours", "parked_hours", "virtual_hours"]
    assert bar.hours == pytest.approx([places[part].sum() / 9 for part in parts])
    assert sum(bar.co2) == pytest.approx(places["co2"].sum() / 9)
    costs = priced.base.tables["costs"].filter(pl.col("item") == "co2", pl.col("gate") == "chi_ma")
    assert sum(bar.co2) == pytest.approx(costs["value"].sum() / 3)


def test_net_benefit_is_that_of_the_comparison(priced: ReportData) -> None:
    """Annual cost, net benefit, half-width and range are those of the comparison."""
    found = benefit(scenario_results(priced.base), scenario_results(priced.others[1]))
    assert found is not None
    html, english = body(worth.section, priced), messages("en")
    row = next(row for row in html.split("<tr>") if 'data-option="2"' in row)
    assert f">{english.number((found.capital + found.running) / 1e9, 1)}<" in row
    assert english.number(found.net / 1e9, 1, sign=True) in row
    low, high = (english.number(end / 1e9, 1, sign=True) for end in (found.low, found.high))
    assert f"{low} to {high}" in row


def test_standings_are_those_of_the_comparison(priced: ReportData) -> None:
    """The baseline costs least; gold on the same counters is open, as three equal replications
    prove nothing; the counters are what the comparison of all pairs says of them.
    """
    html = body(worth.section, priced)
    base, *others = priced.samples
    found = [benefit(base, one) for one in others]
    costs = [0.0, *(one.capital + one.running for one in found if one is not None)]
    said = pareto_statuses(costs, priced.samples, TIME)
    assert (said[0], said[2]) == ("efficient", "undecided")
    cells = [re.findall(r'<td class="word">([^<]*)</td>', row)[0] for row in html.split("<tr>")[2:]]
    assert cells == [messages("en").text(f"report.cost_benefit.is.{one}") for one in said]
    assert "Not dominated (Pareto): Baseline" in html


def test_options_without_a_price_are_named(priced: ReportData, tmp_path: Path) -> None:
    """An option that states no cost is not drawn at zero: it is said to be left out."""
    (tmp_path / "small.yaml").write_text(SMALL + PRICES, "utf-8")
    (tmp_path / "more.yaml").write_text(OVERLAY, "utf-8")
    (tmp_path / "free.yaml").write_text(
        "format: 1\nextends: small.yaml\ntitle: {en: Free, vi: Miễn phí}\n"
        "gates: {chi_ma: {routes: {main: {stages: {crossing: {servers: 2}}}}}}\n",
        "utf-8",
    )
    several = [run(load(tmp_path / f"{name}.yaml")) for name in ("small", "more", "free")]
    folder = write_several(several, tmp_path / "results", ["langson", "run"])[0]
    html = body(worth.section, read_report_data(folder))
    assert "stated: Free." in html
    assert 'data-option="2"' not in html
