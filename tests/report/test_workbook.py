"""The Excel workbook: numbers are numbers, words are the reader's, texts are never formulas."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.catalogue import find
from sim.messages import messages
from sim.report.workbook import WORKBOOK, write_workbook
from sim.results import write, write_several
from tests.small import write_small

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run, and a comparison of two scenarios."""
    here = tmp_path_factory.mktemp("workbook")
    files = write_small(here)
    small, more = (sim.run(sim.load(file), 3, journeys="none") for file in files)
    return write(small, here), write_several([small, more], here)[0]


def cells(folder: Path, sheet: int, lang: str = "en") -> list[tuple[Any, ...]]:
    """Rows of a sheet."""
    path = write_workbook(folder, messages(lang))
    assert path == folder / WORKBOOK
    return list(openpyxl.load_workbook(path).worksheets[sheet].iter_rows(values_only=True))


def test_sheets_are_named_in_the_language(folders: tuple[Path, Path]) -> None:
    """A run has four, a comparison five."""
    names = {
        (folder, lang): openpyxl.load_workbook(write_workbook(folder, messages(lang))).sheetnames
        for folder in folders
        for lang in ("en", "vi")
    }
    assert names[folders[0], "en"] == ["Memo", "Bulletin", "Summary", "Inputs"]
    assert names[folders[1], "en"] == ["Memo", "Bulletin", "Summary", "Comparison", "Inputs"]
    assert names[folders[0], "vi"] == ["Tóm tắt", "Bản tin 20 giờ", "Tổng hợp", "Số liệu đầu vào"]


def test_the_summary_is_the_table_of_that_name(folders: tuple[Path, Path]) -> None:
    """Every row, in the units of the screens."""
    stored = sim.open_results(folders[0])
    rows = stored.tables["summary"].collect()
    head, *found = cells(folders[0], 2)
    assert len(found) == rows.height
    mean = head.index("Mean")
    for shown, row in zip(found, rows.iter_rows(named=True), strict=True):
        expected = None if row["mean"] is None else row["mean"] * find(row["measure"]).factor
        assert shown[mean] == (None if expected is None else pytest.approx(expected))
        assert not isinstance(shown[mean], str)


def test_the_bulletin_has_dates_and_counts(folders: tuple[Path, Path]) -> None:
    """A day is a date; a count the mean over replications."""
    stored = sim.open_results(folders[0])
    table = stored.tables["bulletin"].collect().filter(gate="chi_ma", day=dt.date(2025, 7, 9))
    head, *rows = cells(folders[0], 1, "vi")
    assert head[:3] == ("Kịch bản", "Cửa khẩu", "Ngày")
    (row,) = [r for r in rows if r[1] == "Chi Ma" and r[2] == dt.datetime(2025, 7, 9)]  # noqa: DTZ001
    assert row[3] == pytest.approx(table["exported"].mean())


def test_the_memo_says_what_alternatives_change(folders: tuple[Path, Path]) -> None:
    """Differences and verdicts are those of the comparison that is kept."""
    several = sim.results.open_all(folders[1])
    table = sim.compare.compare_runs(several).headline
    rows = cells(folders[1], 0)
    assert rows[0][0] == "Alternatives against: Small border"
    head = next(row for row in rows if row[0] == "Measure")
    (wait,) = [row for row in rows if row[0] == "Wait, mean, exports (min)"]
    change = table.filter(gate="all", direction="export", measure="wait_mean").row(0, named=True)
    assert wait[head.index("Difference")] == pytest.approx(60.0 * change["difference"])
    assert wait[head.index("Verdict")] == change["verdict"]


def test_texts_are_never_formulas(tmp_path: Path) -> None:
    """A title from a stranger's file is text, whatever it begins with."""
    file = write_small(tmp_path)[0]
    text = file.read_text("utf-8").replace("{en: Small border", '{en: "=1+1"')
    file.write_text(text, "utf-8")
    folder = write(sim.run(sim.load(file), 2, journeys="none"), tmp_path / "out")
    sheet = openpyxl.load_workbook(write_workbook(folder, messages("en"))).worksheets[0]
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=1+1", "s")


def test_the_same_folder_gives_the_same_bytes(folders: tuple[Path, Path]) -> None:
    """Nothing in it is of the moment it was written: it is dated as the results are."""
    path = write_workbook(folders[0], messages("en"))
    first = path.read_bytes()
    assert write_workbook(folders[0], messages("en")).read_bytes() == first
    written = dt.datetime.fromisoformat(sim.open_results(folders[0]).manifest["written"])
    created = openpyxl.load_workbook(path).properties.created
    assert created == written.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)


def test_without_the_package_it_says_how_to_get_it(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(sim.RunError, match=r"langson\[excel\]"):
        write_workbook(folders[0], messages("en"))
