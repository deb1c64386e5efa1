"""Each section says what the tables say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from markupsafe import escape

from sim.compare import Estimate, estimate
from sim.messages import Messages, messages
from sim.report.html.parts import show_change
from sim.report.html.report_data import Difference, ReportData, read_report_data
from sim.report.html.sections import (
    assumptions,
    border,
    bulletin,
    changes,
    headline,
    journey,
    load,
    measures,
    method,
    options,
    rail,
    warnings,
)
from sim.report.svg.border import along
from sim.report.text import journeys as journeys_module
from sim.report.text.bottleneck import bottlenecks
from sim.report.text.format import estimate_text, interval_text
from sim.report.text.journeys import crossings, pick_journeys
from sim.report.text.summary import bulletin_rows
from sim.units import WEEKDAYS

EN = messages("en")


@pytest.fixture(params=["en", "vi"])
def language(request: pytest.FixtureRequest) -> Messages:
    """Both languages."""
    found: Messages = messages(request.param)
    return found


def test_headline_names_scenario_gate_and_interval(report: ReportData, language: Messages) -> None:
    """The sentence has the scenario's title, both means, and the gate where most changes."""
    section = headline.section(report, language)
    assert section is not None
    change = report.difference(1, "all", "export", "wait_mean")
    assert change is not None
    assert change.verdict == "better"
    assert report.titles(language)[1] in section.body
    assert language.number(change.before, 0) in section.body
    assert "Chi Ma" in section.body


def test_headline_of_one_scenario_has_no_differences(alone: Path, language: Messages) -> None:
    """Alone, a scenario is told by its means with their half-widths."""
    mine = read_report_data(alone)
    section = headline.section(mine, language)
    assert section is not None
    wait = mine.estimate(0, "all", "export", "wait_mean")
    assert estimate_text(wait, language) in section.body
    assert not {"▲", "▼"} & set(section.body)


def test_what_begins_with_a_scenario_is_in_the_table(report: ReportData) -> None:
    """A measure that is zero in the baseline and not in a scenario has its row."""
    late = pl.when(pl.col("measure") == "virtual_mean").then(2.0).otherwise(pl.col("value"))
    booked = {
        **report.several[1].tables,
        "headline": report.several[1].tables["headline"].with_columns(late.alias("value")),
    }
    several = (report.base, replace(report.several[1], tables=booked))
    section = measures.section(replace(report, several=several), messages("en"))
    assert section is not None
    assert 'data-measure="virtual_mean" data-s="0">0<' in section.body
    before = measures.section(report, messages("en"))
    assert before is not None
    assert "virtual_mean" not in before.body


def test_other_seeds_are_not_the_same_vehicles(report: ReportData, language: Messages) -> None:
    """Where seeds differ the report says so, instead of promising the same vehicles."""
    plan = replace(report.several[1].plan, seed=6)
    several = (report.base, replace(report.several[1], plan=plan))
    mixed = replace(report, several=several)
    told, warned = headline.section(mixed, language), warnings.section(mixed, language)
    assert told is not None
    assert warned is not None
    error = language.text("error.monte_carlo")
    assert language.text("report.headline.independent", n=3, error=error) in told.body
    names = {"names": mixed.titles(language)[1], "baseline": mixed.titles(language)[0]}
    assert escape(language.text("compare.independent", **names)) in warned.body


def test_numbers_follow_the_language() -> None:
    """A half-width decides the decimals, and each language writes them its own way."""
    estimate = Estimate(1234.5678, 0.42)
    assert estimate_text(estimate, messages("en")) == "1,234.6 ± 0.4"
    assert estimate_text(estimate, messages("vi")) == "1.234,6 ± 0,4"
    assert estimate_text(Estimate(3.0, None), messages("en")) == "3"


def test_a_clear_difference_looks_clear() -> None:
    """Rounding does not make a difference look as small as its half-width."""
    found = Difference("wait_mean", "min", 9.0, 6.7, -2.3, 1.8, "better")
    assert show_change(found, EN).split() == ["▼", "2.3", "±", "1.8"]
    assert show_change(replace(found, change=-5.4), EN).split() == ["▼", "5", "±", "2"]
    assert show_change(replace(found, verdict="same"), EN) == EN.text("compare.same")


def test_bulletin_has_a_row_for_each_line(report: ReportData, language: Messages) -> None:
    """Every line of the bulletin is there, and the gates that are not simulated are named."""
    section = bulletin.section(report, language)
    assert section is not None
    assert section.body.count("<tr>") >= 1 + len(bulletin_rows(report.base))
    assert "Co Sau" in section.body or "Co Sâu" in section.body


def test_changes_point_to_file_line_and_evidence(report: ReportData, language: Messages) -> None:
    """A changed input stands with its old and new value, its file and line, its evidence."""
    section = changes.section(report, language)
    assert section is not None
    for shown in ("chi_ma.routes.main.stages.documents.servers", ">2<", ">4<", "more.yaml:10"):
        assert shown in section.body
    assert language.text("report.evidence.assumption") in section.body
    assert language.text("show.capex", amount="80") in section.body


def test_changes_need_a_second_scenario(alone: Path) -> None:
    """One scenario changes nothing."""
    assert changes.section(read_report_data(alone), messages("en")) is None


def test_assumptions_are_counted_as_the_scenario_counts(report: ReportData) -> None:
    """The report says as many assumptions as ``langson run`` does."""
    section = assumptions.section(report, messages("en"))
    assert section is not None
    count = len(report.base.scenario.assumptions())
    assert count > 0
    assert count == report.stored[0].manifest["scenario"]["assumptions"]
    assert messages("en").text("report.assumptions.text", n=count) in section.body


def test_every_path_is_told(report: ReportData) -> None:
    """A second path of one direction is told beside the first; a part of one is not."""
    plan = report.base.plan
    long, *rest = plan.flows
    first, second = long.steps[:2]
    elsewhere = replace(second, stage=len(plan.stages) - 1)
    other = replace(long, steps=(first, elsewhere), crossed=1)
    part = replace(long, steps=(second,), crossed=0)
    flows = {1: (long, *rest), 2: (long, other, part, *rest)}
    told = {n: method._paths(replace(plan, flows=flows[n]), messages("en")) for n in (1, 2)}
    assert len(told[2]) == len(told[1]) + 1
    assert told[2][0] == told[1][0]


def test_checklist_is_whole(report: ReportData, language: Messages) -> None:
    """All 24 items of STRESS-DES are answered; what no one wrote is said to be missing."""
    section = method.section(report, language)
    assert section is not None
    assert section.body.count("<tr>") == 25
    assert language.text("report.method.unstated") in section.body
    assert str(report.base.seed) in section.body


def test_few_replications_and_interruptions_are_warned_of(report: ReportData) -> None:
    """Three replications are few, and a run that was stopped says so."""
    cut = replace(report.base, interrupted=True, asked=9)
    section = warnings.section(ReportData(report.folder, report.stored, (cut,)), messages("en"))
    assert section is not None
    assert "Only 3 replications" in section.body
    assert "interrupted: 3 of 9" in section.body


def test_many_warnings_of_files_are_folded(report: ReportData) -> None:
    """What the files warn of is all there; more than two lines need a click."""
    for count, is_open in ((2, True), (9, False)):
        lines = [f"small.yaml:{line}: warning" for line in range(count)]
        facts = report.stored[0].manifest
        scenario = {**facts["scenario"], "warnings": lines}
        stored = replace(report.stored[0], manifest={**facts, "scenario": scenario})
        section = warnings.section(ReportData(report.folder, (stored,), (report.base,)), EN)
        assert section is not None
        assert all(line in section.body for line in lines)
        assert ("<details open>" in section.body) == is_open


def test_the_map_goes_along_the_border() -> None:
    """Known gates stand from the north-west to the south-east, unknown ones after them."""
    assert along(["chi_ma", "elsewhere", "tan_thanh", "huu_nghi"]) == [
        *("tan_thanh", "huu_nghi", "chi_ma", "elsewhere"),
    ]


def test_map_names_all_gates(report: ReportData, language: Messages) -> None:
    """Gates without traffic are on the map too; backlogs are written at the others."""
    section = border.section(report, language)
    assert section is not None
    for gate in report.base.plan.gates:
        assert language.pick(gate.title) in section.body
    waiting = report.estimate(0, "chi_ma", "export", "waiting_2000").mean
    assert language.number(waiting) in section.body


def test_bottleneck_is_where_most_hours_are_waited(report: ReportData) -> None:
    """The counters bind at Chi Ma, with their share of all hours waited there."""
    found = bottlenecks(report.base)["chi_ma"]
    stages = report.base.tables["stages"].filter(pl.col("gate") == "chi_ma")
    hours = stages.group_by("stage").agg((pl.col("visits") * pl.col("wait_mean")).mean())
    by_stage = dict(hours.iter_rows())
    assert found.stage == max(by_stage, key=lambda stage: by_stage[stage])
    assert found.share == pytest.approx(by_stage[found.stage] / sum(by_stage.values()))
    assert found.hours == pytest.approx(by_stage[found.stage] / 60 / 3)


def test_options_stand_best_first(report: ReportData, language: Messages) -> None:
    """Each option's difference and its interval are written in the chart's sentence."""
    section = options.section(report, language)
    assert section is not None
    change = report.difference(1, "all", "export", "wait_mean")
    assert change is not None
    assert f"{report.titles(language)[1]} {show_change(change, language)}" in section.body


def test_journeys_add_up(report: ReportData) -> None:
    """A vehicle's spans follow one another from its arrival to its crossing."""
    ((median, longest),) = pick_journeys([report.base], "chi_ma", "export") or []
    times = crossings(report.base, "chi_ma", "export")["door"]
    for one, share in ((median, 0.5), (longest, 0.95)):
        took = one.crossed - one.arrive
        assert took == pytest.approx(times.quantile(share, "lower"))
        assert sum(span.end - span.begin for span in one.spans) == pytest.approx(took)
        ends = [span.end for span in one.spans]
        assert [span.begin for span in one.spans[1:]] == pytest.approx(ends[:-1])


def test_journeys_end_at_the_crossing(report: ReportData) -> None:
    """What a vehicle still waits for when the run ends, past its crossing, is no part of it."""
    log = report.base.journeys[0]
    last = log.group_by("vehicle").agg(pl.all().sort_by("arrive").last())
    none = pl.lit(None, pl.Float64)
    more = last.with_columns(arrive=pl.col("finish"), start=none, finish=none)
    longer = pl.concat([log, more.select(log.columns).drop_nulls("arrive")])
    known = pick_journeys([report.base], "chi_ma", "export")
    cut = replace(report.base, journeys={0: longer})
    assert pick_journeys([cut], "chi_ma", "export") == known


def test_both_scenarios_show_the_same_vehicles(report: ReportData) -> None:
    """The vehicles chosen in the first scenario are those shown in the other: same arrivals."""
    first, other = pick_journeys(report.several, "chi_ma", "export") or [(), ()]
    assert [one.arrive for one in first] == [one.arrive for one in other]
    assert [one.crossed for one in first] != [one.crossed for one in other]
    flows = [
        [results.journeys[0].filter(pl.col("vehicle") == one.vehicle)["flow"][0] for one in both]
        for results, both in zip(report.several, (first, other), strict=True)
    ]
    assert flows[0] == flows[1]


def test_closed_hours_stand_apart_from_queueing(report: ReportData) -> None:
    """Waiting lies in the open hours 07:00-19:00, the closed part of it outside of them."""
    base = report.base
    found = crossings(base, "chi_ma", "export")
    rows = found.iter_rows(named=True)
    spans = [span for row in rows for span in journeys_module._journey(base, row).spans]
    assert {"wait", "closed", "service"} <= {span.kind for span in spans}
    for span in spans:
        begin, end = span.begin % 1440, span.begin % 1440 + span.end - span.begin
        if span.kind == "wait":
            assert 420 <= begin < end <= 1140 + 1e-6
        if span.kind == "closed":
            assert begin >= 1140 or end <= 420 + 1e-6


def test_scenarios_of_other_seeds_show_vehicles_of_their_own(
    report: ReportData, language: Messages
) -> None:
    """Of two seeds no vehicle is the same, and the bars say that each shows its own."""
    plan = replace(report.several[1].plan, seed=6)
    several = (report.base, replace(report.several[1], plan=plan))
    section = journey.section(replace(report, several=several), language)
    assert section is not None
    assert language.text("report.journey.own_median") in section.body


def test_crossings_are_the_counted_ones(report: ReportData) -> None:
    """The log's crossings in the measured days are those of the gates' table."""
    for gate in ("chi_ma", "dong_dang"):
        row = report.base.tables["gates"].filter(
            pl.col("gate") == gate, pl.col("direction") == "export", pl.col("replication") == 0
        )
        assert crossings(report.base, gate, "export").height == row["crossed"][0]


def test_no_log_no_journey(report: ReportData) -> None:
    """Without an event log there are no journeys and no trains; the rest stays."""
    bare = ReportData(
        report.folder, report.stored, tuple(replace(r, journeys={}) for r in report.several)
    )
    assert journey.section(bare, messages("en")) is None
    assert rail.section(bare, messages("en")) is None


def test_trains_are_drawn_for_scenarios_that_move_them(
    report: ReportData, language: Messages
) -> None:
    """More counters at a road gate leave the trains as they were: one graph is enough."""
    section = rail.section(report, language)
    assert section is not None
    assert section.body.count("<svg") == 1


def test_week_shows_the_bottleneck_by_gate(report: ReportData, language: Messages) -> None:
    """Each gate has its bottleneck's week; the scenario stands where it is busy otherwise."""
    section = load.section(report, language)
    assert section is not None
    gates = len(report.gates)
    assert gates < section.body.count('<svg class="chart"') <= 2 * gates
    assert language.text("figure.hours.closed") in section.body


def test_a_profile_has_half_widths_by_hour(report: ReportData) -> None:
    """Below each hour's utilisation stands its own interval over replications."""
    section = load.section(report, EN)
    assert section is not None
    week = load._weeks(report, EN)[0]
    table = report.base.tables["weekdays"].filter(pl.col("stage") == "chi_ma.main.documents")
    for hour, shown in week.hours.items():
        each = table.filter(pl.col("hour") == hour).group_by("replication", maintain_order=True)
        mean = each.agg(pl.col("utilisation").mean())["utilisation"].to_numpy()
        assert shown.half_width == pytest.approx(estimate(mean, bounds=(0.0, 1.0)).half_width)
    percent = week.hours[9].times(100.0)
    assert f">{interval_text(percent, EN, 0, '%')}<" in section.body


def test_week_follows_the_scenario(report: ReportData) -> None:
    """A scenario's panel is of the stage that binds there, not of the baseline's."""
    other = report.several[1]
    hours = pl.when(pl.col("role") == "crossing").then(1e6).otherwise(pl.col("wait_mean"))
    stages = other.tables["stages"].with_columns(hours.alias("wait_mean"))
    moved = replace(other, tables={**other.tables, "stages": stages})
    weeks = load._weeks(replace(report, several=(report.base, moved)), EN)
    chi_ma = [(week.scenario, week.stage) for week in weeks if week.place == "Chi Ma"]
    assert chi_ma == [(0, "Documents"), (1, "Crossing")]


def test_a_day_that_was_not_measured_is_no_closed_day(
    report: ReportData, language: Messages
) -> None:
    """Of a run over Tuesday to Thursday the panels have these three days and no other."""
    section = load.section(report, language)
    assert section is not None
    shown = [
        day for day in WEEKDAYS if f">{language.text(f'report.weekday.{day}')}<" in section.body
    ]
    assert shown == ["tue", "wed", "thu"]
