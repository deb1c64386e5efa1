"""An event log is measured by the functions that measure runs."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sim.errors import ArgumentError, ScenarioError
from sim.event_logs import LOG_CSV, export_log, log_days, measure_log, read_log
from sim.plan import build_plan
from sim.results import StoredResults
from sim.scenario import load

OBSERVED = """\
case;activity;start;end
A;filing;07/07/2025 06:00;07/07/2025 06:20
A;lane;07/07/2025 06:30;07/07/2025 06:31
B;filing;07/07/2025 23:50;08/07/2025 00:05
B;lane;08/07/2025 00:20;08/07/2025 00:21
B;lane;08/07/2025 00:25;08/07/2025 00:26
"""


def write(folder: Path, text: str) -> Path:
    """Write a log."""
    path = folder / "log.csv"
    path.write_text(text, encoding="utf-8")
    return path


def value(headline: pl.DataFrame, measure: str, gate: str = "gate", way: str = "export") -> float:
    """A headline measure."""
    rows = headline.filter(
        gate=gate, direction=way, cargo="all", route="all", stage="all", measure=measure
    )
    return float(rows["value"].item())


def test_a_run_measured_from_its_log_is_the_run(
    stored: StoredResults, scenario: Path, tmp_path: Path
) -> None:
    """With the scenario's sides and hours, every time measure and stage is that of the tables."""
    (file,) = export_log(stored, [LOG_CSV], 1, tmp_path)
    log = read_log(file)
    start, days = log_days(log)
    plan = build_plan(load(scenario, set={"run.start": str(start), "run.days": days}))
    found = measure_log(log, plan).tables
    keys = ["gate", "direction", "cargo", "route", "stage", "measure"]
    ran = stored.tables["headline"].filter(replication=1).collect()
    both = found["headline"].join(ran, on=keys, suffix="_ran").filter(pl.col("unit") == "h")
    assert both.height > 100
    assert both["value"].to_list() == pytest.approx(both["value_ran"].to_list(), abs=1e-6)
    assert both.filter(measure="closed_mean")["value"].max() > 1.0
    columns = ["visits", "wait_mean", "wait_p95", "overnight_mean", "queue_mean"]
    stages = stored.tables["stages"].filter(replication=1).collect()
    rows = found["stages"].join(stages, on="stage", suffix="_ran")
    assert rows.height == 5
    for column in columns:
        assert rows[column].to_list() == pytest.approx(rows[f"{column}_ran"].to_list(), abs=1e-6)


def test_waits_of_an_observed_log(tmp_path: Path) -> None:
    """A case waits from the end of one activity to the start of the next; visits count apart."""
    found = measure_log(read_log(write(tmp_path, OBSERVED))).tables
    assert value(found["headline"], "wait_mean") * 60 == pytest.approx((10 + 15 + 4) / 2)
    assert value(found["headline"], "stay_mean") * 60 == pytest.approx((31 + 36) / 2)
    assert value(found["headline"], "closed_mean") == 0.0
    stages = {row["stage"]: row for row in found["stages"].to_dicts()}
    assert list(stages) == ["filing", "lane", "lane (2)"]
    assert [stages[name]["visits"] for name in stages] == [2, 2, 1]
    assert stages["filing"]["service_mean"] == pytest.approx(17.5)


def test_arrivals_sides_and_classes_of_an_observed_log(tmp_path: Path) -> None:
    """Columns for them are used where they are there; tools' own names are known."""
    text = (
        "case:concept:name,concept:name,arrival,start_timestamp,end_timestamp,side,direction,cargo\n"
        "1,papers,2025-07-07T08:00Z,2025-07-07T08:30Z,2025-07-07T09:00Z,vietnam,import,fruit\n"
        "1,lane,2025-07-07T09:00Z,2025-07-07T09:06Z,2025-07-07T09:10Z,border,import,fruit\n"
        "1,bay,2025-07-07T09:10Z,2025-07-07T09:22Z,2025-07-07T10:00Z,china,import,fruit\n"
    )
    found = measure_log(read_log(write(tmp_path, text))).tables["headline"]
    parts = {
        side: value(found, f"wait_{side}_mean", way="import")
        for side in ("vietnam", "border", "china")
    }
    assert parts == pytest.approx({"vietnam": 0.5, "border": 0.1, "china": 0.2})
    assert value(found, "wait_mean", way="import") == pytest.approx(0.8)
    assert value(found, "wait_to_crossing_mean", way="import") == pytest.approx(0.6)


def test_a_visit_that_has_not_ended_leaves_its_case_out(tmp_path: Path) -> None:
    """Its case is unfinished, as a vehicle that is still there; the visit counts as such."""
    text = OBSERVED + "C;filing;08/07/2025 05:00;\n"
    found = measure_log(read_log(write(tmp_path, text))).tables
    assert found["flows"].select("arrived", "crossed", "unfinished").row(0) == (3, 2, 1)
    assert value(found["headline"], "stay_mean") * 60 == pytest.approx((31 + 36) / 2)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("07/07/2025 06:20", "07/07/2025 05:20", 2, "ends before it starts"),
        ("07/07/2025 06:20", "2025", 2, "end: '2025' is not a date and a time of day"),
        ("A;lane", ";lane", 3, "the visit has no case"),
        ("B;filing", "B;", 4, "the visit has no activity"),
        ("A;lane;07/07/2025 06:30", "A;lane;", 3, "the visit has no start"),
        ("case;activity", "case;activty", 1, "no column 'activity'"),
    ],
)
def test_mistakes_in_a_log_are_named_by_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    """File and line, all in one pass."""
    assert OBSERVED.count(old) == 1
    text = OBSERVED.replace(old, new) + ("" if line == 1 else "D;lane;x;x\n")
    with pytest.raises(ScenarioError) as caught:
        read_log(write(tmp_path, text))
    found = sorted((one.line, one.message) for one in caught.value.problems)
    assert (found[0][0], len({place for place, _ in found})) == (line, 1 if line == 1 else 2)
    assert said in found[0][1]


@pytest.mark.parametrize("text", ["", "case;activity;start;end\n", '"'])
def test_a_log_without_visits_is_refused(tmp_path: Path, text: str) -> None:
    """Empty files and headers alone."""
    with pytest.raises(ScenarioError):
        read_log(write(tmp_path, text))


def test_an_activity_that_is_no_stage_is_named(scenario: Path, tmp_path: Path) -> None:
    """With what was probably meant."""
    plan = build_plan(load(scenario))
    text = "case,activity,start,end,gate\n1,documnts,2025-07-07 8:00,2025-07-07 8:10,chi_ma\n"
    log = read_log(write(tmp_path, text))
    with pytest.raises(ArgumentError, match="'documnts' is no stage of small; did you mean"):
        measure_log(log, plan)
