"""The pictures of a run, and of several beside one another, drawn from their tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.compare import Comparison, compare_runs
from sim.report.backlog import backlogs, draw_backlog
from sim.report.differences import differences, draw_differences
from sim.report.style import house_style, save
from sim.report.summary import distinct_titles
from sim.report.utilisation import draw_utilisation, stage_loads
from sim.report.waits import draw_waits, stage_waits
from sim.results import Results, open_all, publish, restored
from sim.words import Words, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "draw_comparison", "draw_figures", "draw_stored"]

#: Forms in which pictures can be written.
KINDS = ("pdf", "svg", "png")

_BOTH = ("png", "svg")


def draw_stored(folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH) -> list[Path]:
    """Draw all pictures of a results folder again, in the forms asked for.

    Returns the folders of pictures, which stand beside earlier ones.

    Raises
    ------
    ResultsError
        The folder cannot be read, or not be written.
    """
    stored = open_all(folder)
    several = [restored(one) for one in stored]
    drawn = [
        draw_figures(results, one.folder, lang, kinds)
        for one, results in zip(stored, several, strict=True)
    ]
    if len(several) > 1:
        comparison = compare_runs(several, distinct_titles(several, words(lang)))
        compared_in = draw_comparison(comparison, folder, lang, kinds)
        drawn += [compared_in] if compared_in else []
    return drawn


def draw_figures(
    results: Results, folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH
) -> Path:
    """Draw backlog, waits and utilisation into ``folder/figures``, as PNG and SVG.

    A picture without anything to show is left out. Returns the folder of pictures.

    Raises
    ------
    ResultsError
        The folder cannot be written.
    """
    language = words(lang)

    def fill(inner: Path) -> None:
        with house_style():
            for name, figure in _figures(results, language).items():
                save(figure, inner, name, kinds)

    return publish(folder / "figures", fill)


def draw_comparison(
    comparison: Comparison, folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH
) -> Path | None:
    """Draw what each scenario changes against the first into ``folder/figures/comparison``.

    Returns the folder of pictures, or None where there is nothing to show.

    Raises
    ------
    ResultsError
        The folder cannot be written.
    """
    language = words(lang)
    panels = differences(comparison, language)
    if not panels:
        return None
    names, count = comparison.names, comparison.common
    paired = not comparison.independent

    def fill(inner: Path) -> None:
        with house_style():
            figure = draw_differences(panels, names, count, language, paired=paired)
            save(figure, inner, "comparison", kinds)

    return publish(folder / "figures", fill)


def _figures(results: Results, language: Words) -> dict[str, Figure]:
    count, scenario = len(results.replications), language.pick(results.plan.title)
    figures: dict[str, Figure] = {}
    if gates := backlogs(results, language):
        figures["backlog"] = draw_backlog(gates, results.plan.start, count, language, scenario)
    if waits := stage_waits(results, language):
        figures["waits"] = draw_waits(waits, count, language, scenario)
    if busy := stage_loads(results, language):
        figures["utilisation"] = draw_utilisation(busy, count, language, scenario)
    return figures
