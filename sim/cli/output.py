"""Write what came of a command into a folder: results, pictures and the report."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.console import say
from sim.cli.errors import FAILED, INTERRUPTED, print_trace
from sim.cli.options import command_line, in_order
from sim.compare import compare_runs
from sim.errors import LangsonError, MissingGlyphWarning, PictureWarning, WriteError
from sim.report.summary import distinct_titles
from sim.results import Results, write, write_several
from sim.words import printable

if TYPE_CHECKING:
    from sim.compare import Comparison
    from sim.interrupts import Interrupts
    from sim.words import Words

__all__ = ["Kept", "adorn", "keep", "keep_results", "told"]


@dataclass
class Kept:
    """What of a command's results is on the disk.

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
    trouble: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def code(self) -> int:
        """Exit code of what went wrong, if anything did."""
        return INTERRUPTED if self.interrupted else FAILED if self.trouble else 0

    def note(self, what: str, error: Exception) -> None:
        """Note that something could not be written or drawn."""
        known = isinstance(error, LangsonError)
        reason = str(error) if known else f"a fault in langson: {type(error).__name__}: {error}"
        self.trouble.append(f"{what} {reason}".strip())
        if not known:
            print_trace(error)

    def print_trouble(self, words: Words) -> None:
        """Say on stderr what is missing, and where the rest is."""
        for sentence in self.trouble:
            say(f"error: {printable(sentence)}", err=True)
        if self.interrupted:
            say(words.text("keep.interrupted", folder=self.folder), err=True)


def keep(
    several: Sequence[Results],
    out: Path,
    interrupts: Interrupts,
    words: Words,
    *,
    figures: bool,
    report: bool,
    comparison: Comparison | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Kept:
    """Write the results and, unless unwanted, the pictures and the report.

    Requests to end wait until the results are whole. Trouble with a picture or the report is no
    reason to lose results. ``comparison`` and ``facts`` go into the folder too; several scenarios
    are compared where none is given. There is a report where the folder holds all that it would
    be of.
    """
    kept, inner = Kept(), list[Path]()
    if comparison is None and len(several) > 1:
        comparison = compare_runs(several, distinct_titles(several, words))

    def fill(out: Path) -> Path:
        if comparison is None:
            inner[:] = [write(several[0], out, command_line())]
            return inner[0]
        folder, inner[:] = write_several(several, out, command_line(), comparison.tables, facts)
        return folder

    keep_results(kept, fill, out)
    if kept.folder is None:
        return kept
    whole = comparison is None or len(several) == len(comparison.samples)
    draw = partial(_draw_all, kept, comparison, several, inner, words) if figures else None
    page = partial(_write_page, kept, words, several) if report and whole else None
    adorn(kept, interrupts, draw, page)
    return kept


def keep_results(kept: Kept, fill: Callable[[Path], Path], out: Path) -> None:
    """Write results by ``fill`` into ``out`` or, if that fails, where temporary files go."""
    try:
        kept.folder = fill(out)
        return
    except WriteError as error:
        failure = error
    elsewhere = None
    try:
        elsewhere = Path(tempfile.mkdtemp(prefix="langson-"))
        kept.folder = fill(elsewhere)
        kept.trouble.append(f"{failure}; the results are kept in {kept.folder} instead")
    except (OSError, WriteError):
        if elsewhere is not None:
            with suppress(OSError):
                elsewhere.rmdir()
        kept.trouble.append(f"{failure}; the results are lost, as there is no room elsewhere")


def adorn(
    kept: Kept,
    interrupts: Interrupts,
    draw: Callable[[], None] | None,
    page: Callable[[], None] | None,
) -> None:
    """Draw pictures and write the report of results that are safe; a request to end stops it."""
    try:
        with interrupts.allowed():
            for step in (draw, page):
                if step is not None:
                    step()
    except KeyboardInterrupt:
        kept.interrupted = True
        interrupts.clear()


def _draw_all(
    kept: Kept,
    comparison: Comparison | None,
    several: Sequence[Results],
    inner: Sequence[Path],
    words: Words,
) -> None:
    """Draw the comparison into the folder and each scenario's pictures into its inner one."""
    from sim.report.figures import draw_comparison, draw_figures

    assert kept.folder is not None
    try:
        with told(kept):
            if comparison is not None:
                kept.figures |= draw_comparison(comparison, kept.folder, words.lang) is not None
            for results, place in zip(several, inner, strict=True):
                kept.figures |= draw_figures(results, place, words.lang) is not None
    except Exception as error:  # noqa: BLE001 -- the results are safe whatever it is
        kept.note("", error)


def _write_page(kept: Kept, words: Words, held: Sequence[Results] = ()) -> None:
    """Write the report in both languages, that of the run first.

    ``held`` are the results in the folder, if they are in memory still.
    """
    from sim.report.html import write_report

    assert kept.folder is not None
    try:
        with told(kept):
            write_report(kept.folder, in_order(words.lang), held=held)
        kept.report = True
    except Exception as error:  # noqa: BLE001 -- the results are safe whatever it is
        kept.note("" if isinstance(error, LangsonError) else "report.html:", error)


@contextmanager
def told(kept: Kept) -> Iterator[None]:
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
                    kept.trouble.append(str(entry.message))
                elif isinstance(entry.message, MissingGlyphWarning):
                    letters |= entry.message.letters
            if letters:
                say(f"warning: {MissingGlyphWarning(letters)}", err=True)
