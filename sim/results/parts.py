"""The files of a sweep's folder that hold its results, and which of them count.

    blocks/3f/<block>.<table>.<sum>.parquet    results as workers hand them in
    <table>/<part>.<sum>.parquet               the same, merged and sorted
    merged.json                                which merged files count, with which blocks

A file's name ends with the first digits of the SHA-256 of its content, so that a file which
was cut short or changed is known; its block or part does not count then, and its tasks are
simulated again. A block counts once its part of ``tasks`` is there, which is written last.
Files with other names are left alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from sim.errors import ResultsError
from sim.results.folder import Folder, scan
from sim.results.manifest import Strict, validated

__all__ = [
    "BLOCKS",
    "KEPT",
    "MERGED",
    "TASKS",
    "Parts",
    "block_files",
    "block_parts",
    "digest",
    "find_parts",
    "merged_files",
]

BLOCKS, MERGED = "blocks", "merged.json"

KEPT = ("headline", "gates")
"""Tables that a sweep keeps of each replication."""

TASKS = "tasks"
"""Name of the table with one row per task; its part of a block is the block's commit."""

_LIMIT = 16_000_000
"""Bytes of ``merged.json``."""

_BLOCK = re.compile(r"([0-9a-f]{24})\.(headline|gates|tasks)\.([0-9a-f]{16})\.parquet")
_PART = re.compile(r"([0-9]{4,9}-[0-9a-f]{1,4})\.([0-9a-f]{16})\.parquet")

_Table = Annotated[str, Field(pattern=r"^(headline|gates|tasks)$")]
_Name = Annotated[str, Field(pattern=rf"^{_PART.pattern}$")]


class _Merged(Strict):
    generation: Annotated[int, Field(ge=0, lt=10**9)]
    files: dict[_Table, list[_Name]]
    absorbed: list[Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]]


@dataclass(frozen=True)
class Parts:
    """Files that count: merged ones, and those of blocks, by table.

    Attributes
    ----------
    blocks:
        Each block's files by table, by the block's name.
    absorbed:
        Blocks whose rows are in the merged files, and which may be deleted.
    damaged:
        Files that are missing or not what was written.
    lost:
        Names of the blocks that do not count for that.
    """

    generation: int = 0
    merged: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    blocks: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    absorbed: frozenset[str] = frozenset()
    damaged: tuple[Path, ...] = ()
    lost: frozenset[str] = frozenset()

    def of(self, table: str) -> list[Path]:
        """Return the files of a table; a block in which all tasks failed has none."""
        pending = [files[table] for files in self.blocks.values() if table in files]
        return [*self.merged.get(table, ()), *pending]


def digest(content: bytes | memoryview) -> str:
    """Return what the name of a file with that content ends with."""
    return hashlib.sha256(content).hexdigest()[:16]


def find_parts(folder: Path) -> Parts:
    """Look up which files of a sweep's folder count.

    Raises
    ------
    ResultsError
        ``merged.json`` cannot be read, or something is a link.
    """
    inside, damaged = Folder(folder), list[Path]()
    ledger = _Merged(generation=0, files={}, absorbed=[])
    if inside.is_file(MERGED):
        ledger = validated(_Merged, inside.read(MERGED, limit=_LIMIT), folder / MERGED)
    merged = _merged(inside, ledger.files, damaged)
    absorbed, lost = frozenset(ledger.absorbed), set[str]()
    blocks = {}
    for start in inside.entries(BLOCKS):
        if not re.fullmatch(r"[0-9a-f]{2}", start):
            continue
        for block, names in block_files(inside, start).items():
            if block in absorbed:
                continue
            files, broken = _whole(inside, start, names)
            if broken:
                damaged += broken
                lost.add(block)
            elif files:
                blocks[block] = files
    return Parts(
        ledger.generation,
        merged,
        dict(sorted(blocks.items())),
        absorbed,
        tuple(damaged),
        frozenset(lost),
    )


def block_parts(folder: Path, block: str) -> Mapping[str, Path]:
    """Return a block's files by table if they are there, whole; else none."""
    inside, start = Folder(folder), block[:2]
    files, broken = _whole(inside, start, block_files(inside, start).get(block, []))
    return {} if broken else files


def block_files(inside: Folder, start: str) -> dict[str, list[str]]:
    """Names of the files of all blocks whose names start so, by block, whole or not."""
    blocks: dict[str, list[str]] = {}
    for name in inside.entries(BLOCKS, start):
        match = _BLOCK.fullmatch(name)
        if match and match[1].startswith(start):
            blocks.setdefault(match[1], []).append(name)
    return blocks


def merged_files(inside: Folder, table: str) -> list[str]:
    """Names of the files of a table that merging has written, whether they count or not."""
    return [name for name in inside.entries(table) if _PART.fullmatch(name)]


def _whole(inside: Folder, start: str, names: Iterable[str]) -> tuple[dict[str, Path], list[Path]]:
    """Return a block's files by table, none before its commit, and those damaged."""
    files: dict[str, Path] = {}
    broken: dict[str, Path] = {}
    for name in names:
        table, path = name.split(".")[1], inside.path(BLOCKS, start, name)
        if table not in files and _is_whole(inside, BLOCKS, start, name):
            files[table] = path
        else:
            broken[table] = path
    committed = TASKS in files or TASKS in broken
    bad = [path for table, path in broken.items() if table not in files]
    if not committed or bad:
        return {}, bad if committed else []
    lacking = [table for table in KEPT if table not in files]
    if lacking and scan([files[TASKS]]).select(pl.col("done").any()).collect().item():
        return {}, [files[TASKS].with_name(f"{files[TASKS].name[:24]}.{lacking[0]}.parquet")]
    return files, []


def _merged(
    inside: Folder, files: Mapping[str, Sequence[str]], damaged: list[Path]
) -> dict[str, list[Path]]:
    """Return the merged files, without the parts of which one table's is damaged."""
    lost = set()
    for table, names in files.items():
        for name in names:
            if not _is_whole(inside, table, name):
                damaged.append(inside.root / table / name)
                lost.add(name.split(".")[0])
    return {
        table: [inside.path(table, name) for name in names if name.split(".")[0] not in lost]
        for table, names in files.items()
    }


def _is_whole(inside: Folder, *names: str) -> bool:
    path = inside.path(*names)
    try:
        state = path.stat()
    except FileNotFoundError:
        return False
    key = (state.st_size, state.st_mtime_ns, state.st_ino)
    return _checksum(inside, names, key) == names[-1].split(".")[-2]


@lru_cache(maxsize=1 << 16)
def _checksum(inside: Folder, names: tuple[str, ...], state: tuple[int, ...]) -> str:  # noqa: ARG001
    """Checksum of a file as it stands; ``state`` tells it from what it was before."""
    try:
        return inside.checksum(*names)[:16]
    except ResultsError:
        if inside.is_file(*names):
            raise
        return ""
