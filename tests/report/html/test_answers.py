"""Every answer of the STRESS-DES checklist agrees with the source of its fact."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from sim.compare import PrecisionTarget, paired_many, run_to_precision
from sim.compare.paired import ADJUSTMENT
from sim.messages import catalogue, messages
from sim.plan import Plan, StageKind, Stop, WhenFull
from sim.report.html.answers import ANSWERS, answer
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.text.evidence import evidence_counts
from sim.results import write, write_several
from sim.results.estimates import INTERVAL_KIND, estimate
from sim.runs import run
from sim.scenario import load
from sim.workload import random_numbers
from tests.small import write_small

EN = messages("en")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """One scenario with fewer replications than its file asks for."""
    here = tmp_path_factory.mktemp("command")
    results = run(load(write_small(here)[0], set=["run.replications=2"]))
    return read_report_data(write(results, here / "results", ["langson", "run"]))


@pytest.fixture(scope="session")
def by_precision(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """Three scenarios run until a precision was reached."""
    here = tmp_path_factory.mktemp("precision")
    base, more = write_small(here)
    most = here / "most.yaml"
    text = more.read_text("utf-8").replace("servers: 4", "servers: 5")
    most.write_text(text.replace("More counters", "Most counters"), encoding="utf-8")
    scenarios = [load(file) for file in (base, more, most)]
    found, _ = run_to_precision(
        scenarios, PrecisionTarget(0.99, most=20), lambda one, first, n: run(one, n, first=first)
    )
    return read_report_data(write_several(found, here / "results", ["langson", "compare"])[0])


@pytest.fixture(scope="session")
def runs(alone: Path, by_command: ReportData, by_precision: ReportData) -> dict[str, ReportData]:
    """One scenario, fewer replications by command, three scenarios to a precision."""
    return {"scenario": read_report_data(alone), "command": by_command, "reached": by_precision}


def with_plan(report: ReportData, change: Callable[[Plan], Plan]) -> ReportData:
    """The first scenario alone, with another plan."""
    changed = replace(report.base, plan=change(report.base.plan))
    return replace(report, several=(changed,), stored=report.stored[:1])


def test_all_items_are_answered_in_both_languages(runs: dict[str, ReportData]) -> None:
    """24 items, each with its answer, none with a placeholder left."""
    assert len(ANSWERS) == 24
    for report in runs.values():
        for lang in ("en", "vi"):
            found = [answer(item, report, messages(lang)) for item in ANSWERS]
            assert all(found)
            assert not any("{" in text for text in found)


def test_every_answer_of_the_catalogue_belongs_to_an_item() -> None:
    """No sentence on the method stands in the catalogue beside the code that builds it."""
    keys = {key.removeprefix("report.answer.") for key in catalogue() if ".answer." in key}
    assert all(any(key == item or key.startswith(f"{item}.") for item in ANSWERS) for key in keys)


def test_reason_for_replications_is_that_of_the_run(runs: dict[str, ReportData]) -> None:
    """As many as the scenario, the command or the precision asked for."""
    for reason, report in runs.items():
        shown = answer("4.3", report, EN)
        spec = report.base.spec
        assert spec.reason == reason
        assert shown.startswith(f"{len(report.base.replications)} independent replications, ")
        for other in ("scenario", "command", "reached", "missed", "interrupted"):
            text = EN.text(f"ran.reason.{other}", stated=spec.stated)
            assert (text in shown) == (other == reason)


def test_intervals_are_adjusted_only_where_several_things_are_compared(
    runs: dict[str, ReportData],
) -> None:
    """The adjustment is named beside two alternatives, and is the one that is computed."""
    for reason, report in runs.items():
        several = len(report.others) > 1
        assert (ADJUSTMENT in answer("4.3", report, EN)) == several, reason
    found = runs["reached"].comparison
    assert found is not None
    assert found.table["method"].unique().to_list() == ["paired"]
    assert ADJUSTMENT == "Bonferroni"
    base = pl.DataFrame({"replication": range(6), "value": [1.0, 2.0, 3.0, 5.0, 8.0, 9.0]})
    other = base.with_columns(value=pl.col("value").sqrt())
    row = paired_many(base, {"a": other, "b": other}, [], "value", 0.95).row(0, named=True)
    change = (other["value"] - base["value"]).to_numpy()
    adjusted = stats.t.ppf(1 - 0.05 / 2 / 2, 5) * change.std(ddof=1) / np.sqrt(6)
    arms = row["difference"] - row["low"], row["high"] - row["difference"]
    assert min(arms) == pytest.approx(adjusted)


def test_interval_is_the_one_computed(runs: dict[str, ReportData]) -> None:
    """The named kind of interval is that of the half-widths."""
    assert EN.text(f"interval.{INTERVAL_KIND}") in answer("1.2", runs["scenario"], EN)
    values = np.array([1.0, 2.0, 2.5, 4.0, 9.0])
    found = estimate(values)
    quantile, error = stats.t.ppf(0.975, 4), values.std(ddof=1) / np.sqrt(5)
    skewness = stats.skew(values, bias=False) / np.sqrt(5)
    long = quantile + 1.5 * skewness * (2 * quantile**2 + 1) / 6
    ends = values.mean() - quantile * error, values.mean() + long * error
    assert (found.low, found.high) == pytest.approx(ends)


def test_generator_is_the_one_in_use(runs: dict[str, ReportData]) -> None:
    """The method's name and the seeds come from the program; the name fits its numbers."""
    for report in runs.values():
        shown = answer("5.2", report, EN)
        assert random_numbers.METHOD in shown
        assert str(report.base.seed) in shown
        assert ("common random numbers" in shown) == bool(report.others)
    assert random_numbers.METHOD == "SplitMix64"
    state = np.uint64(1234567) + np.arange(1, 4, dtype=np.uint64) * random_numbers._GOLDEN
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert random_numbers._mixed(state).tolist() == published


def test_vehicles_are_those_of_the_flows(runs: dict[str, ReportData]) -> None:
    """Kinds that do not come are not named; one flow is in the singular."""
    shown = answer("2.5.1", runs["scenario"], EN)
    kinds = {flow.vehicle for flow in runs["scenario"].base.plan.flows}
    for kind in ("truck", "car", "van", "coach", "train"):
        assert (EN.text(f"vehicles.{kind}") in shown.lower()) == (kind in kinds)
    one = with_plan(runs["scenario"], lambda plan: replace(plan, flows=plan.flows[:1]))
    assert answer("2.5.1", one, EN) == (
        "Trucks, in 1 flow with its direction, cargo, volume or timetable"
    )


def test_ways_out_are_those_of_the_plan(runs: dict[str, ReportData]) -> None:
    """Turned back and sold inland are named where a rule lets it happen, and only there."""
    report = runs["scenario"]
    assert answer("2.5.5", report, EN).endswith("they leave after crossing.")

    def stops(plan: Plan) -> Plan:
        patient = replace(plan.flows[0], patience=report.base.plan.flows[-1].delay or _delay())
        return replace(plan, stops=(Stop(0, 10, (0,)),), flows=(patient, *plan.flows[1:]))

    shown = answer("2.5.5", with_plan(report, stops), EN)
    assert shown.endswith("they leave after crossing, turned back, sold inland.")

    def full(plan: Plan) -> Plan:
        facts: dict[str, Any] = {"kind": StageKind.HOLD, "when_full": WhenFull.TURN_BACK}
        return replace(plan, stages=(replace(plan.stages[0], **facts), *plan.stages[1:]))

    assert "turned back" in answer("2.5.5", with_plan(report, full), EN)


def _delay() -> Any:
    from sim.distributions import Exponential

    return Exponential(10.0)


def test_stages_and_servers_are_counted_from_the_plan(runs: dict[str, ReportData]) -> None:
    """Only stages on a path of a vehicle count, by their kind."""
    report = runs["scenario"]
    stages = [stage for stage in report.base.plan.stages if stage.kind is StageKind.SERVERS]
    assert answer("2.5.2", report, EN) == f"service at {len(stages)} stages with servers"
    servers = sum(stage.servers for stage in stages)
    assert answer("2.5.3", report, EN).startswith(f"{servers} servers ")
    assert "prefer" not in answer("2.5.4", report, EN)

    def preferring(plan: Plan) -> Plan:
        first = replace(plan.stages[0], rank=np.array([[0, 1, 0]]))
        return replace(plan, stages=(first, *plan.stages[1:]))

    assert "1 stage prefers" in answer("2.5.4", with_plan(report, preferring), EN)


def test_inputs_and_evidence_are_counted_from_the_folder(runs: dict[str, ReportData]) -> None:
    """Counts agree with inputs.csv, the manifest and the terminal's number of assumptions."""
    report = runs["scenario"]
    stored, scenario = report.stored[0], report.base.scenario
    inputs = pl.read_csv(stored.folder / "inputs.csv")
    stated = inputs.filter("number", pl.col("value") != "null")
    assert answer("3.3", report, EN).startswith(f"{inputs.height} inputs, ")
    assumed = stated.filter(evidence="assumption").height
    assert answer("3.4", report, EN).startswith(f"{assumed} numbers of {stated.height} ")
    assert assumed == len(scenario.assumptions()) == evidence_counts(scenario)["assumption"]
    sources = stored.manifest["scenario"]["resolved"].get("sources", {})
    assert answer("3.1", report, EN).startswith(f"{len(sources)} source")
    assert EN.text("report.answer.3.1", n=1).startswith("1 source,")


def test_tables_named_are_in_the_folder(runs: dict[str, ReportData]) -> None:
    """Each table that the answer on outputs names is a file."""
    report = runs["scenario"]
    listed = answer("1.2", report, EN).removeprefix("Tables ").split(", in the results")[0]
    assert all((report.folder / f"{name}.csv").is_file() for name in listed.split(", "))


def test_start_and_length_are_those_of_the_plan(runs: dict[str, ReportData]) -> None:
    """Empty or with vehicles there, with a warm-up or without, over which days."""
    report = runs["scenario"]
    assert answer("4.1", report, EN) == (
        "From 7 Jul 2025: empty; a warm-up of 1 day is left out of all measures."
    )
    assert answer("4.2", report, EN) == "3 days measured: 8–10 Jul 2025"

    def there(plan: Plan) -> Plan:
        flows = (replace(plan.flows[0], backlog=7), *plan.flows[1:])
        return replace(plan, warm_up=0.0, horizon=plan.horizon - plan.warm_up, flows=flows)

    assert answer("4.1", with_plan(report, there), EN) == (
        "From 7 Jul 2025: with 7 vehicles there; no warm-up, so all is measured."
    )


def test_one_scenario_is_not_said_to_be_compared(runs: dict[str, ReportData]) -> None:
    """Sections that a run has not are not pointed to."""
    alone, several = runs["scenario"], runs["reached"]
    assert answer("2.3", alone, EN) == EN.text("report.answer.2.3.one")
    assert EN.text("report.changes.title") in answer("2.3", several, EN)
    assert "compare" not in answer("1.3", alone, EN)
    assert all(title in answer("1.3", several, EN) for title in several.titles(EN))


def test_licence_is_that_of_the_package(runs: dict[str, ReportData]) -> None:
    """The licence named is the one of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"{project['license']} licence" in answer("6.1", runs["scenario"], EN)


def test_engine_is_the_one_that_ran(runs: dict[str, ReportData]) -> None:
    """Each engine has its own sentence."""
    report = runs["scenario"]
    for engine, other in (("core", "des"), ("des", "core")):
        ran = replace(report, several=(replace(report.base, engine=engine),))
        assert answer("2.4", ran, EN) == EN.text(f"report.answer.2.4.{engine}")
        assert answer("5.3", ran, EN).startswith(f"Engine {engine};"), other
