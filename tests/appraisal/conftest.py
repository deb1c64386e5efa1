"""A small border with prices, growth and seasons, and an upgrade with costs and a date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from tests.report.html.test_economy import PRICES
from tests.small import SMALL

Load = Callable[..., sim.Scenario]

PROFILES = """\
profiles:
  season:
    fruit: {jan: 40 %, feb: 40 %, mar: 60 %, dec: 50 %, evidence: assumption}
  growth:
    slow: {years: {2025: 100 %, 2035: 120 %}, evidence: assumption}
"""

OVERLAY = """\
format: 1
extends: small.yaml
title: {en: Counters, vi: Quầy}
upgrades:
  counters:
    title: {en: Four counters, vi: Bốn quầy}
    capex: {value: 2 bn VND, low: 1 bn VND, high: 4 bn VND}
    opex: 100 mn VND/year
    opens: 2027-07
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 4}}}}}}
"""

RHYTHM = "season: fruit, growth: slow"


def write_border(folder: Path, overlay: str = OVERLAY) -> None:
    """Write ``small.yaml`` with prices and growth, and ``more.yaml`` upon it."""
    base = (SMALL + PRICES + PROFILES).replace(
        "volume: 30 trucks/day", f"volume: 40 trucks/day, {RHYTHM}"
    )
    (folder / "small.yaml").write_text(base, "utf-8")
    (folder / "more.yaml").write_text(overlay, "utf-8")


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load ``small.yaml`` or ``more.yaml``, with an overlay of one's own."""

    def loaded(name: str, overlay: str = OVERLAY, **settings: str) -> sim.Scenario:
        write_border(tmp_path, overlay)
        return sim.load(tmp_path / f"{name}.yaml", set={"run.replications": "2", **settings})

    return loaded
