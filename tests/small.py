"""A small scenario file for tests that need one: a road gate, a rail gate, an idle gate."""

from __future__ import annotations

from pathlib import Path

__all__ = ["OVERLAY", "SMALL", "write_small"]

SMALL = """\
format: 1
title: {en: Small border, vi: Biên giới nhỏ}
run: {start: 2025-07-07, warm_up: 1 day, days: 3, replications: 3, seed: 5}
calendars:
  day: {hours: 07:00-19:00, evidence: assumption}
cargo:
  fruit: {title: {en: Fruit, vi: Trái cây}, counted_as: fruit}
  goods: {title: {en: Goods, vi: Hàng hóa}}
channels: {green: 60 %, yellow: 30 %, red: 10 %, evidence: assumption}
gates:
  chi_ma:
    title: {en: Chi Ma, vi: Chi Ma}
    mode: road
    class: bilateral
    priority: true
    data: published
    evidence: assumption
    routes:
      main:
        stages:
          documents:
            title: {en: Documents, vi: Kiểm tra hồ sơ}
            side: vietnam
            servers: 2
            calendar: day
            service: "lognormal(mean 20 min, cv 0.8)"
          crossing:
            title: {en: Crossing, vi: Làn thông quan}
            side: border
            servers: 1
            calendar: day
            service: 4 min
        paths:
          export: {stages: [documents, crossing], crossed_at: crossing}
          import: {stages: [documents, crossing], crossed_at: crossing}
        flows:
          fruit: {direction: export, cargo: fruit, volume: 30 trucks/day}
          goods: {direction: import, cargo: goods, volume: 20 trucks/day}
  dong_dang:
    title: {en: Dong Dang, vi: Đồng Đăng}
    mode: rail
    class: international
    data: published
    evidence: assumption
    routes:
      main:
        stages:
          path:
            title: {en: Path, vi: Đường chạy tàu}
            side: border
            servers: 1
            service: 30 min
        paths:
          export: {stages: [path], crossed_at: path}
        flows:
          trains:
            direction: export
            cargo: goods
            vehicle: train
            timetable: [06:00, 15:00]
            wagons: 20
  co_sau:
    title: {en: Co Sau, vi: Co Sâu}
    mode: road
    class: auxiliary
    data: none
"""

OVERLAY = """\
format: 1
extends: small.yaml
title: {en: More counters, vi: Thêm quầy}
upgrades:
  counters:
    title: {en: Four counters, vi: Bốn quầy}
    capex: 80 bn VND
    opens: 2027-07
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 4}}}}}}
"""


def write_small(folder: Path) -> tuple[Path, Path]:
    """Write ``small.yaml`` and ``more.yaml``, which extends it; return both."""
    base, overlay = folder / "small.yaml", folder / "more.yaml"
    base.write_text(SMALL, encoding="utf-8")
    overlay.write_text(OVERLAY, encoding="utf-8")
    return base, overlay
