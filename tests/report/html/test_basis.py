"""The first box: evidence counted, assumptions where most is waited, the stock explained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sim.messages import Messages, messages
from sim.report.html.page import SECTIONS
from sim.report.html.report_data import ReportData
from sim.report.html.sections import basis, headline, sliders, stays
from sim.report.text.evidence import evidence_counts
from sim.report.text.key_inputs import key_inputs
from sim.report.text.stock import evening_stock
from sim.results import Results
from sim.runs import run
from sim.scenario import load
from tests.small import SMALL

EN = messages("en")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A border where owners hold export trucks for hours in the yard."""
    yard = (
        "          yard: {title: {en: Yard, vi: Bãi}, side: vietnam, held_by: owner, "
        "servers: unlimited, service: 30 h}\n          documents:"
    )
    text = SMALL.replace("          documents:", yard, 1)
    text = text.replace("export: {stages: [documents,", "export: {stages: [yard, documents,")
    file = tmp_path_factory.mktemp("held") / "small.yaml"
    file.write_text(text, encoding="utf-8")
    return run(load(file))


def test_box_stands_behind_the_headline() -> None:
    """The page begins with the answer, then the stay and sliders, then what all rests on."""
    assert SECTIONS[:4] == (headline.section, stays.section, sliders.section, basis.section)


@pytest.mark.parametrize("language", [EN, messages("vi")])
def test_evidence_is_counted_by_kind(report: ReportData, language: Messages) -> None:
    """All kinds add up to all numbers, as the list of assumptions counts them."""
    section = basis.section(report, language)
    assert section is not None
    counts = evidence_counts(report.base.scenario)
    assert counts["assumption"] == len(report.base.scenario.assumptions())
    assert language.text("report.basis.kind.assumption", n=counts["assumption"]) in section.body


def test_key_inputs_are_assumptions_of_the_stages_with_most_waiting(report: ReportData) -> None:
    """The stage with most hours comes first, its service and servers before the rest."""
    found = key_inputs(report.base)
    assert [(one.stage.role, one.name) for one in found[:3]] == [
        ("documents", "service"),
        ("documents", "servers"),
        ("crossing", "service"),
    ]
    assert found[0].value == "lognormal(mean 20 min, cv 0.8)"
    assert 0.5 < found[0].share <= 1.0
    assert len(key_inputs(report.base, 2)) == 2


def test_key_inputs_follow_the_run(report: ReportData) -> None:
    """Where another stage has most waiting, its inputs come first."""
    hours = pl.when(pl.col("role") == "crossing").then(1e6).otherwise(pl.col("wait_mean"))
    stages = report.base.tables["stages"].with_columns(hours.alias("wait_mean"))
    moved = replace(report.base, tables={**report.base.tables, "stages": stages})
    assert key_inputs(moved)[0].stage.role == "crossing"


def test_measured_inputs_are_no_key_assumptions(tmp_path: Path) -> None:
    """What is measured is not named among the assumptions to test."""
    file = tmp_path / "small.yaml"
    text = SMALL.replace("servers: 2", "servers: 2\n            evidence: measured", 1)
    file.write_text(text, encoding="utf-8")
    assert not [one for one in key_inputs(run(load(file))) if one.stage.role == "documents"]


def test_stock_adds_up_to_the_bulletin(held: Results, report: ReportData) -> None:
    """Holders add up to the 20:00 stock of the same replication, gate by gate."""
    for results in (held, report.base):
        stock = evening_stock(results)
        bulletin = results.tables["bulletin"].filter(replication=0)
        means = bulletin.group_by("gate").agg(pl.col("waiting").mean())
        for gate, waiting in means.iter_rows():
            assert sum(stock.get(gate, {}).values()) == pytest.approx(waiting), gate


def test_owners_hold_explains_the_stock(held: Results, report: ReportData) -> None:
    """Trucks in the yard at their owners' wish are counted as that, and the page says so."""
    stock = evening_stock(held)["chi_ma"]
    assert stock["owner"] > 0.5 * sum(stock.values()) > 0
    section = basis.section(replace(report, several=(held,)), EN)
    assert section is not None
    assert EN.text("report.basis.owner", count=EN.number(stock["owner"]), n=2) in section.body


def test_who_stands_after_closing_is_not_queueing(report: ReportData) -> None:
    """At 20:00 the stages of the small border are shut: nobody is in an open queue."""
    stock = evening_stock(report.base)["chi_ma"]
    assert stock["closed"] > 0
    assert stock["queue"] == stock["owner"] == 0


def test_no_log_no_stock(report: ReportData) -> None:
    """Without an event log nothing is said of who holds the vehicles."""
    assert evening_stock(replace(report.base, journeys={})) == {}
