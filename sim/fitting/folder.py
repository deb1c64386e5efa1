"""Write a fit to a folder: the overlay, its uncertainty, the table, the problems, the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sim.errors import Problem
from sim.fitting.estimate import Fitted
from sim.fitting.overlay import draws_table, ensemble_text, overlay_text
from sim.results import publish
from sim.results.folder import plain_name
from sim.results.spreadsheet import csv_bytes

__all__ = [
    "ENSEMBLE",
    "MAP",
    "OVERLAY",
    "PROBLEMS",
    "write_fit",
    "write_map",
]

#: Names of the files in the folder of a fit.
OVERLAY, ENSEMBLE, PAGE = "overlay.yaml", "uncertain.yaml", "fit.html"
MAP, PROBLEMS = "MAP.yaml", "problems.csv"


def write_fit(fitted: Fitted, out: Path) -> Path:
    """Write a fit to ``out/<date>-<time>-fit-<name>/`` and return the folder.

    Raises
    ------
    WriteError
        It cannot be written.
    """
    target = out / _stamped(fitted.name)

    def fill(folder: Path) -> None:
        args = fitted.findings, fitted.events, fitted.base, target, fitted.name
        (folder / OVERLAY).write_text(overlay_text(*args), "utf-8")
        ensemble = ensemble_text(fitted.findings, fitted.rows, fitted.name)
        (folder / ENSEMBLE).write_text(ensemble, "utf-8")
        (folder / "inputs.csv").write_bytes(csv_bytes(draws_table(fitted.findings)))
        (folder / "fit.csv").write_bytes(csv_bytes(fitted.table))
        _beside(folder, fitted.map_text, fitted.problems)

    return publish(target, fill)


def write_map(name: str, map_text: str, problems: Sequence[Problem], out: Path) -> Path:
    """Write how sheets that could not be fitted were read, and what is wrong with them.

    Raises
    ------
    WriteError
        It cannot be written.
    """
    return publish(out / _stamped(name), lambda folder: _beside(folder, map_text, problems))


def _beside(folder: Path, map_text: str, problems: Sequence[Problem]) -> None:
    if map_text:
        (folder / MAP).write_text(map_text, "utf-8")
    rows = [
        {
            "file": one.file,
            "row": one.line,
            "column": one.column,
            "level": one.level,
            "kind": one.code,
            "problem": one.message,
            "done": one.hint,
        }
        for one in problems
    ]
    schema = {
        "file": pl.String,
        "row": pl.Int64,
        "column": pl.Int64,
        **dict.fromkeys(("level", "kind", "problem", "done"), pl.String),
    }
    (folder / PROBLEMS).write_bytes(csv_bytes(pl.DataFrame(rows, schema=schema)))


def _stamped(name: str) -> str:
    return f"{dt.datetime.now().astimezone():%Y%m%d-%H%M%S}-fit-{plain_name(name)}"
