"""A run of the small border without warm-up, in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.results import StoredResults, open_results, write
from sim.runs import run
from sim.scenario import load
from tests.small import SMALL

HOLD = """\
          scales:
            title: {en: Scales, vi: Cân}
            side: china
            servers: 1
            calendar: day
            at_close: resume
            service: 9 min
        holds:
          yard: {title: {en: Yard, vi: Bãi}, places: 3, first: documents, last: crossing}
        paths:
"""


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """The results; a yard is held over two stages, and a third one freezes at closing."""
    folder = tmp_path_factory.mktemp("log")
    text = SMALL.replace("        paths:\n", HOLD, 1).replace("warm_up: 1 day", "warm_up: 0 h")
    text = text.replace("crossing], crossed_at", "crossing, scales], crossed_at")
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    return open_results(write(run(load(folder / "small.yaml"), 2, journeys="all"), folder))


@pytest.fixture(scope="session")
def scenario(stored: StoredResults) -> Path:
    """Its scenario file."""
    return stored.folder.parent / "small.yaml"
