"""What only a scenario has is in the report and the playback as much as what all have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.messages import messages
from sim.report.html.page import build_page
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.html.sections import border, bulletin, measures, waits
from sim.report.play.page import build_page as build_playback
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

GATE = """\
format: 1
extends: small.yaml
title: {en: New gate, vi: Cửa khẩu mới}
gates:
  na_nua:
    add: true
    title: {en: Na Nua, vi: Nà Nưa}
    mode: road
    class: bilateral
    data: assumed
    evidence: assumption
    routes:
      main:
        stages:
          lane:
            title: {en: The lane there, vi: Làn tại đó}
            side: border
            servers: 1
            calendar: day
            service: 20 min
        paths:
          export: {stages: [lane], crossed_at: lane}
        flows:
          fruit: {direction: export, cargo: fruit, volume: 30 trucks/day}
"""


def gathered(here: Path, names: tuple[str, str]) -> ReportData:
    """The small border and the same with a gate more, in the order named."""
    base, _ = write_small(here)
    (here / "gate.yaml").write_text(GATE, "utf-8")
    assert base.name == "small.yaml"
    several = [run(load(here / name), 2) for name in names]
    return read_report_data(write_several(several, here / "results")[0])


@pytest.fixture(scope="module", params=[("small.yaml", "gate.yaml"), ("gate.yaml", "small.yaml")])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """The new gate in the scenario, and in the baseline."""
    return gathered(tmp_path_factory.mktemp("gate"), request.param)


def test_the_gate_is_in_every_section(report: ReportData) -> None:
    """Measures, bulletin, map and waits name a gate that one of two scenarios has."""
    found = [one.section(report, messages("en")) for one in (measures, bulletin, border, waits)]
    for section in found:
        assert section is not None
        assert "Na Nua" in section.body
    assert "The lane there" in found[-1].body  # type: ignore[union-attr]


def test_its_numbers_stand_without_a_difference(report: ReportData) -> None:
    """Where there is nothing to compare with, the one scenario's own number is shown."""
    section = measures.section(report, messages("en"))
    assert section is not None
    row = section.body.split("Na Nua</th>")[1].split("</tr>")[0]
    shown = re.sub(r"\d–\d", "", row)  # ends of an interval
    assert shown.count("–") < 3
    assert re.search(r"±|\(\d", row)


def test_pages_are_built(report: ReportData) -> None:
    """Report and playback of both orders hold the gate."""
    assert "Nà Nưa" in build_page(report)
    assert "Nà Nưa" in build_playback(report.several, 1, "na_nua")
