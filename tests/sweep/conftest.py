"""A small sweep: three lanes at the crossing, the upgrade off and on, four replications."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.sweep import Sweep, fill, plan_sweep
from sim.sweep.executor import SerialExecutor
from tests.small import write_small

SWEEP = """\
format: 1
extends: more.yaml
run: {warm_up: 0 h, days: 1}
sweep:
  replications: 4
  factors:
    lanes: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2, 3]}
    counters: {upgrade: counters}
"""

Make = Callable[..., Sweep]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the sweep's file, beside the scenarios that it extends."""
    write_small(tmp_path)
    path = tmp_path / "lanes.yaml"
    path.write_text(SWEEP, "utf-8")
    return path


@pytest.fixture
def make(file: Path, tmp_path: Path) -> Make:
    """Make a sweep's folder: ``make("a", ("values: [1, 2, 3]", "values: [1]"))``."""

    def made(folder: str = "results", *changes: tuple[str, str]) -> Sweep:
        text = SWEEP
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
        return plan_sweep(file, tmp_path / folder)

    return made


def filled(here: Path, shards: int = 1) -> Path:
    """Run the small sweep in this process, shard by shard, and return its folder."""
    write_small(here)
    (here / "lanes.yaml").write_text(SWEEP, "utf-8")
    sweep = plan_sweep(here / "lanes.yaml", here / "sweep")
    for shard in range(1, shards + 1):
        fill(sweep, SerialExecutor(), shard=(shard, shards))
    return sweep.folder


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small sweep, run undisturbed: to compare with, not to fill."""
    return filled(tmp_path_factory.mktemp("whole"))
