"""Two engines, one answer: recorded arrivals and every family of distributions, with holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.distributions import FORMS
from sim.engines import core, des, event_loop
from sim.engines.log import VisitLog
from sim.plan import Plan, build_plan
from sim.queues import compiled
from sim.scenario import load
from sim.workload import Workload, draw
from tests.agreement.same import assert_same
from tests.small import SMALL

TIMES = "minutes\n3\n3\n9.25\n20\n44\n"
GATE = ["2025-07-07 05:00", "2025-07-07 05:00", "2025-07-08 07:10", "2025-07-08 07:11:30"]
HOLD = "        holds:\n          yard: {title: {en: Yard, vi: Bãi}, places: 2, first: documents, "
HOLD += "last: crossing, returns: 'discrete(50 % 1 min, 50 % 7 min)'}\n"


def border(folder: Path, service: str) -> Plan:
    """The small border: this service time, recorded fruit, and a yard that is soon full."""
    text = SMALL.replace('"lognormal(mean 20 min, cv 0.8)"', f'"{service}"')
    text = text.replace("volume: 30 trucks/day", "arrivals: {file: gate.csv}, patience: 30 h")
    text = text.replace("        paths:\n", HOLD + "        paths:\n", 1)
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    (folder / "times.csv").write_text(TIMES, encoding="utf-8")
    (folder / "gate.csv").write_text("\n".join(["time", *GATE * 15, ""]), encoding="utf-8")
    return build_plan(load(folder / "small.yaml"))


def by_events(plan: Plan, work: Workload) -> VisitLog:
    """All routes by the compiled loop."""
    log = VisitLog(plan, work)
    return log.part(event_loop.fill(log, set(range(len(plan.routes)))))


@pytest.mark.parametrize("family", FORMS)
def test_every_family_and_recorded_arrivals_run_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    """With NumPy alone, with compiled code and in the compiled loop, to the last bit."""
    plan = border(tmp_path, FORMS[family].split("'")[1])
    drawn = []
    for fast in sorted({False, compiled.available()}):
        monkeypatch.setattr(compiled, "pays_off", lambda _, fast=fast: fast)
        work = draw(plan, 1)
        drawn.append(work.service)
        np.testing.assert_array_equal(work.service, drawn[0])
        truth = des.run(plan, work)
        assert_same(core.run(plan, work), truth)
        if compiled.available():
            assert_same(by_events(plan, work).journeys(), truth)
    assert np.isfinite(truth.crossed_at).any()
