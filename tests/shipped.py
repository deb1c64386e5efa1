"""The scenarios that are shipped, each loaded once for all tests of one process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sim

__all__ = ["FILES", "FOLDER", "shipped"]

FOLDER = Path(__file__).parents[1] / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))


@cache
def shipped(path: Path) -> sim.Scenario:
    """Load a scenario as it is shipped."""
    return sim.load(path)
