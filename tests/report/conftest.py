"""What tests of pictures and pages share: the house style, a small comparison."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.report.charts.style import house_style
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with house_style():
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small border and the same with more counters on disk, three replications each."""
    here = tmp_path_factory.mktemp("compared")
    several = [run(load(file)) for file in write_small(here)]
    return write_several(several, here / "results", ["langson", "run", "small.yaml"])[0]
