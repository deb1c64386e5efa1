"""Sliders over a grid of design points, worked out before and carried in the file."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from sim.catalogue import MEASURES, find, title
from sim.compare import Estimate, summarise_measures
from sim.messages import Messages
from sim.report.html.parts import ReportTable, Section, TableCell, render
from sim.report.html.report_data import ReportData
from sim.report.html.sweep_grid import factor_title
from sim.report.text.format import estimate_text
from sim.report.text.summary import COMPARED
from sim.report.text.uncertainty import sweep_error
from sim.results import SweepResults

__all__ = ["section"]

#: Most points in the table that is read without scripts.
_ROWS = 40

Levels = tuple[Any, ...]
_Estimates = Mapping[tuple[Levels, tuple[str, str]], Estimate]


def section(report: ReportData, messages: Messages) -> Section | None:
    """A slider for each factor, the headline measures of the chosen point, and a table."""
    sweep = report.sweep
    if sweep is None or report.swept is None:
        return None
    estimates = _estimates(sweep)
    moving = {measure for (_, measure), estimate in estimates.items() if estimate.mean}
    measures = [key for key in COMPARED if key in moving]
    levels = [list(sweep.points[name].unique(maintain_order=True)) for name in sweep.factors]
    points = list(itertools.product(*levels))
    rows = [[_shown(estimates, point, key, messages) for key in measures] for point in points]
    names = [factor_title(sweep, report.swept, name, messages) for name in sweep.factors]
    shown = [
        [_level(sweep, name, level, messages) for level in choices]
        for name, choices in zip(sweep.factors, levels, strict=True)
    ]
    titles = [title(measure, messages, direction) for direction, measure in measures]
    written = list(itertools.product(*shown))
    best = _best(estimates, points, written, rows)[:_ROWS]
    caption = messages.text("report.sliders.caption", shown=len(best), total=len(points))
    body = render(
        "sliders.html.j2",
        messages,
        title=messages.pick(sweep.manifest["scenario"]["title"]),
        factors=list(zip(names, shown, strict=True)),
        measures=list(zip((f"{way} {name}" for way, name in measures), titles, strict=True)),
        data={"levels": shown, "rows": rows},
        caption=caption,
        table=_table(names, titles, best),
        n=len(sweep.replications),
        error=sweep_error(sweep, messages),
    )
    return Section("sliders", messages.text("report.sliders.title"), body)


def _estimates(sweep: SweepResults) -> _Estimates:
    """Estimates over all gates by levels of the point and by direction and measure."""
    rows = (
        sweep.tables["headline"].filter(gate="all", cargo="all", route="all", stage="all").collect()
    )
    means = summarise_measures(rows, [*sweep.factors, "direction", "measure"])
    return {
        (
            tuple(row[name] for name in sweep.factors),
            (row["direction"], row["measure"]),
        ): Estimate.of(row).times(find(row["measure"]).factor)
        for row in means.iter_rows(named=True)
        if row["mean"] is not None
    }


def _shown(
    estimates: _Estimates, point: Levels, measure: tuple[str, str], messages: Messages
) -> str:
    """Write an estimate; a dash where the point has not run, or has no such value."""
    estimate = estimates.get((point, measure), Estimate(None, None))
    return estimate_text(estimate, messages, MEASURES[measure[1]].shown_in)


def _level(sweep: SweepResults, name: str, level: Any, messages: Messages) -> str:
    """Write a level as the scenario has it, an upgrade as without or with."""
    if isinstance(level, bool):
        return messages.text(f"report.sliders.{'with' if level else 'without'}")
    shown = level if isinstance(level, str) else messages.short(level)
    factor = sweep.manifest["sweep"]["factors"][name]
    return str(factor.get("write", "{}")).replace("{}", shown)


def _best(
    estimates: _Estimates,
    points: Sequence[Levels],
    written: Sequence[tuple[str, ...]],
    rows: Sequence[Sequence[str]],
) -> list[tuple[tuple[str, ...], Sequence[str]]]:
    """Levels and measures as written, the least wait of exports first, points without one last."""
    nothing = Estimate(None, None)
    waits = [estimates.get((point, ("export", "wait_mean")), nothing).mean for point in points]
    order = sorted(range(len(points)), key=lambda i: (waits[i] is None, waits[i] or 0.0, i))
    return [(written[i], rows[i]) for i in order]


def _table(
    names: list[str], titles: list[str], best: list[tuple[tuple[str, ...], Sequence[str]]]
) -> ReportTable:
    rows: list[list[TableCell | str]] = [
        [*(TableCell(level, "word") for level in levels), *values] for levels, values in best
    ]
    return ReportTable([*names, *titles], rows, heads=len(names))
