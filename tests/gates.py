"""Three small gates between which exporters choose, for tests that need them."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import sim

__all__ = ["FRUIT", "GATES", "gates"]

_GATE = """\
  {gate}:
    title: {{en: Gate {gate}, vi: Cửa khẩu {gate}}}
    mode: road
    class: auxiliary
    data: assumed
    evidence: assumption
    routes:
      main:
        like: road
"""

GATES = (
    """\
format: 1
title: {en: Three gates, vi: Ba cửa khẩu}
run: {start: 2025-07-07, days: 4, replications: 2, seed: 3}
news: {every: 30 min, evidence: assumption}
calendars:
  a: {hours: 07:00-19:00, evidence: assumption}
  b: {hours: 07:00-19:00, evidence: assumption}
  c: {hours: 07:00-19:00, evidence: assumption}
cargo:
  fruit: {title: {en: Fruit, vi: Trái cây}}
  goods: {title: {en: Goods, vi: Hàng}}
channels: {green: 50 %, yellow: 40 %, red: 10 %, evidence: assumption}
templates:
  road:
    stages:
      yard:
        title: {en: Yard, vi: Bãi}
        side: vietnam
        servers: unlimited
        service: "exponential(1 h)"
        held_by: owner
      documents:
        title: {en: Counters, vi: Quầy}
        side: vietnam
        servers: 2
        service: {green: 2 min, yellow: 10 min, red: 20 min}
        priority: [fruit]
      crossing:
        title: {en: Lane, vi: Làn}
        side: border
        servers: 1
        service: 10 min
    holds:
      places: {title: {en: Places, vi: Chỗ}, places: 900, first: documents, last: crossing}
    paths:
      export: {stages: [yard, documents, crossing], crossed_at: crossing}
      import: {stages: [documents], crossed_at: documents}
gates:
"""
    + _GATE.format(gate="a")
    + """\
        stages: {crossing: {calendar: a}}
        flows:
          fruit:
            direction: export
            cargo: fruit
            volume: 80 trucks/day
            choice:
              value_of_time: 100_000 VND/h
              alternatives:
                b: {main: {}}
                c: {main: {}}
          imports: {direction: import, cargo: goods, volume: 20 trucks/day}
"""
    + _GATE.format(gate="b")
    + """\
        stages: {crossing: {calendar: b}}
        flows:
          goods:
            direction: export
            cargo: goods
            volume: 40 trucks/day
            choice:
              value_of_time: 60_000 VND/h
              taste: 20_000 VND
              alternatives:
                a: {main: {travel: 30 min, fee: 10_000 VND}}
"""
    + _GATE.format(gate="c")
    + """\
        stages: {crossing: {calendar: c}}
"""
)

FRUIT = "gates.a.routes.main.flows.fruit"


@cache
def gates(*changes: tuple[str, str]) -> sim.Scenario:
    """The three gates with some values changed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gates.yaml"
        path.write_text(GATES, encoding="utf-8")
        return sim.load(path, set=dict(changes))
