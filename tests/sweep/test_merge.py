"""Merging changes where rows lie and nothing else, whenever it is stopped."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import sim.sweep.merging
from sim.results.sweeps import find_parts
from sim.sweep import Sweep, fill, merge
from sim.sweep.engine import Serial
from sim.sweep.work import KEPT
from tests.sweep.conftest import Make
from tests.sweep.same import assert_same


@pytest.fixture
def unmerged(make: Make) -> Sweep:
    """A sweep in five parts and more blocks."""
    sweep = make("parts")
    for part in range(1, 6):
        fill(sweep, Serial(), shard=(part, 5))
    return sweep


def files(folder: Path) -> list[str]:
    """All Parquet files but the points."""
    found = folder.rglob("*.parquet")
    return sorted(str(path.relative_to(folder)) for path in found if path.name != "points.parquet")


def test_few_files(unmerged: Sweep, make: Make) -> None:
    """Merged, a sweep is one sorted file per table; a second time nothing is left to do."""
    whole = make("whole")
    fill(whole, Serial())
    assert len(files(unmerged.folder)) > 20
    merge(unmerged.folder, KEPT)
    assert files(unmerged.folder) == [
        f"{name}/0001-0.parquet" for name in ("gates", "headline", "tasks")
    ]
    assert merge(unmerged.folder, KEPT) == 0
    assert_same(unmerged.folder, whole.folder)
    rows = pl.read_parquet(unmerged.folder / "headline" / "0001-0.parquet")
    assert rows["gate"].is_sorted()
    one = rows.filter(point=rows["point"][0], replication=0)
    assert (
        rows.height == 24 * one.height == 24 * one.select("gate", "direction", "measure").n_unique()
    )


STOPS = ["put_table", "put_json", "_forget"]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("after", [0, 1])
def test_killed_in_between(
    unmerged: Sweep, make: Make, monkeypatch: pytest.MonkeyPatch, stop: str, after: int
) -> None:
    """Killed before or after any step, nothing is lost and nothing counts twice."""
    whole = make("whole")
    fill(whole, Serial())
    real = getattr(sim.sweep.merging, stop)
    calls = 0

    def die(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(sim.sweep.merging, stop, die)
    if (stop, after) != ("_forget", 1):
        with pytest.raises(KeyboardInterrupt):
            merge(unmerged.folder, KEPT)
    monkeypatch.undo()
    assert_same(unmerged.folder, whole.folder)
    merge(unmerged.folder, KEPT)
    assert_same(unmerged.folder, whole.folder)
    assert not find_parts(unmerged.folder).blocks
    assert len([name for name in files(unmerged.folder) if name.startswith("tasks/")]) == 1


def test_many_rows_are_parted(unmerged: Sweep, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than fit in memory go to several files, by the first digits of their points."""
    whole = make("whole")
    fill(whole, Serial())
    monkeypatch.setattr("sim.sweep.merging._ROWS", 200)
    merge(unmerged.folder, KEPT)
    assert len(files(unmerged.folder)) > 9
    assert_same(unmerged.folder, whole.folder)


def test_work_done_twice_counts_once(unmerged: Sweep, make: Make) -> None:
    """A straggler that hands in merged work again, cut otherwise, doubles nothing."""
    whole, twice = make("whole"), make("twice")
    fill(whole, Serial())
    fill(twice, Serial(), shard=(1, 2))
    fill(twice, Serial(), shard=(2, 2))
    copied = unmerged.folder / "blocks"
    for path in sorted((twice.folder / "blocks").rglob("*.parquet")):
        target = copied / path.relative_to(twice.folder / "blocks")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    assert_same(unmerged.folder, whole.folder)
    merge(unmerged.folder, KEPT)
    assert_same(unmerged.folder, whole.folder)
    for path in sorted((twice.folder / "blocks").rglob("*.parquet")):
        target = copied / path.relative_to(twice.folder / "blocks")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    assert_same(unmerged.folder, whole.folder)
