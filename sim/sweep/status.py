"""Status of a sweep, held against its scenario file and the program as they are now."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.arguments import checked_arguments
from sim.results import SweepResults
from sim.results.provenance import model_digest
from sim.sweep.plan import Sweep

__all__ = ["SweepStatus", "sweep_status"]


@dataclass(frozen=True, eq=False)
class SweepStatus:
    """Progress of a sweep.

    Attributes
    ----------
    points, replications, asked:
        Size of the design: points, replications of each, and their distinct tasks.
    tasks:
        One row per task of the design that has run; columns as
        :data:`sim.results.sweeps.LEDGER`.
    changed:
        What is not as it was when the folder was last filled: ``file``, ``program``.
    """

    results: SweepResults
    points: int
    replications: int
    asked: int
    tasks: pl.DataFrame
    changed: tuple[str, ...]


@checked_arguments
def sweep_status(results: SweepResults, wanted: Sweep | None = None) -> SweepStatus:
    """Count the finished tasks of the folder's own design or, where given, of a file's.

    Raises
    ------
    ResultsError
        The folder's tables cannot be read.
    """
    changed = ("program",) if results.manifest["model"] != model_digest() else ()
    if wanted is None:
        points, replications = results.points.height, len(results.replications)
        return SweepStatus(results, points, replications, results.asked, results.tasks, changed)
    if wanted.job.inputs != results.manifest["inputs"]:
        changed = ("file", *changed)
    names = pl.Series([point.name for point in wanted.points], dtype=pl.String)
    tasks = results.tasks_of(names, wanted.replications)
    return SweepStatus(results, len(names), wanted.replications, wanted.tasks, tasks, changed)
