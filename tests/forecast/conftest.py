"""A border of two road gates whose owners hold trucks, and bulletins of a few days."""

from __future__ import annotations

from pathlib import Path

import pytest

_GATE = """\
  {gate}:
    title: {{en: {title}, vi: {title}}}
    mode: road
    class: bilateral
    data: published
    evidence: assumption
    routes:
      main:
        stages:
          yard:
            title: {{en: Yard, vi: Bãi}}
            side: vietnam
            servers: unlimited
            calendar: day
            at_close: resume
            held_by: owner
            service: "lognormal(mean 13 h, cv 0.8)"
          crossing:
            title: {{en: Crossing, vi: Làn}}
            side: border
            servers: 3
            calendar: day
            service: 1 min
          bay:
            title: {{en: Bay, vi: Ô}}
            side: china
            servers: 4
            calendar: day
            service: 30 min
            share: 20 %
        paths:
          export: {{stages: [yard, crossing, bay], crossed_at: crossing}}
        flows:
          fruit: {{direction: export, cargo: fruit, volume: 60 trucks/day, day_to_day_cv: 20 %}}
          goods: {{direction: export, cargo: goods, volume: 40 trucks/day, day_to_day_cv: 20 %}}
"""
_HEAD = """\
format: 1
title: {en: Two gates, vi: Hai cửa khẩu}
run: {start: 2025-07-07, days: 4, replications: 4, seed: 7}
calendars:
  day: {hours: 07:00-20:00, evidence: assumption}
cargo:
  fruit: {title: {en: Fruit, vi: Trái cây}, counted_as: fruit}
  goods: {title: {en: Goods, vi: Hàng hóa}}
channels: {green: 100 %, yellow: 0 %, red: 0 %, evidence: assumption}
gates:
"""
BULLETINS = """\
day,gate,quantity,value
2025-07-08,all,waiting,240
2025-07-08,all,exported,200
2025-07-08,chi_ma,waiting,150
2025-07-09,all,waiting,260
2025-07-09,all,exported,190
2025-07-09,all,waiting_fruit,170
2025-07-10,all,waiting,250
2025-07-10,all,exported,210
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The scenario of two gates."""
    names = {"chi_ma": "Chi Ma", "coc_nam": "Cốc Nam"}
    gates = "".join(_GATE.format(gate=gate, title=title) for gate, title in names.items())
    file = tmp_path / "two-gates.yaml"
    file.write_text(_HEAD + gates, "utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with bulletins of three days in one file."""
    folder = tmp_path / "bulletins"
    folder.mkdir()
    (folder / "july.csv").write_text(BULLETINS, "utf-8")
    return folder
