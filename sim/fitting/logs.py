"""Read the event log of a results folder."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import polars as pl

from sim.errors import ResultsError
from sim.fitting.events import COLUMNS, Events, Source
from sim.results import StoredResults, open_results
from sim.results.folder import plain_name, reading
from sim.sentences import Sentence

__all__ = ["is_results", "read_log"]

_LOG = re.compile(r"journeys-(\d{1,6})\.parquet")


def is_results(path: Path) -> bool:
    """Whether a path leads to a folder of langson's results, or to an event log in one."""
    return (_folder(path)[0] / "manifest.json").is_file()


def _folder(path: Path) -> tuple[Path, int]:
    """Return the results folder and the replication that a path means."""
    log = _LOG.fullmatch(path.name)
    return (path, 0) if log is None else (path.parent, int(log[1]))


def read_log(path: Path) -> tuple[Events, str]:
    """Return an event log, and the name of the scenario that ran.

    ``path`` is a results folder, of which the first replication's log is read, or one of its
    files ``journeys-0.parquet``.

    Raises
    ------
    ResultsError
        The folder cannot be read, or keeps no event log.
    """
    folder, replication = _folder(path)
    with reading(folder):
        return _read(open_results(folder), replication)


def _read(stored: StoredResults, replication: int) -> tuple[Events, str]:
    """Return an event log of a folder, and the name of its scenario."""
    folder = stored.folder
    if type(stored) is not StoredResults:
        raise ResultsError(
            Sentence(
                "{folder} is a sweep, which keeps no event log; name a run's folder", folder=folder
            )
        )
    log = stored.journeys(replication).collect()
    known = [pl.col(name).cast(kind) for name, kind in COLUMNS.items() if name in log.columns]
    absent = [
        pl.lit(None, kind).alias(name) for name, kind in COLUMNS.items() if name not in log.columns
    ]
    trusted = pl.col("trusted")
    if "trusted" in log.columns:
        trusted = pl.when(log["trusted"]).then(pl.lit("trusted")).otherwise(pl.lit("other"))
    frame = log.select(*known, *absent).with_columns(trusted.alias("trusted"))
    manifest = stored.manifest
    start = dt.date.fromisoformat(manifest["start"])
    name = plain_name(stored.name)
    source = Source("simulated_run", f"Event log of a simulated run of {name}", frame.height)
    events = Events(
        frame.select(COLUMNS.keys()),
        start,
        float(manifest["horizon_minutes"]),
        (source,),
        simulated=True,
    )
    return events, name
