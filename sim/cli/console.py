"""Console: results to stdout, everything else to stderr.

Colour and weight appear only on a terminal, and not at all with NO_COLOR set.
"""

from __future__ import annotations

import errno
import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import typer

from sim.errors import WriteError, system_reason
from sim.interrupts import INTERRUPTED
from sim.sentences import Sentence

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.progress import Progress
    from rich.segment import Segment
    from rich.table import Table

    from sim.interrupts import Interrupts
    from sim.messages import Messages

__all__ = [
    "abandon_stdout",
    "configure_streams",
    "fits",
    "fitting_table",
    "heading",
    "note",
    "print_folder",
    "print_safely",
    "progress_bars",
    "say",
    "show_fitting",
    "show_json",
    "show_table",
    "to_stderr",
    "to_stdout",
]

#: Widest line that is printed, but for rows of files that take what the terminal has.
WIDTH = 100


class _Lossy(io.TextIOWrapper):
    """A stream whose reader may leave: what cannot be written any more is dropped."""

    def write(self, text: str) -> int:
        """Write a text, or nothing."""
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or do nothing."""
        with suppress(OSError):
            super().flush()


def configure_streams() -> None:
    """Write a sign that the terminal's encoding lacks as ``?`` instead of failing.

    A closed terminal or a full disk under stderr, where only remarks go, stops no run.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        kind = sys.stderr.encoding
        stderr = sys.stderr.detach()
        sys.stderr = _Lossy(stderr, encoding=kind, errors="replace", line_buffering=True)


def abandon_stdout() -> None:
    """Discard buffered output, on which Python would fail at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def print_safely(
    folder: Path | None, interrupts: Interrupts, messages: Messages, tell: Callable[[], None]
) -> None:
    """Print results that are stored already; if printing fails, say where they are.

    Raises
    ------
    typer.Exit
        A request to end came meanwhile.
    WriteError
        Stdout cannot be written, though not because its reader has left.
    """
    try:
        with interrupts.allowed():
            tell()
            sys.stdout.flush()
    except KeyboardInterrupt:
        abandon_stdout()
        if folder is None:
            raise
        say(messages.text("keep.printing", folder=folder), err=True)
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        if folder is None or isinstance(error, BrokenPipeError):
            raise
        abandon_stdout()
        raise WriteError(
            Sentence(
                "cannot print: {reason}; the results are in {folder}",
                reason=system_reason(error),
                folder=folder,
            )
        ) from error


def print_folder(folder: Path | None) -> None:
    """Print where results are, in bold, below all else; nothing where they are nowhere."""
    from sim.messages import escaped

    if folder is not None:
        to_stdout().print(f"\n  {escaped(str(folder))}/", style="bold", soft_wrap=True)


def to_stdout(widest: int = WIDTH) -> Console:
    """Return a console for results. Made when used, so that tests can redirect it."""
    return _console(stderr=False, widest=widest)


def to_stderr() -> Console:
    """Return a console for progress, warnings and errors."""
    return _console(stderr=True, widest=WIDTH)


def say(text: object = "", *, err: bool = False) -> None:
    """Print a text on stdout or stderr; what would steer the terminal is escaped.

    A path is printed on one line; of a text the line ends are kept.
    """
    from sim.messages import escaped

    keep = "" if isinstance(text, PurePath) else "\n"
    typer.echo(escaped(str(text), keep), err=err)  # noqa: TID251


def show_table(content: RenderableType) -> None:
    """Print a table or a text on stdout, two columns in from the edge.

    Where the terminal is narrower than a table can be, lines break; no figure is cut short.
    """
    from rich.padding import Padding
    from rich.table import Table

    console = to_stdout()
    if isinstance(content, Table):
        console.width = max(console.width, 2 + _room(content, console, folded=True))
    console.print(Padding(content, (0, 0, 0, 2), expand=False))


def show_fitting(
    laid_out: Callable[[Sequence[str]], Table], columns: Sequence[str], less: Sequence[str]
) -> list[str]:
    """Print a table with as many of its columns as the screen has room for.

    ``laid_out`` makes the table of some columns; ``less`` are those to leave out, the least
    important first. Returns those left out.
    """
    shown, lost, console = list(columns), [], to_stdout()
    for column in (column for column in less if column in columns):
        if fits(laid_out(shown), console):
            break
        shown.remove(column)
        lost.append(column)
    show_table(laid_out(shown))
    return lost


def fitting_table(
    laid_out: Callable[[Sequence[str]], Table],
    named: Callable[[str], str],
    columns: Sequence[str],
    less: Sequence[str],
    messages: Messages,
) -> list[str]:
    """Print a table; below it, and returned, which of ``less`` the screen has no room for.

    ``named`` gives the heading of a column.
    """
    lost = show_fitting(laid_out, columns, less)
    if lost:
        headings = [" ".join(named(column).split()) for column in lost]
        note(messages.text("table.narrow", columns=", ".join(headings)))
    return lost


def fits(table: Table, console: Console, *, folded: bool = False) -> bool:
    """Whether the console shows all of a table, two columns in from the edge.

    ``folded`` lets cells that may wrap do so, between words.
    """
    return 2 + _room(table, console, folded=folded) <= console.width


def heading(title: str, subtitle: str) -> None:
    """Print a title and what it is of, after an empty line."""
    from rich.text import Text

    to_stdout().print()
    show_table(Text(title, "bold"))
    show_table(Text(subtitle, "dim"))


def note(text: str) -> None:
    """Print a remark."""
    from rich.text import Text

    show_table(Text(text, "dim"))


def show_json(content: Any) -> None:
    """Print one JSON object; what is not finite is null.

    Where stdout is not UTF-8 letters are escaped, so that none is lost.
    """
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") != "utf8"
    say(json.dumps(_finite(content), ensure_ascii=plain, indent=2, default=str))


def _finite(content: Any) -> Any:
    """The same content with null for what JSON has no number for."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def _room(table: Table, console: Console, *, folded: bool = False) -> int:
    """Columns that a table takes when nothing wraps, or when all wraps that may."""
    measured = console.measure(table, options=console.options.update(width=1000))
    return measured.minimum if folded else measured.maximum


def _console(stderr: bool, widest: int) -> Console:
    from rich.console import Console

    from sim.messages import escaped

    class Screen(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            """Escape what would steer the terminal, in whatever is printed."""
            for segment in super().render(renderable, options):
                kept = segment.control or segment.text.isprintable()
                yield segment if kept else segment._replace(text=escaped(segment.text, "\n"))

        def on_broken_pipe(self) -> None:
            """Leave it to the caller; rich would end the program on the spot."""
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    plain = os.environ.get("NO_COLOR", "") != ""
    console = Screen(
        stderr=stderr,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None if plain else "auto",
    )
    known = console.is_terminal or os.environ.get("COLUMNS", "").isdigit()
    console.width = min(console.width, widest) if known else widest
    return console


def progress_bars(bars: bool) -> Progress:
    """Return bars like ``baseline-2025 ━━━━━━━━ 7/10 0:00:03``, gone when all is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = to_stderr()
    return Progress(
        TextColumn("  {task.description:<28}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not (bars and console.is_terminal),
    )
