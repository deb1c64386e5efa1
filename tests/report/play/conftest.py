"""One comparison of the small border, shared by all tests of the playback."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.results import Results, open_all, restored, write_several
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small border and the same with more counters, three replications each."""
    here = tmp_path_factory.mktemp("played")
    several = [run(load(file)) for file in write_small(here)]
    return write_several(several, here / "results", ["langson", "run", "small.yaml"])[0]


@pytest.fixture(scope="session")
def several(folder: Path) -> list[Results]:
    """The two scenarios as they are read back."""
    return [restored(one) for one in open_all(folder)]
