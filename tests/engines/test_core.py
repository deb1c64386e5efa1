"""Engine `core`: what its speed rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.distributions import parse_distribution
from sim.engines import core, des, event_loop
from sim.engines.core import run_many
from sim.engines.log import VisitLog
from sim.engines.stage import arrival_order
from sim.plan import Outage, Plan, build_plan
from sim.queues import compiled
from sim.scenario import load
from sim.verify import Line, border, visits
from tests.agreement.same import assert_same
from tests.shipped import FOLDER
from tests.small import write_small

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline-2025.yaml"


@pytest.mark.parametrize("instants", [1, 7, 300, 100_000])
def test_simultaneous_arrivals_stay_in_order(instants: int) -> None:
    """The fast sort with its ties sorted again is the stable sort, ``inf`` included."""
    arrive = np.random.default_rng(instants).integers(0, instants, 20_000).astype(float)
    arrive[::17] = np.inf
    assert np.array_equal(arrival_order(arrive), np.argsort(arrive, kind="stable"))


@pytest.mark.skipif(not compiled.available(), reason="needs the extra fast")
@pytest.mark.parametrize("late", [1.0, 1e12, np.inf])
@pytest.mark.parametrize("instants", [1, 7, 300, 100_000])
def test_the_compiled_sort_is_stable(instants: int, late: float) -> None:
    """Arrivals in order, nearly so, at random, and with one that spoils equal spans."""
    chance = np.random.default_rng(instants)
    sort = compiled.kernels().arrival_order
    for scatter in (0.0, 5.0, 1e6):
        arrive = np.arange(3000.0) * instants + chance.random(3000) * scatter * instants
        arrive = np.floor(arrive / instants)
        arrive[[5, 2900]] *= late
        assert np.array_equal(sort(arrive), np.argsort(arrive, kind="stable"))


def test_replications_together_have_outages_of_their_own() -> None:
    """A stage that fails in one replication serves on in the other."""
    never = parse_distribution("1 day")
    plan = replace(border(Line()), outages=(Outage("power", never, never, (0,)),))
    work = visits([0.0, 1.0], [8.0, 3.0])
    down = [(np.array([2.0]), np.array([20.0])), (np.empty(0), np.empty(0))]
    runs = run_many(plan, [replace(work, outages=(interval,)) for interval in down])
    assert [run.start.tolist() for run in runs] == [[0.0, 20.0], [0.0, 8.0]]


def test_memory_bounds_how_many_run_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks run together, a year alone; so does everything where compiled code is used."""
    monkeypatch.setattr(compiled, "may_pay_off", lambda: False)
    week, year = (build_plan(load(BASELINE, set={"run.days": days})) for days in (7, 353))
    assert core.replications_together(week) > 10
    assert core.replications_together(year) == 1
    monkeypatch.setattr(compiled, "may_pay_off", lambda: True)
    assert core.replications_together(week) == 1


def test_routes_that_needed_events_are_not_tried_by_arrays_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A jammed route goes straight to the event loop in the next replication, with equal times."""
    pytest.importorskip("numba")
    plan = sim.build_plan(sim.load(FOLDER / "jam-december-2021.yaml", set={"run.days": "5"}))
    monkeypatch.setattr(event_loop, "pays", lambda *_: True)
    tried: list[set[int]] = []
    serve = core._serve

    def watched(logs: list[VisitLog], routes: set[int]) -> None:
        tried.append(set(routes))
        serve(logs, routes)

    monkeypatch.setattr(core, "_serve", watched)
    for replication in (0, 1):
        work = sim.draw(plan, replication)
        assert_same(core.run(plan, work), des.run(plan, work))
    assert tried[1] < tried[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: replace(p, flows=p.flows[:1]), "it needs a column for each of 1 flows"),
        (
            lambda p: replace(p, stages=(replace(p.stages[0], servers=9), *p.stages[1:])),
            "need an entry for each server",
        ),
        (
            lambda p: replace(
                p, stages=(replace(p.stages[0], server_calendar=np.array([99, 99])), *p.stages[1:])
            ),
            "server_calendar leads beyond",
        ),
        (lambda p: replace(p, flows=(replace(p.flows[0], gate=7), *p.flows[1:])), "gate 7 is none"),
        (lambda p: replace(p, flows=(replace(p.flows[0], crossed=9), *p.flows[1:])), "no step"),
        (
            lambda p: replace(
                p,
                flows=(
                    replace(p.flows[0], steps=p.flows[0].steps + p.flows[0].steps[:1]),
                    *p.flows[1:],
                ),
            ),
            "its path visits a stage twice",
        ),
    ],
)
@pytest.mark.parametrize("engine", ["des", "core"])
def test_a_plan_put_together_wrongly_is_refused(
    tmp_path: Path, engine: str, change: Callable[[Plan], Plan], told: str
) -> None:
    """Compiled code would read beyond its tables; no engine runs such a plan."""
    plan = sim.build_plan(sim.load(write_small(tmp_path)[0]))
    workload = sim.draw(plan, 0)
    with pytest.raises(sim.ArgumentError, match=told):
        sim.simulate(change(plan), workload, engine)
    with pytest.raises(sim.ArgumentError, match=told):
        sim.run(change(plan), 1, engine=engine)
