"""Read a results folder back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import ResultsError
from sim.results.store import FORMAT

__all__ = ["StoredResults", "open_all", "open_results"]


@dataclass(frozen=True, eq=False)
class StoredResults:
    """A results folder; tables are read when they are collected.

    ``manifest`` is the content of ``manifest.json``.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """The scenario's short name."""
        return str(self.manifest["scenario"]["name"])

    @property
    def seed(self) -> int:
        """Root of all random streams."""
        return int(self.manifest["seed"])

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the finished replications."""
        return tuple(self.manifest["replications"]["finished"])

    @property
    def tables(self) -> dict[str, pl.LazyFrame]:
        """All tables by name; see :class:`sim.results.Results`."""
        return {name: self._scan(name) for name in self.manifest["tables"]}

    def journeys(self, replication: int = 0) -> pl.LazyFrame:
        """Return the event log of a replication.

        Raises
        ------
        ResultsError
            Its log was not kept.
        """
        if replication not in self.manifest["journeys"]:
            raise ResultsError(
                f"{self.folder} keeps no journeys of replication {replication}; "
                "run with --journeys all"
            )
        return self._scan(f"journeys-{replication}")

    def _scan(self, name: str) -> pl.LazyFrame:
        return pl.scan_parquet(self.folder / f"{name}.parquet")


def open_results(folder: str | Path) -> StoredResults:
    """Open a folder that langson wrote.

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
        As :func:`open_results`.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    if manifest.get("kind") != "comparison":
        return [open_results(folder)]
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
