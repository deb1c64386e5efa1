"""What a sweep's folder holds, in an order of its own, for comparison."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from sim.results import SweepResults, open_results

__all__ = ["assert_same", "content"]


def content(folder: Path) -> dict[str, pl.DataFrame]:
    """Return every table that does not tell how long something took."""
    results = open_results(folder)
    assert isinstance(results, SweepResults)
    tables = {name: rows.collect() for name, rows in results.tables.items()}
    tables["tasks"] = results.tasks.drop("seconds", "traceback")
    tables["points"] = results.points
    return {
        name: rows.sort(rows.select(pl.exclude(pl.Float64)).columns)
        for name, rows in tables.items()
    }


def assert_same(one: Path, other: Path) -> None:
    """Two folders hold the same results, to the last bit."""
    first, second = content(one), content(other)
    assert first.keys() == second.keys()
    for name, rows in first.items():
        assert_frame_equal(rows, second[name], check_exact=True)
