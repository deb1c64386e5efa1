"""A small border and files of figures observed at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.plan import Plan
from tests.small import write_small

Write = Callable[[str], Path]


@pytest.fixture
def small(tmp_path: Path) -> sim.Scenario:
    """A road gate with fruit out and goods in, and a rail gate; bulletins of three days."""
    return sim.load(write_small(tmp_path)[0])


@pytest.fixture
def plan(small: sim.Scenario) -> Plan:
    """The small border, ready to run."""
    return sim.build_plan(small)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of figures; return its path."""

    def put(text: str) -> Path:
        path = tmp_path / "observed.csv"
        path.write_text(text, "utf-8")
        return path

    return put
