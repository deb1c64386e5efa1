"""Survey sheets in the forms that spreadsheets, exports and people give them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.fitting import Finding, Fitted
from sim.fitting.stamps import parse_stamp

HEADER = ("plate", "arrive", "Customs counters start", "Customs counters end")
MEAN = 11.0
ZERO = dt.datetime.fromisoformat("1899-12-30")
EPOCH = dt.datetime.fromisoformat("1970-01-01 07:00")

Trip = tuple[str, dt.datetime, dt.datetime, dt.datetime]


def trips(n: int = 60) -> list[Trip]:
    """Trucks of five days, each with its arrival, and start and end of its papers."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(n):
        come = dt.datetime.fromisoformat("2025-07-07 08:00") + dt.timedelta(
            days=number // 12, seconds=int(rng.integers(30_000))
        )
        start = come + dt.timedelta(seconds=round(float(rng.exponential(540.0))))
        end = start + dt.timedelta(seconds=60 + round(float(rng.exponential(600.0))))
        found.append((f"12C-{10000 + number}", come, start, end))
    return found


def written(
    form: Callable[[dt.datetime], str], header: tuple[str, ...] = HEADER, sep: str = ","
) -> str:
    """The sheet with each moment in a form."""
    rows = [sep.join([plate, *map(form, times)]) for plate, *times in trips()]
    return "\n".join([sep.join(header), *rows]) + "\n"


def iso(moment: dt.datetime) -> str:
    """A moment as ISO 8601 writes it."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def fitted(folder: Path, text: str | bytes, name: str = "chi-ma.csv") -> Fitted:
    """Fit a sheet to the tutorial."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return sim.fit(path, base="tutorial", rows=2, hold_out=0)


def service(found: Fitted, stage: str = "documents") -> Finding:
    """What was found of a stage's service time."""
    return next(one for one in found.findings if one.path[-2:] == (stage, "service"))


def codes(found: Fitted) -> list[tuple[str, int, int]]:
    """Problems by kind, line and column."""
    return [(one.code, one.line, one.column) for one in found.problems]


FORMS: dict[str, Callable[[dt.datetime], str]] = {
    "iso": iso,
    "utc": lambda m: f"{m - dt.timedelta(hours=7):%Y-%m-%dT%H:%M:%SZ}",
    "beijing": lambda m: f"{m + dt.timedelta(hours=1):%Y-%m-%d %H:%M:%S+08:00}",
    "zone by name": lambda m: f"{m:%Y-%m-%d %H:%M:%S} ICT",
    "zone by city": lambda m: f"{m + dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+08:00[Asia/Shanghai]",
    "twelve hours": lambda m: f"{m:%d/%m/%Y %I:%M:%S %p}",
    "morning and afternoon": lambda m: f"{m:%d/%m/%Y %I:%M:%S} {'SA' if m.hour < 12 else 'CH'}",
    "month by name": lambda m: f"{m:%d-%b-%Y %H:%M:%S}",
    "month in words": lambda m: f"{m:%H:%M:%S} ngày {m.day} tháng {m.month} năm {m.year}",
    "weekday": lambda m: f"{m:%a %d/%m/%Y %H:%M:%S}",
    "spreadsheet": lambda m: f"{(m - ZERO) / dt.timedelta(days=1):.6f}",
    "unix": lambda m: f"{(m - EPOCH).total_seconds():.0f}",
    "milliseconds": lambda m: f"{1000 * (m - EPOCH).total_seconds():.0f}",
}


@pytest.mark.parametrize("form", FORMS)
def test_moments_are_read_however_they_are_written(tmp_path: Path, form: str) -> None:
    """Zones, clocks of twelve hours, months by name and numbers give the same service times."""
    found = fitted(tmp_path, written(FORMS[form]))
    true = [(end - start) / dt.timedelta(minutes=1) for _, _, start, end in trips()]
    fit = service(found).fits["all"]
    assert fit.sample.seen == pytest.approx(sorted(true), abs=1e-3)
    assert found.events.start == dt.date(2025, 7, 7)
    numbers = form in ("spreadsheet", "unix", "milliseconds")
    assert codes(found) == ([("number-times", 1, 2 + n) for n in range(3)] if numbers else [])


@pytest.mark.parametrize(
    "cell",
    ["25:00", "08:61", "0 AM", "13:00 AM", "08:05 +07:00 or later", "8 rưỡi", "32/07/2025 08:00",
     "2025-07-07 08:00 Mars/Base", "7/7 08:05", "0025-07-07 08:00"],
)  # fmt: skip
def test_what_is_no_time_is_not_taken_for_one(cell: str) -> None:
    """Impossible hours and dates, a date without a year, and words after the time."""
    assert parse_stamp(cell, numbers="none") is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_unicode_of_a_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    """Excel saves "Unicode text" as UTF-16, with tabs."""
    found = fitted(tmp_path, written(iso, sep="\t").encode(encoding))
    assert not found.problems
    assert service(found).n == 60


def test_another_code_page_is_read_as_vietnamese_and_said(tmp_path: Path) -> None:
    """Where the first such letter stands, and as what the sheet is read."""
    header = ("plate", "Giờ đến", "Customs counters start", "Customs counters end")
    text = written(iso, header).replace("ờ", "\u01a1\u0300").replace("ế", "\u00ea\u0301")
    found = fitted(tmp_path, text.encode("cp1258"))
    assert codes(found) == [("encoding", 1, 9)]
    assert found.events.frame["arrive"].null_count() == 0


def test_month_first_is_told_from_days_that_lie_together(tmp_path: Path) -> None:
    """07/08/2025 beside 07/11/2025 is July, as the days of a survey are near; that is said."""
    found = fitted(tmp_path, written(lambda m: f"{m:%m/%d/%Y %H:%M:%S}"))
    assert found.events.days == 5
    assert codes(found) == [("date-order", 1, 2)]


def test_times_of_a_day_may_be_four_figures_or_a_share_of_the_day(tmp_path: Path) -> None:
    """With a date beside them: 0805, and 0.337 as a spreadsheet has it."""
    header = "plate,date,Customs counters start,Customs counters end\n"
    for form in (lambda m: f"{m:%H%M}", lambda m: f"{(m.hour * 60 + m.minute) / 1440:.8f}"):
        rows = [f"{p},{s:%d/%m/%Y},{form(s)},{form(e)}" for p, _, s, e in trips()]
        found = fitted(tmp_path, header + "\n".join(rows) + "\n")
        assert service(found).fits["all"].mean.value == pytest.approx(MEAN, rel=0.2)
        assert {one.code for one in found.problems} <= {"number-times"}


def test_names_in_two_rows_are_joined(tmp_path: Path) -> None:
    """A stage above its start and end counts for both, as a merged cell does."""
    text = (
        "Survey of July,,,,,\n,,,,,\nVehicle,,Customs counters,,Physical inspection,\n"
        "plate,arrive,start,end,start,end\n"
    )
    half = dt.timedelta(minutes=30)
    rows = [",".join([p, *map(iso, (a, s, e, e, e + half))]) for p, a, s, e in trips()]
    found = fitted(tmp_path, text + "\n".join(rows) + "\n")
    assert not found.problems
    assert service(found, "inspection").value == "30 min"
    assert service(found).n == 60


def test_a_date_that_is_said_once_counts_for_the_rows_below(tmp_path: Path) -> None:
    """Merged cells are empty but for the first; how many were filled is said."""
    rows = ["date,plate,Customs counters start,Customs counters end"]
    for number, (plate, _, start, end) in enumerate(trips()):
        date = f"{start:%d/%m/%Y}" if number % 12 == 0 else ""
        rows.append(f"{date},{plate},{start:%H:%M:%S},{end:%H:%M:%S}")
    found = fitted(tmp_path, "\n".join(rows) + "\n")
    assert codes(found) == [("filled-down", 1, 1)]
    assert found.events.days == 5


def test_durations_stand_for_ends_and_negative_ones_are_named(tmp_path: Path) -> None:
    """A column of minutes beside the start."""
    rows = ["plate,stage,start,minutes"]
    for number, (plate, _, start, end) in enumerate(trips()):
        minutes = (end - start).total_seconds() / 60.0 if number != 4 else -5.0
        rows.append(f"{plate},Customs counters,{iso(start)},{minutes:.2f}")
    found = fitted(tmp_path, "\n".join(rows) + "\n")
    assert ("not-a-duration", 6, 4) in codes(found)
    assert service(found).n == 59
    assert service(found).fits["all"].mean.value == pytest.approx(MEAN, rel=0.2)


def test_a_year_that_was_mistyped_is_named_and_left_out(tmp_path: Path) -> None:
    """One date ten years late, one of a year ago; the period stays five days."""
    lines = written(iso).splitlines()
    lines[3] = lines[3].replace("2025", "2035")
    lines[9] = lines[9].replace("2025", "2024")
    found = fitted(tmp_path, "\n".join(lines) + "\n")
    assert found.events.days == 5
    assert {(one.code, one.line) for one in found.problems} == {("far-date", 4), ("far-date", 10)}


def test_stages_out_of_order_are_named(tmp_path: Path) -> None:
    """Who left by the lane before the papers is kept, and said by row and column."""
    header = (*HEADER, "Crossing lane start", "Crossing lane end")
    rows = []
    for number, (plate, come, start, end) in enumerate(trips()):
        lane = come - dt.timedelta(minutes=50) if number == 7 else end + dt.timedelta(minutes=5)
        times = (come, start, end, lane, lane + dt.timedelta(minutes=2))
        rows.append(",".join([plate, *map(iso, times)]))
    found = fitted(tmp_path, "\n".join([",".join(header), *rows]) + "\n")
    assert codes(found) == [("stage-order", 9, 5)]


def test_a_gate_log_of_arrivals_alone_gives_volumes(tmp_path: Path) -> None:
    """A plate and when it came: no stage is asked for."""
    rows = [f"{plate},{iso(come)}" for plate, come, _, _ in trips()]
    found = fitted(tmp_path, "plate,arrive\n" + "\n".join(rows) + "\n")
    assert not found.problems
    assert sum(one.kind == "volume" for one in found.findings) == 2


def test_counts_may_have_a_column_for_each_hour(tmp_path: Path) -> None:
    """Thousands and whole numbers with a point are read; halves are not."""
    lines = ["date,7-8,08:00-09:00,9h-10h,Total", *(f"2025-07-{d:02},10,20.0,5,35" for d in
             range(7, 17)), "2025-07-17,12.5,20,5,37.5"]  # fmt: skip
    found = fitted(tmp_path, "\n".join(lines) + "\n")
    assert codes(found) == [("not-a-count", 12, 2)]
    volume = sum(one.estimates[0].interval.value for one in found.findings if one.kind == "volume")
    assert volume == pytest.approx(35.0), "the hour that has no count was not observed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        (" \n\n", "empty-file"),
        (",".join(HEADER) + "\n", "empty-file"),
        ("plate\n12C-1\n", "empty-file"),
        ("\n".join(written(iso).splitlines()[1:]), "no-header"),
        (written(iso).replace("Customs", '"Customs', 1), "quotation-mark"),
        (written(iso, ("a", "b", "c", "d")), "missing-column"),
        ("plate,stage,start\n12C-1,papers,soon\n", "nothing-read"),
    ],
)
def test_a_sheet_that_gives_nothing_says_where_and_why(
    tmp_path: Path, text: str, code: str
) -> None:
    """Each with the file, a line and what to do."""
    with pytest.raises(sim.ScenarioError) as raised:
        fitted(tmp_path, text)
    found = [one for one in raised.value.problems if one.code == code]
    assert found
    assert found[0].line >= 1
    assert found[0].hint


def test_one_row_is_read_and_too_few_are_said(tmp_path: Path) -> None:
    """No family is told from one truck."""
    found = fitted(tmp_path, "\n".join(written(iso).splitlines()[:2]) + "\n")
    assert not [one for one in found.findings if one.kind == "service"]
    assert ("service", "few") in {(one.kind, one.reason) for one in found.unknown}


def test_the_table_of_a_workbook_may_stand_on_a_later_sheet(tmp_path: Path) -> None:
    """A first sheet with a sentence is passed over, which is said; numbers may be dates."""
    pytest.importorskip("python_calamine")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["see the next sheet"])
    table = book.create_sheet("data")
    table.append(["Vehicle", None, "Customs counters", None])
    table.append(["plate", "arrive", "start", "end"])
    for plate, come, start, end in trips():
        table.append([plate, come, start, (end - ZERO) / dt.timedelta(days=1)])
    path = tmp_path / "chi-ma.xlsx"
    book.save(path)
    found = sim.fit(path, base="tutorial", rows=2, hold_out=0)
    assert {one.code for one in found.problems} <= {"later-sheet", "number-times", "date-format"}
    assert service(found).fits["all"].mean.value == pytest.approx(MEAN, rel=0.2)


def test_cells_beyond_the_last_column_are_named(tmp_path: Path) -> None:
    """A row that is too long may be out of step."""
    lines = written(iso).splitlines()
    lines[4] += ",extra"
    found = fitted(tmp_path, "\n".join(lines) + "\n")
    assert codes(found) == [("extra-cell", 5, 5)]
