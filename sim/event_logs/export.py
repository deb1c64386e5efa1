"""Write the event log of a run for process-mining tools: as CSV and as XES."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from io import BufferedWriter
from pathlib import Path

import polars as pl

from sim.arguments import checked_arguments
from sim.errors import WriteError, system_reason
from sim.event_logs.xes import write_xes
from sim.files import open_output
from sim.results import StoredResults
from sim.sentences import Sentence

__all__ = ["LOG_CSV", "XES", "export_log", "log_table"]

LOG_CSV, XES = "log-csv", "xes"
"""The forms in which a log can be written."""

_ATTRIBUTES = ("flow", "gate", "route", "direction", "cargo", "trusted", "channel", "outcome")
"""What is said of a case beside its events, as far as the log has it."""


def log_table(results: StoredResults, replication: int = 0) -> pl.DataFrame:
    """Return the event log of a replication in the words of process mining.

    One row per case (vehicle) and activity (stage) reached, by case and then along its path.

    Columns
    -------
    case, activity, resource:
        Vehicle; id of the stage; the stage and the number of the server from 1, or null.
    ready, start, end:
        Moments, Vietnam time, without a zone: came to the stage; service began; ended. Null
        if not before the end of the run.
    side, kind:
        Of the stage, as in the table `stages`.
    flow, gate, route, direction, cargo, trusted, channel, outcome:
        Of the case; those that the folder's log has.

    Raises
    ------
    ResultsError
        The log of that replication was not kept.
    """
    log = results.journeys(replication).collect()
    stages = results.tables["stages"].filter(replication=results.replications[0])
    known = stages.select(pl.col("stage", "side", "kind").cast(pl.String)).collect()
    midnight = dt.datetime.combine(dt.date.fromisoformat(results.manifest["start"]), dt.time())
    moments = {"arrive": "ready", "start": "start", "finish": "end"}
    activity = pl.col("stage").cast(pl.String)
    return (
        log.with_columns(activity)
        .join(known, on="stage", how="left", maintain_order="left", validate="m:1")
        .select(
            pl.col("vehicle").cast(pl.String).alias("case"),
            activity.alias("activity"),
            pl.format("{}#{}", activity, pl.col("server") + 1).alias("resource"),
            *(
                (pl.lit(midnight) + pl.duration(microseconds=(60e6 * pl.col(own)).round()))
                .cast(pl.Datetime("us"))
                .alias(name)
                for own, name in moments.items()
            ),
            "side",
            "kind",
            *(name for name in _ATTRIBUTES if name in log.columns),
        )
    )


@checked_arguments
def export_log(
    results: StoredResults, forms: Collection[str], replication: int = 0, out: Path | None = None
) -> list[Path]:
    """Write the event log of a replication, once for each form; return the files.

    Parameters
    ----------
    forms:
        :data:`LOG_CSV` (``log-0.csv``), :data:`XES` (``log-0.xes``).
    out:
        Folder for the files, else that of the results.

    Raises
    ------
    ResultsError
        The log of that replication was not kept.
    WriteError
        A file cannot be written.
    """
    table = log_table(results, replication)
    written = []
    for form in forms:
        path = (out or results.folder) / f"log-{replication}.{'xes' if form == XES else 'csv'}"
        try:
            with open_output(path) as raw:
                file = BufferedWriter(raw, buffer_size=1 << 20)
                if form == XES:
                    write_xes(table, results.name, file)
                else:
                    table.write_csv(file, datetime_format="%Y-%m-%dT%H:%M:%S%.6f")
                file.flush()
                file.detach()
        except OSError as error:
            raise WriteError(
                Sentence("cannot write {path}: {reason}", path=path, reason=system_reason(error))
            ) from error
        written.append(path)
    return written
