"""Folders of results as a stranger, a bad disk or a hasty hand might leave them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

__all__ = ["mutate"]

HOSTILE: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2, 10**30, 2**63, 1e308, -0.5, "", ".", "..", "../victim",
    "/etc/passwd", "a/../../victim", "*", "a" * 300, "\x1b[2J", "\u202e", "ế", "=1+1",
    [], {}, [[]], ["../victim"], {"en": "x"}, "2025-02-30", "24:00", "1 trucks/day", "nan",
)  # fmt: skip
"""Values of any type, to stand where another is expected."""


def mutate(folder: Path, victim: Path, seed: int) -> str:
    """Change one to three things in a folder; return what was done."""
    draw = random.Random(seed)
    done = [draw.choice(CHANGES)(folder, victim, draw) for _ in range(draw.choice((1, 1, 2, 3)))]
    return "; ".join(done)


def _files(folder: Path, ending: str = "") -> list[Path]:
    found = (path for path in folder.rglob(f"*{ending}") if path.is_file())
    return sorted(path for path in found if not path.is_symlink() and path.stat().st_size)


def _writable(path: Path) -> bool:
    """A change before may have put a folder, a pipe or a link in this place."""
    return path.parent.is_dir() and (path.is_file() or not path.exists()) and not path.is_symlink()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of a JSON value and of all values in it."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        items = list(value.items() if isinstance(value, dict) else enumerate(value))
    return [path, *(place for key, below in items for place in _places(below, (*path, key)))]


def change_json(folder: Path, victim: Path, draw: random.Random) -> str:
    """Replace, remove or wrap one value of a manifest or of merged.json."""
    path = draw.choice(_files(folder, ".json") or [folder / "manifest.json"])
    if not _writable(path):
        return "nothing"
    content = _json(path)
    place = draw.choice(_places(content))
    if not place:
        content = draw.choice(HOSTILE)
    else:
        *above, key = place
        block = content
        for name in above:
            block = block[name]
        way = draw.randrange(4)
        if way == 0:
            del block[key]
        elif way == 1:
            block[key] = [block[key]]
        elif way == 2 and isinstance(block, dict):
            block[draw.choice(("../victim", "x", "\x1b", "a" * 300))] = block.pop(key)
        else:
            block[key] = draw.choice(HOSTILE)
    path.write_text(json.dumps(content), "utf-8")
    return f"{path.name}: {place}"


def deepen_json(folder: Path, victim: Path, draw: random.Random) -> str:
    """Nest a manifest 200,000 deep, or make it long."""
    path = draw.choice(_files(folder, ".json") or [folder / "manifest.json"])
    if not _writable(path):
        return "nothing"
    path.write_bytes(draw.choice((b"[" * 200_000, b'{"a":' * 200_000, b" " * 17_000_000)))
    return f"{path.name} deep or long"


def spoil(folder: Path, victim: Path, draw: random.Random) -> str:
    """Cut, flip, double, empty or swap a file's bytes."""
    path = draw.choice(_files(folder) or [folder / "manifest.json"])
    if not _writable(path):
        return "nothing"
    content = bytearray(path.read_bytes() if path.is_file() else b"")
    at = draw.randrange(len(content) + 1)
    ways: list[Callable[[], bytes | bytearray]] = [
        lambda: content[:at],
        lambda: content[:at] + bytes([draw.randrange(256)]) + content[at + 1 :],
        lambda: content[:at] + draw.randbytes(40) + content[at:],
        lambda: content * 2,
        lambda: draw.choice(_files(folder) or [path]).read_bytes(),
    ]
    path.write_bytes(draw.choice(ways)())
    return f"{path.name} spoiled at {at}"


def replace(folder: Path, victim: Path, draw: random.Random) -> str:
    """Put nothing, a folder, a pipe or a link in the place of a file or a folder."""
    path = draw.choice(sorted(folder.rglob("*")) or [folder / "x"])
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
    ways: list[Callable[[], object]] = [
        lambda: None,
        path.mkdir,
        lambda: os.mkfifo(path),
        lambda: path.symlink_to(victim),
        lambda: path.symlink_to(victim / "precious.parquet"),
        lambda: path.symlink_to(victim / "new"),
        lambda: path.symlink_to("/dev/zero"),
        lambda: path.symlink_to(path),
    ]
    draw.choice(ways)()
    return f"{path.name} replaced"


def plant(folder: Path, victim: Path, draw: random.Random) -> str:
    """Add a link or a foreign file under a name that a program may want to write."""
    names = ("report.html", "playback.html", "figures", ".lock", ".pilot-1", "summary.csv")
    names += (f".report.html.{os.getpid()}", "blocks", "merged.json", "._x.tasks.parquet", "slurm")
    path = draw.choice([folder, *(p for p in folder.iterdir() if p.is_dir())]) / draw.choice(names)
    if path.is_symlink() or path.exists():
        return "nothing"
    if draw.random() < 0.7:
        path.symlink_to(draw.choice((victim, victim / "new", victim / "precious.parquet")))
    else:
        path.write_bytes(draw.randbytes(50))
    return f"{path.name} planted"


def forge(folder: Path, victim: Path, draw: random.Random) -> str:
    """Change a table and put the right checksum of the wrong table where it belongs."""
    path = draw.choice(_files(folder, ".parquet") or [folder / "x"])
    try:
        table = pl.read_parquet(io.BytesIO(path.read_bytes()))
        table = _other(table, draw)
        content = io.BytesIO()
        table.write_parquet(content)
    except (OSError, pl.exceptions.PolarsError):
        return "nothing"
    path.write_bytes(content.getvalue())
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    if len(parts := path.name.split(".")) > 2:
        renamed = path.with_name(".".join([*parts[:-2], digest[:16], "parquet"]))
        path.rename(renamed)
        merged = folder / "merged.json"
        if merged.is_file():
            merged.write_text(merged.read_text("utf-8").replace(path.name, renamed.name), "utf-8")
    manifest = path.parent / "manifest.json"
    if manifest.is_file():
        text = _json(manifest)
        if isinstance(text, dict) and isinstance(text.get("checksums"), dict):
            text["checksums"][path.name] = digest
            manifest.write_text(json.dumps(text), "utf-8")
    return f"{path.name} forged"


def _other(table: pl.DataFrame, draw: random.Random) -> pl.DataFrame:
    if not table.width:
        return table
    name = draw.choice(table.columns)
    column = table[name]
    ways: list[Callable[[], pl.DataFrame]] = [
        lambda: table.drop(name),
        lambda: table.rename({name: draw.choice(("x", "replication", "../victim"))}),
        lambda: table.with_columns(pl.lit(None).cast(column.dtype).alias(name)),
        lambda: table.with_columns(pl.lit(draw.choice(("x", "=1", "\x1b", ""))).alias(name)),
        lambda: table.with_columns(pl.lit(draw.choice((-1, 10**15, 0))).alias(name)),
        lambda: table.with_columns(pl.lit(float("nan")).alias(name)),
        lambda: table.with_columns(column.cast(pl.String).shuffle(7).alias(name)),
        lambda: table.head(0),
        lambda: table.head(table.height // 2),
        lambda: pl.concat([table, table]),
        lambda: table.with_columns(column.shuffle(draw.randrange(99)).alias(name)),
    ]
    return draw.choice(ways)()


CHANGES = (*[change_json] * 3, spoil, spoil, replace, plant, forge, forge, deepen_json)
"""Ways to change a folder, those likelier twice."""
