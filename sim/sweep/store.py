"""Durable storage of a sweep: atomic writes, checksums, locks.

Every file is written under a hidden name, forced to the disk and renamed, so that it is
there whole or not at all. Workers write files of their own and share none.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl

from sim import files
from sim.arguments import checked_arguments
from sim.errors import WriteError, system_reason
from sim.results.folder import Folder, reading, scan
from sim.results.parts import BLOCKS, KEPT, TASKS, block_parts, digest
from sim.sentences import Sentence

__all__ = [
    "block_ledger",
    "delete_incomplete",
    "locked",
    "put",
    "put_json",
    "put_part",
    "put_table",
    "write_block",
]


def put(folder: Path, content: bytes | memoryview, *names: str, mode: int = 0o666) -> None:
    """Write a file whole or not at all, over an older one of its name.

    Raises
    ------
    WriteError
        It cannot be written: the disk is full, say, or the folder read-only.
    """
    try:
        Folder(folder).write(content, *names, mode=mode)
    except WriteError as error:
        raise WriteError(Sentence("{error}; what had finished is kept", error=error)) from error


def put_json(folder: Path, content: Mapping[str, Any], *names: str) -> None:
    """Write a JSON file; raises as :func:`put`."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    put(folder, f"{text}\n".encode(), *names)


def put_table(folder: Path, table: pl.DataFrame, *names: str) -> str:
    """Write a Parquet file and return its SHA-256; raises as :func:`put`."""
    content = parquet_bytes(table)
    put(folder, content, *names)
    return hashlib.sha256(content).hexdigest()


def put_part(folder: Path, table: pl.DataFrame, *names: str) -> str:
    """Write a Parquet file whose name ends with its checksum; return that name.

    The last of ``names`` is the name without its ending; raises as :func:`put`.
    """
    content, (*above, stem) = parquet_bytes(table), names
    name = f"{stem}.{digest(content)}.parquet"
    put(folder, content, *above, name)
    return name


def parquet_bytes(table: pl.DataFrame) -> memoryview:
    """Return a table as Parquet, equal bytes for equal tables."""
    content = io.BytesIO()  # so that a full disk is an OSError, and not one of several of polars
    table.write_parquet(content, compression="zstd", compression_level=3, row_group_size=1 << 16)
    return content.getbuffer()


def block_ledger(folder: Path, block: str) -> pl.DataFrame | None:
    """Return a block's part of ``tasks`` if its results are there, whole; else None."""
    parts = block_parts(folder, block)
    if not parts:
        return None
    with reading(folder):
        return scan([parts[TASKS]]).collect()


def write_block(
    folder: Path, block: str, tables: Mapping[str, pl.DataFrame], tasks: pl.DataFrame
) -> None:
    """Write the results of a block; the part of ``tasks``, written last, commits it.

    Raises
    ------
    WriteError
        It cannot be written; the block does not count then.
    """
    for name, table in tables.items():
        put_part(folder, table, BLOCKS, block[:2], f"{block}.{name}")
    put_part(folder, tasks, BLOCKS, block[:2], f"{block}.{TASKS}")


def delete_incomplete(folder: Path) -> None:
    """Delete incomplete temporary files of killed writers."""
    inside = Folder(folder)
    blocks = [(BLOCKS, start) for start in inside.entries(BLOCKS)]
    for names in [(), *((table,) for table in (*KEPT, TASKS)), *blocks]:
        files.delete_incomplete(inside.path(*names))


@checked_arguments
@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Lock a folder against other writers; a killed process holds no lock.

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
        file = files.open_lock(path)
    except OSError as error:
        raise WriteError(
            Sentence(
                "cannot write to {folder}: {reason}", folder=folder, reason=system_reason(error)
            )
        ) from error
    with file:
        if not files.lock(file.fileno(), shared=shared):
            file.seek(0)
            who = file.read().strip() or Sentence("another process")
            raise WriteError(
                Sentence(
                    "{folder} is being filled by {who}; wait for it, stop it, or give "
                    "another --out",
                    folder=folder,
                    who=who,
                )
            )
        if not shared:
            with suppress(OSError):  # a full disk, which what is written next will tell
                file.truncate(0)
                os.write(file.fileno(), f"process {os.getpid()} on {platform.node()}".encode())
        yield
