"""Read an event log from a CSV file: one row per case and activity, with the times of the visit."""

from __future__ import annotations

import csv
import datetime as dt
import errno
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sim.arguments import checked_arguments
from sim.errors import UnitError, system_reason
from sim.files import read_file
from sim.scenario import Place
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.sentences import Sentence
from sim.units import parse_timestamp

__all__ = ["read_log"]

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "case": ("case_id", "case:concept:name", "vehicle"),
    "activity": ("concept:name", "stage"),
    "resource": ("org:resource", "server"),
    "ready": ("arrive", "arrival", "enabled", "enable_time"),
    "start": ("start_timestamp", "start_time"),
    "end": ("end_timestamp", "end_time", "finish", "time:timestamp"),
}
"""Columns of a log, each with other names that tools give it."""

_NEEDED = ("case", "activity", "start", "end")
_MOMENTS = ("ready", "start", "end")

_LIMIT = 500_000_000
"""Bytes of a log."""


@checked_arguments
def read_log(path: Path) -> pl.DataFrame:
    """Read the event log of a CSV file (separated by commas, semicolons or tabs).

    Returns
    -------
    One row per visit, in the order of the file. Columns case, activity, resource (texts), ready,
    start, end (moments, Vietnam time; null where the cell is empty), line, and all others as
    texts. Without a column ``ready`` a case is ready when it has ended what it did before, and
    at first when it starts: the wait before that is then not in the log.

    Raises
    ------
    ScenarioError
        With every problem by line: a column is missing, what is no moment, a visit without case,
        activity or start, that ends before it starts or starts before it is ready.
    """
    file, problems = str(path), Problems()
    table = _table(path, problems)
    missing = [name for name in _NEEDED if name not in table.columns]
    for name in missing:
        hint = did_you_mean(name, [column for column in table.columns if column != "line"])
        problems.add(
            "missing-column", Place(file, 1, 1), Sentence("no column '{name}'", name=name), hint
        )
    problems.raise_errors()
    for name in _MOMENTS:
        if name in table.columns:
            table = table.with_columns(_moments(table, name, file, problems))
    _check(table, file, problems)
    problems.raise_errors()
    return _with_ready(table)


def _table(path: Path, problems: Problems) -> pl.DataFrame:
    """Return all cells as texts, with the line of each row; columns by their names here."""
    place = Place(str(path), 1, 1)
    try:
        content = read_file(path, _LIMIT)
        first = content[: 1 << 16].decode("utf-8-sig").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        problems.stop(
            "unreadable",
            place,
            Sentence("the file {reason}", reason=_reason(error)),
            Sentence("name a CSV file in UTF-8"),
        )
    separator = max(",;\t", key=first.count)
    try:
        table = pl.read_csv(content, infer_schema=False, separator=separator, encoding="utf8")
    except (pl.exceptions.PolarsError, csv.Error) as error:
        reason = str(error).partition("\n")[0]
        problems.stop(
            "not-csv",
            place,
            Sentence("this is not CSV: {reason}", reason=reason),
            Sentence("save it as CSV in UTF-8"),
        )
    known = {other: name for name, others in _COLUMNS.items() for other in (name, *others)}
    names = {own: own.strip().lower() for own in table.columns}
    meant = {own: known.get(name, name) for own, name in names.items()}
    for name in _COLUMNS:  # the first column of several with one meaning
        own = [column for column, meaning in meant.items() if meaning == name]
        meant |= {column: column for column in own[1:]}
    table = table.rename(meant).with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    lines = pl.int_range(2, table.height + 2, dtype=pl.Int64).alias("line")
    return table.drop("line", strict=False).with_columns(lines)


def _reason(error: Exception) -> Sentence:
    """Say why a file cannot be read."""
    if isinstance(error, OSError):
        if error.errno == errno.EFBIG:
            return Sentence("has more than {most:g} MB", most=_LIMIT / 1e6)
        return Sentence("cannot be read: {reason}", reason=system_reason(error))
    return Sentence("is empty") if isinstance(error, IndexError) else Sentence("is not UTF-8")


def _moments(table: pl.DataFrame, name: str, file: str, problems: Problems) -> pl.Series:
    """Return a column as moments; record what is none."""
    texts = table[name]
    quick = texts.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    if (quick.is_null() == texts.is_null()).all():
        return quick.alias(name)
    known: dict[str, dt.datetime] = {}
    wrong: dict[str, UnitError] = {}
    for text in texts.drop_nulls().unique(maintain_order=True).to_list():
        try:
            known[text] = parse_timestamp(text)
        except UnitError as error:
            wrong[text] = error
    for line, text in zip(table["line"].to_list(), texts.to_list(), strict=True):
        if text in wrong:
            mistake = wrong[text]
            problems.add(
                "not-a-moment",
                Place(file, line, 1),
                Sentence("{name}: {mistake}", name=name, mistake=mistake),
                mistake.hint,
            )
    moments = [known.get(text) for text in texts.to_list()]
    return pl.Series(name, moments, dtype=pl.Datetime("us"))


def _check(table: pl.DataFrame, file: str, problems: Problems) -> None:
    """Record rows that lack something, and times that run backwards."""
    ready = pl.col("ready") if "ready" in table.columns else pl.lit(None, dtype=pl.Datetime("us"))
    begun = pl.coalesce(pl.col("start"), ready)
    rules = (
        (
            pl.col("case").is_null(),
            "no-case",
            Sentence("has no case"),
            Sentence("say whose visit it is"),
        ),
        (
            pl.col("activity").is_null(),
            "no-activity",
            Sentence("has no activity"),
            Sentence("say what was done"),
        ),
        (
            begun.is_null(),
            "no-time",
            Sentence("has no start"),
            Sentence("say when it began, or leave the row out"),
        ),
        (
            pl.col("end") < begun,
            "ends-early",
            Sentence("ends before it starts"),
            Sentence("swap the two times"),
        ),
        (
            pl.col("start") < ready,
            "early",
            Sentence("starts before it is ready"),
            Sentence("correct one of the times"),
        ),
    )
    for rule, code, what, hint in rules:
        for line in table.filter(rule)["line"].to_list():
            problems.add(code, Place(file, line, 1), Sentence("the visit {what}", what=what), hint)
    if not table.height:
        problems.add(
            "empty-file",
            Place(file, 1, 1),
            Sentence("the log is empty"),
            Sentence("write a row a visit"),
        )


def _with_ready(table: pl.DataFrame) -> pl.DataFrame:
    """Fill in when a case was ready, where the log does not say."""
    for name in ("resource", "ready"):
        if name not in table.columns:
            kind = pl.String if name == "resource" else pl.Datetime("us")
            table = table.with_columns(pl.lit(None, dtype=kind).alias(name))
    by_time = table.sort("case", "start", "line", nulls_last=True)
    before = pl.col("end").shift().over("case").cum_max().over("case")
    ready = pl.coalesce("ready", pl.min_horizontal(before, "start"), "start")
    return by_time.with_columns(ready.alias("ready")).sort("line")
