"""A small border whose counters are uncertain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.small import SMALL, write_small

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write ``small.yaml`` with a section ``inputs:`` of these lines, and files beside it."""

    def written(inputs: str = "", name: str = "small.yaml", **files: str) -> Path:
        write_small(tmp_path)
        for stem, text in files.items():
            (tmp_path / f"{stem}.csv").write_text(text, "utf-8")
        path = tmp_path / name
        if name == "small.yaml":
            path.write_text(SMALL + inputs, "utf-8")
        else:
            path.write_text(f"format: 1\nextends: small.yaml\n{inputs}", "utf-8")
        return path

    return written
