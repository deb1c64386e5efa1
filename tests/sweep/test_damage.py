"""A sweep's folder that was damaged, or that a stranger has filled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ResultsError
from sim.results import SweepResults, open_results
from sim.results.parts import KEPT, find_parts
from sim.sweep import fill, locked, merge, plan_sweep, reopen, sweep_status
from sim.sweep.executor import SerialExecutor
from tests.sweep.conftest import SWEEP, filled
from tests.sweep.same import assert_same

Damage = Callable[[Path], object]


@pytest.fixture(scope="session")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that is done and not merged, beside its scenario files, to copy."""
    return filled(tmp_path_factory.mktemp("shards"), 2)


@pytest.fixture(params=["merged", "blocks"])
def folder(request: pytest.FixtureRequest, whole: Path, shards: Path, tmp_path: Path) -> Path:
    """A finished sweep, merged and not."""
    source = whole if request.param == "merged" else shards
    return shutil.copytree(source, tmp_path / "sweep")


def cut(path: Path) -> None:
    """Keep the first half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("table", ["headline", "gates", "tasks"])
@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
def test_damaged_parts_are_named_and_simulated_again(
    damage: Damage, table: str, folder: Path, whole: Path
) -> None:
    """The rest stays usable and the end is that of an undisturbed sweep."""
    parts = find_parts(folder)
    victim = parts.of(table)[0]
    damage(victim)
    results = open_results(folder)
    assert isinstance(results, SweepResults)
    unfinished = damage is Path.unlink and table == "tasks" and parts.blocks
    if not unfinished:  # a block without its commit may be one that is being written
        (named,) = results.damaged
        assert named.name.split(".")[0] == victim.name.split(".")[0]
        assert named.parent == victim.parent
    assert results.finished < results.asked == 24
    progress = fill(reopen(folder), SerialExecutor())
    assert progress.done == 24 - results.finished
    assert_same(folder, whole)
    assert not find_parts(folder).damaged
    assert unfinished or not list((folder / "blocks").rglob("*.parquet"))


@pytest.mark.parametrize(
    "name",
    [
        "blocks/._x.tasks.parquet",
        "blocks/3f/._0123456789abcdef01234567.tasks.parquet",
        "blocks/3f/x.tasks.parquet",
        "blocks/notes/x.txt",
        "headline/copy.parquet",
        "headline/.DS_Store",
        "inputs/{inputs}/x.yaml",
        "inputs/{inputs}/9-x.yaml",
        "inputs/{inputs}/0-copy.yaml",
        "tasks/0009-0.parquet",
        ".editor.tmp",
    ],
)
def test_foreign_files_are_left_alone(name: str, folder: Path, whole: Path) -> None:
    """A file that is none of ours stops nothing and is still there at the end."""
    (inputs,) = (path.name for path in (folder / "inputs").iterdir())
    foreign = folder / name.format(inputs=inputs)
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_bytes(b"somebody's notes")
    assert fill(reopen(folder), SerialExecutor()).done == 0
    merge(folder, KEPT)
    assert_same(folder, whole)
    assert foreign.read_bytes() == b"somebody's notes"


def merged_with(folder: Path, **changes: object) -> None:
    """Write a ``merged.json`` as a stranger might."""
    path = folder / "merged.json"
    known = {"generation": 0, "files": {}, "absorbed": []}
    content = json.loads(path.read_text("utf-8")) if path.exists() else known
    path.write_text(json.dumps({**content, **changes}), "utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"absorbed": ["../../victim/a"]},
        {"absorbed": ["*"]},
        {"absorbed": 7},
        {"files": {"../victim": []}},
        {"files": {"/tmp": ["0001-0.0123456789abcdef.parquet"]}},
        {"files": {"headline": ["../../victim/a.parquet"]}},
        {"files": {"headline": [None]}},
        {"generation": -1},
        {"generation": "x"},
    ],
)
def test_merging_deletes_nothing_outside(
    changes: dict[str, object], folder: Path, tmp_path: Path
) -> None:
    """Names in ``merged.json`` that are not of a sweep's files are refused, before any deed."""
    victim = tmp_path / "victim"
    victim.mkdir()
    for name in ("a.parquet", "a.headline.parquet"):
        (victim / name).write_bytes(b"precious")
    merged_with(folder, **changes)
    before = sorted(path.name for path in folder.rglob("*"))
    with pytest.raises(ResultsError, match=r"merged\.json cannot be used"):
        merge(folder, KEPT)
    assert sorted(path.name for path in victim.iterdir()) == ["a.headline.parquet", "a.parquet"]
    assert sorted(path.name for path in folder.rglob("*")) == before


@pytest.mark.parametrize(
    "name",
    ["blocks", "blocks/00", "headline", "tasks", "inputs", ".lock", ".pilot-1", "merged.json"],
)
def test_a_sweep_writes_through_no_link(name: str, shards: Path, tmp_path: Path) -> None:
    """Where a folder or a file of ours is a link, nothing happens to what it leads to."""
    folder = shutil.copytree(shards, tmp_path / "sweep")
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "0001-0.0123456789abcdef.parquet").write_bytes(b"precious")
    shutil.rmtree(folder / name, ignore_errors=True)
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(victim if "." not in name else victim / "new")
    with pytest.raises(ResultsError, match="link"):
        _fill_and_merge(folder)
    assert [path.name for path in victim.iterdir()] == ["0001-0.0123456789abcdef.parquet"]


def _fill_and_merge(folder: Path) -> None:
    with locked(folder):
        fill(reopen(folder), SerialExecutor())
        merge(folder, KEPT)


def test_a_lock_that_is_another_name_of_a_file_is_refused(whole: Path, tmp_path: Path) -> None:
    """A hard link in the place of the lock would have its file overwritten."""
    folder = shutil.copytree(whole, tmp_path / "sweep")
    (folder / ".lock").unlink(missing_ok=True)
    (tmp_path / "victim").write_text("precious", "utf-8")
    (folder / ".lock").hardlink_to(tmp_path / "victim")
    with pytest.raises(ResultsError, match="not a file of its own"), locked(folder):
        pass
    assert (tmp_path / "victim").read_text("utf-8") == "precious"


def test_status_counts_what_the_file_asks_for_now(whole: Path, tmp_path: Path) -> None:
    """Another value makes it 24 of 32; another program is said, too."""
    folder = shutil.copytree(whole.parent, tmp_path / "all") / "sweep"
    file = folder.parent / "lanes.yaml"
    results = open_results(folder)
    assert isinstance(results, SweepResults)
    assert sweep_status(results, plan_sweep(file, folder)).changed == ()
    file.write_text(SWEEP.replace("values: [1, 2, 3]", "values: [1, 2, 3, 4]"), "utf-8")
    found = sweep_status(results, plan_sweep(file, folder))
    assert (found.points, found.asked, found.tasks.height) == (8, 32, 24)
    assert found.changed == ("file",)
    results.manifest["model"] = "0" * 64
    assert sweep_status(results).changed == ("program",)
