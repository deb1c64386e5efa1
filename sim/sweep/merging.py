"""Put the many small parts of a sweep into a few large files, sorted.

New files are written first, then ``merged.json`` is replaced, which makes them count, and
only then are the parts deleted: who is killed in between has lost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from sim.arguments import checked_arguments
from sim.results import SweepResults, open_results
from sim.results.folder import Folder, reading, scan
from sim.results.parts import (
    BLOCKS,
    MERGED,
    TASKS,
    Parts,
    block_files,
    find_parts,
    merged_files,
)
from sim.results.spreadsheet import csv_bytes
from sim.results.sweeps import POINT, SUMMARY, TASK, read_tasks, with_part
from sim.sweep.store import delete_incomplete, put, put_json, put_part

__all__ = ["merge"]

_ROWS = 1 << 23
"""Rows that are sorted at a time: about a gigabyte."""


@checked_arguments
def merge(folder: Path, tables: Sequence[str]) -> int:
    """Merge what workers have handed in; return how many blocks that were.

    Tasks that are there twice are kept once, and failed ones that were done later are
    dropped. Nobody else may fill the folder meanwhile: hold its lock.

    Raises
    ------
    WriteError
        The folder cannot be written; nothing is lost then.
    """
    parts = find_parts(folder)
    if parts.blocks:
        with reading(folder):
            _absorb(folder, tables, parts)
        _forget(folder, parts.lost)
    elif parts.absorbed:
        _forget(folder, parts.lost)
    delete_incomplete(folder)
    results = open_results(folder)
    assert isinstance(results, SweepResults)
    put(folder, csv_bytes(results.summary), SUMMARY)
    return len(parts.blocks)


def _absorb(folder: Path, tables: Sequence[str], parts: Parts) -> None:
    """Write all rows anew, in sorted files, and make these count."""
    tasks = read_tasks(parts)
    digits = _digits(parts, tables)
    generation = parts.generation + 1
    files: dict[str, list[str]] = {name: [] for name in (*tables, TASKS)}
    for number in range(16**digits):
        prefix = f"{number:0{digits}x}" if digits else ""
        done = tasks.filter(pl.col(POINT).str.starts_with(prefix))
        if done.is_empty():
            continue
        stem = f"{generation:04d}-{prefix or '0'}"
        for table in tables:
            rows = _rows(parts.of(table), done, prefix)
            if rows is not None:
                files[table].append(put_part(folder, rows, table, stem))
        ledger = done.drop("part", "copies").sort(TASK)
        files[TASKS].append(put_part(folder, ledger, TASKS, stem))
    _commit(folder, generation, files, sorted(parts.blocks))


def _commit(
    folder: Path, generation: int, files: dict[str, list[str]], absorbed: Sequence[str]
) -> None:
    content = {"generation": generation, "files": files, "absorbed": list(absorbed)}
    put_json(folder, content, MERGED)


def _rows(files: Sequence[Path], tasks: pl.DataFrame, prefix: str) -> pl.DataFrame | None:
    """Return the rows of the done tasks whose points begin so, each once, sorted.

    Sorted by what they tell, then by task: one measure of all points lies together, so that a
    query reads little.
    """
    if not files:
        return None
    done = tasks.filter("done")
    if done["copies"].max() == 1:
        rows = scan(files).filter(pl.col(POINT).str.starts_with(prefix)).collect()
    else:
        keys = [*TASK, "part"]
        wanted = done.select(keys).lazy()
        rows = with_part(files).join(wanted, on=keys, how="semi").drop("part").collect()
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    labels = [name for name in texts if name != POINT]
    # as numbers in the order of the alphabet they sort four times as fast
    numbered = rows.with_columns(pl.col(n).cast(pl.Enum(rows[n].unique().sort())) for n in texts)
    return numbered.sort([*labels, *TASK]).with_columns(pl.col(texts).cast(pl.String))


def _digits(parts: Parts, tables: Sequence[str]) -> int:
    """Return by how many digits of their points the rows are parted, to fit in memory."""
    most = max((_height(parts.of(table)) for table in tables), default=0)
    return next((digits for digits in range(4) if most <= _ROWS * 16**digits), 4)


def _height(files: Sequence[Path]) -> int:
    return int(scan(files).select(pl.len()).collect().item()) if files else 0


def _forget(folder: Path, lost: Iterable[str] = ()) -> None:
    """Delete what the merged files have made needless, and the blocks that were damaged."""
    now, inside = find_parts(folder), Folder(folder)
    gone = {*now.absorbed, *lost}
    for start in sorted({name[:2] for name in gone}):
        for block, names in block_files(inside, start).items():
            for name in names if block in gone else []:
                inside.delete(BLOCKS, start, name)
    current = {table: [path.name for path in paths] for table, paths in now.merged.items()}
    for table, names in current.items():
        for name in merged_files(inside, table):
            if name not in names:
                inside.delete(table, name)
    _commit(folder, now.generation, current, [])
