"""Survey sheets as people fill them in, their mistakes, and what is learnt all the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import yaml

import sim
from sim.fitting import Finding, Fitted
from sim.fitting.filenames import OVERLAY
from sim.fitting.folder import write_fit
from tests.fitting.dirty import dirty_sheet


def finding(fitted: Fitted, *path: str) -> Finding:
    """The finding whose path ends so."""
    return next(one for one in fitted.findings if one.path[-len(path) :] == path)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fitted, set[tuple[str, int, int]]]:
    """The dirty sheet of 300 trucks, fitted to the tutorial, and the mistakes in it."""
    sheet = dirty_sheet()
    path = tmp_path_factory.mktemp("survey") / "khao-sat.csv"
    path.write_text(sheet.text, "utf-8")
    return sim.fit(path, base="tutorial", rows=3, hold_out=0), sheet.mistakes


def test_each_mistake_of_a_sheet_is_listed_with_row_and_column(
    survey: tuple[Fitted, set[tuple[str, int, int]]],
) -> None:
    """Every mistake that was made is found where it stands, and nothing else."""
    fitted, mistakes = survey
    assert {(one.code, one.line, one.column) for one in fitted.problems} == mistakes
    assert all(one.hint for one in fitted.problems), "each says what was done about it"


def test_a_dirty_sheet_gives_what_was_put_into_it(
    survey: tuple[Fitted, set[tuple[str, int, int]]],
) -> None:
    """Means by channel, times heaped on five minutes, channels, and who is inspected."""
    fitted, _ = survey
    means = {
        one.group: one.interval
        for one in finding(fitted, "documents", "service").estimates
        if one.measure == "mean"
    }
    for channel, mean in {"green": 4.0, "yellow": 25.0, "red": 40.0}.items():
        assert means[channel].low < mean + 0.5
        assert means[channel].high > mean - 0.5
    inspection = finding(fitted, "inspection", "service").estimates[0].interval
    assert inspection.low < 70.0 < inspection.high
    shares = {one.group: one.interval for one in finding(fitted, "channels").estimates}
    for channel, share in {"green": 0.4, "yellow": 0.35, "red": 0.25}.items():
        assert shares[channel].low < share < shares[channel].high
    assert finding(fitted, "inspection", "share").value["green"] == "0 %"


def test_a_survey_gives_an_overlay_that_runs(
    survey: tuple[Fitted, set[tuple[str, int, int]]], tmp_path: Path
) -> None:
    """It loads without a warning and cites the sheet; a run of it ends."""
    fitted, _ = survey
    folder = write_fit(fitted, tmp_path)
    scenario = sim.load(folder / OVERLAY, set={"run.days": 1})
    assert not scenario.warnings
    path = "gates.chi_ma.routes.main.stages.documents.service.yellow"
    assert scenario.evidence_of(path).source == ("survey_khao_sat",)
    assert sim.run(scenario, replications=1).replications
    listed = (folder / "problems.csv").read_text("utf-8-sig").splitlines()
    assert len(listed) == len(fitted.problems) + 1


def test_a_corrected_map_is_what_counts(tmp_path: Path) -> None:
    """A column that no guess knows is named in MAP.yaml; the words of cells too."""
    path = tmp_path / "a.csv"
    path.write_text(long_sheet().replace("stage", "zzz"), "utf-8")
    with pytest.raises(sim.SurveyError, match="no column is the stage") as raised:
        sim.fit(path, base="tutorial")
    tree = yaml.safe_load(raised.value.map_text)
    tree["sheets"]["a.csv"]["columns"]["zzz"] = "stage"
    tree["sheets"]["a.csv"]["words"] = {"stage": {"Customs counters": "documents"}}
    corrected = tmp_path / "MAP.yaml"
    corrected.write_text(yaml.safe_dump(tree), "utf-8")
    fitted = sim.fit(path, base="tutorial", columns=corrected, rows=2, hold_out=0)
    assert finding(fitted, "documents", "service").n == 200


def test_what_is_wrong_in_a_map_is_said_at_its_line(tmp_path: Path) -> None:
    """Unknown keys, roles and gates, all in one pass."""
    path, how = tmp_path / "a.csv", tmp_path / "MAP.yaml"
    path.write_text(long_sheet(), "utf-8")
    how.write_text(
        "sheets:\n  a.csv:\n    layout: lang\n    gate: chi_mb\n    colums: {}\n"
        "    columns: {plate: vehicel}\n",
        "utf-8",
    )
    with pytest.raises(sim.ScenarioError) as raised:
        sim.fit(path, base="tutorial", columns=how)
    found = {(one.code, one.line) for one in raised.value.problems}
    assert found == {
        ("unknown-layout", 3),
        ("unknown-gate", 4),
        ("unknown-key", 5),
        ("unknown-role", 6),
    }


def long_sheet(trucks: int = 200, sep: str = ",", form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A row for each visit to the counters; exponential services of 12 minutes."""
    rng = np.random.default_rng(5)
    lines = [sep.join(["plate", "stage", "start", "end"])]
    for number in range(trucks):
        begun = dt.datetime.fromisoformat("2025-07-07 08:00") + dt.timedelta(days=number // 9)
        start = begun + dt.timedelta(seconds=3600 * (number % 9) + int(rng.integers(3600)))
        end = start + dt.timedelta(minutes=float(rng.exponential(12.0)))
        lines.append(sep.join([f"12C-{number:05}", "papers", f"{start:{form}}", f"{end:{form}}"]))
    return "\n".join(lines).replace("papers", "Customs counters") + "\n"


@pytest.mark.parametrize("sep", [",", ";", "\t"])
def test_any_separator_and_seconds_are_read(tmp_path: Path, sep: str) -> None:
    """The family and the mean come out whatever parts the cells."""
    path = tmp_path / "chi-ma.csv"
    path.write_text(long_sheet(sep=sep), "utf-8")
    fitted = sim.fit(path, base="tutorial", rows=2, hold_out=0)
    assert not fitted.problems
    found = finding(fitted, "documents", "service").estimates[0].interval
    assert found.low < 12.0 < found.high


def test_a_workbook_is_read_like_a_text(tmp_path: Path) -> None:
    """Dates that are dates to Excel, beside dates that are text, and a title above the table."""
    pytest.importorskip("python_calamine")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Survey of 7 July"])
    for number, line in enumerate(long_sheet().splitlines()):
        plate, stage, *times = line.split(",")
        typed = number > 0 and number % 2
        moments = [dt.datetime.fromisoformat(time) for time in times] if typed else times
        book.active.append([plate, stage, *moments])
    path = tmp_path / "a.xlsx"
    book.save(path)
    fitted = sim.fit(path, base="tutorial", gate="chi_ma", rows=2, hold_out=0)
    assert finding(fitted, "documents", "service").n == 200
    assert not fitted.problems


def test_hourly_counts_give_volume_and_hours(tmp_path: Path) -> None:
    """A sheet of counts by hour and direction; flows keep their proportions."""
    rng = np.random.default_rng(2)
    lines = ["Ngày;Khung giờ;Chiều;Số lượng"]
    for day in range(14):
        date = dt.date(2025, 7, 7) + dt.timedelta(days=day)
        level = 80.0 if day % 7 < 5 else 40.0
        for hour in range(6, 18):
            count = rng.poisson(level / 12.0)
            lines.append(f"{date:%d/%m/%Y};{hour:02}:00-{hour + 1:02}:00;Xuất;{count}")
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    fitted = sim.fit(path, base="tutorial", sampled=0.1, rows=2, hold_out=0)
    volumes = [one for one in fitted.findings if one.kind == "volume"]
    total = sum(one.estimates[0].interval.value for one in volumes)
    assert total == pytest.approx(960.0 / 14.0, rel=0.06)
    assert volumes[0].estimates[0].interval.value == pytest.approx(0.6 * total)
    week = next(one for one in fitted.findings if one.kind == "week")
    assert float(week.value["sun"].rstrip(" %")) < 75.0 < float(week.value["mon"].rstrip(" %"))
    shares = next(one for one in fitted.findings if one.kind == "day").value["shares"]
    assert shares["00:00-06:00"] == "0.00 %"


def test_a_sample_tells_no_servers_and_no_volume(tmp_path: Path) -> None:
    """Both take a full count, and the fit says so."""
    path = tmp_path / "chi-ma.csv"
    path.write_text(long_sheet(), "utf-8")
    fitted = sim.fit(path, base="tutorial", sampled=0.1, rows=2, hold_out=0)
    assert {one.kind for one in fitted.findings}.isdisjoint({"servers", "volume"})
    reasons = {(one.kind, one.reason) for one in fitted.unknown}
    assert {("servers", "sample"), ("volume", "sample")} <= reasons


def test_plates_misread_by_a_letter_are_one_vehicle(tmp_path: Path) -> None:
    """I for 1 and O for 0: the rarer form is named, and its visit joined to the others."""
    path = tmp_path / "chi-ma.csv"
    text = long_sheet(40).replace("12C-00001", "I2C-OOOO1", 1)
    extra = "12C-00001,Crossing lane,2025-07-07 20:00:10,2025-07-07 20:02:00\n" * 2
    path.write_text(text + extra.replace("20:02:00\n", "20:02:00\n", 1), "utf-8")
    fitted = sim.fit(path, base="tutorial", rows=2, hold_out=0)
    codes = [(one.code, one.line, one.column) for one in fitted.problems]
    assert codes == [("plate", 3, 1), ("duplicate", 43, 1)]
    assert fitted.events.vehicles() == 40
