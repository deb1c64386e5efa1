"""Every input of a run with the place where it was written and the evidence behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sim.scenario import Evidence, Place, Scenario
from sim.scenario.schema.base import BilingualText

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
    "note_vi": pl.String,
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
    note_vi:
        The note in Vietnamese, where it is in both languages; else empty.
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
                "note": evidence and evidence.note_in("en"),
                "note_vi": evidence and _vietnamese(evidence),
            }
        )
    return pl.DataFrame(rows, schema=_COLUMNS)


def marks(table: pl.DataFrame) -> dict[str, tuple[Place, Evidence | None]]:
    """Return place and evidence of each value by its path."""
    return {
        row["path"]: (
            Place(row["file"], row["line"]),
            Evidence(kind=row["evidence"], source=row["source"].split(), note=_note(row))
            if row["number"]
            else None,
        )
        for row in table.iter_rows(named=True)
    }


def _vietnamese(evidence: Evidence) -> str:
    """Return the Vietnamese of a note in both languages."""
    return "" if isinstance(evidence.note, str) else evidence.note.vi


def _note(row: Mapping[str, Any]) -> str | BilingualText:
    """Return the note of a row; older tables have it in one language."""
    vietnamese = row.get("note_vi")
    return BilingualText(en=row["note"], vi=vietnamese) if vietnamese else str(row["note"])
