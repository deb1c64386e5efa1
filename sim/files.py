"""Read and write one file without trusting what lies at its path.

A file is read up to a limit, and only if it is a regular file: a pipe, a device or a file of
any size in its place is an error, never a hang or a full memory. It is written whole or not at
all: under a hidden name that nobody can guess, which must not exist (``O_EXCL``) and is never a
link (``O_NOFOLLOW``), then forced to the disk and renamed. Its writer holds a lock on it: what
nobody has locked was left by a process that was killed, and may be deleted.
"""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import FileIO
from pathlib import Path
from typing import TextIO

__all__ = [
    "HIDDEN",
    "delete_incomplete",
    "flush",
    "hidden_folder",
    "lock",
    "open_file",
    "open_lock",
    "open_output",
    "read_file",
    "temporary_path",
    "write_file",
]

HIDDEN = re.compile(r"\.langson-(?P<host>[0-9a-f]{8})-(?P<process>\d{1,10})-[0-9a-f]{16}\.tmp")
"""Form of the names of :func:`temporary_path`, with the machine and the process that made it."""

_STALE = 3600.0
"""Seconds after which something half written belongs to nobody, where no lock can tell."""

# Windows lacks most of these; POSIX lacks O_BINARY.
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_PLAIN: int = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_file(path: str | os.PathLike[str], *, follow: bool = True) -> FileIO:
    """Open a regular file to read its bytes.

    Parameters
    ----------
    follow:
        Open the file that a link at ``path`` leads to; else a link is an error.

    Raises
    ------
    OSError
        It cannot be read; or it is a folder, a pipe, a device or an unwanted link (``EINVAL``).
    """
    if not follow and Path(path).is_symlink():
        raise OSError(errno.EINVAL, "a link, not a file", os.fspath(path))
    # opening a pipe without O_NONBLOCK would wait for a writer
    handle = os.open(path, os.O_RDONLY | _NO_WAIT | _PLAIN | (0 if follow else _NO_FOLLOW))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
    return FileIO(handle, "rb")


def read_file(path: str | os.PathLike[str], limit: int, *, follow: bool = True) -> bytes:
    """Read a regular file of at most ``limit`` bytes.

    Raises
    ------
    OSError
        As :func:`open_file`; or it is longer than ``limit`` (``EFBIG``).
    """
    with open_file(path, follow=follow) as file:
        parts, left = [], limit + 1
        while left and (part := file.read(min(left, 1 << 24))):
            parts.append(part)
            left -= len(part)
    if not left:
        raise OSError(errno.EFBIG, f"larger than {limit:,} bytes", os.fspath(path))
    return b"".join(parts)


def temporary_path(folder: Path) -> Path:
    """Return an unguessable path in ``folder`` for a file that is not complete yet."""
    return folder / f".langson-{_host()}-{os.getpid()}-{secrets.token_hex(8)}.tmp"


@contextmanager
def hidden_folder(parent: Path) -> Iterator[Path]:
    """Make a folder under a hidden name, which is its writer's within the block, then delete it.

    Rename it to keep it.

    Raises
    ------
    OSError
        It cannot be made.
    """
    while True:
        hidden = temporary_path(parent)
        hidden.mkdir()
        handle = os.open(hidden, os.O_RDONLY | _NO_FOLLOW) if os.name != "nt" else None
        if handle is None or _owned(handle):
            break
        os.close(handle)
    try:
        yield hidden
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def delete_incomplete(folder: Path) -> None:
    """Delete incomplete temporary files of killed writers from a folder.

    A writer holds a lock on what it writes, which ends with it. What another machine writes is
    left for an hour as well: its locks may not be seen here.
    """
    try:
        names = os.listdir(folder)  # noqa: PTH208 -- names alone
    except OSError:
        return
    for name in names:
        match = re.fullmatch(HIDDEN, name)
        if match is not None:
            with suppress(OSError):
                _delete_incomplete(folder / name, match["host"] == _host())


def _delete_incomplete(path: Path, local: bool) -> None:
    """Delete a half-written file or folder if its writer is gone."""
    if not local and time.time() - path.lstat().st_mtime < _STALE:
        return
    if os.name == "nt" or path.is_symlink():
        return
    handle = os.open(path, os.O_RDONLY | _NO_FOLLOW | _NO_WAIT)
    try:
        if lock(handle, default=time.time() - os.fstat(handle).st_mtime > _STALE):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    finally:
        os.close(handle)


def lock(handle: int, *, shared: bool = False, default: bool = True) -> bool:
    """Take a lock without waiting; ``default`` where the file system has none to take."""
    try:
        import fcntl
    except ImportError:  # Windows
        return default
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return default
    return True


def _owned(handle: int) -> bool:
    """Lock a new file; false if it has been deleted meanwhile."""
    return lock(handle) and os.fstat(handle).st_nlink > 0


@cache
def _host() -> str:
    """Name of this machine, in eight letters."""
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]


def write_file(path: Path, content: bytes | memoryview, mode: int = 0o666) -> None:
    """Write a file whole or not at all, in place of an older one or of a link of its name.

    Parameters
    ----------
    mode:
        Who may read and write it, less the process's umask.

    Raises
    ------
    OSError
        It cannot be written; an older file is as it was.
    """
    with open_output(path, mode) as file:
        rest = memoryview(content)
        while rest:
            rest = rest[file.write(rest) :]


@contextmanager
def open_output(path: Path, mode: int = 0o666) -> Iterator[FileIO]:
    """Open a file to write it part by part; it takes its name at the end of the block.

    Within the block it has a hidden name; if the block fails it is deleted. Else as
    :func:`write_file`.

    Raises
    ------
    OSError
        It cannot be written; an older file is as it was.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _PLAIN
    while True:
        hidden = temporary_path(path.parent)
        handle = os.open(hidden, flags, mode)
        if _owned(handle):
            break
        os.close(handle)
    try:
        with FileIO(handle, "wb") as file:
            yield file
            os.fsync(handle)
            if os.name != "nt":  # while it is locked
                hidden.replace(path)
        if os.name == "nt":  # which renames no open file
            hidden.replace(path)
    except BaseException:
        with suppress(OSError):
            hidden.unlink()
        raise
    flush(path.parent)


def open_lock(path: Path) -> TextIO:
    """Open a lock file, in which the holder writes its name; make it where there is none.

    Raises
    ------
    OSError
        It cannot be opened; or it is not a regular file with one name (``EINVAL``).
    """
    flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _NO_WAIT | _PLAIN
    file = os.fdopen(os.open(path, flags, 0o666), "r+", encoding="utf-8")
    state = os.fstat(file.fileno())
    if path.is_symlink() or not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
        file.close()
        raise OSError(errno.EINVAL, "not a file of its own", os.fspath(path))
    return file


def flush(path: Path) -> None:
    """Force a file, or the entries of a folder, to the disk."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
