"""Write a fit to a folder: the overlay, its uncertainty, the table, the problems, the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sim.errors import Problem
from sim.fitting.estimate import Fitted
from sim.fitting.filenames import ENSEMBLE, HOLD_OUT, MAP, OVERLAY, PAGE, PROBLEMS, REPLAY
from sim.fitting.overlay import draws_table, ensemble_text, overlay_text
from sim.fitting.page import fit_page
from sim.fitting.replay import replay_text, replayed
from sim.messages import LANGUAGES
from sim.results import publish
from sim.results.folder import plain_name
from sim.results.spreadsheet import csv_bytes

__all__ = ["write_fit", "write_map"]


def write_fit(fitted: Fitted, out: Path, languages: Sequence[str] = LANGUAGES) -> Path:
    """Write a fit to ``out/<date>-<time>-fit-<name>/`` and return the folder.

    The first of ``languages`` is the one in which the page opens.

    Raises
    ------
    WriteError
        It cannot be written.
    """
    target = out / _stamped(fitted.name)

    def fill(folder: Path) -> None:
        args = fitted.findings, fitted.events, fitted.base, target, fitted.name
        (folder / OVERLAY).write_text(overlay_text(*args), "utf-8")
        if fitted.hold_out is not None:
            (folder / HOLD_OUT).write_bytes(csv_bytes(fitted.hold_out.table))
        ensemble = ensemble_text(fitted.findings, fitted.rows, fitted.name)
        (folder / ENSEMBLE).write_text(ensemble, "utf-8")
        (folder / "inputs.csv").write_bytes(csv_bytes(draws_table(fitted.findings)))
        (folder / "fit.csv").write_bytes(csv_bytes(fitted.table))
        for finding in fitted.findings:
            for name, content in finding.files.items():
                (folder / name).write_text(content, "utf-8")
        if replayed(fitted.findings):
            text = replay_text(fitted.findings, fitted.events, fitted.name)
            (folder / REPLAY).write_text(text, "utf-8")
        (folder / PAGE).write_text(fit_page(fitted, languages), "utf-8")
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
            "file": problem.file,
            "row": problem.line,
            "column": problem.column,
            "level": problem.level,
            "kind": problem.code,
            "problem": problem.message,
            "done": problem.hint,
        }
        for problem in problems
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
