"""Arrivals that were recorded are replayed as they were."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engines import core, des
from sim.errors import Problem, ScenarioError
from sim.plan import build_plan
from sim.results import open_results, restored, write
from sim.runs import run
from sim.scenario import Scenario, load
from sim.workload import draw
from tests.agreement.same import assert_same
from tests.small import SMALL

STATED = "volume: 30 trucks/day"
BLOCK = "arrivals: {file: gate.csv}"
CLOCKS = ["2025-07-09 10:30", "2025-07-08 06:31:30", "2025-07-08 06:31:30", "2025-07-07T23:59"]
MINUTES = [1439.0, 1831.5, 1831.5, 3510.0]


def small(folder: Path, text: str, block: str = BLOCK) -> Path:
    """Write the small border, whose fruit comes as in a file of this text."""
    path = folder / "small.yaml"
    path.write_text(SMALL.replace(STATED, block), encoding="utf-8")
    (folder / "gate.csv").write_text(text, encoding="utf-8")
    return path


def column(*texts: str) -> str:
    """A file with one column of times."""
    return "\n".join(["time", *texts, ""])


def arrivals(scenario: Scenario, replication: int = 0) -> list[float]:
    """When the fruit arrives."""
    plan = build_plan(scenario)
    work = draw(plan, replication)
    fruit = [flow.id for flow in plan.flows].index("chi_ma.main.fruit")
    times: list[float] = work.arrive[work.flow == fruit].tolist()
    return times


def problems(path: Path) -> list[Problem]:
    """What is wrong with a scenario."""
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems


def test_each_replication_has_the_recorded_times(tmp_path: Path) -> None:
    """In any order in the file, ascending in the run, with two of one moment, whatever the seed."""
    scenario = load(small(tmp_path, column(*CLOCKS)))
    assert [str(warning) for warning in scenario.warnings] == []
    assert arrivals(scenario) == arrivals(scenario, 1) == MINUTES
    assert arrivals(load(scenario.path, set={"run.seed": 99})) == MINUTES


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    """A truck is known by its place in time: its draws are the same however the file is sorted."""
    (tmp_path / "a").mkdir()
    one = draw(build_plan(load(small(tmp_path, column(*CLOCKS)))), 0)
    other = draw(build_plan(load(small(tmp_path / "a", column(*sorted(CLOCKS))))), 0)
    np.testing.assert_array_equal(one.key, other.key)
    np.testing.assert_array_equal(one.service, other.service)


def test_both_engines_agree_on_recorded_arrivals(tmp_path: Path) -> None:
    """The engines serve them alike, to the last bit."""
    plan = build_plan(load(small(tmp_path, column(*CLOCKS))))
    work = draw(plan, 0)
    assert_same(core.run(plan, work), des.run(plan, work))


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2025-07-08 06:31", "06:31"),
        ("2025-07-08T06:31:00", "06:31"),
        ("2025-7-8 6:31", "06:31"),
        ("08/07/2025 06:31", "06:31"),
        ("8.7.2025 06:31:15", "06:31:15"),
        ("2025-07-08 06:31:15.500000000", "06:31:15.5"),
        ("2025-07-08 07:31 Beijing", "06:31"),
        ("2025-07-07T23:31Z", "06:31"),
        ("2025-07-08 06:31+07:00", "06:31"),
        ("2025-07-08 01:31+0200", "06:31"),
    ],
)
def test_timestamps_are_vietnam_time(tmp_path: Path, written: str, clock: str) -> None:
    """ISO or day first; another zone only where it is said."""
    found = arrivals(load(small(tmp_path, column(written))))
    hour, minute, *seconds = clock.split(":")
    assert found == [1440 + 60 * int(hour) + int(minute) + float(seconds[0] if seconds else 0) / 60]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2025-07-08", "has no time of day"),
        ("06:31", "is not a date and a time of day"),
        ("2025-02-30 06:31", "is not a moment"),
        ("2025-07-08 24:31", "is not a moment"),
        ("0025-07-08 06:31", "is out of range"),
    ],
)
def test_what_is_no_timestamp_is_named_by_its_line(tmp_path: Path, written: str, said: str) -> None:
    """Every one of them, in one pass."""
    found = problems(small(tmp_path, column(CLOCKS[0], written, CLOCKS[1], written)))
    assert [(Path(one.file).name, one.line) for one in found] == [("gate.csv", 3), ("gate.csv", 5)]
    assert said in found[0].message


def test_rows_are_taken_by_class(tmp_path: Path) -> None:
    """One file of a gate serves several flows, each with the rows of its class."""
    text = "arrived,class\n2025-07-08 06:00,fruit\n2025-07-08 07:00,cars\n2025-07-08 08:00,fruit\n"
    block = "arrivals: {file: gate.csv, time: arrived, where: {class: fruit}}"
    assert arrivals(load(small(tmp_path, text, block))) == [1800.0, 1920.0]


@pytest.mark.parametrize(
    ("block", "said", "hint"),
    [
        ("arrivals: {file: gat.csv}", "'gat.csv' does not exist", "gate.csv"),
        ("arrivals: {file: ../gate.csv}", "is not beside the scenario", "into the scenario's"),
        ("arrivals: {file: [gate.csv]}", "a list is not the name of a file", "arrivals.csv"),
        ("arrivals: {file: gate.csv, time: tim}", "has no column 'tim'", "did you mean 'time'?"),
        ("arrivals: {file: gate.csv, where: {class: a}}", "has no column 'class'", "time"),
        ("arrivals: {file: gate.csv, where: {lane: a}}", "no row of 'gate.csv' has lane 'a'", "b"),
        ("arrivals: {file: gate.csv}, volume: 3 trucks/day", "`volume` and `arrivals`", "keep one"),
        ("arrivals: {time: time}", "missing key 'file'", "arrivals.csv"),
    ],
)
def test_mistakes_are_named_where_they_are_written(
    tmp_path: Path, block: str, said: str, hint: str
) -> None:
    """File, line and remedy are those of the scenario."""
    path = small(tmp_path, "time,lane\n2025-07-08 06:00,b\n", block)
    (found, *_) = problems(path)
    assert found.file == str(path)
    assert said in found.message
    assert hint in found.hint


def test_arrivals_outside_the_run_are_told(tmp_path: Path) -> None:
    """How many, and the days of both; the others arrive."""
    texts = "2025-07-11 00:00", CLOCKS[0], "2025-07-06 23:00"
    scenario = load(small(tmp_path, column(*texts)))
    (warning,) = scenario.warnings
    assert "2 of 3 arrivals lie outside the run, 2025-07-07 00:00 to 2025-07-11 00:00" in str(
        warning
    )
    assert "from 2025-07-06 23:00 to 2025-07-11 00:00" in str(warning)
    assert arrivals(scenario) == [3510.0]


def test_what_shapes_a_volume_has_no_effect(tmp_path: Path) -> None:
    """Growth and profiles do not stretch what was recorded, and that is said."""
    path = small(tmp_path, column(*CLOCKS), f"{BLOCK}, day_to_day_cv: 20 %")
    assert ["no effect beside recorded arrivals" in str(one) for one in load(path).warnings] == [
        True
    ]


def test_a_delay_comes_on_top(tmp_path: Path) -> None:
    """Recorded appointments may be kept late."""
    path = small(tmp_path, column(*CLOCKS), f"{BLOCK}, delay: 10 min")
    assert arrivals(load(path)) == [minute + 10.0 for minute in MINUTES]


def test_results_restore_recorded_arrivals(tmp_path: Path) -> None:
    """The folder has all it takes; recorded arrivals are an input with evidence."""
    path = small(tmp_path, column(*CLOCKS), f"{BLOCK}, evidence: {{arrivals: measured}}")
    results = run(load(path), 2)
    (tmp_path / "gate.csv").unlink()
    back = restored(open_results(write(results, tmp_path / "out")))
    assert arrivals(back.scenario) == MINUTES
    kind = "gates.chi_ma.routes.main.flows.fruit.arrivals.file"
    assert back.scenario.evidence_of(kind).kind == "measured"
    assert kind not in back.scenario.assumptions()
    arrived = results.tables["flows"].filter(flow="chi_ma.main.fruit")["arrived"]
    assert arrived.to_list() == [4, 4]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_timestamps_of_a_table_in_python(tmp_path: Path, library: str) -> None:
    """A table of moments stands for the file, of either library."""
    frames: Any = pytest.importorskip(library)
    moments = [dt.datetime.fromisoformat(text) for text in (CLOCKS[1], CLOCKS[3])]
    table = frames.DataFrame({"time": moments})
    path = small(tmp_path, column(CLOCKS[0]))
    assert arrivals(load(path, data={"gate.csv": table})) == [1439.0, 1831.5]
    np.testing.assert_equal(len(load(path, data={"gate.csv": table}).data), 1)
