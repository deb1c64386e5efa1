"""The report holds what plans promise against what came out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.messages import messages
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.html.sections import targets
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

TARGETS = """\
targets:
  few:
    title: {en: At least ten, vi: Ít nhất mười}
    gate: chi_ma
    measure: crossed.per_day
    at_least: 10 vehicles/day
  quick:
    title: {en: No wait, vi: Không chờ}
    measure: wait.mean
    at_most: 0.1 min
"""


@pytest.fixture(scope="module")
def promised(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """The small border, and an overlay with a target that is met and one that is not."""
    here = tmp_path_factory.mktemp("promised")
    base, other = write_small(here)
    other.write_text(other.read_text("utf-8") + TARGETS, "utf-8")
    several = [run(load(file), journeys="none") for file in (base, other)]
    return read_report_data(write_several(several, here / "results")[0])


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_targets_are_met_or_missed(lang: str, promised: ReportData) -> None:
    """Each target has its title, what it promises, what came out, and the verdict."""
    language = messages(lang)
    section = targets.section(promised, language)
    assert section is not None
    few, quick = section.body.split("<tr>")[2:]
    unit = language.text("unit.vehicles/day")
    assert language.text("target.title") == section.title
    assert all(part in few for part in ("Chi Ma", f"≥ 10 {unit}", 'class="word better"'))
    assert f">{language.text('report.target.met')}<" in few
    assert f">{language.text('report.target.missed')}<" in quick
    assert 'class="word worse"' in quick
    # the baseline has no such targets
    assert language.text("compare.baseline") not in section.body


def test_one_replication_tells_nothing(promised: ReportData) -> None:
    """Without an interval nothing is called met or missed."""
    alone = [replace(one, replications=(0,), tables=_first(one.tables)) for one in promised.several]
    section = targets.section(replace(promised, several=tuple(alone)), messages("en"))
    assert section is not None
    assert section.body.count(messages("en").text("report.target.open")) == 2


def _first(tables: dict) -> dict:
    return {name: table.filter(replication=0) for name, table in tables.items()}


def test_without_targets_there_is_no_table(report: ReportData) -> None:
    """A scenario that names no target has no such section."""
    assert targets.section(report, messages("en")) is None
