"""Files are there whole or not at all, and what the disk says is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from sim.errors import ResultsError
from sim.files import temporary_path
from sim.sweep.store import delete_incomplete, put, put_table

resource = pytest.importorskip("resource", reason="limits of POSIX")

TABLE = pl.DataFrame({"n": range(10_000)}).with_columns(pl.col("n").hash(1).alias("noise"))


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file can grow beyond a few kilobytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files")
def test_no_room(tmp_path: Path) -> None:
    """A table for which there is no room is an error of ours, and leaves the older one whole."""
    path = tmp_path / "a.parquet"
    put_table(tmp_path, TABLE.head(3), path.name)
    with pytest.raises(ResultsError, match=r"cannot write .*a\.parquet: File too large; what had"):
        put_table(tmp_path, TABLE, path.name)
    assert pl.read_parquet(path).equals(TABLE.head(3))
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]


def test_half_written_files_are_swept_up(tmp_path: Path) -> None:
    """What a killed process left goes, and nothing else does."""
    put(tmp_path, b"{}", "blocks", "3f", "a.json")
    half = temporary_path(tmp_path / "blocks" / "3f")
    half.write_text("{", "utf-8")
    foreign = tmp_path / "blocks" / "3f" / ".editor.tmp"
    foreign.write_text("notes", "utf-8")
    delete_incomplete(tmp_path)
    assert [file.name for file in (tmp_path / "blocks" / "3f").glob("*.json")] == ["a.json"]
    assert foreign.exists()
    assert not half.exists()
