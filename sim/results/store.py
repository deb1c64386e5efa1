"""Write results to disk: whole or not at all, and never over others.

A folder is filled under a hidden name, flushed to the disk and renamed, so that a killed
run leaves nothing that looks like results.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from sim.arguments import checked_arguments
from sim.errors import WriteError, system_reason
from sim.files import delete_incomplete, flush, hidden_folder
from sim.messages import LANGUAGES, messages
from sim.results.folder import Folder, plain_name
from sim.results.inputs import INPUTS, inputs_table
from sim.results.manifest import FORMAT, data_name, files
from sim.results.model import SUMMARY, Results
from sim.results.overloads import OVERLOADS, overloads_table
from sim.results.provenance import code_digest, machine, package_versions
from sim.results.spreadsheet import csv_bytes
from sim.sentences import Sentence
from sim.version import __version__

__all__ = ["distinct", "prepare", "publish", "write", "write_several"]

_PROBE = 4096
"""Bytes that are written to see whether there is any room."""


@checked_arguments
def write(results: Results, out: Path, command: Sequence[str] = ()) -> Path:
    """Write one scenario's results to ``out/<date>-<time>-<name>/`` and return the folder.

    ``command`` is the command line, for the manifest. A name already taken gets ``-2``,
    ``-3`` and so on.

    Raises
    ------
    WriteError
        Nothing had finished, or the folder cannot be written.
    """
    return publish(out / _stamped(results.name), lambda folder: _fill(folder, results, command))


@checked_arguments
def write_several(
    several: Sequence[Results],
    out: Path,
    command: Sequence[str] = (),
    tables: Mapping[str, pl.DataFrame] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> tuple[Path, list[Path]]:
    """Write several scenarios' results into one folder, named after the last of them.

    Each has a folder of its own inside, laid out as :func:`write` does; ``tables`` (the
    comparison) go beside these, and ``metadata`` into the manifest, where ``name`` names the
    folder instead. Returns the folder and the inner ones; raises as :func:`write` does.
    """
    names = distinct([plain_name(results.name) for results in several])

    def fill(folder: Path) -> None:
        for name, results in zip(names, several, strict=True):
            (folder / name).mkdir()
            _fill(folder / name, results, command)
        for name, table in (tables or {}).items():
            _write_table(table, folder, name)
        manifest = {
            "format": FORMAT,
            "kind": "comparison",
            "langson": __version__,
            "scenarios": names,
            "tables": {name: table.height for name, table in (tables or {}).items()},
            "checksums": _checksums(folder, files(tables or {})),
            **(metadata or {}),
            "command": list(command),
            "written": _now(),
        }
        _write_json(manifest, folder)

    called = metadata["name"] if metadata and "name" in metadata else several[-1].name
    folder = publish(out / _stamped(called), fill)
    return folder, [folder / name for name in names]


@checked_arguments
def prepare(out: Path, names: Sequence[str] = ()) -> None:
    """Make sure that ``out`` can be written before time is spent on a run.

    Folders for scenarios of these ``names`` are made in it and deleted, as is what runs that
    were killed have left there half written.

    Raises
    ------
    WriteError
        ``out``, or the folder in which it would be made, is no folder, is read-only, has no
        room, or has a path that results could not be read back from.
    """
    try:
        path = out.absolute()
        str(path).encode()
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        nearest = missing[-1].parent if missing else path
        if not nearest.is_dir():
            raise WriteError(
                Sentence(
                    "cannot write to {out}: {nearest} is not a folder", out=out, nearest=nearest
                )
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            _sweep_up(path)
            with hidden_folder(path) as hidden:
                for name in distinct([plain_name(name) for name in names]):
                    inner = hidden / _stamped(name) / name
                    inner.mkdir(parents=True)
                    (inner / "manifest.json").write_bytes(bytes(_PROBE))
        finally:
            for folder in missing:  # the innermost first; one that is filled meanwhile stays
                with suppress(OSError):
                    folder.rmdir()
    except UnicodeEncodeError:
        raise WriteError(
            Sentence("cannot write to {out!s}: its path is not UTF-8", out=out)
        ) from None
    except OSError as error:
        raise WriteError(
            Sentence("cannot write to {out}: {reason}", out=out, reason=system_reason(error))
        ) from error


def _sweep_up(out: Path) -> None:
    """Delete incomplete temporary files of killed runs in a folder of results folders."""
    delete_incomplete(out)
    for folder in _folders(out):
        if (folder / "manifest.json").is_file():
            delete_incomplete(folder)
            for inner in _folders(folder):
                delete_incomplete(inner)


def _folders(path: Path) -> list[Path]:
    with os.scandir(path) as entries:
        return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]


@checked_arguments
def publish(target: Path, fill: Callable[[Path], None]) -> Path:
    """Fill a hidden folder beside ``target``, flush it, and rename it to ``target``.

    Returns the folder's final path: ``target``, or ``target-2`` … if that exists.

    Raises
    ------
    WriteError
        The folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            Sentence(
                "cannot write to {parent}: {reason}",
                parent=target.parent,
                reason=system_reason(error),
            )
        ) from error
    try:
        delete_incomplete(target.parent)
        with hidden_folder(target.parent) as hidden:
            fill(hidden)
            _flush(hidden)
            final = _rename(hidden, target)
        flush(final.parent)
    except OSError as error:
        raise WriteError(
            Sentence("cannot write {target}: {reason}", target=target, reason=system_reason(error))
        ) from error
    return final


def _fill(folder: Path, results: Results, command: Sequence[str]) -> None:
    """Write tables, journeys and, last, the manifest."""
    if not results.replications:
        raise WriteError(
            Sentence(
                "{results}: no replication has finished, nothing to write", results=results.name
            )
        )
    beside = {
        SUMMARY: results.summary,
        OVERLOADS: overloads_table(results.overloads),
        INPUTS: inputs_table(results.scenario),
    }
    tables = {**results.tables, **beside}
    for name, table in tables.items():
        _write_table(table, folder, name)
    for replication, log in results.journeys.items():
        _write_parquet(log, folder / f"journeys-{replication}.parquet")
    for file in results.scenario.data.values():
        (folder / data_name(file.sha256)).write_bytes(file.text.encode())
    checksums = _checksums(folder, files(tables, results.journeys))
    _write_json(_manifest(results, tables, command) | {"checksums": checksums}, folder)


def _manifest(
    results: Results, tables: Mapping[str, pl.DataFrame], command: Sequence[str]
) -> dict[str, Any]:
    """Manifest of a run: all that is needed to repeat it."""
    scenario, plan = results.scenario, results.plan
    return {
        "format": FORMAT,
        "kind": "results",
        "langson": __version__,
        "code": code_digest(),
        "scenario": {
            "name": plain_name(scenario.name),
            "title": dict(plan.title),
            "hash": scenario.hash,
            "assumptions": len(scenario.assumptions()),
            "warnings": [
                str(replace(problem, file=Path(problem.file).name)) for problem in scenario.warnings
            ],
            "settings": [asdict(setting) for setting in scenario.settings],
            "resolved": scenario.resolved(),
            "data": {key: file.sha256 for key, file in sorted(scenario.data.items())},
        },
        "run": {lang: results.spec.sentences(messages(lang)) for lang in LANGUAGES},
        "start": plan.start.isoformat(),
        "warm_up_minutes": plan.warm_up,
        "horizon_minutes": plan.horizon,
        "seed": plan.seed,
        "engine": results.engine,
        "replications": {
            "asked": results.asked,
            "finished": list(results.replications),
            "stopping": results.stopping,
        },
        "interrupted": results.interrupted,
        OVERLOADS: [asdict(overload) for overload in results.overloads],
        "tables": {name: table.height for name, table in tables.items()},
        "journeys": list(results.journeys),
        "command": list(command),
        "written": _now(),
        "seconds": {name: round(value, 3) for name, value in results.timings.items()},
        "machine": machine(),
        "packages": package_versions(),
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def _checksums(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """SHA-256 of Parquet files, which opening the folder verifies."""
    return {name: Folder(folder).checksum(name) for name in names}


def _write_table(table: pl.DataFrame, folder: Path, name: str) -> None:
    """One table twice: for spreadsheets and for programs."""
    (folder / f"{name}.csv").write_bytes(csv_bytes(table))
    _write_parquet(table, folder / f"{name}.parquet")


def _write_parquet(table: pl.DataFrame, path: Path) -> None:
    """Write with fixed settings, so that equal tables are equal files.

    Polars gets no path, in which it would expand patterns, and a full disk is an OSError.
    """
    content = io.BytesIO()
    table.write_parquet(content, compression="zstd", compression_level=3, row_group_size=1 << 17)
    path.write_bytes(content.getbuffer())


def _write_json(content: Mapping[str, Any], folder: Path) -> None:
    """Write a manifest; letters that are no UTF-8, as of a command line, as JSON escapes them."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def _stamped(name: str) -> str:
    return f"{dt.datetime.now().astimezone():%Y%m%d-%H%M%S}-{plain_name(name)}"


@checked_arguments
def distinct(names: Sequence[str]) -> list[str]:
    """Return the names, with the first free of ``-2``, ``-3`` … after those that came before."""
    taken: list[str] = []
    for name in names:
        own, number = name, 1
        while own in taken or (number > 1 and own in names):
            number += 1
            own = f"{name}-{number}"
        taken.append(own)
    return taken


def _free(wanted: Path) -> Path:
    """Return the first of ``wanted``, ``wanted-2``, ``wanted-3`` … that does not exist."""
    path, number = wanted, 2
    while path.exists() or path.is_symlink():
        path, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return path


def _rename(hidden: Path, target: Path) -> Path:
    """Rename to a free name; another run may take one between the look and the leap."""
    while True:
        final = _free(target)
        try:
            return hidden.rename(final)
        except OSError:
            if not (final.exists() or final.is_symlink()):
                raise


def _flush(folder: Path) -> None:
    """Force a folder's files and entries to the disk, innermost first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        flush(path)
    flush(folder)
