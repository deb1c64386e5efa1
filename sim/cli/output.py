"""Write a command's output folder: results first, then pictures and the report."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.console import print_safely, progress_bars, say
from sim.cli.errors import FAILED, internal_error, print_error, print_trace, print_warning
from sim.cli.options import OutputOptions, command_line, in_order
from sim.compare import compare_runs
from sim.errors import LangsonError, MissingGlyphWarning, PictureWarning, WriteError
from sim.interrupts import INTERRUPTED
from sim.report.text.summary import distinct_titles
from sim.results import Results, write, write_several
from sim.sentences import NOTHING, Sentence

if TYPE_CHECKING:
    from sim.compare import Comparison
    from sim.interrupts import Interrupts
    from sim.messages import Messages

__all__ = [
    "Drawing",
    "Written",
    "draw_all",
    "lost_pictures_noted",
    "print_then_draw",
    "write_output",
    "write_results",
]


@dataclass
class Written:
    """Output of a command that is on the disk.

    Attributes
    ----------
    folder:
        Where it is; None where nothing could be written.
    figures, report:
        Whether there are pictures, and the report.
    trouble:
        What could not be written or drawn, in sentences.
    interrupted:
        Whether a request to end came before the pictures and the report were done.
    """

    folder: Path | None = None
    figures: bool = False
    report: bool = False
    trouble: list[Sentence] = field(default_factory=list)
    interrupted: bool = False

    @property
    def code(self) -> int:
        """Exit code of what went wrong, if anything did."""
        return INTERRUPTED if self.interrupted else FAILED if self.trouble else 0

    def note(self, what: Sentence, error: Exception) -> None:
        """Note that something could not be written or drawn."""
        known = isinstance(error, LangsonError)
        reason = Sentence("{error}", error=error)
        if not known:
            reason = internal_error(error)
        self.trouble.append(
            Sentence("{what} {reason}", what=what, reason=reason) if what else reason
        )
        if not known:
            print_trace(error)

    def print_trouble(self, messages: Messages) -> None:
        """Say on stderr what is missing, and where the rest is."""
        for sentence in self.trouble:
            print_error(sentence, flat=True)
        if self.interrupted:
            say(messages.text("keep.interrupted", folder=self.folder), err=True)


@dataclass(frozen=True)
class Drawing:
    """Pictures or a page still to be made: what the progress bar says, and how to make it."""

    title: str
    draw: Callable[[], None]


def write_output(
    several: Sequence[Results],
    output: OutputOptions,
    comparison: Comparison | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> tuple[Written, list[Drawing]]:
    """Write the results; return what is on the disk, and the pictures and report to be made of it.

    ``comparison`` and ``metadata`` go into the folder too; several scenarios are compared where
    none is given. There is a report where the folder holds all that it would be of. Nothing is
    written where there is neither.
    """
    written, inner, messages = Written(), list[Path](), output.messages
    if not several and comparison is None:
        return written, []
    if comparison is None and len(several) > 1:
        comparison = compare_runs(several, distinct_titles(several, messages))

    def fill(out: Path) -> Path:
        if comparison is None:
            inner[:] = [write(several[0], out, command_line())]
            return inner[0]
        tables = comparison.tables
        folder, inner[:] = write_several(several, out, command_line(), tables, metadata)
        return folder

    write_results(written, fill, output.out)
    if written.folder is None:
        return written, []
    drawings: list[Drawing] = []
    if output.figures:
        pictures = messages.text("keep.pictures")
        if comparison is not None:
            draw = partial(_draw_comparison, written, comparison, messages)
            drawings.append(Drawing(pictures, draw))
        drawings += [
            Drawing(
                f"{pictures}, {results.name}", partial(_draw, written, results, place, messages)
            )
            for results, place in zip(several, inner, strict=True)
        ]
    if output.report and (comparison is None or len(several) == len(comparison.samples)):
        drawings.append(Drawing("report.html", partial(_write_page, written, messages, several)))
    return written, drawings


def print_then_draw(
    written: Written,
    drawings: Sequence[Drawing],
    interrupts: Interrupts,
    output: OutputOptions,
    *,
    answer: Callable[[], None],
    close: Callable[[], None],
) -> None:
    """Print the answer, then draw what is to be drawn, then print where everything is.

    The results are safe before all of it. A reader of stdout who has left, or a full disk behind
    it, costs no picture; a request to end that came while they were written costs all of them.
    """
    messages, bars = output.messages, not output.quiet
    draw_all(written, interrupts, [])
    if written.interrupted:
        drawings = []
    try:
        print_safely(written.folder, interrupts, messages, answer)
    except (OSError, WriteError):
        draw_all(written, interrupts, drawings, bars=bars)
        raise
    draw_all(written, interrupts, drawings, bars=bars)
    print_safely(written.folder, interrupts, messages, close)


def write_results(written: Written, fill: Callable[[Path], Path], out: Path) -> None:
    """Write results by ``fill`` into ``out`` or, if that fails, where temporary files go."""
    try:
        written.folder = fill(out)
        return
    except WriteError as error:
        failure = error
    elsewhere = None
    try:
        elsewhere = Path(tempfile.mkdtemp(prefix="langson-"))
        written.folder = fill(elsewhere)
        written.trouble.append(
            Sentence(
                "{failure}; the results are kept in {folder} instead",
                failure=failure,
                folder=written.folder,
            )
        )
    except (OSError, WriteError):
        if elsewhere is not None:
            with suppress(OSError):
                elsewhere.rmdir()
        written.trouble.append(
            Sentence(
                "{failure}; the results are lost, as there is no room elsewhere", failure=failure
            )
        )


def draw_all(
    written: Written, interrupts: Interrupts, drawings: Sequence[Drawing], *, bars: bool = False
) -> None:
    """Draw pictures and write the report of results that are safe; a request to end stops it."""
    try:
        with interrupts.allowed(), progress_bars(bars) as progress:
            task = progress.add_task("", total=len(drawings))
            for drawing in drawings:
                progress.update(task, description=drawing.title)
                drawing.draw()
                progress.advance(task)
    except KeyboardInterrupt:
        written.interrupted = True
        interrupts.clear()


def _draw_comparison(written: Written, comparison: Comparison, messages: Messages) -> None:
    """Draw the comparison into the folder."""
    from sim.report.charts.figures import draw_comparison

    assert written.folder is not None
    with _guarded(written):
        written.figures |= draw_comparison(comparison, written.folder, messages.lang) is not None


def _draw(written: Written, results: Results, place: Path, messages: Messages) -> None:
    """Draw a scenario's pictures into its folder."""
    from sim.report.charts.figures import draw_figures

    with _guarded(written):
        written.figures |= draw_figures(results, place, messages.lang) is not None


@contextmanager
def _guarded(written: Written, what: Sentence = NOTHING) -> Iterator[None]:
    """Note errors within the block; the results are safe whatever happens."""
    try:
        with lost_pictures_noted(written):
            yield
    except Exception as error:  # noqa: BLE001 -- the results are safe whatever it is
        written.note(NOTHING if isinstance(error, LangsonError) else what, error)


def _write_page(written: Written, messages: Messages, held: Sequence[Results] = ()) -> None:
    """Write the report in both languages, that of the run first.

    ``held`` are the results in the folder, if they are in memory still.
    """
    from sim.report.html import write_report

    assert written.folder is not None
    with _guarded(written, Sentence("report.html:")):
        write_report(written.folder, in_order(messages.lang), held=held)
        written.report = True


@contextmanager
def lost_pictures_noted(written: Written) -> Iterator[None]:
    """Note the pictures that are lost within the block; say once which letters have no font."""
    with warnings.catch_warnings(record=True) as caught:
        for kind in (PictureWarning, MissingGlyphWarning):
            warnings.simplefilter("always", kind)
        try:
            yield
        finally:
            letters: set[str] = set()
            for entry in caught:
                if isinstance(entry.message, PictureWarning):
                    written.trouble.append(entry.message.args[0])
                elif isinstance(entry.message, MissingGlyphWarning):
                    letters |= entry.message.letters
            if letters:
                print_warning(MissingGlyphWarning(letters))
