"""A small border with counters and lanes to choose, at prices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.small import write_small

PROBLEM = """\
format: 1
extends: more.yaml
run: {warm_up: 0 h, days: 2, gates: [chi_ma]}
optimise:
  minimise: capex
  upgrades: [counters]
  decisions:
    lanes:
      title: {en: Lanes, vi: Làn}
      path: gates.chi_ma.routes.main.stages.crossing.servers
      least: 1
      most: 3
      capex: {value: 20 bn VND, low: 10 bn VND, high: 40 bn VND}
      opex: 1 bn VND/year
  subject_to:
    - within(2 h)[chi_ma, export] >= 90 %
  margin: 4 %
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the problem, changed: ``write(("least: 1", "least: 2"))``."""

    def written(*changes: tuple[str, str], name: str = "choose.yaml") -> Path:
        write_small(tmp_path)
        text = PROBLEM
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return file

    return written
