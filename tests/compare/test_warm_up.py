"""MSER finds where a series settles, and a warm-up is only called short if it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.compare import assess_warm_up, mser
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


def test_a_step_is_cut_where_it_ends() -> None:
    """Fifteen empty days before a level stock are left out, no more."""
    level = np.where(np.arange(70) < 15, 0.0, 100.0)
    assert mser(level) == 15
    noise = np.random.default_rng(1).normal(0.0, 1.0, (20, 70))
    found = [mser(level + one) for one in noise]
    assert all(one is None or one >= 15 for one in found)
    assert found.count(15) > 5


@given(st.integers(0, 1000))
def test_by_its_definition(seed: int) -> None:
    """The cut makes the squared standard error of what is left the least."""
    values = np.random.default_rng(seed).gamma(2.0, 1.0, 60) + 10 * np.exp(-np.arange(60) / 6)
    means = values.reshape(12, 5).mean(axis=1)
    error = [((means[d:] - means[d:].mean()) ** 2).sum() / (12 - d) ** 2 for d in range(7)]
    best = int(np.argmin(error))
    assert mser(values) == (None if best == 6 else 5 * best)


def test_a_trend_never_settles() -> None:
    """Where the least lies at the end of the first half, there is no telling."""
    assert mser(np.arange(70.0)) is None


def test_a_constant_needs_no_cut() -> None:
    """A series that is level from the start is kept whole."""
    assert mser(np.full(70, 3.0)) == 0


@given(st.integers(0, 1000), st.integers(-9, 9))
def test_level_and_scale_do_not_matter(seed: int, shift: int) -> None:
    """Other units or another level of the same series are cut at the same point."""
    values = np.random.default_rng(seed).normal(0.0, 1.0, 40)
    assert mser(4.0 * values + 64.0 * shift) == mser(values)


def test_too_few_batches() -> None:
    """Less than four batches say nothing."""
    with pytest.raises(ValueError, match="four batches of 5"):
        mser(np.zeros(19))


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A border whose trucks stay ten days: it starts empty and fills."""
    path, _ = write_small(tmp_path_factory.mktemp("small"))
    text = path.read_text("utf-8").replace("servers: 2", "servers: unlimited", 1)
    path.write_text(text.replace('"lognormal(mean 20 min, cv 0.8)"', "10 days"), "utf-8")
    return path


def test_a_short_warm_up_is_told_from_a_long_one(slow: Path) -> None:
    """Stocks that fill for ten days need ten days of warm-up; fewer are too few."""
    pilot = run(load(slow, set={"run.warm_up": "0 days", "run.days": "70"}), 4)
    short, long = assess_warm_up(pilot, 2 * 1440.0), assess_warm_up(pilot, 15 * 1440.0)
    assert (short.too_short, long.too_short) == (True, False)
    assert short.point is None or short.point >= 10
    assert (short.batch, short.days, short.replications) == (5, 70, 4)
    # the batch holds days 10-14, which are as all that follow
    assert not assess_warm_up(pilot, 11 * 1440.0).too_short


def test_a_queue_that_grows_has_no_point(slow: Path) -> None:
    """Where more arrives than can be served no warm-up is long enough."""
    flow = {"gates.chi_ma.routes.main.flows.fruit.volume": "300 trucks/day"}
    found = assess_warm_up(run(load(slow, set={"run.days": "40", **flow}), 8), 20.0)
    assert (found.point, found.too_short) == (None, True)


def test_weekdays_are_batched_by_weeks(slow: Path) -> None:
    """Where demand differs by weekday, a batch is a week."""
    flow = "volume: 30 trucks/day"
    text = slow.read_text("utf-8").replace(flow, f"{flow}, week: w")
    week = "profiles: {week: {w: {sun: 0 %, mon: 200 %, evidence: assumption}}}\n"
    path = slow.with_name("weekly.yaml")
    path.write_text(text + week, "utf-8")
    pilot = run(load(path, set={"run.warm_up": "0 days", "run.days": "70"}), 8)
    found = assess_warm_up(pilot, 0.0)
    assert found.batch == 7
    assert found.point is None or found.point % 7 == 0
    assert found.too_short


def test_weeks_without_arrivals_are_no_unrest(tmp_path: Path) -> None:
    """Trucks left over in a fortnight without arrivals do not make a settled queue unsettled."""
    path, _ = write_small(tmp_path)
    closed = "from: {2025-08-04: 0/day, 2025-08-18: 30/day}"
    flow = "volume: 30 trucks/day"
    path.write_text(path.read_text("utf-8").replace(flow, f"{flow}, {closed}"), "utf-8")
    pilot = run(load(path, set={"run.warm_up": "0 days", "run.days": "70"}), 3)
    assert not assess_warm_up(pilot, 7 * 1440.0).too_short


@pytest.mark.parametrize("seed", ["39", "42", "54", "59"])
def test_luck_is_no_proof(tmp_path: Path, seed: str) -> None:
    """The point was chosen by the data: a difference there needs more than 95 % of its own."""
    still = {"run.warm_up": "0 days", "run.days": "70", "run.seed": seed}
    pilot = run(load(write_small(tmp_path)[0], set=still), 8)
    assert not assess_warm_up(pilot, 1440.0).too_short
