"""Every input of a run with the place where it was written and the evidence behind it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from sim.scenario import Evidence, Place, Scenario

__all__ = ["INPUTS", "inputs_table", "marks"]

INPUTS = "inputs"
"""Name of the table."""

_COLUMNS = {
    "path": pl.String,
    "value": pl.String,
    "file": pl.String,
    "line": pl.Int32,
    "number": pl.Boolean,
    "evidence": pl.String,
    "source": pl.String,
    "note": pl.String,
}


def inputs_table(scenario: Scenario) -> pl.DataFrame:
    """One row per value that can change a result, in the order of the files.

    Columns
    -------
    path, value:
        As in ``langson show --merged``; value as JSON.
    file, line:
        Where the value was written; the file without its folder, line 0 for ``--set``.
    number:
        It is a number about the world, which needs evidence.
    evidence, source, note:
        Of a number: kind of evidence, ids of its sources, how the value was reached.
    """
    rows = []
    for path, value in scenario.inputs().items():
        place, number = scenario.origin(path), scenario.needs_evidence(path)
        evidence = scenario.evidence_of(path) if number else None
        rows.append(
            {
                "path": path,
                "value": json.dumps(value, ensure_ascii=False, default=str),
                "file": Path(place.file).name,
                "line": place.line,
                "number": number,
                "evidence": evidence and evidence.kind,
                "source": evidence and " ".join(evidence.source),
                "note": evidence and evidence.note,
            }
        )
    return pl.DataFrame(rows, schema=_COLUMNS)


def marks(table: pl.DataFrame) -> dict[str, tuple[Place, Evidence | None]]:
    """Return place and evidence of each value by its path."""
    return {
        row["path"]: (
            Place(row["file"], row["line"]),
            Evidence(kind=row["evidence"], source=row["source"].split(), note=row["note"])
            if row["number"]
            else None,
        )
        for row in table.iter_rows(named=True)
    }
