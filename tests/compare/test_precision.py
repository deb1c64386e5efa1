"""Sequential stopping: the same answer however the work is split, and no early stop by chance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.catalogue import Quantity
from sim.compare import PrecisionTarget, compare_runs, estimate, run_to_precision
from sim.compare.precision import AHEAD, LEAST, HalfWidthTarget
from sim.errors import MeasureError
from sim.results import Results
from sim.runs import run
from sim.scenario import Scenario, load
from tests.small import write_small

WAIT = Quantity("wait_mean")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(write_small(tmp_path_factory.mktemp("small"))[0], set={"run.days": "1"})


def made_up(values: np.ndarray[Any, Any], small: Scenario) -> Callable[..., Results]:
    """A run whose mean wait in replication r is ``values[r]``."""
    template = run(small, 1, journeys="none")

    def one(_: Scenario, first: int, count: int) -> Results:
        numbers = np.arange(first, first + count, dtype=np.int32)
        headline = pl.DataFrame(
            {
                "replication": numbers,
                "gate": "all",
                "direction": "all",
                "measure": "wait_mean",
                "cargo": "all",
                "route": "all",
                "stage": "all",
                "unit": "h",
                "value": values[numbers],
            }
        )
        facts = vars(template) | {"tables": {"headline": headline}, "asked": count}
        return Results(**facts | {"replications": tuple(numbers.tolist())})

    return one


def by_the_book(values: np.ndarray[Any, Any], share: float, most: int) -> int:
    """The stop by its definition: half-widths computed afresh after every replication."""
    held = 0
    for n in range(LEAST, most + 1):
        half = estimate(values[:n], bounds=(0.0, math.inf)).half_width
        narrow = half is not None and half <= share / (1 + share) * abs(values[:n].mean())
        held = held + 1 if narrow else 0
        if held > AHEAD:
            return n
    return most


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([0.03, 0.05, 0.1]), st.floats(0.05, 0.5))
def test_stops_where_the_definition_says(
    small: Scenario, seed: int, share: float, spread: float
) -> None:
    """Running in growing numbers stops at the replication that one by one would stop at."""
    values = np.random.default_rng(seed).gamma(1 / spread**2, spread**2, 200)
    goal = PrecisionTarget(share, (WAIT,), most=200)
    (found,), reached = run_to_precision([small], goal, made_up(values, small))
    expected = by_the_book(values, share, 200)
    assert found.replications == tuple(range(expected))
    assert reached.replications == expected


def test_results_are_those_of_a_plain_run(small: Scenario) -> None:
    """The kept replications are to the last bit those of as many run at once, by any number."""
    goal = PrecisionTarget(0.2, (Quantity("crossed_per_day"),), most=60)

    def work(jobs: int) -> tuple[list[Results], Any]:
        return run_to_precision(
            [small], goal, lambda one, first, count: run(one, count, first=first, jobs=jobs)
        )

    (alone,), reached = work(1)
    (split,), _ = work(2)
    plain = run(small, reached.replications)
    assert reached.reached
    for name, table in plain.tables.items():
        assert table.equals(alone.tables[name])
        assert table.equals(split.tables[name])


def test_several_stop_together(small: Scenario, tmp_path: Path) -> None:
    """Scenarios run equally often, as the widest difference needs, so that all pairs up."""
    more = load(write_small(tmp_path)[1], set={"run.days": "1"})
    width = HalfWidthTarget.parse("wait.mean[chi_ma] = 8 min")
    goal = PrecisionTarget(None, (), (width,), most=80)
    found, reached = run_to_precision(
        [small, more], goal, lambda one, first, count: run(one, count, first=first)
    )
    assert reached.reached
    assert len(found[0].replications) == len(found[1].replications) == reached.replications
    waits = [
        one.tables["headline"].filter(gate="chi_ma", direction="all", measure="wait_mean")["value"]
        for one in found
    ]
    half = estimate((waits[1] - waits[0]).to_numpy()).half_width
    assert half is not None
    assert 60 * half <= 8.0


@pytest.mark.parametrize(
    ("options", "independent"), [(2, False), (3, False), (5, False), (3, True)]
)
def test_every_half_width_printed_is_within_what_was_asked(
    small: Scenario, options: int, independent: bool
) -> None:
    """However many options, of one seed or several: the table keeps what the stop promised."""
    rng = np.random.default_rng(options)
    waits = 1.0 + np.arange(options)[:, None] * rng.gamma(0.8, 0.5, (options, 400))
    runs = [made_up(values, small) for values in waits]
    scenarios = [small] * options
    turn = iter(range(10_000))

    def one(scenario: Scenario, first: int, count: int) -> Results:
        number = next(turn) % options
        found = runs[number](scenario, first, count)
        seed = found.plan.seed + (number if independent else 0)
        return replace(found, plan=replace(found.plan, seed=seed))

    goal = PrecisionTarget(widths=(HalfWidthTarget(WAIT, 0.4),), most=400)
    found, reached = run_to_precision(scenarios, goal, one)
    assert reached.reached
    table = compare_runs(found, [str(number) for number in range(options)]).table
    assert set(table["method"]) == {"welch" if independent else "paired"}
    widths = table["half_width"].to_list()
    assert len(widths) == options - 1
    assert max(widths) <= 0.4
    assert reached.share == pytest.approx(max(widths) / 0.4)


def test_a_sample_that_promises_nothing_reaches_nothing(small: Scenario) -> None:
    """Where one replication carries the mean, its width is not called reached."""
    values = np.zeros(60)
    values[[3, 20]] = 5.0
    (found,), reached = run_to_precision(
        [small],
        PrecisionTarget(widths=(HalfWidthTarget(WAIT, 100.0),), most=40),
        made_up(values, small),
    )
    assert (len(found.replications), reached.reached) == (40, False)


def test_cap_is_said(small: Scenario) -> None:
    """Where the goal is out of reach the run ends at the cap and says so."""
    values = np.random.default_rng(1).normal(1.0, 1.0, 100)
    goal = PrecisionTarget(0.01, (WAIT,), most=40)
    (found,), reached = run_to_precision([small], goal, made_up(values, small))
    assert (len(found.replications), reached.reached, reached.worst) == (40, False, WAIT)
    assert reached.share > 1.0


def test_nothing_that_varies_is_precise(small: Scenario) -> None:
    """A measure that is the same in every replication stops at the least number."""
    goal = PrecisionTarget(0.05, (WAIT,))
    (found,), reached = run_to_precision([small], goal, made_up(np.zeros(100), small))
    assert (len(found.replications), reached.share) == (LEAST + AHEAD, 0.0)


def test_an_interrupted_run_keeps_what_there_is(small: Scenario) -> None:
    """Fewer replications than asked for end it at once, not reached."""
    values = np.random.default_rng(1).normal(1.0, 1.0, 100)
    whole = made_up(values, small)

    def broken(one: Scenario, first: int, count: int) -> Results:
        return whole(one, first, count if first == 0 else 3)

    (found,), reached = run_to_precision([small], PrecisionTarget(0.01, (WAIT,)), broken)
    assert len(found.replications) == LEAST + AHEAD + 3
    assert not reached.reached


def test_differences_of_an_interrupted_run_are_of_pairs(small: Scenario) -> None:
    """Where one scenario stopped early, the half-width is that of the pairs there are."""
    values = np.random.default_rng(1).normal(1.0, 1.0, 100)
    whole = made_up(values, small)
    stops = iter([LEAST + AHEAD, 7])

    def broken(one: Scenario, first: int, count: int) -> Results:
        return whole(one, first, next(stops))

    goal = PrecisionTarget(widths=(HalfWidthTarget(WAIT, 1.0),))
    found, reached = run_to_precision([small, small], goal, broken)
    assert [len(one.replications) for one in found] == [LEAST + AHEAD, 7]
    assert (reached.replications, reached.reached, reached.share) == (7, False, 0.0)


def test_reads_the_options() -> None:
    """Precision, measures and half-widths as they are written."""
    goal = PrecisionTarget.parse("5%", ["wait.p95[gate=chi_ma]"], ["crossed.per_day = 10/day"], 70)
    assert goal == PrecisionTarget(
        0.05,
        (Quantity("wait_p95", "chi_ma"),),
        (HalfWidthTarget(Quantity("crossed_per_day"), 10.0),),
        70,
    )
    assert PrecisionTarget.parse(None, [], [], 70) is None
    assert PrecisionTarget.parse(None, ["wait.mean"], [], 70) is None  # it is kept and shown
    (width,) = PrecisionTarget.parse(None, [], ["wait[stage=bay] = 3 min"], 70).widths
    assert width == HalfWidthTarget(Quantity("wait_mean", stage="bay"), pytest.approx(0.05))


@pytest.mark.parametrize(
    ("precision", "measures", "widths", "message"),
    [
        ("5", [], [], "precision: '5' is not a share"),
        ("0%", [], [], "not between"),
        ("100%", [], [], "not between"),
        ("5%", ["waits"], [], "no measure 'waits'"),
        (None, [], ["wait.mean"], "is no half-width; write e.g. 'wait.mean = 1 min'"),
        (None, [], ["wait.mean = 3"], "'3' is not a duration"),
        (None, [], ["wait.mean = 0 min"], "never reached"),
    ],
)
def test_says_what_is_wrong(
    precision: str | None, measures: list[str], widths: list[str], message: str
) -> None:
    """What cannot be read is refused with what to write instead."""
    with pytest.raises(MeasureError) as caught:
        PrecisionTarget.parse(precision, measures, widths, None)
    assert message in str(caught.value)
