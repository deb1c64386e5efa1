"""A small valid scenario, and a folder to write variations of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, load

BASE = """\
format: 1
title: {en: One gate, vi: Một cửa khẩu}
run: {start: 2025-07-07, days: 7}
sources:
  evr: {title: Hours, date: 2025}
calendars:
  vietnam: {hours: 07:00-19:00, evidence: {kind: literature, source: evr}}
  china: {hours: 08:00-20:00 Beijing, evidence: assumption}
  crossing: {both: [vietnam, china]}
profiles:
  day:
    steady: {shares: {00:00-07:00: 30 %, 07:00-24:00: 70 %}, evidence: assumption}
cargo:
  fruit: {title: {en: Fruit, vi: Trái cây}, payload: 20 t, evidence: assumption}
  goods: {title: {en: Goods, vi: Hàng}, evidence: assumption}
channels: {green: 50 %, yellow: 40 %, red: 10 %, evidence: assumption}
templates:
  road:
    stages:
      documents:
        title: {en: Counters, vi: Quầy}
        side: vietnam
        servers: 2
        calendar: vietnam
        service: {green: 2 min, yellow: 10 min, red: 20 min}
        priority: [fruit]
      inspection:
        title: {en: Inspection, vi: Kiểm hóa}
        side: vietnam
        servers: 1
        calendar: vietnam
        service: 30 min
        share: {red: 100 %, other: 0 %}
      crossing:
        title: {en: Lane, vi: Làn}
        side: border
        servers: 1
        calendar: crossing
        service: 2 min
    holds:
      yard: {title: {en: Yard, vi: Bãi}, places: 50, first: documents, last: crossing}
    paths:
      export: {stages: [documents, inspection, crossing], crossed_at: crossing}
gates:
  chi_ma:
    title: {en: Chi Ma, vi: Chi Ma}
    mode: road
    class: bilateral
    data: assumed
    evidence: assumption
    routes:
      main:
        like: road
        flows:
          fruit: {direction: export, cargo: fruit, volume: 30 trucks/day, day: steady}
  tan_thanh:
    title: {en: Tân Thanh, vi: Tân Thanh}
    mode: road
    class: auxiliary
    data: assumed
    evidence: assumption
    routes:
      r1088: {like: road}
  huu_nghi:
    title: {en: Hữu Nghị, vi: Hữu Nghị}
    mode: road
    class: international
    data: assumed
    routes:
      r1088: {alias_of: tan_thanh}
"""

OVERLAY = """\
format: 1
extends: base.yaml
title: {en: More counters, vi: Thêm quầy}
"""

Write = Callable[[str, str], str]


@pytest.fixture
def base() -> str:
    """Text of a whole scenario without warnings."""
    return BASE


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file into an empty current folder; returns its name."""
    monkeypatch.chdir(tmp_path)

    def put(name: str, text: str) -> str:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
        return name

    return put


@pytest.fixture
def overlay(write: Write) -> Callable[..., Scenario]:
    """Load an overlay of the small scenario from its text below the title."""
    write("base.yaml", BASE)

    def loaded(text: str = "", **options: object) -> Scenario:
        return load(write("overlay.yaml", OVERLAY + text), **options)  # type: ignore[arg-type]

    return loaded


@pytest.fixture
def problems(write: Write) -> Callable[[str], list[Problem]]:
    """Load the small scenario with one piece of text replaced; what is wrong with it."""

    def found(old: str, new: str) -> list[Problem]:
        assert BASE.count(old) == 1, f"{old!r} must be in the text once"
        try:
            return list(load(write("base.yaml", BASE.replace(old, new))).warnings)
        except ScenarioError as error:
            return error.problems

    return found
