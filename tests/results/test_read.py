"""A stored folder reads back as it was; a half folder is refused."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from sim.errors import ResultsError
from sim.results import Results, newest, open_results, write, write_several


def test_round_trip(results: Results, tmp_path: Path) -> None:
    """Tables and logs come back with the same columns, types and values."""
    stored = open_results(write(results, tmp_path))
    assert (stored.name, stored.seed, stored.replications) == ("small-gate", 7, (0, 1))
    assert list(stored.tables) == ["headline", "summary", "overloads", "inputs"]
    assert_frame_equal(stored.tables["headline"].collect(), results.tables["headline"])
    assert_frame_equal(stored.journeys().collect(), results.journeys[0])


def test_journeys_that_were_not_kept(results: Results, tmp_path: Path) -> None:
    """Asking for a log that was not kept says how to keep it."""
    with pytest.raises(ResultsError, match="--journeys all"):
        open_results(write(results, tmp_path)).journeys(2)


def test_missing_folder(tmp_path: Path) -> None:
    """A path that is no folder is said to be none."""
    with pytest.raises(ResultsError, match="is not a folder"):
        open_results(tmp_path / "none")


@pytest.mark.parametrize("gone", ["manifest.json", "headline.parquet", "journeys-0.parquet"])
def test_half_a_folder(gone: str, results: Results, tmp_path: Path) -> None:
    """A folder that lacks a file is refused, and the file named."""
    folder = write(results, tmp_path)
    (folder / gone).unlink()
    with pytest.raises(ResultsError, match=gone):
        open_results(folder)


@pytest.mark.parametrize("content", ["{", "[]"])
def test_broken_manifest(content: str, results: Results, tmp_path: Path) -> None:
    """A manifest that is not one is refused."""
    folder = write(results, tmp_path)
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ResultsError, match=r"manifest\.json"):
        open_results(folder)


def test_layout_of_another_version(results: Results, tmp_path: Path) -> None:
    """An unknown layout is refused rather than misread."""
    folder = write(results, tmp_path)
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 99}))
    with pytest.raises(
        ResultsError, match="layout 99; this version reads 2: use the version that wrote it"
    ):
        open_results(folder)


def test_folder_of_several_scenarios(results: Results, tmp_path: Path) -> None:
    """The common folder is no scenario's; the message names those inside."""
    _, folders = write_several([results, results], tmp_path)
    assert open_results(folders[1]).name == "small-gate"
    with pytest.raises(ResultsError, match=r"open one of .*small-gate"):
        open_results(folders[0].parent)


def test_newest_is_the_run_that_was_written_last(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Local times in names mislead: a run in Vietnam's zone is named hours ahead of one in UTC."""
    for zone in ("Asia/Ho_Chi_Minh", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        last = write(results, tmp_path)
    monkeypatch.undo()
    time.tzset()
    assert last.name < max(path.name for path in tmp_path.iterdir())
    assert newest(tmp_path) == last
    both, _ = write_several([results], tmp_path)
    assert newest(tmp_path) == both


def test_newest_is_not_silently_an_older_one(results: Results, tmp_path: Path) -> None:
    """Where the manifest of a run that may be the newest is broken, it is said."""
    write(results, tmp_path)
    (write(results, tmp_path) / "manifest.json").write_text("{", "utf-8")
    (tmp_path / "notes").mkdir()
    with pytest.raises(ResultsError, match=r"manifest\.json cannot be read"):
        newest(tmp_path)
