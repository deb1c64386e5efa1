"""Choices between gates in scenario files: what is said when they do not fit together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import sim
from sim.errors import Problem

FLOW = "fruit: {direction: export, cargo: fruit, volume: 30 trucks/day, day: steady}"
CHOOSING = """fruit:
            direction: export
            cargo: fruit
            volume: 30 trucks/day
            day: steady
            choice: {value_of_time: 100_000 VND/h, alternatives: {tan_thanh: {r1088: {}}}}"""
NEWS = "title: {en: One gate, vi: Một cửa khẩu}"
PUBLISHED = NEWS + "\nnews: {every: 30 min, evidence: assumption}"

Find = Callable[[str, str], list[Problem]]


@pytest.fixture
def choosing(base: str, write: Callable[[str, str], str]) -> Find:
    """What is wrong with a small scenario whose fruit chooses, with one text replaced."""
    whole = base.replace(FLOW, CHOOSING).replace(NEWS, PUBLISHED)

    def found(old: str = "", new: str = "") -> list[Problem]:
        assert not old or whole.count(old) == 1, f"{old!r} must be in the text once"
        try:
            text = whole.replace(old, new) if old else whole
            return list(sim.load(write("choosing.yaml", text)).warnings)
        except sim.ScenarioError as error:
            return error.problems

    return found


def test_a_sound_choice_loads_without_a_word(choosing: Find) -> None:
    """Its numbers take the evidence of the gate around them."""
    assert choosing() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{tan_thanh: {r1088: {}}}", "{tan_than: {r1088: {}}}", "no gate 'tan_than'"),
        ("{tan_thanh: {r1088: {}}}", "{tan_thanh: {r1089: {}}}", "no route 'r1089' of its own"),
        ("{tan_thanh: {r1088: {}}}", "{huu_nghi: {r1088: {}}}", "no route 'r1088' of its own"),
        ("r1088: {like: road}", "r1088: {}", "has no path 'export'"),
        ("r1088: {like: road}", "r1088: {like: road, accepts: [goods]}", "does not accept 'fruit'"),
        ("r1088: {like: road}", "r1088: {like: road, accepts: [good]}", "no cargo class 'good'"),
        (
            "        like: road\n",
            "        like: road\n        accepts: [goods]\n",
            "does not accept",
        ),
        ("news: {every: 30 min, evidence: assumption}", "", "nothing is published"),
        ("every: 30 min", "every: 10 s", "every"),
        ("100_000 VND/h", "0 VND/h", "time must be worth something"),
        ("100_000 VND/h", "100_000 VND", "money per hour"),
        ("r1088: {}}}", "r1088: {travel: far}}}", "'far'"),
        ("{tan_thanh: {r1088: {}}}", "{chi_ma: {main: {}}}", "no gate but its own"),
        (
            "{tan_thanh: {r1088: {}}}}",
            "{tan_thanh: {r1088: {travel: 2 h}}}}\n            patience: 90 min",
            "is 2 h away, but a load waits only 90 min there",
        ),
    ],
)
def test_what_is_wrong_with_a_choice_is_said(
    choosing: Find, old: str, new: str, message: str
) -> None:
    """Each mistake is found, alone, and at its line."""
    problems = choosing(old, new)
    assert len(problems) == 1
    assert message in str(problems[0])
    assert problems[0].line > 1


def test_stages_must_serve_those_who_may_come(choosing: Find) -> None:
    """A service by cargo class has to cover the cargo of vehicles from other gates."""
    only_goods = "r1088: {like: road, stages: {crossing: {service: {goods: 5 min}}}}"
    problems = choosing("r1088: {like: road}", only_goods)
    assert any("says nothing for fruit" in str(problem) for problem in problems)


def test_nobody_can_be_sent_to_a_stage_without_servers(choosing: Find) -> None:
    """A gate that vehicles may choose needs servers even if it has no traffic of its own."""
    idle = "r1088: {like: road, stages: {crossing: {servers: 0}}}"
    assert any("nobody serves" in str(problem) for problem in choosing("r1088: {like: road}", idle))


def test_flows_that_choose_overload_no_gate(choosing: Find) -> None:
    """They go where there is room, so no gate is warned of them alone."""
    assert choosing("30 trucks/day", "3_000 trucks/day") == []
