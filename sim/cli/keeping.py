"""Write what came of a command into a folder: results, pictures and the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.options import command_line, in_order
from sim.cli.screen import to_stderr
from sim.compare import compare_runs
from sim.errors import LangsonError
from sim.report.summary import distinct_titles
from sim.results import Results, write, write_several

if TYPE_CHECKING:
    from sim.compare import Comparison
    from sim.words import Words

__all__ = ["draw_all", "keep", "write_page"]


def keep(several: Sequence[Results], out: Path, figures: bool, report: bool, words: Words) -> Path:
    """Write the results and, unless unwanted, the pictures and the report; return the folder.

    Trouble with a picture or the report is no reason to lose results: it is said on stderr.
    """
    comparison = None
    if len(several) == 1:
        folder = write(several[0], out, command_line())
        inner = [folder]
    else:
        comparison = compare_runs(several, distinct_titles(several, words))
        folder, inner = write_several(several, out, command_line(), comparison.tables)
    if figures:
        draw_all(comparison, several, inner, folder, words)
    if report:
        write_page(folder, words, several)
    return folder


def draw_all(
    comparison: Comparison | None,
    several: Sequence[Results],
    inner: Sequence[Path],
    folder: Path,
    words: Words,
) -> None:
    """Draw the comparison into ``folder`` and each scenario's pictures into its inner one.

    Trouble with a picture is said on stderr.
    """
    from sim.report.figures import draw_comparison, draw_figures

    try:
        if comparison is not None:
            draw_comparison(comparison, folder, words.lang)
        for results, place in zip(several, inner, strict=True):
            draw_figures(results, place, words.lang)
    except LangsonError as error:
        to_stderr().print(f"warning: {error}")


def write_page(folder: Path, words: Words, held: Sequence[Results] = ()) -> None:
    """Write the report in both languages, that of the run first; say trouble on stderr.

    ``held`` are the results in the folder, if they are in memory still.
    """
    from sim.report.html import write_report

    try:
        write_report(folder, in_order(words.lang), held=held)
    except LangsonError as error:
        to_stderr().print(f"warning: {error}")
