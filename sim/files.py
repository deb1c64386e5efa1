"""Read and write one file without trusting what lies at its path.

A file is read up to a limit, and only if it is a regular file: a pipe, a device or a file of
any size in its place is an error, never a hang or a full memory. It is written whole or not at
all: under a hidden name that nobody can guess, which must not exist (``O_EXCL``) and is never a
link (``O_NOFOLLOW``), then forced to the disk and renamed.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import TextIO

__all__ = ["HIDDEN", "flush", "hidden_path", "open_file", "open_lock", "read_file", "write_file"]

HIDDEN = re.compile(r"\.langson-(?P<process>\d{1,10})-[0-9a-f]{16}\.tmp")
"""Form of the names of :func:`hidden_path`, with the number of the process that made it."""

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


def hidden_path(folder: Path) -> Path:
    """Return a path in ``folder`` that nobody can guess, for what is not whole yet."""
    return folder / f".langson-{os.getpid()}-{secrets.token_hex(8)}.tmp"


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
    hidden = hidden_path(path.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _PLAIN
    handle = os.open(hidden, flags, mode)
    try:
        with open(handle, "wb", buffering=0) as file:  # noqa: PTH123 -- from a handle
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(handle)
        hidden.replace(path)
    except BaseException:
        with suppress(OSError):
            hidden.unlink()
        raise
    flush(path.parent)


def open_lock(path: Path) -> TextIO:
    """Open a file to lock it and to write in place who has; make it where there is none.

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
