"""Results are written whole or not at all, never over others, and the same every time."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from sim.errors import ResultsError
from sim.results import Results, distinct, prepare, publish, write, write_several


def test_folder_holds_manifest_tables_and_journeys(results: Results, tmp_path: Path) -> None:
    """One folder with a manifest, each table twice, and the logs kept."""
    folder = write(results, tmp_path)
    assert folder.name.endswith("-small-gate")
    assert sorted(path.name for path in folder.iterdir()) == [
        "headline.csv",
        "headline.parquet",
        "inputs.csv",
        "inputs.parquet",
        "journeys-0.parquet",
        "manifest.json",
        "overloads.csv",
        "overloads.parquet",
        "summary.csv",
        "summary.parquet",
    ]


def test_manifest_says_what_was_run(results: Results, tmp_path: Path) -> None:
    """Scenario, seed, replications and command are in the manifest, in both languages."""
    folder = write(results, tmp_path, ["langson", "run", "small-gate.yaml"])
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["scenario"]["title"]["vi"] == "Nhỏ"
    assert manifest["scenario"]["resolved"]["since"] == "2025-07-07"
    assert manifest["scenario"]["assumptions"] == 2
    assert manifest["seed"] == 7
    assert manifest["replications"] == {"asked": 3, "finished": [0, 1], "stopping": "count"}
    assert manifest["interrupted"] is True
    assert manifest["command"] == ["langson", "run", "small-gate.yaml"]
    assert list(manifest)[:2] == ["format", "kind"]


def test_csv_opens_in_excel(results: Results, tmp_path: Path) -> None:
    """CSV starts with the byte-order mark, without which Excel breaks diacritics."""
    content = (write(results, tmp_path) / "headline.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[:2] == [
        "replication,gate,value,direction,cargo,route,stage,measure,unit",
        "0,chi_ma,0.0,all,all,all,all,wait_mean,h",
    ]


def test_vietnamese_survives_a_spreadsheet(results: Results, tmp_path: Path) -> None:
    """Every table reads back with its diacritics the way a spreadsheet reads it: by its mark."""
    for path in write(results, tmp_path).glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
    with (path.parent / "inputs.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["note"] for row in rows] == ["ghi chú", ""]  # evidence is of numbers
    assert json.loads(rows[1]["value"]) == "Chi Ma, Đồng Đăng"


def test_equal_results_are_equal_files(results: Results, tmp_path: Path) -> None:
    """Nothing in a Parquet file depends on when or where it was written."""
    first, second = write(results, tmp_path / "a"), write(results, tmp_path / "b")
    for name in ("headline.parquet", "journeys-0.parquet", "headline.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_never_overwrites(results: Results, tmp_path: Path) -> None:
    """A folder's name that is taken gets a number."""
    target = tmp_path / "taken"

    def fill(folder: Path) -> None:
        (folder / "x").write_text("x")

    assert [publish(target, fill).name for _ in range(3)] == ["taken", "taken-2", "taken-3"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, MemoryError])
def test_failure_leaves_nothing(error: type[BaseException], tmp_path: Path) -> None:
    """A write that is cut short leaves no folder, hidden or not."""

    def fill(folder: Path) -> None:
        (folder / "half.csv").write_text("half")
        raise error("stop")

    with pytest.raises(ResultsError if error is OSError else error):
        publish(tmp_path / "never", fill)
    assert list(tmp_path.iterdir()) == []


def test_nothing_shows_before_all_is_written(tmp_path: Path) -> None:
    """While the folder is being filled, its final name does not exist."""
    target = tmp_path / "whole"

    def fill(folder: Path) -> None:
        assert not target.exists()
        assert folder.name.startswith(".")

    publish(target, fill)
    assert target.is_dir()


def test_several_scenarios_share_a_folder(results: Results, tmp_path: Path) -> None:
    """Each scenario has a folder of its own, the comparison lies beside them."""
    comparison = pl.DataFrame({"measure": ["wait"], "difference": [-1.0]})
    _, folders = write_several([results, results], tmp_path, tables={"comparison": comparison})
    assert [folder.name for folder in folders] == ["small-gate", "small-gate-2"]
    parent = folders[0].parent
    assert parent.name.endswith("-small-gate")
    assert sorted(path.name for path in parent.iterdir()) == [
        "comparison.csv",
        "comparison.parquet",
        "manifest.json",
        "small-gate",
        "small-gate-2",
    ]


def test_numbered_names_take_nobodys_name() -> None:
    """Names that are alike are numbered; a name that looks numbered keeps its own."""
    assert distinct(["a", "a-2", "a", "a"]) == ["a", "a-2", "a-3", "a-4"]
    assert distinct(["a", "a", "a-2"]) == ["a", "a-3", "a-2"]


def test_unwritable_place_is_known_beforehand(tmp_path: Path) -> None:
    """A place below a file is refused without a run; a good place is not created yet."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match=r"cannot write to .*file is not a folder"):
        prepare(tmp_path / "file" / "results")
    prepare(tmp_path / "a" / "b")
    assert not (tmp_path / "a").exists()


def test_out_that_is_a_file(results: Results, tmp_path: Path) -> None:
    """A file where a folder is wanted is a ResultsError that names it."""
    (tmp_path / "results").write_text("")
    with pytest.raises(ResultsError, match=r"cannot write to .*results"):
        write(results, tmp_path / "results")


def test_a_memo_can_quote_the_summary(results: Results, tmp_path: Path) -> None:
    """One row for each measure: mean and half-width over replications, none where nothing is."""
    table = pl.read_csv(write(results, tmp_path) / "summary.csv")
    assert table["mean"].to_list() == [0.5, None]
    assert table["half_width"].to_list() == [pytest.approx(12.706 / 2, rel=1e-3), None]
    assert table["low"].to_list() == [0.0, None]  # no wait is below 0
    assert table["caution"].to_list() == ["too few replications", None]
    assert table["n"].to_list() == [2, 0]
