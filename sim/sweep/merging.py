"""Put the many small parts of a sweep into a few large files, sorted.

New files are written first, then ``merged.json`` is replaced, which makes them count, and
only then are the parts deleted: who is killed in between has lost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import polars as pl

from sim.results import SweepResults, open_results
from sim.results.sweeps import (
    BLOCKS,
    MERGED,
    POINT,
    SUMMARY,
    TASK,
    TASKS,
    Parts,
    find_parts,
    read_tasks,
    scan,
)
from sim.sweep.store import put_json, put_table, put_text, sweep_up

__all__ = ["merge"]

_ROWS = 1 << 23
"""Rows that are sorted at a time: about a gigabyte."""


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
        _absorb(folder, tables, parts)
        _forget(folder)
    elif parts.absorbed:
        _forget(folder)
    sweep_up(folder)
    results = open_results(folder)
    assert isinstance(results, SweepResults)
    summary = results.summary.write_csv(include_bom=True)
    put_text(folder / SUMMARY, summary)
    return len(parts.blocks)


def _absorb(folder: Path, tables: Sequence[str], parts: Parts) -> None:
    """Write all rows anew, in sorted files, and make these count."""
    tasks = read_tasks(parts)
    digits = _digits(parts, tables)
    generation = parts.generation + 1
    files: dict[str, list[str]] = {name: [] for name in (*tables, TASKS)}
    for number in range(16**digits):
        prefix = f"{number:0{digits}x}" if digits else ""
        mine = tasks.filter(pl.col(POINT).str.starts_with(prefix))
        if mine.is_empty():
            continue
        name = f"{generation:04d}-{prefix or '0'}.parquet"
        for table in tables:
            rows = _rows(parts.of(table), mine, prefix)
            if rows is not None:
                put_table(folder / table / name, rows)
                files[table].append(f"{table}/{name}")
        put_table(folder / TASKS / name, mine.drop("part", "copies").sort(TASK))
        files[TASKS].append(f"{TASKS}/{name}")
    _commit(folder, generation, files, sorted(parts.blocks))


def _commit(
    folder: Path, generation: int, files: dict[str, list[str]], absorbed: Sequence[str]
) -> None:
    content = {"generation": generation, "files": files, "absorbed": list(absorbed)}
    put_json(folder / MERGED, content)


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
        rows = scan(files, with_part=True).join(wanted, on=keys, how="semi").drop("part").collect()
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


def _forget(folder: Path) -> None:
    """Delete what the merged files have made needless."""
    now = find_parts(folder)
    current = {path for files in now.merged.values() for path in files}
    for name in now.absorbed:
        for path in (folder / BLOCKS / name[:2]).glob(f"{name}.*.parquet"):
            with suppress(OSError):
                path.unlink()
    for table in now.merged:
        for path in (folder / table).glob("*.parquet"):
            if path not in current:
                with suppress(OSError):
                    path.unlink()
    files = {name: [str(p.relative_to(folder)) for p in now.merged[name]] for name in now.merged}
    _commit(folder, now.generation, files, [])
