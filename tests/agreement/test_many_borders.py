"""Many random borders: `des`, `core` by NumPy, `core` by compiled code, and every route by events.

``LANGSON_BORDERS=5000 pytest -m slow -s tests/agreement/test_many_borders.py`` sets how many of
each family; it prints what they had in them.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.engines import core, des, event_loop
from sim.journeys import Journeys
from sim.plan import Plan
from sim.queues import compiled
from sim.workload import Workload
from tests.agreement import test_choices, test_random_borders
from tests.agreement.same import assert_same
from tests.agreement.test_event_loop import MECHANISMS, acted
from tests.agreement.test_event_loop import run as by_events

COUNT = int(os.environ.get("LANGSON_BORDERS", "200"))
ENOUGH = 200
"""Borders among which every mechanism is to be expected."""

ANEW = settings(
    deadline=None,
    max_examples=COUNT,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def agree(plan: Plan, work: Workload) -> Journeys:
    """Run a border in every way; all times, servers and outcomes are those of `des`."""
    truth = des.run(plan, work)
    for fast in {False, compiled.available()}:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiled, "pays_off", lambda *_, fast=fast: fast)
            patch.setattr(event_loop, "pays", lambda *_, fast=fast: fast)
            assert_same(core.run(plan, work), truth)
    if compiled.available():
        assert_same(by_events(plan, work), truth)
    return truth


@pytest.mark.slow
def test_many_borders_agree_bit_for_bit() -> None:
    """Stages of all kinds, lanes, holds, slots, patience, outages, rules to stop receiving."""
    seen: Counter[str] = Counter()

    @ANEW
    @given(case=test_random_borders.borders())
    def agrees(case: tuple[Plan, Workload]) -> None:
        seen.update(acted(case[0], agree(*case)))
        seen["borders"] += 1

    agrees()
    print(seen)
    assert COUNT < ENOUGH or set(seen) >= MECHANISMS


@pytest.mark.slow
def test_many_choices_agree_bit_for_bit() -> None:
    """Vehicles that choose their gate by published queues, and gates that stop receiving."""
    seen: Counter[str] = Counter()

    @ANEW
    @given(data=st.data())
    def agrees(data: st.DataObject) -> None:
        plan, work = test_choices.border(data.draw)
        agree(plan, work)
        seen.update({"borders": 1, "stops": bool(plan.stops), "choices": len(plan.choices)})

    agrees()
    print(seen)
    assert COUNT < ENOUGH or min(seen["stops"], seen["choices"]) > 0
