"""Display of ``langson sweep``: progress, status and results."""

from __future__ import annotations

import textwrap
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import polars as pl
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from sim.catalogue import ALL, DIRECTIONS, Quantity, find, place_of, title
from sim.cli.console import fitting_table, heading, note, say, show_json, show_table, to_stderr
from sim.cli.options import Form
from sim.cli.tables import aligned, grid
from sim.compare import Estimate, blind_factors, sensitivity
from sim.messages import escaped, printable
from sim.report.text.uncertainty import sweep_error
from sim.results.parts import find_parts
from sim.scenario.schema.sweep import SAMPLED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.table import Table

    from sim.catalogue import Measure
    from sim.messages import Messages
    from sim.results import SweepResults
    from sim.sweep import Progress, SweepStatus

__all__ = [
    "SweepProgress",
    "print_damaged",
    "print_end",
    "print_json",
    "print_mixed",
    "print_status",
    "print_submitted",
]

FORMAT = 1

_SHOWN = tuple(
    f"{direction}_{measure}"
    for measure in ("wait_mean", "wait_p95", "crossed_per_day")
    for direction in DIRECTIONS
)
_LESS = (*_SHOWN[4:], *_SHOWN[2:4])

_ROWS, _REASONS = 24, 5
"""Most points, and most kinds of failure, that are listed."""

_NAMED = 4
"""Most measures named of a factor that moves none of those shown."""

_EVERY = 30.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


class SweepProgress:
    """Shows progress: a bar on a terminal, else a line now and then."""

    def __init__(self, messages: Messages, *, bars: bool) -> None:
        console = to_stderr()
        self._words, self._talks = messages, bars
        self._terminal = console.is_terminal
        self._bars = Bars(
            TextColumn("  "),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not (bars and self._terminal),
        )
        self._task = self._bars.add_task("", total=None)
        self._said, self._told_reuse, self._told_memory = time.monotonic(), False, False

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        self._bars.stop()

    def __call__(self, progress: Progress) -> None:
        """Show how far a sweep is."""
        if not self._talks:
            return
        if progress.reused and not self._told_reuse:
            text = self._words.text("sweep.reused", reused=progress.reused, n=progress.asked)
            self._bars.console.print(f"  {text}")
        self._told_reuse = True
        if progress.left_out and not self._told_memory:
            self._told_memory = True
            text = self._words.text("sweep.left_out", n=progress.left_out)
            self._bars.console.print(f"  {text}")
        line = _line(progress, self._words)
        ran = progress.asked - progress.left
        self._bars.update(self._task, completed=ran, total=progress.asked, description=line)
        if not self._terminal and time.monotonic() - self._said > _EVERY:
            self._said = time.monotonic()
            self._bars.console.print(f"  {line}")


def _line(progress: Progress, messages: Messages) -> str:
    """Write e.g. ``1,200 of 6,000 · 38 per second · 0:02:06 left · 3 failed``."""
    parts = [
        messages.text("sweep.of", done=progress.asked - progress.left, n=progress.asked),
        messages.text(
            "sweep.rate", rate=messages.number(progress.rate, 1 if progress.rate < 10 else 0)
        ),
        messages.text("sweep.left", time=_clock(progress.remaining)),
    ]
    if progress.failed:
        parts.append(messages.text("sweep.failed", n=progress.failed))
    return " · ".join(parts)


def _clock(seconds: float) -> str:
    """Write seconds as a clock: ``0:02:10``."""
    if seconds == float("inf"):
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def print_submitted(jobs: Sequence[str], folder: Path, messages: Messages, form: Form) -> None:
    """Print the numbers of the jobs in Slurm, and how to see what they do."""
    if form is Form.json:
        show_json({"format": FORMAT, "folder": str(folder), "jobs": jobs})
    elif form is Form.folder:
        say(folder)
    else:
        say(f"  {messages.text('sweep.submitted', jobs=', '.join(jobs), folder=folder)}")


def print_end(results: SweepResults, messages: Messages, *, whole: bool) -> None:
    """Print the first points' waits, what failed, and where the results are."""
    if whole and results.finished:
        _print_points(results, messages)
    _print_failures(results.tasks, messages)
    print_mixed(results, messages)
    done = messages.text(
        "sweep.done", done=results.finished, n=results.asked, folder=results.folder
    )
    say(f"\n  {done}")
    if not whole:
        say(f"  {messages.text('sweep.unmerged', folder=results.folder)}")


def print_damaged(folder: Path, messages: Messages) -> None:
    """Name on stderr the files of a sweep that are not what was written."""
    damaged = find_parts(folder).damaged
    if damaged:
        shown = ", ".join(escaped(str(path)) for path in damaged[:_REASONS])
        say(messages.text("sweep.damaged", n=len(damaged), files=shown), err=True)


def print_mixed(results: SweepResults, messages: Messages) -> None:
    """Warn on stderr of tasks done on machines that round differently."""
    counts = results.arithmetics.values()
    if len(counts) > 1:
        listed = ", ".join(messages.number(count) for count in counts)
        say(messages.text("sweep.mixed", n=len(counts), tasks=listed), err=True)


def print_status(status: SweepStatus, messages: Messages) -> None:
    """Print how many tasks are done and what failed."""
    results, tasks = status.results, status.tasks
    show_table(Text(results.name, "bold"))
    size = messages.text("sweep.points", n=status.points, replications=status.replications)
    say(f"  {size} · {messages.text('sweep.of', done=tasks.height, n=status.asked)}")
    for what in status.changed:
        say(f"  {messages.text(f'sweep.changed.{what}')}")
    if tasks["done"].any():
        spent = _clock(float(tasks["seconds"].sum() or 0.0))
        say(f"  {messages.text('sweep.spent', time=spent)}")
    superseded = results.kept - tasks.height
    if superseded:
        say(f"  {messages.text('sweep.superseded', n=superseded)}")
    print_damaged(results.folder, messages)
    print_mixed(results, messages)
    _print_failures(tasks, messages)
    if tasks.height < status.asked:
        say(f"  {messages.text('sweep.go_on', folder=results.folder)}")


def print_json(status: SweepStatus) -> None:
    """Print where a sweep stands, as one JSON object."""
    results, done = status.results, int(status.tasks["done"].sum())
    show_json(
        {
            "format": FORMAT,
            "folder": str(results.folder),
            "points": status.points,
            "replications": status.replications,
            "asked": status.asked,
            "done": done,
            "failed": status.tasks.height - done,
            "failures": _reasons(status.tasks).to_dicts(),
            "changed": list(status.changed),
            "arithmetics": results.arithmetics,
            "damaged": [str(path) for path in results.damaged],
        }
    )


def _reasons(tasks: pl.DataFrame) -> pl.DataFrame:
    """Return the kinds of failure with their numbers, the most frequent first."""
    counted = tasks.filter(~pl.col("done")).group_by("error").agg(pl.len().alias("tasks"))
    return counted.sort(["tasks", "error"], descending=[True, False])


def _print_failures(tasks: pl.DataFrame, messages: Messages) -> None:
    reasons = _reasons(tasks)
    if reasons.is_empty():
        return
    say(f"\n  {messages.text('sweep.failures', n=int(reasons['tasks'].sum()))}")
    for error, count in reasons.head(_REASONS).iter_rows():
        say(f"  {messages.number(count):>8}  {printable(error)}")


def _print_points(results: SweepResults, messages: Messages) -> None:
    """Print a line for each of the first points: its factors and its waits."""
    summary, titles = results.summary, results.manifest["gates"]
    whole = results.place == "all"
    place = messages.text("waits.all") if whole else messages.pick(titles[results.place])
    heading(
        messages.text("sweep.title", name=results.name, place=place),
        messages.text(
            "sweep.subtitle", n=len(results.replications), error=sweep_error(results, messages)
        ),
    )
    measures = _columns(summary)
    named = partial(_heading, messages)
    laid_out = partial(_points_table, summary.head(_ROWS), results.factors, messages)
    fitting_table(laid_out, named, measures, _LESS, messages)
    more = summary.height - _ROWS
    if more > 0:
        say(f"  {messages.text('sweep.more', n=more)}")
    design = results.manifest["sweep"].get("design", "grid")
    if design == "grid":
        for factor, moved in blind_factors(summary, results.factors, measures).items():
            key = "sweep.blind" if moved else "sweep.idle"
            names = ", ".join(_written(name) for name in moved[:_NAMED])
            note(messages.text(key, factor=printable(factor), measures=names))
    if design in SAMPLED:
        heading(messages.text("sweep.moves"), messages.text("sweep.moves_subtitle"))
        laid_out = partial(_moves_table, summary, results.factors, messages)
        fitting_table(laid_out, named, measures, _LESS, messages)


def _columns(summary: pl.DataFrame) -> list[str]:
    """Columns of the summary to show: what was asked for, then the usual ones that are not 0."""
    asked = [name for name in summary.columns if name.endswith(("]", ")"))]
    usual = [name for name in _SHOWN if name in summary.columns and (summary[name] != 0).any()]
    return [*asked, *usual]


def _written(column: str) -> str:
    """A column of the summary as one asks for it: ``wait.china.mean[export]``."""
    measure, direction = _split(column)
    return column if direction == ALL else f"{measure.path}[{direction}]"


def _split(column: str) -> tuple[Measure, str]:
    """Measure of a column of the summary, and where it is taken."""
    for direction in DIRECTIONS:
        if column.startswith(f"{direction}_"):
            return find(column.removeprefix(f"{direction}_")), direction
    return Quantity.parse(column).entry, ALL


def _heading(messages: Messages, column: str) -> str:
    """Name of a column in short lines."""
    measure, direction = _split(column)
    name = title(measure, messages, direction)
    if direction == ALL and (place := place_of(Quantity.parse(column), messages)):
        name = f"{name}: {place}"
    return "\n".join(textwrap.wrap(name, 12))


def _moves_table(
    points: pl.DataFrame, factors: Sequence[str], messages: Messages, measures: Sequence[str]
) -> Table:
    """The range of each measure over the points, and how each factor goes with it."""
    table = grid(*(_heading(messages, measure) for measure in measures))
    for end, share in (("from", 0.05), ("to", 0.95)):
        cells = []
        for measure in measures:
            factor, digits = _scale(measure)
            value = points[measure].quantile(share, "linear")
            cells.append("–" if value is None else messages.number(value * factor, digits))
        table.add_row(messages.text(f"sweep.{end}"), *cells)
    changes = {
        (row["factor"], row["measure"]): row
        for row in sensitivity(points, factors, measures).iter_rows(named=True)
    }
    for name in factors:
        rows = [changes[name, measure] for measure in measures]
        shown = (
            messages.number(r["correlation"], 2, sign=True) if r["clear"] else "–" for r in rows
        )
        table.add_row(printable(name), *shown)
    return table


def _points_table(
    points: pl.DataFrame, factors: Sequence[str], messages: Messages, measures: Sequence[str]
) -> Table:
    """One line for each point."""
    levels = [[_level(level, messages) for level in points[factor]] for factor in factors]
    headings = [_stacked(*pair) for pair in zip(factors, levels, strict=True)]
    titles = [_heading(messages, measure) for measure in measures]
    table = grid(*headings, *titles, first=3)
    columns = []
    for measure in measures:
        factor, digits = _scale(measure)
        estimates = [
            Estimate.of(row, f"{measure}_", measure).times(factor)
            if measure in row
            else Estimate(None)
            for row in points.iter_rows(named=True)
        ]
        columns.append(
            aligned([e if e.mean is not None else None for e in estimates], messages, digits)
        )
    for number, *cells in zip(points["number"], *levels, *columns, strict=True):
        table.add_row(str(number), *cells)
    return table


def _scale(column: str) -> tuple[float, int]:
    """Factor to the unit shown, and decimals."""
    measure, _ = _split(column)
    return measure.factor, 0 if measure.shown_in == "min" else 1


def _stacked(factor: str, levels: Sequence[str]) -> str:
    """Write a factor's name in lines about as short as its longest word or level."""
    words = factor.split("_")
    return "\n".join(textwrap.wrap(" ".join(words), max(map(len, [*words, *levels, ""])) or 1))


def _level(level: Any, messages: Messages) -> str:
    if isinstance(level, bool):
        return messages.text("sweep.on") if level else messages.text("sweep.off")
    return f"{level:g}" if isinstance(level, float) else str(level)
