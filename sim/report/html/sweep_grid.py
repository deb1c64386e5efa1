"""The sweep that a report carries: a grid, small enough to go by e-mail, and its factors."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ResultsError, ScenarioError
from sim.messages import Messages
from sim.report.text.value_titles import value_title
from sim.results import SweepResults, open_results
from sim.scenario import ScenarioModel
from sim.sentences import Sentence
from sim.sweep import input_variants

__all__ = ["factor_title", "open_grid", "swept_model"]

MOST = 5_000
"""Most points that a report carries, about 2 MB in two languages."""


def open_grid(folder: Path) -> SweepResults:
    """Open a sweep whose points are all combinations of the levels of its factors.

    Raises
    ------
    ResultsError
        It is no sweep, no grid, has no results yet, or too many points.
    """
    results = open_results(folder)
    if not isinstance(results, SweepResults):
        raise ResultsError(
            Sentence(
                "{folder} is a run, not a sweep; give a folder of langson sweep", folder=folder
            )
        )
    design = results.manifest["sweep"].get("design", "grid")
    if design != "grid":
        raise ResultsError(
            Sentence(
                "{folder} is a sweep with design: {design}; sliders need every "
                "combination, so give "
                "one with design: grid",
                folder=folder,
                design=design,
            )
        )
    if results.points.height > MOST:
        raise ResultsError(
            Sentence(
                "{folder} has {height:,} points, too many for one page; sweep fewer "
                "values, at most "
                "{most:,} points",
                folder=folder,
                height=results.points.height,
                most=MOST,
            )
        )
    if "headline" not in results.tables:
        raise ResultsError(
            Sentence("{folder} has no results yet; run: langson sweep {folder}", folder=folder)
        )
    return results


def swept_model(sweep: SweepResults) -> ScenarioModel:
    """Read the scenario that a sweep varies, from the sweep's own copies of its files.

    Raises
    ------
    ResultsError
        They are missing, or this version cannot read them.
    """
    try:
        return input_variants(sweep.folder, sweep.manifest["inputs"], sweep.name).base.model
    except ScenarioError as error:
        raise ResultsError(
            Sentence("{folder}: this version cannot read its scenario", folder=sweep.folder)
        ) from error


def factor_title(sweep: SweepResults, model: ScenarioModel, name: str, messages: Messages) -> str:
    """Name a factor by its upgrade or by the values that it sets."""
    factor = sweep.manifest["sweep"]["factors"][name]
    if factor.get("upgrade"):
        return messages.pick(model.upgrades[factor["upgrade"]].title.model_dump())
    paths = factor["path"] if isinstance(factor["path"], list) else [factor["path"]]
    return "; ".join(value_title(model, path, messages) for path in paths)
