"""Agreement of the engines: what is equal passes, and what differs is measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.engines import ENGINES, core
from sim.journeys import Journeys
from sim.plan import Plan
from sim.verify import Agreement, Line, agree, border, visits
from sim.workload import Workload

PLAN = border(Line(servers=2), Line())
WORK = visits([0.0, 1.0, 2.0], [[5.0, 1.0], [5.0, 1.0], [1.0, 1.0]])


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Journeys], Journeys]], None]:
    """Put a mistake into what `core` returns."""

    def install(mistake: Callable[[Journeys], Journeys]) -> None:
        def run(plan: Plan, workload: Workload) -> Journeys:
            return mistake(core.run(plan, workload))

        monkeypatch.setitem(ENGINES, "core", run)

    return install


def changed(values: np.ndarray, at: int, value: float) -> np.ndarray:
    """A copy with one value changed."""
    copy = values.copy()
    copy[at] = value
    return copy


def test_equal_engines_agree() -> None:
    """Counts, a difference of zero, and a ratio of CPU seconds."""
    found = agree(PLAN, WORK)
    assert (found.vehicles, found.rows, found.difference) == (3, 6, 0.0)
    assert found.exact
    assert found.des_seconds > 0.0
    assert found.ratio == found.des_seconds / found.core_seconds


@pytest.mark.parametrize("name", ["arrive", "start", "finish"])
def test_the_largest_difference_is_found(name: str, spoil: Callable[..., None]) -> None:
    """One time of one visit that is off by a quarter of a minute is seen as that."""
    spoil(lambda good: replace(good, **{name: changed(getattr(good, name), 4, 6.25)}))
    right = getattr(core.run(PLAN, WORK), name)[4]
    found = agree(PLAN, WORK)
    assert found.difference == abs(6.25 - right) > 0.0
    assert not found.exact


def test_a_time_on_one_side_only_is_an_infinite_difference(spoil: Callable[..., None]) -> None:
    """A vehicle that one engine serves and the other leaves waiting is never `almost equal`."""
    spoil(lambda good: replace(good, finish=changed(good.finish, 5, math.nan)))
    assert agree(PLAN, WORK).difference == math.inf


def test_times_missing_on_both_sides_agree() -> None:
    """What happens after the horizon happens in neither engine."""
    found = agree(border(Line(servers=2), Line(), horizon=5.5), WORK)
    assert found.exact


def test_another_server_or_outcome_is_no_agreement(spoil: Callable[..., None]) -> None:
    """Equal times are not enough."""
    spoil(lambda good: replace(good, server=changed(good.server, 0, 1)))
    found = agree(PLAN, WORK)
    assert (found.difference, found.servers_equal, found.exact) == (0.0, False, False)
    spoil(lambda good: replace(good, outcome=changed(good.outcome, 0, 3)))
    found = agree(PLAN, WORK)
    assert (found.difference, found.outcomes_equal, found.exact) == (0.0, False, False)


def test_replications_are_taken_together() -> None:
    """Counts and seconds add up, the worst difference stays, one bad server spoils all."""
    good = Agreement(10, 40, 0.0, True, True, 4.0, 1.0)
    bad = Agreement(5, 20, 0.5, False, True, 2.0, 1.0)
    both = Agreement.of_all([good, bad])
    assert both == Agreement(15, 60, 0.5, False, True, 6.0, 2.0)
    assert both.ratio == 3.0
    assert math.isnan(replace(both, core_seconds=0.0).ratio)
