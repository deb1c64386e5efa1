"""What is decided, at which prices, within which limits; and what cannot be decided."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.catalogue import Constraint
from sim.optimisation import read_problem
from sim.optimisation.search import listed
from tests.optimisation.conftest import Write

LANES = "gates.chi_ma.routes.main.stages.crossing.servers"


def test_costs_count_from_the_present_number(write: Write) -> None:
    """One lane today: a second costs 20 (10 to 40) bn and 1 bn a year; the upgrade its own."""
    problem = read_problem(write())
    choices = listed(problem)
    assert choices is not None
    assert [problem.levels(choice) for choice in choices.tolist()] == [
        {"lanes": lanes, "counters": built} for lanes in (1, 2, 3) for built in (False, True)
    ]
    costs = problem.costs(choices)
    assert (costs.capex / 1e9).tolist() == [
        [0, 0, 0], [80, 80, 80], [20, 10, 40], [100, 90, 120], [40, 20, 80], [120, 100, 160]
    ]  # fmt: skip
    assert (costs.opex[:, 0] / 1e9).tolist() == [0, 0, 1, 1, 2, 2]
    assert problem.present == (0, 0)


def test_fewer_units_give_no_capital_back_but_save_running_cost(write: Write) -> None:
    """`present: 2` where one lane is tried: no capital, one billion a year saved."""
    problem = read_problem(write(("least: 1", "least: 1\n      present: 2")))
    costs = problem.costs(np.array([[0, 0]]))
    assert costs.capex[0].tolist() == [0.0, 0.0, 0.0]
    assert costs.opex[0, 0] == -1e9


def test_spending_spreads_capital_by_the_capital_recovery_factor(write: Write) -> None:
    """With prices of the shipped baseline the yearly cost is the annuity plus running cost."""
    problem = read_problem("huu-nghi-smart-gate", {"budget": "250 bn VND"})
    money = problem.base.model.economics
    assert money is not None
    rate, life = money.money.discount_rate.value, money.money.life.value
    factor = rate / (1.0 - (1.0 + rate) ** -life)
    choices = listed(problem)
    assert choices is not None
    costs = problem.costs(choices)
    assert costs.spending[:, 0] == pytest.approx(costs.capex[:, 0] * factor + costs.opex[:, 0])
    assert costs.capex[:, 0].max() <= 250e9
    assert len(choices) < problem.size
    assert set(problem.left_out) == {"youyiguan_smart_bays", "huu_nghi_day_and_night"}


def test_limits_of_costs_and_of_values_of_the_scenario_need_no_simulation(write: Write) -> None:
    """A yearly cost at most, a number at least: choices beyond are left out at once."""
    file = write(
        ("- within(2 h)[chi_ma, export] >= 90 %", f"- opex <= 1 bn VND/year\n    - {LANES} >= 2")
    )
    problem = read_problem(file)
    kept = listed(problem)
    assert kept is not None
    assert [problem.levels(choice)["lanes"] for choice in kept.tolist()] == [2, 2]


@pytest.mark.parametrize(
    ("text", "limit", "at_least", "level"),
    [
        ("within(2 h)[a] >= 95 % with 95 % confidence", 95.0, True, 0.95),
        ("wait.mean  <=  90 min", 1.5, False, None),
        ("capex <= 500 bn VND", 5e11, False, None),
        ("spending < 2 bn VND/year", 2e9, False, None),
        ("gates.a.routes.b.stages.c.share.fresh_fruit >= 30 %", 30.0, True, None),
    ],
)
def test_limits_are_read(text: str, limit: float, at_least: bool, level: float | None) -> None:
    """Quantities, costs and paths, with a confidence or without."""
    found = Constraint.parse(text)
    assert (found.limit, found.at_least, found.level) == (limit, at_least, level)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("capex <= 5", "write e.g. '480 bn VND'"),
        ("wait.mean", "is no limit; write e.g."),
        ("within(2 h) >= 95 % with 30 % confidence", "between 50 % and 100 %"),
        ("capexx <= 5 bn VND", "no measure 'capexx'"),
    ],
)
def test_limits_that_mean_nothing_are_refused(text: str, words: str) -> None:
    """The message says what to write instead."""
    with pytest.raises(sim.MeasureError, match=words):
        Constraint.parse(text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("minimise: capex", "maximise: capex"), "one does not maximise capex; write `minimise:`"),
        (("minimise: capex", "minimise: spending"), "needs prices; add a section `economics:`"),
        (("minimise: capex", "{}: 1"), "unknown key"),
        (("minimise: capex", "budget: 1 bn VND"), "one of `minimise` and `maximise` is needed"),
        (("upgrades: [counters]", "upgrades: [counter]"), "no upgrade 'counter'; did you mean"),
        (("most: 3", "values: [2]"), "not given, or twice; write `least: 2` and `most: 8`"),
        (("most: 3", "most: 1"), "fewer than two numbers are tried; widen the range"),
        (("crossing.servers", "crossing.server"), "no value at 'gates.*did you mean 'servers'"),
        (("export] >= 90 %", "exports] >= 90 %"), "no gate, direction.*'exports'"),
        (("margin: 4 %", "margin: 4 min"), "a margin is a share; write e.g. 1 %"),
        (("crossing.servers", "documents.servers"), "upgrade 'counters' sets it too"),
        (("capex: {value: 20 bn VND", "capex: {value: 60 bn VND"), "not within"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_said_with_line_and_remedy(
    write: Write, change: tuple[str, str], words: str
) -> None:
    """Each mistake names the file and its line."""
    if change[1].startswith("{}"):
        change = (change[0], "minimise: capex\n  nonsense: 1")
    with pytest.raises(sim.ScenarioError, match=words) as refused:
        read_problem(write(change))
    problem = refused.value.problems[0]
    assert problem.file.endswith("choose.yaml")
    assert problem.line > 3


def test_a_stage_of_china_is_no_decision_unless_that_is_said(write: Write) -> None:
    """The crossing as China's: refused, with the remedy; `china: true` lets it in."""
    file = write()
    base = file.parent / "small.yaml"
    text = base.read_text("utf-8").replace("side: border", "side: china", 1)
    base.write_text(text, "utf-8")
    with pytest.raises(sim.ScenarioError, match="is for China to decide; write `china: true`"):
        read_problem(file)
    allowed = file.read_text("utf-8").replace("least: 1", "least: 1\n      china: true")
    file.write_text(allowed, "utf-8")
    assert read_problem(file).decisions[0].levels == (1, 2, 3)


def test_an_upgrade_that_changes_chinas_stages_is_refused_by_name() -> None:
    """Named among the upgrades it is an error that says how to decide it all the same."""
    with pytest.raises(sim.ScenarioError, match=r"youyiguan_smart_bays.*china: true"):
        read_problem("huu-nghi-smart-gate", {"upgrades": ["youyiguan_smart_bays"]})


def test_a_file_without_decisions_says_where_to_look() -> None:
    """Neither a section nor upgrades."""
    with pytest.raises(sim.ScenarioError, match="no section 'optimise' and no upgrades"):
        read_problem("baseline-2025")


def test_limits_that_no_combination_keeps_are_an_error_before_any_simulation(
    write: Write, tmp_path: object
) -> None:
    """A least number of lanes beyond the range: said with by how much the nearest misses."""
    file = write(("- within(2 h)[chi_ma, export] >= 90 %", f"- {LANES} >= 5"))
    with pytest.raises(sim.ScenarioError, match=r"no combination.*off by 2"):
        sim.optimise(file, str(tmp_path))
