"""A choice is told with what is sure of it, and no more."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sim.catalogue import Quantity
from sim.compare import Best, scenario_results
from sim.messages import messages
from sim.report.text import best
from sim.report.text.best import best_sentence, time_and_money
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

NAMES = ("Base", "Lanes", "Yard")


@pytest.mark.parametrize(
    ("others", "loss", "said"),
    [
        ((), 0.0, "By mean wait the best is Lanes, with 95 % confidence."),
        ((2,), 0.01, "at most 0.6 min worse than the best, which may also be Yard."),
        ((0, 2), 0.5, "at most 30.0 min worse than the best, which may also be Base; Yard."),
        ((0, 2), math.inf, "so few replications guarantee nothing."),
    ],
)
def test_sentence(others: tuple[int, ...], loss: float, said: str) -> None:
    """Alone, with others, or without a guarantee; hours are told in minutes."""
    found = Best(Quantity("wait_mean"), 1, others, loss, 0.95)
    shown = best_sentence(found, NAMES, "mean wait", messages("en"))
    assert shown.startswith("By mean wait")
    assert said in shown
    assert "Lanes" in best_sentence(found, NAMES, "thời gian chờ", messages("vi"))


def test_units_of_others_stay() -> None:
    """What is not in hours keeps its unit."""
    found = Best(Quantity("crossed_per_day"), 1, (0,), 12.34, 0.95)
    assert "12.3 vehicles/day worse" in best_sentence(found, NAMES, "crossed", messages("en"))


@pytest.mark.parametrize(
    ("options", "en"),
    [
        (
            [("Base", 9.0, 0.0), ("Lanes", 4.0, -3.0), ("Yard", 7.5, 2.0)],
            (
                "By the means, time and money choose differently: hours waited choose Lanes "
                "(4.0 vehicle-hours a day, net benefit −3.0 bn VND a year), net benefit chooses "
                "Yard (7.5 vehicle-hours a day, +2.0 bn VND a year)."
            ),
        ),
        (
            [("Base", 9.0, 0.0), ("Lanes", 4.0, 5.0)],
            (
                "By the means, time and money choose the same: Lanes (4.0 vehicle-hours waited "
                "a day, net benefit +5.0 bn VND a year)."
            ),
        ),
        ([("Base", 9.0, 0.0)], ""),
    ],
)
def test_time_and_money_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, options: list[tuple[str, float, float]], en: str
) -> None:
    """Which option each chooses, with both figures of each; nothing where there is no choice."""
    valued = [best._Valued(*option) for option in options]
    monkeypatch.setattr(best, "_valued", lambda samples, names: valued)
    assert time_and_money([], [], messages("en")) == en


def test_hours_waited_are_those_of_the_measure(tmp_path: Path) -> None:
    """In the unit that the sentence names: the mean of ``waited_per_day`` over replications."""
    sample = scenario_results(run(load(write_small(tmp_path)[0], {"run.days": 1}), 2))
    (valued,) = best._valued([sample], ["Base"])
    rows = sample.headline.filter(
        gate="all", direction="all", cargo="all", route="all", stage="all", measure="waited_per_day"
    )
    assert rows["unit"].unique().to_list() == ["h/day"]
    assert valued.waited == pytest.approx(rows["value"].mean())
