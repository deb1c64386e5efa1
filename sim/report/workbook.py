"""An Excel workbook of a results folder: a sheet for a memo, then the tables behind it.

Numbers are numbers, in the units of the screens; how they are grouped and pointed is the
spreadsheet's own affair. Headings are in one language. Needs the extra ``excel``.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import ALL, find, title
from sim.compare import Comparison, ScenarioResults, compare_runs, scenario_results
from sim.compare import summarise_measures as summarise
from sim.errors import RunError
from sim.messages import Messages, printable
from sim.report.text.format import caution_text
from sim.report.text.summary import BULLETIN, COMPARED, WAGONS, distinct_titles
from sim.results import StoredResults, open_all
from sim.results.folder import Folder
from sim.results.intervals import Caution
from sim.sentences import Sentence

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

__all__ = ["WORKBOOK", "write_workbook"]

WORKBOOK = "results.xlsx"
"""Name of the workbook in a results folder."""

_MOST_WIDE, _NARROWEST = 60, 9
"""Characters of a column's width, however long its texts are, and at least."""

_SHEET = 31
"""Characters of a sheet's name, in every version of Excel."""


@checked_arguments
def write_workbook(folder: Path, messages: Messages) -> Path:
    """Write ``results.xlsx`` into a results folder, in place of an older one; return its path.

    Raises
    ------
    ResultsError
        It holds no results, or is a sweep, whose points are in ``summary.csv``.
    RunError
        The package that writes workbooks is not installed.
    WriteError
        It cannot be written.
    """
    several = open_all(folder)
    content = io.BytesIO()
    with _workbook(content, several[0]) as book:
        for sheet in _sheets(several, messages):
            _Writer(book, sheet, messages).write()
    return Folder(folder).write(content.getvalue(), WORKBOOK)


def _workbook(content: io.BytesIO, first: StoredResults) -> Workbook:
    """Make a workbook that is dated as the results are."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise RunError(
            Sentence("workbooks need one more package: pip install 'langson[excel]'"), 0
        ) from error
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    written = dt.datetime.fromisoformat(first.manifest["written"]).astimezone(dt.UTC)
    facts = {"title": first.name, "created": written.replace(tzinfo=None)}
    book.set_properties({**facts, "comments": f"langson {first.manifest['langson']}"})
    return book


@dataclass(frozen=True)
class _Sheet:
    """A table under some lines of text.

    ``rows`` hold a cell for each of ``headings``: texts, numbers, dates, or None. ``digits`` are
    the decimals of a column of numbers, one for each heading or one for all.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    digits: Sequence[int]
    lines: Sequence[str] = ()


class _Writer:
    """Writes one sheet; each cell by its type, so that no text is taken for a formula."""

    def __init__(self, book: Workbook, sheet: _Sheet, messages: Messages) -> None:
        self.sheet = sheet
        self.page = book.add_worksheet(sheet.name[:_SHEET])
        self.bold: Format = book.add_format({"bold": True})
        wrapped = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}
        self.head: Format = book.add_format(wrapped)
        self.date: Format = book.add_format({"num_format": _DATES[messages.lang], "align": "left"})
        self.numbers = {digits: book.add_format(_number(digits)) for digits in set(sheet.digits)}

    def write(self) -> None:
        """Write the lines, the headings, which stay in sight, and the rows."""
        page, sheet = self.page, self.sheet
        for row, line in enumerate(sheet.lines):
            page.write_string(row, 0, line, self.bold if row == 0 else None)
        top = len(sheet.lines) + bool(sheet.lines)
        for column, heading in enumerate(sheet.headings):
            page.write_string(top, column, heading, self.head)
            page.set_column(column, column, self._width(column))
        for row, cells in enumerate(sheet.rows, top + 1):
            for column, cell in enumerate(cells):
                self._cell(row, column, cell)
        page.freeze_panes(top + 1, 1)
        if sheet.rows:
            page.autofilter(top, 0, top + len(sheet.rows), len(sheet.headings) - 1)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)

    def _cell(self, row: int, column: int, cell: Any) -> None:
        if isinstance(cell, bool):
            self.page.write_boolean(row, column, cell)
        elif isinstance(cell, dt.date):
            self.page.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), self.date)
        elif isinstance(cell, int | float):
            if math.isfinite(cell):
                self.page.write_number(row, column, cell, self.numbers[self.sheet.digits[column]])
        elif cell is not None:
            self.page.write_string(row, column, printable(str(cell)))

    def _width(self, column: int) -> float:
        """Characters that the widest word of the heading and most of the cells need."""
        messages = [len(word) for word in self.sheet.headings[column].split()]
        cells = [_shown(row[column]) for row in self.sheet.rows[:500]]
        return min(max([_NARROWEST, *messages, *cells]) + 2, _MOST_WIDE)


def _number(digits: int) -> dict[str, str]:
    """Format of a number; grouping and decimal mark are those of the spreadsheet's language."""
    return {"num_format": "#,##0" + (f".{'0' * digits}" if digits else "")}


_DATES = {"en": "d mmm yyyy", "vi": "dd/mm/yyyy"}


def _shown(cell: Any) -> int:
    """Characters of a cell as it is shown, about."""
    return len(f"{cell:,.1f}") if isinstance(cell, float) else len(str(cell or ""))


def _sheets(several: Sequence[StoredResults], messages: Messages) -> Iterable[_Sheet]:
    """The sheets in order; a comparison where there is something to compare."""
    samples = [scenario_results(stored) for stored in several]
    titles = [printable(name) for name in distinct_titles(several, messages)]
    comparison = compare_runs(samples) if len(samples) > 1 else None
    yield _memo(samples, titles, comparison, messages)
    yield _bulletin(samples, titles, messages)
    yield _summary(samples, titles, messages)
    if comparison is not None:
        yield _compared(comparison, titles, messages)
    yield _inputs(several, titles, messages)


def _memo(
    samples: Sequence[ScenarioResults],
    titles: Sequence[str],
    comparison: Comparison | None,
    messages: Messages,
) -> _Sheet:
    """Citation: measures of all road gates, and what alternatives change."""
    means = [_estimates(sample) for sample in samples]
    changes = {} if comparison is None else _changes(comparison)
    headings, rows = [_column(messages, "measure"), titles[0], "±"], []
    for name in titles[1:]:
        headings += [name, "±", _column(messages, "difference"), "±", _column(messages, "verdict")]
    for direction, measure in COMPARED:
        key, factor = (direction, measure), find(measure).factor
        if key not in means[0]:
            continue
        row: list[Any] = [title(measure, messages, direction), *_times(means[0][key], factor)]
        for name, estimates in zip(
            () if comparison is None else comparison.names[1:], means[1:], strict=True
        ):
            row += _times(estimates.get(key, (None, None)), factor)
            difference, half_width, verdict = changes.get((name, *key), (None, None, None))
            row += _times((difference, half_width), factor)
            row.append(_verdict(verdict, messages))
        rows.append(row)
    base = samples[0]
    lines = [
        titles[0] if len(titles) == 1 else messages.text("workbook.against", base=titles[0]),
        messages.text(
            "workbook.basis", period=base.period(messages), n=len(base.replications), seed=base.seed
        ),
        messages.text(f"workbook.half_width{'_inputs' if base.uncertain else ''}"),
    ]
    return _Sheet(messages.text("workbook.memo"), headings, rows, [1] * len(headings), lines)


def _times(pair: tuple[float | None, float | None], factor: float) -> list[float | None]:
    """A mean and its half-width in the unit shown."""
    return [None if value is None else value * factor for value in pair]


def _estimates(sample: ScenarioResults) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Mean and half-width by direction and measure, all road gates together."""
    chosen = sample.headline.filter(gate=ALL, cargo=ALL, route=ALL, stage=ALL)
    summary = summarise(chosen, ["direction", "measure"])
    return {
        (row["direction"], row["measure"]): (row["mean"], row["half_width"])
        for row in summary.iter_rows(named=True)
    }


def _changes(comparison: Comparison) -> dict[tuple[str, str, str], tuple[Any, Any, Any]]:
    """Difference, half-width and verdict by alternative, direction and measure."""
    rows = comparison.headline.filter(gate=ALL).iter_rows(named=True)
    return {
        (row["alternative"], row["direction"], row["measure"]): (
            row["difference"],
            row["half_width"],
            row["verdict"],
        )
        for row in rows
    }


def _bulletin(
    samples: Sequence[ScenarioResults], titles: Sequence[str], messages: Messages
) -> _Sheet:
    """The 20:00 bulletin day by day, means over replications."""
    counts = (*BULLETIN, *WAGONS)
    names = ("scenario", "gate", "day")
    headings = [
        *(_column(messages, name) for name in names),
        *(_count(messages, n) for n in counts),
    ]
    rows: list[list[Any]] = []
    for sample, name in zip(samples, titles, strict=True):
        daily = sample.tables["bulletin"].group_by("gate", "day", maintain_order=True)
        for row in daily.agg(pl.col(counts).mean()).iter_rows(named=True):
            gate = messages.pick(sample.gates[row["gate"]])
            rows.append([name, gate, row["day"], *(row[count] for count in counts)])
    return _Sheet(messages.text("workbook.bulletin"), headings, rows, [0] * 3 + [1] * len(counts))


_PLACE = ("gate", "direction", "cargo", "route", "stage")


def _place(sample: ScenarioResults, row: dict[str, Any], messages: Messages) -> list[str]:
    """Scope of a measure, in words where there are any."""
    gate, stage = row["gate"], row["stage"]
    return [
        messages.pick(sample.gates[gate])
        if gate in sample.gates
        else messages.text("workbook.all"),
        messages.text(f"workbook.direction.{row['direction']}"),
        messages.text("workbook.all") if row["cargo"] == ALL else row["cargo"],
        messages.text("workbook.all") if row["route"] == ALL else row["route"],
        messages.pick(sample.stages[stage])
        if stage in sample.stages
        else messages.text("workbook.all"),
    ]


def _summary(
    samples: Sequence[ScenarioResults], titles: Sequence[str], messages: Messages
) -> _Sheet:
    """Every measure with its interval."""
    figures = ("mean", "half_width", "low", "high", "n")
    names = ("scenario", *_PLACE, "measure", *figures, "caution")
    rows: list[list[Any]] = []
    for sample, name in zip(samples, titles, strict=True):
        summary = summarise(sample.headline, [*_PLACE, "measure", "unit"])
        for row in summary.iter_rows(named=True):
            factor = find(row["measure"]).factor
            ends = [row[n] if n == "n" or row[n] is None else row[n] * factor for n in figures]
            what = title(row["measure"], messages)
            rows.append(
                [name, *_place(sample, row, messages), what, *ends, _caution(row, messages)]
            )
    digits = [0] * 7 + [2] * 4 + [0, 0]
    headings = [_column(messages, column) for column in names]
    return _Sheet(messages.text("workbook.summary"), headings, rows, digits)


def _caution(row: dict[str, Any], messages: Messages) -> str | None:
    """Caution about an interval that may not hold as often as it says."""
    return row["caution"] and caution_text(Caution(row["caution"]), messages)


def _verdict(verdict: str | None, messages: Messages) -> str | None:
    """Verdict on what an alternative does to a measure."""
    return verdict and messages.text(f"workbook.verdict.{verdict.replace(' ', '_')}")


def _compared(comparison: Comparison, titles: Sequence[str], messages: Messages) -> _Sheet:
    """Every difference with its interval."""
    figures = ("base_mean", "other_mean", "difference", "half_width", "low", "high")
    names = ("scenario", *_PLACE, "measure", *figures, "p_value", "n", "verdict")
    called = dict(zip(comparison.names, titles, strict=True))
    rows: list[list[Any]] = []
    for row in comparison.table.iter_rows(named=True):
        factor = find(row["measure"]).factor
        rows.append(
            [
                called[row["alternative"]],
                *_place(comparison.base, row, messages),
                title(row["measure"], messages),
                *(None if row[n] is None else row[n] * factor for n in figures),
                row["p_value"],
                row["n"],
                _verdict(row["verdict"], messages),
            ]
        )
    digits = [0] * 7 + [2] * 6 + [4, 0, 0]
    headings = [_column(messages, name) for name in names]
    return _Sheet(messages.text("workbook.comparison"), headings, rows, digits)


def _inputs(several: Sequence[StoredResults], titles: Sequence[str], messages: Messages) -> _Sheet:
    """Every input with the place where it is written and its evidence."""
    names = ("path", "value", "file", "line", "evidence", "source", "note")
    rows: list[list[Any]] = []
    for stored, name in zip(several, titles, strict=True):
        inputs = stored.tables["inputs"].collect()
        own = f"note_{messages.lang}"
        if own in inputs.columns:
            inputs = inputs.with_columns(
                pl.when(pl.col(own) != "").then(own).otherwise("note").alias("note")
            )
        for *before, kind, source, note in inputs.select(names).rows():
            evidence = kind and messages.text(f"report.evidence.{kind}")
            rows.append([name, *before, evidence, source, note])
    headings = [_column(messages, column) for column in ("scenario", *names)]
    return _Sheet(messages.text("workbook.inputs"), headings, rows, [0] * len(headings))


def _column(messages: Messages, name: str) -> str:
    return messages.text(f"workbook.column.{name}")


def _count(messages: Messages, name: str) -> str:
    """Heading of a count of the bulletin."""
    return messages.text(f"bulletin.{name}").replace("\n", " ")
