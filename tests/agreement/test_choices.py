"""Two engines, one answer: vehicles that choose their gate, ties on whole minutes included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.engines import choice_solver, core, des, event_loop, incremental
from sim.plan import Batch, Plan, Stage, StageKind, Stop
from sim.queues import Calendar, compiled
from sim.workload import Workload
from tests.agreement.same import assert_same
from tests.gates import gates


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Openings of some hours within two days; some never close."""
    if draw(st.booleans()):
        return Calendar.always()
    edges = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=8)))
    edges = edges[: len(edges) // 2 * 2]
    return Calendar(60.0 * np.array(edges[::2]), 60.0 * np.array(edges[1::2]))


def _varied(draw: st.DrawFn, stage: Stage, count: int) -> Stage:
    """A stage with other servers, hours, ranks or kind; `count` calendars are there."""
    if stage.kind is StageKind.HOLD:
        return replace(stage, servers=draw(st.sampled_from([900] * 8 + [12])))
    if stage.kind is not StageKind.SERVERS:
        own = stage.server_calendar % count
        held, resume = draw(st.booleans()), draw(st.booleans())
        if draw(st.integers(0, 3)) == 0:
            gather = Batch(draw(st.sampled_from([None, 4])), 90.0)
            return replace(stage, kind=StageKind.BATCH, batch=gather, server_calendar=own)
        return replace(stage, owner=held, resume=resume, server_calendar=own)
    if draw(st.integers(0, 5)) == 0:
        times = np.array(sorted(draw(st.sets(st.integers(0, 96), max_size=40))), float) * 30.0
        return replace(
            stage,
            kind=StageKind.SLOTS,
            servers=0,
            slots=times,
            server_calendar=stage.server_calendar[:1] % count,
            lane=stage.lane[:1],
            virtual=draw(st.booleans()),
        )
    flows = stage.rank.shape[1]
    roster = st.lists(st.integers(0, count - 1), min_size=1, max_size=3)
    alike = draw(st.booleans())
    numbers = draw(roster)
    if draw(st.integers(0, 3)) == 0:  # lanes for some flows alone
        ranks = st.lists(st.integers(-1, 1), min_size=flows, max_size=flows)
        rank = np.array([draw(ranks), draw(ranks)])
        lane = np.array([draw(st.integers(0, 1)) for _ in numbers])
    else:
        rank = stage.rank if draw(st.booleans()) else np.zeros_like(stage.rank)
        lane = np.zeros(len(numbers), dtype=np.int64)
    return replace(
        stage,
        servers=len(numbers),
        server_calendar=np.array(numbers[:1] * len(numbers) if alike else numbers),
        rank=rank,
        lane=lane,
        resume=draw(st.booleans()),
    )


def border(draw: st.DrawFn) -> tuple[Plan, Workload]:
    """The three gates with stages, costs, news and rules of all kinds, and their traffic."""
    plan = sim.build_plan(gates(("run.days", "2")))
    open_ = draw(st.lists(calendars(), min_size=1, max_size=3))
    stages = tuple(_varied(draw, stage, len(open_)) for stage in plan.stages)
    travel = [float(draw(st.sampled_from([0, 0, 10, 45]))) for _ in plan.flows]
    choices = tuple(
        replace(
            choice,
            hours=tuple(draw(st.sampled_from(open_)) for _ in choice.flows),
            pace=np.array(
                [float(draw(st.sampled_from([0, 2, 5, 30, np.inf]))) for _ in choice.flows]
            ),
            fee=np.array([1e4 * draw(st.integers(0, 3)) for _ in choice.flows]),
            taste=float(draw(st.sampled_from([0, 20_000]))),
        )
        for choice in plan.choices
    )
    stops = [Stop(gate, draw(st.integers(0, 15)), _exports(plan, gate)) for gate in (0, 1)]
    plan = replace(
        plan,
        stages=stages,
        calendars=tuple(open_),
        choices=choices,
        flows=tuple(replace(f, travel=t) for f, t in zip(plan.flows, travel, strict=True)),
        stops=tuple(stop for stop in stops if draw(st.integers(0, 7)) == 0),
        news=float(draw(st.sampled_from([7, 30, 240, 5000]))),
        seed=draw(st.integers(0, 1000)),
    )
    work = sim.draw(plan, 0)
    if draw(st.booleans()):  # everything on whole minutes, so that much happens at once
        work = replace(
            work,
            arrive=np.floor(work.arrive),
            service=np.ceil(work.service),
            decisions=tuple(replace(one, time=np.floor(one.time)) for one in work.decisions),
        )
    if draw(st.integers(0, 7)) == 0:
        work = replace(work, deadline=work.arrive + 300.0)
    return plan, work


def _exports(plan: Plan, gate: int) -> tuple[int, ...]:
    return tuple(i for i, f in enumerate(plan.flows) if f.gate == gate and f.direction == 0)


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_engines_agree_on_choices_bit_for_bit(data: st.DataObject) -> None:
    """Whatever gates are chosen between, `core` sends every vehicle where `des` sends it."""
    plan, work = border(data.draw)
    truth = des.run(plan, work)
    for fast in {False, compiled.available()}:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(event_loop, "pays", lambda *_, fast=fast: fast)
            assert_same(core.run(plan, work), truth)


@pytest.mark.parametrize("ahead", [30.0, 600.0, 1e9])
def test_how_far_an_iteration_looks_ahead_does_not_matter(
    ahead: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choices that hold are the same, whichever way they were found."""
    plan = sim.build_plan(gates())
    work = sim.draw(plan, 0)
    monkeypatch.setattr(choice_solver, "_AHEAD", ahead)
    solved = choice_solver.solve_choices(plan, work, 10_000)
    assert solved is not None
    assert solved.tolist() == des.run_and_choose(plan, work)[1].tolist()


def test_choices_that_take_too_long_are_left_to_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some iterations `core` hands all the gates to `des`, with the same result."""
    plan = sim.build_plan(gates())
    work = sim.draw(plan, 0)
    assert choice_solver.solve_choices(plan, work, 1) is None
    monkeypatch.setattr(event_loop, "pays", lambda *_: False)
    monkeypatch.setattr(core, "solve_choices", lambda *_: None)
    assert_same(core.run(plan, work), des.run(plan, work))


def test_what_has_not_changed_is_not_served_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run with the same vehicles serves nobody; one late change serves the rest."""
    plan = sim.build_plan(gates())
    work = sim.draw(plan, 0)
    served: list[int] = []
    serve = incremental.fifo

    def counted(arrivals, *args, **kwargs):
        served.append(len(arrivals))
        return serve(arrivals, *args, **kwargs)

    monkeypatch.setattr(incremental, "fifo", counted)
    again = incremental.IncrementalRun(plan, work, range(len(plan.flows)))
    comes = des.run_and_choose(plan, work)[1]
    again.serve(comes, plan.horizon)
    whole = sum(served)
    served.clear()
    again.serve(comes, plan.horizon)
    assert served == []
    comes[np.flatnonzero(comes)[-20]] = False
    again.serve(comes, plan.horizon)
    assert 0 < sum(served) < 0.3 * whole
