"""Read the event log of a results folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from sim.errors import ResultsError
from sim.fitting.events import COLUMNS, Events, Source
from sim.results import StoredResults, open_results
from sim.results.folder import plain_name

__all__ = ["is_results", "read_log"]


def is_results(path: Path) -> bool:
    """Whether a path leads to a folder of langson's results."""
    return (path / "manifest.json").is_file()


def read_log(folder: Path) -> tuple[Events, str]:
    """Return the event log of the first replication, and the name of the scenario that ran.

    Raises
    ------
    ResultsError
        The folder cannot be read, or keeps no event log.
    """
    stored = open_results(folder)
    if type(stored) is not StoredResults:
        raise ResultsError(f"{folder} is a sweep, which keeps no event log; name a run's folder")
    log = stored.journeys(0).collect()
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
