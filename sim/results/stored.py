"""A results folder, opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import ResultsError
from sim.results.folder import Folder, scan
from sim.sentences import Sentence

__all__ = ["StoredResults"]


@dataclass(frozen=True, eq=False)
class StoredResults:
    """A results folder; tables are read when they are collected.

    ``manifest`` is the content of ``manifest.json``.
    """

    folder: Path
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self.folder}; tables {', '.join(self.tables)}>"

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
                Sentence(
                    "{folder} keeps no journeys of replication {replication}; langson run "
                    "keeps those of "
                    "the first replication, and with --journeys all those of each",
                    folder=self.folder,
                    replication=replication,
                )
            )
        return self._scan(f"journeys-{replication}")

    def _scan(self, name: str) -> pl.LazyFrame:
        return scan([Folder(self.folder).path(f"{name}.parquet")])
