"""Two engines, one answer, from whatever state a run starts and however its days differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.distributions import Distribution, parse_distribution
from sim.engines import core, des, event_loop
from sim.plan import DayFactor, Plan, StageKind, Step, Stop, WhenFull
from sim.queues import Calendar, compiled
from sim.verify import Line, border
from sim.workload import draw
from tests.agreement.same import assert_same

_SERVICES = (
    "0 min",
    "20 min",
    "lognormal(mean 9 h, cv 0.8)",
    "uniform(10 min, 50 min)",
    "exponential(mean 25 min)",
)


@st.composite
def needs(draw_from: st.DrawFn) -> tuple[Distribution, Distribution, Distribution]:
    """A service for each channel."""
    names = st.sampled_from(_SERVICES)
    green, yellow, red = (parse_distribution(draw_from(names)) for _ in range(3))
    return green, yellow, red


@st.composite
def starting_borders(draw_from: st.DrawFn) -> Plan:
    """A yard, a check, papers, a pool of places and a crossing, with trucks there at the start."""
    hours = Calendar(np.array([420.0, 1860.0]), np.array([1200.0, 2640.0]))
    resume, pool = draw_from(st.booleans()), draw_from(st.booleans())
    lines = [
        Line(kind=StageKind.DELAY, calendar=hours, resume=resume, owner=draw_from(st.booleans())),
        Line(servers=draw_from(st.integers(1, 3)), calendar=[hours] * 3, resume=resume),
        Line(kind=StageKind.DELAY, calendar=draw_from(st.sampled_from([hours, Calendar.always()]))),
        Line(kind=StageKind.HOLD, servers=4, when_full=draw_from(st.sampled_from(WhenFull))),
        Line(servers=2, calendar=hours),
    ]
    lines[1] = replace(lines[1], calendar=[hours] * lines[1].servers)
    lines[4] = replace(lines[4], calendar=[hours] * 2)
    plan = border(*lines, horizon=2880.0)
    shares = st.tuples(*[st.sampled_from([0.0, 0.4, 1.0])] * 3)
    steps = [Step(0, (1.0, 1.0, 1.0), draw_from(needs()))]
    steps += [Step(stage, draw_from(shares), draw_from(needs())) for stage in (1, 2)]
    if pool:
        steps.append(Step(3, (1.0, 1.0, 1.0), None, len(steps) + 1))
    steps.append(Step(4, (1.0, 1.0, 1.0), draw_from(needs())))
    varied = DayFactor(
        draw_from(st.sampled_from([0.2, 1.0])),
        draw_from(st.sampled_from([0.0, 0.75])),
        draw_from(st.none() | st.sampled_from([0.3, 2.0])),
    )
    steps = [
        replace(step, day_factor=varied)
        if step.service is not None and draw_from(st.booleans())
        else step
        for step in steps
    ]
    flow = replace(
        plan.flows[0],
        volume=np.full(2, float(draw_from(st.integers(0, 30)))),
        channels=(0.5, 0.3, 0.2),
        steps=tuple(steps),
        crossed=len(steps) - 1,
        backlog=draw_from(st.integers(1, 25)),
        backlog_age=draw_from(st.none() | st.sampled_from([0.0, 45.0, 600.0])),
        patience=draw_from(st.none() | st.just(parse_distribution("exponential(mean 20 h)"))),
    )
    stops = (Stop(0, draw_from(st.integers(0, 9)), (0,)),) if draw_from(st.booleans()) else ()
    return replace(plan, flows=(flow,), stops=stops, seed=draw_from(st.integers(0, 10_000)))


@given(plan=starting_borders())
@settings(deadline=None, max_examples=25)
def test_engines_agree_from_any_start_and_nobody_is_lost(plan: Plan) -> None:
    """`core` equals `des`, with NumPy and compiled; every vehicle has one outcome."""
    work = draw(plan, 0)
    truth = des.run(plan, work)
    assert int(work.initially_queued.sum()) == plan.flows[0].backlog
    assert np.all(work.service >= 0.0)
    assert len(truth.outcome) == work.vehicles
    crossed = ~np.isnan(truth.crossed_at)
    assert np.array_equal(crossed, truth.outcome == 0)
    for fast in {False, compiled.available()}:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiled, "pays_off", lambda _, fast=fast: fast)
            patch.setattr(event_loop, "pays", lambda *_, fast=fast: fast)
            assert_same(core.run(plan, draw(plan, 0)), truth)
