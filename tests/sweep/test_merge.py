"""Merging changes where rows lie and nothing else, whenever it is stopped."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import polars as pl
import pytest

import sim.sweep.merging
from sim.errors import ResultsError
from sim.results import SweepResults, open_results
from sim.results.estimates import estimate
from sim.results.sweeps import find_parts
from sim.sweep import merge
from sim.sweep.work import KEPT
from tests.sweep.conftest import filled
from tests.sweep.same import assert_same


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep in five parts and more blocks, to copy."""
    return filled(tmp_path_factory.mktemp("parts"), 5)


@pytest.fixture(scope="session")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same sweep in two parts, to copy."""
    return filled(tmp_path_factory.mktemp("halves"), 2)


@pytest.fixture
def unmerged(parts: Path, tmp_path: Path) -> Path:
    """The folder of a sweep whose parts are not merged."""
    return shutil.copytree(parts, tmp_path / "unmerged")


def files(folder: Path) -> list[str]:
    """All Parquet files but the points, without the checksums in their names."""
    found = [path for path in folder.rglob("*.parquet") if path.name != "points.parquet"]
    return sorted(str(path.relative_to(folder)).rsplit(".", 2)[0] for path in found)


def test_few_files(unmerged: Path, whole: Path) -> None:
    """Merged, a sweep is one sorted file per table; a second time nothing is left to do."""
    assert len(files(unmerged)) > 20
    merge(unmerged, KEPT)
    assert files(unmerged) == [f"{name}/0001-0" for name in ("gates", "headline", "tasks")]
    assert merge(unmerged, KEPT) == 0
    assert_same(unmerged, whole)
    rows = pl.read_parquet(unmerged / "headline")
    assert rows["gate"].is_sorted()
    one = rows.filter(point=rows["point"][0], replication=0)
    assert (
        rows.height == 24 * one.height == 24 * one.select("gate", "direction", "measure").n_unique()
    )


def test_a_measure_in_two_units_is_refused(unmerged: Path) -> None:
    """Its estimates would pair with each other: rows in the power of the columns."""
    changed = min(unmerged.rglob("*.headline.*.parquet"))
    rows = pl.read_parquet(changed)
    wrong = rows.with_columns(pl.lit("leagues").alias("unit"))
    rows.vstack(wrong).write_parquet(changed)
    digest = hashlib.sha256(changed.read_bytes()).hexdigest()[:16]
    changed.rename(changed.with_name(".".join([*changed.name.split(".")[:2], digest, "parquet"])))
    with pytest.raises(ResultsError, match="holds what langson does not write"):
        merge(unmerged, KEPT)


STOPS = ["put_part", "put_json", "_forget"]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("after", [0, 1])
def test_killed_in_between(
    unmerged: Path, whole: Path, monkeypatch: pytest.MonkeyPatch, stop: str, after: int
) -> None:
    """Killed before or after any step, nothing is lost and nothing counts twice."""
    real = getattr(sim.sweep.merging, stop)
    calls = 0

    def die(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(sim.sweep.merging, stop, die)
    if (stop, after) != ("_forget", 1):
        with pytest.raises(KeyboardInterrupt):
            merge(unmerged, KEPT)
    monkeypatch.undo()
    assert_same(unmerged, whole)
    merge(unmerged, KEPT)
    assert_same(unmerged, whole)
    assert not find_parts(unmerged).blocks
    assert not list((unmerged / "blocks").rglob("*.parquet"))
    assert len([name for name in files(unmerged) if name.startswith("tasks/")]) == 1


def test_many_rows_are_parted(unmerged: Path, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than fit in memory go to several files, by the first digits of their points."""
    monkeypatch.setattr("sim.sweep.merging._ROWS", 200)
    merge(unmerged, KEPT)
    assert len(files(unmerged)) > 9
    assert_same(unmerged, whole)


def test_work_done_twice_counts_once(unmerged: Path, whole: Path, halves: Path) -> None:
    """A straggler that hands in merged work again, cut otherwise, doubles nothing."""
    for _ in range(2):
        shutil.copytree(halves / "blocks", unmerged / "blocks", dirs_exist_ok=True)
        assert_same(unmerged, whole)
        merge(unmerged, KEPT)
        assert_same(unmerged, whole)


def test_a_spreadsheet_gets_a_row_for_each_point(unmerged: Path) -> None:
    """Factors, then mean and half-width of each measure at the gate that is varied."""
    merge(unmerged, KEPT)
    results = open_results(unmerged)
    assert isinstance(results, SweepResults)
    assert results.place == "all"
    table = pl.read_csv(unmerged / "summary.csv")
    assert table.height == results.points.height
    assert table.columns[:3] == ["number", "lanes", "counters"]
    rows = results.tables["headline"].filter(
        gate="all", direction="export", measure="wait_mean", lanes=1, counters=False
    )
    values = rows.collect()["value"]
    row = table.row(by_predicate=(pl.col("lanes") == 1) & ~pl.col("counters"), named=True)
    assert row["export_wait_mean"] == pytest.approx(values.mean())
    assert row["export_wait_mean_half_width"] == pytest.approx(estimate(values).half_width)
