"""Targets are checked like everything else, and a target taken as an input is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario import diff, load
from sim.scenario.derive.named_quantities import names_in, quantity_of
from tests.small import write_small

TARGET = """\
sources: {press: {title: Press release}}
targets:
  plan:
    title: {en: Plan, vi: Quy hoạch}
    gate: chi_ma
    measure: crossed.per_day
    at_least: 2_000 vehicles/day
    source: press
"""


def with_text(folder: Path, more: str, *changes: tuple[str, str]) -> Path:
    """The small scenario with more text, and then changes to it."""
    path, _ = write_small(folder)
    text = path.read_text("utf-8") + more
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("keys", "quantity"),
    [
        ("measure: within(2 h)", "within(2 h)[chi_ma]"),
        ("measure: wait.p95\n    cargo: fruit", "wait.p95[chi_ma, fruit]"),
        ("measure: wait.p95[export, fruit]", "wait.p95[chi_ma, export, fruit]"),
        ("measure: wait\n    stage: documents", "wait.mean[chi_ma, stage=documents]"),
    ],
)
def test_a_target_names_any_quantity(tmp_path: Path, keys: str, quantity: str) -> None:
    """Limits, cargo classes and stages, by keys or in the measure's brackets."""
    change = ("measure: crossed.per_day", keys)
    limit = "50 %" if "within" in keys else "2 h"
    value = ("at_least: 2_000 vehicles/day", f"at_most: {limit}")
    model = load(with_text(tmp_path, TARGET, change, value)).model
    found = quantity_of(model.targets["plan"]).resolved(names_in(model))
    assert str(found) == quantity


def test_a_sound_target_is_no_input(tmp_path: Path) -> None:
    """A target loads without complaint, is no assumption, and no difference between inputs."""
    plain = load(write_small(tmp_path)[0])
    aimed = load(with_text(tmp_path, TARGET))
    assert aimed.warnings == ()
    assert aimed.model.targets["plan"].at_least == "2_000 vehicles/day"
    assert aimed.assumptions() == plain.assumptions()
    assert diff(plain, aimed) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("gate: chi_ma\n    measure", "gate: chi_mo\n    measure", "no gate 'chi_mo'"),
        ("source: press", "source: pres", "no source 'pres'; did you mean 'press'"),
        ("2_000 vehicles/day", "2 h", "'2 h' is not a rate"),
        ("crossed.per_day", "wait.p95", "unknown time unit 'vehicles/day'"),
        ("crossed.per_day", "waits.p95", "did you mean 'wait.p95'?"),
        ("crossed.per_day", "overnight.mean", "it is called closed.mean now"),
        ("crossed.per_day", "crossed[fruits]", "did you mean 'fruit'?"),
        ("crossed.per_day", "crossed[tan_thanh]", "no gate, direction, cargo class"),
        ("crossed.per_day", "crossed[gate=chi_ma]", "has two of gate"),
        ("crossed.per_day", "within(0 h)", "a time above 0"),
        ("    at_least: 2_000 vehicles/day\n", "", "needs `at_least` or `at_most`"),
        ("    source", "    at_most: 3_000/day\n    source", "needs `at_least` or `at_most`"),
        (
            "measure: crossed.per_day\n    at_least: 2_000 vehicles/day",
            "measure: waiting.2000\n    direction: import\n    at_most: 50",
            "waiting.2000 is of exports",
        ),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    """Each mistake in a target is named where it stands."""
    with pytest.raises(ScenarioError) as caught:
        load(with_text(tmp_path, TARGET, (before, after)))
    (problem,) = caught.value.problems
    assert message in str(problem)
    assert problem.line > 60


def test_a_promise_taken_as_demand_is_said(tmp_path: Path) -> None:
    """Volume and service time of an official plan are flagged with file and line; lanes not."""
    upgrade = """\
    evidence: official-plan
    gates:
      chi_ma:
        routes:
          main:
            stages: {documents: {servers: 4, service: {green: 2 min, other: 5 min}}}
            flows:
              fruit: {volume: 900/day}
"""
    _, more = write_small(tmp_path)
    text = more.read_text("utf-8")
    more.write_text(text[: text.index("    evidence")] + upgrade, "utf-8")
    found = [one for one in load(more).warnings if one.code == "target-as-input"]
    assert [(Path(one.file).name, one.line) for one in found] == [
        ("more.yaml", 14),
        ("more.yaml", 16),
    ]
    assert "target of an official plan is taken as an input" in str(found[0])


def test_a_promised_growth_is_said(tmp_path: Path) -> None:
    """A growth of demand that a plan hopes for is a target too."""
    growth = """\
profiles:
  growth:
    plan: {years: {2025: 100 %, 2030: 250 %}, evidence: official-plan}
"""
    found = load(with_text(tmp_path, growth)).warnings
    assert [one.code for one in found].count("target-as-input") == 1


def test_what_was_measured_is_not_flagged(tmp_path: Path) -> None:
    """The small scenario's assumed volumes are no targets."""
    codes = {one.code for one in load(write_small(tmp_path)[1]).warnings}
    assert "target-as-input" not in codes
