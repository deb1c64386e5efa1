"""Some gates of a plan alone: the same vehicles, the same times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.distributions import parse_distribution
from sim.errors import ArgumentError
from sim.plan import Outage, Plan, select_gates
from sim.workload import Workload
from tests.agreement.test_shipped import SHORT
from tests.shipped import FILES, FOLDER


def free_gates(plan: Plan) -> list[str]:
    """Gates among which nobody chooses."""
    chosen = {plan.flows[flow].gate for choice in plan.choices for flow in choice.flows}
    return [gate.id for number, gate in enumerate(plan.gates) if number not in chosen]


def rows_of(plan: Plan, work: Workload, gates: list[str]) -> np.ndarray:
    """Rows of the visits at some gates."""
    numbers = [number for number, gate in enumerate(plan.gates) if gate.id in gates]
    of_stage = np.isin([stage.gate for stage in plan.stages], numbers)
    return np.flatnonzero(of_stage[work.stage])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@settings(
    deadline=None, max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_some_gates_alone_have_the_times_they_have_beside_the_others(
    path: Path, data: st.DataObject
) -> None:
    """Arrivals, starts, ends, servers and outcomes are equal to the bit, for any gates."""
    dated = "from: {" in path.read_text("utf-8")
    plan = sim.build_plan(sim.load(path, set={} if dated else SHORT | {"run.days": "1"}))
    free = free_gates(plan)
    if not free:
        return
    gates = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
    alone = select_gates(plan, gates)
    whole, part = (sim.simulate(p, sim.draw(p, 0)) for p in (plan, alone))
    rows = rows_of(plan, whole.workload, gates)
    for name in ("arrive", "start", "finish", "server"):
        assert np.array_equal(getattr(whole, name)[rows], getattr(part, name), equal_nan=True)
    kept = [i for i, flow in enumerate(plan.flows) if plan.gates[flow.gate].id in gates]
    of_kept = np.isin(whole.workload.flow, kept)
    assert np.array_equal(whole.outcome[of_kept], part.outcome)
    assert [gate.id for gate in alone.gates] == [g.id for g in plan.gates if g.id in gates]


def test_measures_of_a_gate_alone_are_those_it_has_beside_the_others() -> None:
    """Its rows of the tables that are by gate are equal, those of others are not there."""
    plan = sim.build_plan(sim.load("baseline-2025", set=SHORT))
    alone = select_gates(plan, ["chi_ma"])
    tables = [sim.measure(sim.simulate(p, sim.draw(p, 0)), p).tables for p in (plan, alone)]
    for name in ("gates", "stages", "flows", "daily"):
        whole, part = (table[name] for table in tables)
        same = whole.filter(whole["gate"].cast(str) == "chi_ma")
        assert part.height > 0
        assert same.rows() == part.rows(), name


def test_outages_go_with_their_stages() -> None:
    """An outage elsewhere is none of this gate's; one that strikes both strikes its own stages."""
    plan = sim.build_plan(sim.load("baseline-2025", set=SHORT))
    number = {stage.id: i for i, stage in enumerate(plan.stages)}
    here = next(i for name, i in number.items() if name.startswith("chi_ma."))
    there = next(i for name, i in number.items() if name.startswith("tan_thanh."))
    hours = parse_distribution("exponential(mean 9 h)")
    both = Outage("both", hours, hours, (here, there))
    plan = replace(plan, outages=(both, Outage("other", hours, hours, (there,))))
    alone = select_gates(plan, ["chi_ma"])
    assert [outage.id for outage in alone.outages] == ["both"]
    assert [alone.stages[i].id for i in alone.outages[0].stages] == [plan.stages[here].id]


def test_gates_among_which_vehicles_choose_are_not_parted() -> None:
    """The message names what chooses, and the gates to add."""
    plan = sim.build_plan(sim.load(FOLDER / "gate-choice.yaml", set={"run.days": "1"}))
    choice = plan.choices[0]
    first, *others = sorted({plan.gates[plan.flows[flow].gate].id for flow in choice.flows})
    with pytest.raises(ArgumentError, match=f"choose among .*; name {', '.join(others)} too"):
        select_gates(plan, [first])


@pytest.mark.parametrize(
    ("gates", "message"), [(["chi_mo"], "no gate 'chi_mo'; did you mean .chi_ma"), ([], "at least")]
)
def test_gates_that_are_not_there(gates: list[str], message: str) -> None:
    """A wrong name is told with the nearest; no name at all with those there are."""
    plan = sim.build_plan(sim.load("baseline-2025", set=SHORT))
    with pytest.raises(ArgumentError, match=message):
        select_gates(plan, gates)


def test_draws_are_kept_while_only_servers_change() -> None:
    """A workload serves every plan with the same demand; with another demand it is refused."""
    plan, wider, busier = (
        sim.build_plan(sim.load("baseline-2025", set=SHORT | changed))
        for changed in (
            {},
            {"gates.chi_ma.routes.main.stages.documents.servers": 9},
            {"run.seed": 7},
        )
    )
    work = sim.draw(plan, 0)
    kept, anew = sim.simulate(wider, work), sim.simulate(wider, sim.draw(wider, 0))
    assert np.array_equal(kept.finish, anew.finish, equal_nan=True)
    with pytest.raises(ArgumentError, match=r"take sim.draw\(plan, 0\)"):
        sim.simulate(busier, work)
