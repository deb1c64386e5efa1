"""Fill a sweep's folder so that nothing is lost, whoever is killed when.

Every file is written under a hidden name, forced to the disk and renamed, so that it is
there whole or not at all. Workers write files of their own and share none.
"""

from __future__ import annotations

import io
import json
import os
import platform
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import WriteError
from sim.files import flush
from sim.results.sweeps import BLOCKS, TASKS

__all__ = [
    "block_ledger",
    "locked",
    "put",
    "put_json",
    "put_table",
    "put_text",
    "sweep_up",
    "write_block",
]

_STALE = 3600.0
"""Seconds after which a half-written file belongs to nobody."""


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file whole or not at all, over an older one of its name.

    Raises
    ------
    WriteError
        It cannot be written: the disk is full, say, or the folder read-only.
    """
    hidden = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(hidden)
        flush(hidden)
        hidden.replace(path)
        flush(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(f"cannot write {path}: {reason}; what had finished is kept") from error
    finally:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)


def put_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file; raises as :func:`put`."""
    put_text(path, json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n")


def put_text(path: Path, text: str) -> None:
    """Write a text file; raises as :func:`put`."""
    put(path, lambda hidden: hidden.write_text(text, "utf-8"))


def put_table(path: Path, table: pl.DataFrame) -> None:
    """Write a Parquet file, equal bytes for equal tables; raises as :func:`put`."""
    put(path, lambda hidden: _write(table, hidden))


def _write(table: pl.DataFrame, path: Path) -> None:
    content = io.BytesIO()  # so that a full disk is an OSError, and not one of several of polars
    table.write_parquet(content, compression="zstd", compression_level=3, row_group_size=1 << 16)
    path.write_bytes(content.getbuffer())


def block_ledger(folder: Path, block: str) -> pl.DataFrame | None:
    """Return a block's part of ``tasks`` if its results are there, whole; else None."""
    path = _path(folder, block, TASKS)
    return pl.read_parquet(path) if path.exists() else None


def write_block(
    folder: Path, block: str, tables: Mapping[str, pl.DataFrame], tasks: pl.DataFrame
) -> None:
    """Write what came of a block; the part of ``tasks``, written last, makes it count.

    Raises
    ------
    WriteError
        It cannot be written; the block does not count then.
    """
    for name, table in tables.items():
        put_table(_path(folder, block, name), table)
    put_table(_path(folder, block, TASKS), tasks)


def _path(folder: Path, block: str, table: str) -> Path:
    return folder / BLOCKS / block[:2] / f"{block}.{table}.parquet"


def sweep_up(folder: Path) -> None:
    """Delete files that somebody who was killed has left half written."""
    now = time.time()
    for path in folder.rglob(".*.tmp"):
        with suppress(OSError):
            if now - path.stat().st_mtime > _STALE:
                path.unlink()


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Keep others from filling a folder at the same time; a killed process holds no lock.

    ``shared`` lets others in who share too. Where the file system has no locks nobody is
    kept out: two who fill one folder do the work twice, and it counts once.

    Raises
    ------
    WriteError
        Somebody else is at it, or the folder cannot be written.
    """
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise WriteError(f"cannot write to {folder}: {error.strerror or error}") from error
    with file:
        if not _lock(file.fileno(), shared=shared):
            file.seek(0)
            who = file.read().strip() or "another process"
            raise WriteError(
                f"{folder} is being filled by {who}; wait for it, stop it, or give another --out"
            )
        if not shared:
            file.truncate(0)
            file.write(f"process {os.getpid()} on {platform.node()}")
            file.flush()
        yield


def _lock(handle: int, *, shared: bool) -> bool:
    """Take a lock without waiting; True also where there are no locks to take."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
