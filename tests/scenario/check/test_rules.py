"""What upsets a gate, from the file to the tables: outages, backlogs, patience, stops."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import sim

TUTORIAL = Path(__file__).parents[3] / "scenarios" / "tutorial.yaml"
OUTAGE = """
outages:
  platform:
    add: true
    title: {{en: Digital platform, vi: Nền tảng số}}
    between: {between}
    lasts: 3 h
    stages: [{stage}]
    gates: [{gate}]
    evidence: assumption
"""


def overlay(folder: Path, text: str) -> Path:
    """An overlay of the tutorial."""
    path = folder / "overlay.yaml"
    head = f"format: 1\nextends: {TUTORIAL}\ntitle: {{en: Outage, vi: Sự cố}}\n"
    path.write_text(head + text, "utf-8")
    return path


def mean_wait(path: Path) -> float:
    """Mean physical wait of the documents stage over twenty replications."""
    stages = sim.run(sim.load(path), 20).tables["stages"]
    return float(stages.filter(role="documents").select(pl.col("wait_mean").mean()).item())


def test_an_outage_makes_vehicles_wait_at_the_gate(tmp_path: Path) -> None:
    """Waiting for a repair is waiting at the gate, not closed hours."""
    text = OUTAGE.format(between="exponential(6 h)", stage="documents", gate="chi_ma")
    assert mean_wait(overlay(tmp_path, text)) > 2.0 * mean_wait(TUTORIAL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stage": "document"}, "no stage 'document'; did you mean 'documents'"),
        ({"gate": "chima"}, "no gate 'chima'; did you mean 'chi_ma'"),
        ({"between": "0 min"}, "there is no time between outages"),
    ],
)
def test_what_is_wrong_with_an_outage_is_said(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    """Unknown stages and gates come with the name that was meant."""
    said = {"between": "20 days", "stage": "documents", "gate": "chi_ma", **change}
    with pytest.raises(sim.ScenarioError, match=message):
        sim.load(overlay(tmp_path, OUTAGE.format(**said)))


def test_a_start_backlog_is_cleared_first(tmp_path: Path) -> None:
    """Thirty trucks that stand there at midnight are thirty more, and most cross that day."""
    flow = "gates.chi_ma.routes.main.flows.fruit.backlog"
    few, many = (sim.load(TUTORIAL, set={"run.warm_up": "0 days", flow: n}) for n in (0, 30))
    before, after = (sim.run(s, 10).tables["flows"] for s in (few, many))
    assert after["arrived"].sum() - before["arrived"].sum() == 300
    assert after["crossed"].sum() - before["crossed"].sum() > 270
    gates = sim.run(many, 10).tables["gates"].filter(gate="chi_ma", direction="export")
    assert gates["carried_in"].to_list() == [30] * 10


def test_a_backlog_is_not_turned_back() -> None:
    """The rule is for arrivals: those who stand there already stay."""
    gate, flow = "gates.chi_ma", "gates.chi_ma.routes.main.flows.fruit"
    rule = {f"{gate}.stop_receiving": "{above: 1}", f"{flow}.backlog": 20}
    changes = {**rule, "run.warm_up": "0 days"}
    flows = sim.run(sim.load(TUTORIAL, set=changes), 5).tables["flows"]
    ends = flows.select("arrived", "turned_back").sum().row(0)
    assert ends[0] - ends[1] >= 5 * 20


def test_loads_past_their_patience_are_sold_inland(tmp_path: Path) -> None:
    """Fruit that waits nine hours at most is sold in part; every truck is accounted for."""
    flow = "gates.chi_ma.routes.main.flows.fruit"
    changes = {"run.warm_up": "0 days", f"{flow}.backlog": 60, f"{flow}.patience": "9 h"}
    flows = sim.run(sim.load(TUTORIAL, set=changes), 5).tables["flows"]
    fruit = flows.filter(pl.col("cargo") == "fresh_fruit")
    assert fruit["sold_inland"].sum() > 50
    ends = ("crossed", "turned_back", "sold_inland", "unfinished")
    assert flows["arrived"].to_list() == flows.select(pl.sum_horizontal(ends)).to_series().to_list()


def test_too_many_trucks_are_turned_back() -> None:
    """With a rule to stop receiving fruit, fruit is turned back and nothing else is."""
    gate, flow = "gates.chi_ma", "gates.chi_ma.routes.main.flows.fruit"
    changes = {f"{gate}.stop_receiving": "{above: 5, cargo: [fresh_fruit]}", f"{flow}.backlog": 20}
    flows = sim.run(sim.load(TUTORIAL, set=changes), 5).tables["flows"]
    by_cargo = dict(flows.group_by("cargo").agg(pl.col("turned_back").sum()).iter_rows())
    assert by_cargo["fresh_fruit"] > 20
    assert by_cargo["general_goods"] == 0


def test_a_rule_for_cargo_that_there_is_not() -> None:
    """Unknown cargo comes with the name that was meant."""
    change = {"gates.chi_ma.stop_receiving": "{above: 5, cargo: [fresh_friut]}"}
    with pytest.raises(sim.ScenarioError, match="did you mean 'fresh_fruit'"):
        sim.load(TUTORIAL, set=change)
