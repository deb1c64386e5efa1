"""Each test runs in a folder of its own that holds two small scenarios."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.small import write_small

Langson = Callable[..., Any]

#: A run without what takes longest to write.
BARE = ("--no-figures", "--no-report")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with ``small.yaml`` and ``more.yaml``, made the current one."""
    write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("LANGSON_LANG", "LANGSON_DEBUG", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def langson(here: Path) -> Langson:
    """Call the command line: ``langson("run", "small.yaml")``."""

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(app, list(arguments), prog_name="langson")

    return call
