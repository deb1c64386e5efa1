"""The pictures of a run, and of several beside one another, drawn from their tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.compare import Comparison, compare_runs
from sim.errors import PictureWarning
from sim.messages import messages
from sim.report.charts.backlog import backlogs, draw_backlog
from sim.report.charts.differences import differences, draw_differences
from sim.report.charts.stays import draw_stays, mean_stays
from sim.report.charts.style import house_style, render
from sim.report.charts.utilisation import draw_utilisation, stage_loads
from sim.report.charts.waits import draw_waits, stage_waits
from sim.report.text.summary import distinct_titles
from sim.report.text.uncertainty import error_name
from sim.results import Results, open_all, publish, restored
from sim.results.folder import reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["KINDS", "draw_comparison", "draw_each", "draw_figures", "draw_stored"]

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
    with reading(folder):
        stored = open_all(folder)
        several = [restored(results_folder) for results_folder in stored]
        drawn = [
            draw_figures(results, results_folder.folder, lang, kinds)
            for results_folder, results in zip(stored, several, strict=True)
        ]
        if len(several) > 1:
            comparison = compare_runs(several, distinct_titles(several, messages(lang)))
            drawn.append(draw_comparison(comparison, folder, lang, kinds))
    return [place for place in drawn if place is not None]


def draw_figures(
    results: Results, folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH
) -> Path | None:
    """Draw stays, backlog, waits and utilisation into ``folder/figures``, as PNG and SVG.

    A picture without anything to show is left out. Returns the folder of pictures, or None
    where there is none; raises and warns as :func:`draw_each`.
    """
    language, plan, count = messages(lang), results.plan, len(results.replications)
    scenario = results.spec.caption(language)

    def stays() -> Figure | None:
        bars = mean_stays([results], [scenario], language)
        return draw_stays(bars, language, count, scenario) if bars else None

    def backlog() -> Figure | None:
        gates = backlogs(results, language)
        return draw_backlog(gates, plan.start, count, language, scenario) if gates else None

    def waits() -> Figure | None:
        stages = stage_waits(results, language)
        return draw_waits(stages, count, language, scenario) if stages else None

    def utilisation() -> Figure | None:
        stages = stage_loads(results, language)
        return draw_utilisation(stages, count, language, scenario) if stages else None

    drawers = {"stays": stays, "backlog": backlog, "waits": waits, "utilisation": utilisation}
    return draw_each(drawers, folder, kinds)


def draw_comparison(
    comparison: Comparison, folder: Path, lang: str = "en", kinds: Sequence[str] = _BOTH
) -> Path | None:
    """Draw what each scenario changes against the first into ``folder/figures/comparison``.

    Returns the folder of pictures, or None where there is nothing to show; raises and warns as
    :func:`draw_each`.
    """
    language = messages(lang)
    names, count, paired = list(comparison.names), comparison.common, not comparison.independent
    names[0] = f"{names[0]} · {comparison.base.period(language)}"

    def differing() -> Figure | None:
        panels = differences(comparison, language)
        if not panels:
            return None
        error = error_name(comparison.samples, language)
        return draw_differences(panels, names, count, error, language, paired=paired)

    return draw_each({"comparison": differing}, folder, kinds)


def draw_each(
    drawers: Mapping[str, Callable[[], Figure | None]],
    folder: Path,
    kinds: Sequence[str] = _BOTH,
) -> Path | None:
    """Draw pictures by name into ``folder/figures``; return it, or None if nothing was drawn.

    A picture that cannot be drawn is lost alone, with a
    :class:`sim.errors.PictureWarning`.

    Raises
    ------
    WriteError
        The folder cannot be written.
    """
    files: dict[str, bytes] = {}
    for name, draw in drawers.items():
        try:
            with house_style():
                figure = draw()
                drawn = {} if figure is None else render(figure, kinds)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the others are drawn
            warnings.warn(PictureWarning(name, error), stacklevel=2)
            continue
        files |= {f"{name}.{kind}": content for kind, content in drawn.items()}
    if not files:
        return None

    def fill(inner: Path) -> None:
        for name, content in files.items():
            (inner / name).write_bytes(content)

    return publish(folder / "figures", fill)
