"""What all tests of the playback share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.results import Results, open_all, restored


@pytest.fixture(scope="session")
def several(folder: Path) -> list[Results]:
    """The two scenarios as they are read back."""
    return [restored(one) for one in open_all(folder)]
