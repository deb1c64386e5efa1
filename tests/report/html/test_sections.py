"""Each section says what the tables say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.report.html.material import Material, gather
from sim.report.html.parts import show_estimate
from sim.report.html.sections import assumptions, bulletin, changes, headline, method, warnings
from sim.report.summary import Estimate, bulletin_rows
from sim.words import Words, words


@pytest.fixture(params=["en", "vi"])
def language(request: pytest.FixtureRequest) -> Words:
    """Both languages."""
    found: Words = words(request.param)
    return found


def test_headline_names_scenario_gate_and_interval(material: Material, language: Words) -> None:
    """The sentence has the scenario's title, both means, and the gate where most changes."""
    section = headline.section(material, language)
    assert section is not None
    change = material.difference(1, "all", "all", "wait_mean")
    assert change is not None
    assert change.verdict == "better"
    assert material.titles(language)[1] in section.body
    assert language.number(change.before, 0) in section.body
    assert "Chi Ma" in section.body


def test_headline_of_one_scenario_has_no_differences(alone: Path, language: Words) -> None:
    """Alone, a scenario is told by its means with their half-widths."""
    mine = gather(alone)
    section = headline.section(mine, language)
    assert section is not None
    wait = mine.estimate(0, "all", "all", "wait_mean")
    assert show_estimate(wait, language) in section.body
    assert not {"▲", "▼"} & set(section.body)


def test_numbers_follow_the_language() -> None:
    """A half-width decides the decimals, and each language writes them its own way."""
    estimate = Estimate(1234.5678, 0.42)
    assert show_estimate(estimate, words("en")) == "1,234.6 ± 0.4"
    assert show_estimate(estimate, words("vi")) == "1.234,6 ± 0,4"
    assert show_estimate(Estimate(3.0, None), words("en")) == "3"


def test_bulletin_has_a_row_for_each_line(material: Material, language: Words) -> None:
    """Every line of the bulletin is there, and the gates that are not simulated are named."""
    section = bulletin.section(material, language)
    assert section is not None
    assert section.body.count("<tr>") >= 1 + len(bulletin_rows(material.base))
    assert "Co Sau" in section.body or "Co Sâu" in section.body


def test_changes_point_to_file_line_and_evidence(material: Material, language: Words) -> None:
    """A changed input stands with its old and new value, its file and line, its evidence."""
    section = changes.section(material, language)
    assert section is not None
    for shown in ("chi_ma.routes.main.stages.documents.servers", ">2<", ">4<", "more.yaml:10"):
        assert shown in section.body
    assert language.text("report.evidence.assumption") in section.body
    assert language.text("show.capex", amount="80") in section.body


def test_changes_need_a_second_scenario(alone: Path) -> None:
    """One scenario changes nothing."""
    assert changes.section(gather(alone), words("en")) is None


def test_assumptions_are_counted_as_the_scenario_counts(material: Material) -> None:
    """The report says as many assumptions as ``langson run`` does."""
    section = assumptions.section(material, words("en"))
    assert section is not None
    count = len(material.base.scenario.assumptions())
    assert count > 0
    assert count == material.stored[0].manifest["scenario"]["assumptions"]
    assert words("en").text("report.assumptions.text", n=count) in section.body


def test_checklist_is_whole(material: Material, language: Words) -> None:
    """All 24 items of STRESS-DES are answered; what no one wrote is said to be missing."""
    section = method.section(material, language)
    assert section is not None
    assert section.body.count("<tr>") == 25
    assert language.text("report.method.unstated") in section.body
    assert str(material.base.seed) in section.body


def test_few_replications_and_interruptions_are_warned_of(material: Material) -> None:
    """Three replications are few, and a run that was stopped says so."""
    cut = replace(material.base, interrupted=True, asked=9)
    section = warnings.section(Material(material.folder, material.stored, (cut,)), words("en"))
    assert section is not None
    assert "Only 3 replications" in section.body
    assert "interrupted: 3 of 9" in section.body
