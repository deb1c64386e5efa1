"""The conclusion says what the runs gave: each fact in it is computed here from the tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sim.compare import benefit
from sim.compare.paired import SAME
from sim.messages import Messages, messages
from sim.report.html.conclusion import conclusion, cost_per_hour
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.html.sections import headline
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.report.html.test_economy import GILDED, PRICES
from tests.small import OVERLAY, SMALL

EN = messages("en")

TARGET = """\
targets:
  quick:
    title: {en: Quick exports, vi: Xuất khẩu nhanh}
    gate: chi_ma
    direction: export
    measure: within(2 h)
    at_least: 1 %
"""


@pytest.fixture(params=["en", "vi"])
def language(request: pytest.FixtureRequest) -> Messages:
    """Both languages."""
    chosen: Messages = messages(request.param)
    return chosen


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """The small border with prices and a target, with more counters, and with useless gold."""
    place = tmp_path_factory.mktemp("concluded")
    texts = {"small.yaml": SMALL + PRICES + TARGET, "more.yaml": OVERLAY, "gilded.yaml": GILDED}
    for name, text in texts.items():
        (place / name).write_text(text, "utf-8")
    several = [run(load(place / name)) for name in texts]
    return read_report_data(write_several(several, place / "results", ["langson", "run"])[0])


def test_there_are_three_sentences_at_most(
    report: ReportData, priced: ReportData, alone: Path, language: Messages
) -> None:
    """One scenario or several, with prices or without: a first screen has room for all."""
    for data in (report, priced, read_report_data(alone)):
        assert 2 <= len(conclusion(data, language)) <= 3


def test_the_last_sentence_counts_the_assumptions(report: ReportData, language: Messages) -> None:
    """As many as the scenario itself names, and the first key input with its value."""
    scenario = report.several[-1].scenario
    counts = {"n": len(scenario.evidence), "assumed": len(scenario.assumptions())}
    assert language.text("report.conclusion.rests", **counts) in conclusion(report, language)[-1]


def test_alone_the_bottleneck_is_named(alone: Path, language: Messages) -> None:
    """Hours and share of the stage before which most hours are waited, over all gates."""
    data = read_report_data(alone)
    hours = pl.col("visits") * pl.col("wait_mean") / 60 / data.base.plan.days
    stages = data.base.tables["stages"].group_by("stage").agg(hours.mean().alias("hours"))
    name, most = max(stages.drop_nulls().iter_rows(), key=lambda row: row[1])
    stage = next(stage for stage in data.base.plan.stages if stage.id == name)
    sentence = conclusion(data, language)[1]
    assert language.pick(stage.title) in sentence
    assert language.number(most, 1) in sentence
    assert language.percent(most / stages["hours"].sum()) in sentence


def test_the_best_of_several_is_named_with_what_it_changes(
    priced: ReportData, language: Messages
) -> None:
    """Least hours waited, and how far others may be as good."""
    waits = [priced.estimate(n, "all", "all", "waited_per_day").mean for n in range(3)]
    chosen = min(range(3), key=lambda number: waits[number])
    sentence = conclusion(priced, language)[0]
    change = priced.difference(chosen, "all", "export", "wait_mean")
    assert change is not None
    assert f"{priced.titles(language)[chosen]}:" in sentence
    assert language.number(change.before) in sentence


def test_money_is_that_of_the_comparison(priced: ReportData, language: Messages) -> None:
    """Cost, saving and net benefit of the option with the largest net benefit."""
    gains = {n: benefit(priced.samples[0], priced.samples[n]) for n in (1, 2)}
    richest = max(gains, key=lambda number: gains[number].net)  # type: ignore[union-attr]
    best = gains[richest]
    assert best is not None
    sentence = conclusion(priced, language)[1]
    for amount in (best.capital + best.running, best.saved):
        assert language.number(amount / 1e9, 1) in sentence
    assert language.number(best.net / 1e9, 1, sign=True) in sentence


def told(report: ReportData, verdict: str) -> ReportData:
    """The same data, but every difference with this verdict."""
    copy = replace(report)
    copy.__dict__["_rows"] = {key: row | {"verdict": verdict} for key, row in report._rows.items()}
    return copy


def test_an_hour_less_costs_what_is_paid_for_the_hours_saved(priced: ReportData) -> None:
    """Annual cost over the hours of a year no longer waited; none where no change is clear."""
    gains = benefit(priced.samples[0], priced.samples[1])
    change = priced.difference(1, "all", "all", "waited_per_day")
    assert gains is not None
    assert change is not None
    assert change.before > change.after
    hours = 365 * (change.before - change.after)
    cost = cost_per_hour(told(priced, "clear"), 1, gains)
    assert cost == pytest.approx((gains.capital + gains.running) / hours)
    assert cost_per_hour(told(priced, SAME), 1, gains) is None
    assert cost_per_hour(priced, 0, None) is None


def test_a_target_is_said_to_be_met(priced: ReportData, language: Messages) -> None:
    """A promise that the run keeps stands in the conclusion with what came out."""
    sentence = conclusion(priced, language)[1]
    assert language.text("report.target.met") in sentence
    assert "≥ 1 %" in sentence


def test_a_growing_queue_is_in_the_conclusion(tmp_path: Path, language: Messages) -> None:
    """Means of a queue that grows for as long as one simulates are not told without that."""
    text = SMALL.replace("servers: 2", "servers: 1", 1).replace("mean 20 min", "mean 200 min")
    (tmp_path / "small.yaml").write_text(text.replace("days: 3", "days: 14"), "utf-8")
    (tmp_path / "more.yaml").write_text(OVERLAY, "utf-8")
    several = [run(load(tmp_path / name)) for name in ("small.yaml", "more.yaml")]
    data = read_report_data(write_several(several, tmp_path / "results", ["langson"])[0])
    assert any(overload.kind != "part" for overload in data.samples[0].overloads)
    assert "%" in conclusion(data, language)[1]


def test_the_table_fits_a_page(priced: ReportData, report: ReportData) -> None:
    """Scenarios stand across where they are few, with their change below the value."""
    section = headline.section(priced, EN)
    assert section is not None
    head = section.body.split("</thead>")[0]
    assert head.count('<th scope="col"') == 1 + len(priced.several)
    change = priced.difference(1, "all", "export", "wait_mean")
    assert change is not None
    assert f'<small class="{change.verdict}">' in section.body
    many = replace(report, several=tuple([report.base] + [report.others[0]] * 5))
    wide = headline.section(many, EN)
    assert wide is not None
    assert wide.body.count("<th scope=row>") == 6
