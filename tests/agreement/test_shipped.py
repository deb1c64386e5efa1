"""Two engines, one answer: every scenario that is shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.arrays import Bools
from sim.engines import core, des, event_loop
from sim.engines.log import VisitLog
from sim.journeys import Journeys
from sim.plan import Plan
from sim.queues import compiled
from sim.workload import Workload
from tests.agreement.same import assert_same
from tests.shipped import FILES

SHORT = {"run.warm_up": "1 day", "run.days": 3}
YARD = "huu_nghi.r1119_1120.china_yard"
PLACES = "gates.huu_nghi.routes.r1119_1120.holds.china_yard.places"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_scenarios_agree_bit_for_bit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the same vehicles `core` gives every time of every vehicle as `des` does.

    One replication at a time and three together, with NumPy alone.
    """
    dated = "from: {" in path.read_text("utf-8")  # its volumes change on days that must come
    plan = sim.build_plan(sim.load(path, set={} if dated else SHORT))
    workloads = [sim.draw(plan, number) for number in range(3)]
    assert workloads[0].vehicles > 0
    assert_same(core.run(plan, workloads[0]), des.run(plan, workloads[0]))
    monkeypatch.setattr(compiled, "pays_off", lambda _: False)
    alone = [core.run(plan, workload) for workload in workloads]
    for one, together in zip(alone, core.run_many(plan, workloads), strict=True):
        assert_same(together, one)


@pytest.mark.parametrize("fast", sorted({False, compiled.available()}))
def test_a_route_whose_holds_fill_is_run_by_events(
    fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full yard `core` runs that route, and no other, event by event; still the same bits.

    By the compiled loop where it is installed, by `des` otherwise.
    """
    baseline = next(path for path in FILES if path.stem == "baseline-2025")
    plan = sim.build_plan(sim.load(baseline, set={PLACES: "20"}))
    workload = sim.draw(plan, 0)
    alone = des.run(plan, workload)
    yard = workload.stage == [stage.id for stage in plan.stages].index(YARD)
    assert np.nanmax((alone.start - alone.arrive)[yard]) > 60.0

    by_des: list[set[str]] = []
    by_loop: list[set[str]] = []
    run, fill = des.run, event_loop.fill

    def watched_run(plan: Plan, part: Workload) -> Journeys:
        by_des.append({plan.routes[plan.flows[flow].route].id for flow in part.flow})
        return run(plan, part)

    def watched_fill(log: VisitLog, routes: set[int]) -> Bools:
        by_loop.append({plan.routes[route].id for route in routes})
        return fill(log, routes)

    monkeypatch.setattr(event_loop, "pays", lambda *_: fast)
    monkeypatch.setattr(des, "run", watched_run)
    monkeypatch.setattr(event_loop, "fill", watched_fill)
    assert_same(core.run(plan, workload), alone)
    handed_over = [{"huu_nghi.r1119_1120"}]
    assert (by_des, by_loop) == (([], handed_over) if fast else (handed_over, []))
