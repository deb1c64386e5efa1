"""From what people counted and timed to a scenario whose numbers say who measured them.

Data walk one way: sheet → mapped event table → estimates → overlay, page, table, ensemble.
The package is not called after its function :func:`sim.fit`, which would hide it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sim.arguments import checked_arguments
from sim.errors import ArgumentError
from sim.fitting.estimate import Fitted, estimate
from sim.fitting.families import Fit, Interval
from sim.fitting.findings import Estimate, Finding, Unknown
from sim.fitting.logs import is_results, read_log
from sim.fitting.model import on_the_days_of
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.shipped import locate

__all__ = ["Estimate", "Finding", "Fit", "Fitted", "Interval", "Unknown", "fit"]

_BASE = "baseline-2025"
"""Scenario that is fitted where nothing names one."""


@checked_arguments
def fit(
    surveys: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    base: str | os.PathLike[str] | None = None,
    sampled: float = 1.0,
    rows: int = 50,
    seed: int = 1,
) -> Fitted:
    """Fit a scenario to what was observed.

    Parameters
    ----------
    surveys:
        A results folder of langson's, with its event log.
    base:
        Scenario whose numbers are to be replaced: its path or name; else the one that the folder
        names, else baseline-2025.
    sampled:
        Share of the vehicles that was timed, above 0 and at most 1.
    rows:
        Draws of everything that is fitted, for a sweep over what is left unsure.
    seed:
        Of these draws.

    Raises
    ------
    ScenarioError
        With everything that is wrong in the files, by row and column.
    ResultsError
        A results folder cannot be read.
    """
    paths = [surveys] if isinstance(surveys, str | os.PathLike) else list(surveys)
    if not paths:
        raise ArgumentError("surveys: name at least one file or results folder")
    if not 0.0 < sampled <= 1.0:
        raise ArgumentError(f"sampled must be above 0 and at most 1, not {sampled}")
    first = Path(paths[0])
    if not is_results(first):
        raise ArgumentError(f"{first} is no results folder")
    events, name = read_log(first)
    known = on_the_days_of(locate(base if base is not None else name or _BASE, Problems()), events)
    return estimate(events, known, name, rows=rows, seed=seed)
