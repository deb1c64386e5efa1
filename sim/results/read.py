"""Read a results folder back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.results.store import FORMAT
from sim.results.stored import StoredResults
from sim.results.sweeps import POINTS, SweepResults

__all__ = ["newest", "open_all", "open_results"]


def newest(out: str | Path = "results") -> Path:
    """Return the folder of the latest run in ``out``, by the time in its name.

    Raises
    ------
    ResultsError
        There is none.
    """
    runs = [path.parent for path in Path(out).glob("????????-??????-*/manifest.json")]
    if not runs:
        raise ResultsError(f"no run in {out}; name a results folder, or run a scenario first")
    return max(runs, key=lambda folder: folder.name)


def open_results(folder: str | Path) -> StoredResults:
    """Open a folder that langson wrote; that of a sweep as :class:`SweepResults`.

    Raises
    ------
    ResultsError
        The folder is missing, half copied, holds several scenarios, or has a layout
        that this version does not know.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ResultsError(
            f"{folder} has layout {manifest.get('format')!r}; this version reads {FORMAT}"
        )
    if manifest.get("kind") == "comparison":
        inside = ", ".join(str(folder / name) for name in manifest["scenarios"])
        raise ResultsError(f"{folder} holds several scenarios; open one of {inside}")
    if manifest.get("kind") == "sweep":
        if not (folder / POINTS).is_file():
            raise ResultsError(f"{folder} is not whole: {POINTS} is missing")
        return SweepResults(folder, manifest)
    wanted = [*manifest["tables"], *(f"journeys-{number}" for number in manifest["journeys"])]
    missing = [name for name in wanted if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise ResultsError(f"{folder} is not whole: {missing[0]}.parquet is missing")
    return StoredResults(folder, manifest)


def open_all(folder: str | Path) -> list[StoredResults]:
    """Open a folder of one scenario or of several; of several, the baseline comes first.

    Raises
    ------
    ResultsError
        As :func:`open_results`; or the folder compares others and holds none itself.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    if manifest.get("kind") == "sweep":
        raise ResultsError(f"{folder} is a sweep, not a run; see: langson sweep status {folder}")
    if manifest.get("format") != FORMAT or manifest.get("kind") != "comparison":
        return [open_results(folder)]
    if not manifest["scenarios"]:
        others = ", ".join(str(one["folder"]) for one in manifest["compared"])
        raise ResultsError(f"{folder} holds a comparison alone; give what it compares: {others}")
    return [open_results(folder / name) for name in manifest["scenarios"]]


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not folder.is_dir():
        raise ResultsError(f"{folder} is not a folder")
    if not path.is_file():
        raise ResultsError(f"{folder} has no manifest.json: not a results folder, or not whole")
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read: {error}") from error
    if not isinstance(manifest, dict):
        raise ResultsError(f"{path} is not a manifest")
    return manifest
