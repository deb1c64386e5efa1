"""The textbook check: right engines pass it, wrong ones do not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.engines import ENGINES, core
from sim.journeys import Journeys
from sim.plan import Plan
from sim.verify import MODELS, Model, TheoryCheck, check_theory, compare
from sim.verify.textbook import REPLICATIONS, VEHICLES
from sim.workload import Workload

MM1 = MODELS[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.names[0])
def test_both_engines_pass(model: Model) -> None:
    """On the shipped seed each mean is within three standard errors, alike on both engines."""
    found = list(check_theory([model]))
    assert {one.engine for one in found} == set(ENGINES)
    assert [one.model for one in found] == list(model.names) * len(ENGINES)
    assert all(one.passed for one in found), found
    assert all(one.error < 0.03 * one.exact for one in found), "too few vehicles to judge"
    des, core = np.split(np.array([one.simulated for one in found]), 2)
    np.testing.assert_array_equal(des, core)


def test_there_is_enough_to_judge() -> None:
    """At least 100,000 vehicles in at least 20 replications for each model."""
    assert REPLICATIONS >= 20
    assert REPLICATIONS * VEHICLES >= 100_000


def test_a_wrong_engine_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that lets vehicles wait a tenth less is caught, and the other is not blamed."""

    def hasty(plan: Plan, workload: Workload) -> Journeys:
        good = core.run(plan, workload)
        return replace(good, start=good.arrive + 0.9 * (good.start - good.arrive))

    monkeypatch.setitem(ENGINES, "core", hasty)
    verdict = {one.engine: one.passed for one in compare(MM1)}
    assert verdict == {"des": True, "core": False}


def test_replications_and_purposes_have_luck_of_their_own() -> None:
    """Arrivals differ between replications, and arrivals are not services."""
    one, other = MM1.draw(0, 100), MM1.draw(1, 100)
    assert not np.any(one.arrive == other.arrive)
    assert abs(np.corrcoef(np.diff(one.arrive), one.service[1:])[0, 1]) < 0.3
    np.testing.assert_array_equal(one.arrive, MM1.draw(0, 100).arrive)


def test_distance_is_in_standard_errors() -> None:
    """z is signed; a mean without spread passes for nothing, not even when there is none."""
    one = TheoryCheck("mm1", "des", 0.7, simulated=10.0, error=0.5, exact=11.0)
    assert (one.z, one.passed) == (-2.0, True)
    assert not replace(one, exact=12.0).passed
    stuck = replace(one, error=0.0)
    assert (stuck.z, stuck.passed) == (-math.inf, False)
    assert not replace(one, simulated=math.nan).passed
