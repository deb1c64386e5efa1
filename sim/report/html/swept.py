"""The sweep that a report carries: a grid, small enough to go by e-mail."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ResultsError
from sim.results import SweepResults, open_results

__all__ = ["MOST", "open_grid"]

MOST = 5_000
"""Most points that a report carries, about 2 MB in two languages."""


def open_grid(folder: Path) -> SweepResults:
    """Open a sweep whose points are all combinations of the levels of its factors.

    Raises
    ------
    ResultsError
        It is no sweep, no grid, has no results yet, or too many points.
    """
    found = open_results(folder)
    if not isinstance(found, SweepResults):
        raise ResultsError(f"{folder} is a run, not a sweep; give a folder of langson sweep")
    design = found.manifest["sweep"].get("design", "grid")
    if design != "grid":
        raise ResultsError(
            f"{folder} is a sweep with design: {design}; sliders need every combination, "
            "so give one with design: grid"
        )
    if found.points.height > MOST:
        raise ResultsError(
            f"{folder} has {found.points.height:,} points, too many for one page; "
            f"sweep fewer values, at most {MOST:,} points"
        )
    if "headline" not in found.tables:
        raise ResultsError(f"{folder} has no results yet; run: langson sweep {folder}")
    return found
