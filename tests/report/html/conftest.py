"""What all tests of the report share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report.html.report_data import ReportData, read_report_data
from sim.results import write
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small border alone."""
    here = tmp_path_factory.mktemp("alone")
    return write(run(load(write_small(here)[0])), here / "results", ["langson", "run"])


@pytest.fixture(scope="session")
def report(folder: Path) -> ReportData:
    """What the sections draw on."""
    return read_report_data(folder)
