"""A file is read within limits and written whole, whatever lies at its path."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sim import files
from sim.files import (
    HIDDEN,
    delete_incomplete,
    hidden_folder,
    read_file,
    temporary_path,
    write_file,
)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """A file of the limit's length is read, one byte more is an error."""
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_file(path, 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_file(path, 4)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """Folders, pipes without a writer and endless devices are errors, and nothing hangs."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match=r"not a regular file|directory"):
            read_file(path, 100)


def test_a_link_is_followed_only_where_wanted(tmp_path: Path) -> None:
    """The user's own link is followed; one inside a stranger's folder is an error."""
    (tmp_path / "file").write_text("text", "utf-8")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "link", 10) == b"text"
    with pytest.raises(OSError, match="a link"):
        read_file(tmp_path / "link", 10, follow=False)


def test_a_file_is_written_in_place_of_a_link_and_not_through_it(tmp_path: Path) -> None:
    """What a planted link leads to stays as it is, whether it exists or not."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    inside.mkdir()
    outside.write_text("precious", "utf-8")
    (inside / "a").symlink_to(outside)
    (inside / "b").symlink_to(tmp_path / "new")
    for name in ("a", "b"):
        write_file(inside / name, b"text")
        assert (inside / name).read_bytes() == b"text"
        assert not (inside / name).is_symlink()
    assert outside.read_text("utf-8") == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "outside"]


def test_a_failed_write_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    """A folder at the path cannot be replaced; the hidden file goes."""
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_file(tmp_path / "a", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_hidden_names_cannot_be_guessed(tmp_path: Path) -> None:
    """Two are never the same, and their form tells the process that made them."""
    names = {temporary_path(tmp_path).name for _ in range(100)}
    assert len(names) == 100
    found = [re.fullmatch(HIDDEN, name) for name in names]
    assert {match and match["process"] for match in found} == {str(os.getpid())}


def test_rights_of_a_file(tmp_path: Path) -> None:
    """A secret is readable by its owner alone from the moment that it exists."""
    write_file(tmp_path / "key", b"secret", 0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="locks")
def test_what_a_killed_writer_left_is_swept_up_and_what_a_live_one_writes_is_not(
    tmp_path: Path,
) -> None:
    """Files and folders alike; other files and links stay, and so does what links lead to."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("kept")
    half, folder, link = (temporary_path(tmp_path) for _ in range(3))
    half.write_bytes(b"{")
    (folder / "figures").mkdir(parents=True)
    link.symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".langson-notes.tmp").write_text("a user's own")
    with hidden_folder(tmp_path) as live:
        (live / "a").write_text("a")
        delete_incomplete(tmp_path)
        assert (live / "a").read_text() == "a"
        assert {path.name for path in tmp_path.iterdir()} == {
            *("elsewhere", ".langson-notes.tmp"), live.name, link.name,
        }  # fmt: skip
    assert not live.exists()
    assert (tmp_path / "elsewhere" / "kept").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="locks")
def test_what_another_machine_writes_is_left_for_an_hour(tmp_path: Path) -> None:
    """Its locks may not be seen here."""
    name = temporary_path(tmp_path).name.split("-")
    other = tmp_path / "-".join([name[0], "0123abcd", *name[2:]])
    other.write_bytes(b"{")
    delete_incomplete(tmp_path)
    assert other.exists()
    hours_ago = time.time() - 2 * 3600
    os.utime(other, (hours_ago, hours_ago))
    delete_incomplete(tmp_path)
    assert not other.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="locks")
def test_a_file_swept_up_before_it_is_locked_is_written_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweeper that comes between the making and the locking of a file costs nothing."""
    taken = temporary_path(tmp_path)
    names = iter([taken, temporary_path(tmp_path)])
    real = files.lock
    swept = []

    def late(handle: int, **options: Any) -> bool:
        if not swept:
            swept.append(taken.unlink())
        return real(handle, **options)

    monkeypatch.setattr(files, "temporary_path", lambda _: next(names))
    monkeypatch.setattr(files, "lock", late)
    write_file(tmp_path / "a", b"text")
    assert (tmp_path / "a").read_bytes() == b"text"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
