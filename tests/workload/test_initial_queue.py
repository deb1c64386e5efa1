"""Where vehicles are that wait when the run starts, and what is left of their time there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.plan import Plan
from sim.workload import Workload, draw

_FILE = """\
format: 1
title: {en: Yard, vi: Bãi}
run: {start: 2025-07-07, days: 4, replications: 4, seed: 7}
cargo:
  fruit: {title: {en: Fruit, vi: Trái cây}, counted_as: fruit}
channels: {green: 60 %, yellow: 30 %, red: 10 %, evidence: assumption}
gates:
  chi_ma:
    title: {en: Chi Ma, vi: Chi Ma}
    mode: road
    class: bilateral
    data: published
    evidence: assumption
    routes:
      main:
        stages:
          yard:
            title: {en: Yard, vi: Bãi}
            side: vietnam
            servers: unlimited
            held_by: owner
            service: "lognormal(mean 12 h, cv 0.8)"
          gate_in:
            title: {en: Gate-in, vi: Vào}
            side: vietnam
            servers: 40
            service: 1 min
          filing:
            title: {en: Papers, vi: Hồ sơ}
            side: vietnam
            servers: unlimited
            service: {green: 2 h, yellow: 4 h, red: 6 h}
          crossing:
            title: {en: Crossing, vi: Làn}
            side: border
            servers: 40
            service: 1 min
        paths:
          export: {stages: [yard, gate_in, filing, crossing], crossed_at: crossing}
        flows:
          fruit: {direction: export, cargo: fruit, volume: 240 trucks/day, backlog: 148}
"""
FLOW = "gates.chi_ma.routes.main.flows.fruit"


def load(tmp_path: Path, **changes: Any) -> sim.Scenario:
    """Load the yard with other values of its flow."""
    file = tmp_path / "yard.yaml"
    file.write_text(_FILE, "utf-8")
    return sim.load(file, set={f"{FLOW}.{key}": value for key, value in changes.items()})


def drawn(tmp_path: Path, **changes: Any) -> tuple[Plan, Workload]:
    """Draw the yard with 40,000 vehicles at the start, so that shares are sharp."""
    plan = sim.build_plan(load(tmp_path, **{"backlog": 40_000, **changes}))
    return plan, draw(plan, 0)


def first_stages(plan: Plan, work: Workload) -> np.ndarray:
    """Share of the initial queue that begins at each stage."""
    first = np.full(work.vehicles, len(plan.stages))
    np.minimum.at(first, work.row_vehicle, work.stage)
    return np.bincount(first[work.initially_queued], minlength=4) / work.initially_queued.sum()


def test_they_are_where_time_is_spent(tmp_path: Path) -> None:
    """Of 12 h in the yard and 2, 4 or 6 h at the papers by channel (Little's law); none in line."""
    plan, work = drawn(tmp_path)
    yard = 0.6 * 12 / 14 + 0.3 * 12 / 16 + 0.1 * 12 / 18
    shares = first_stages(plan, work)
    np.testing.assert_allclose(shares, [yard, 0.0, 1.0 - yard, 0.0], atol=0.008)


def test_who_is_at_the_papers_does_not_go_back(tmp_path: Path) -> None:
    """They visit that stage and those after it, once each, and so does everybody else."""
    _, work = drawn(tmp_path)
    visits = np.bincount(work.row_vehicle, minlength=work.vehicles)
    entered = visits == 2
    assert np.all(work.initially_queued[entered])
    assert set(work.stage[entered[work.row_vehicle]].tolist()) == {2, 3}
    assert np.all(visits[~entered] == 4)
    assert np.all(work.stage[work.crossed_row] == 3)


def test_what_is_left_is_the_equilibrium_residual(tmp_path: Path) -> None:
    """In the yard m (1 + cv^2) / 2; later stages are served in full; arrivals are not touched."""
    _, work = drawn(tmp_path)
    queued = work.initially_queued[work.row_vehicle]
    held = work.service[queued & (work.stage == 0)]
    assert held.mean() == pytest.approx(12 * 60 * (1 + 0.64) / 2, rel=0.03)
    green = work.channel[work.row_vehicle] == 0
    begun = np.bincount(work.row_vehicle, minlength=work.vehicles)[work.row_vehicle] == 2
    papers = queued & (work.stage == 2) & green
    np.testing.assert_allclose(np.quantile(work.service[papers & begun], 0.5), 60.0, atol=3.0)
    assert set(work.service[papers & ~begun].tolist()) == {120.0}
    none = draw(sim.build_plan(load(tmp_path, backlog=0)), 0)
    came = ~work.initially_queued
    assert work.service[came[work.row_vehicle]].tolist() == none.service.tolist()


def test_a_border_in_equilibrium_stays_there(tmp_path: Path) -> None:
    """Started with the stock of the long run, as many cross in the first hours as in any other.

    240 a day for 14.8 h are 148; with holds that start anew a seventh of them would cross.
    """
    plan = sim.build_plan(load(tmp_path))
    crossed = np.zeros(4)
    for replication in range(60):
        log = sim.simulate(plan, sim.draw(plan, replication))
        done = log.to_polars().filter(stage="chi_ma.main.crossing")["finish"].drop_nulls()
        crossed += np.histogram(done.to_numpy(), bins=np.arange(5) * 360.0)[0]
    # four standard errors of a Poisson count of 60 x 60
    np.testing.assert_allclose(crossed / 60, 60.0, atol=4.0)


def test_a_known_age_decides_what_is_left(tmp_path: Path) -> None:
    """All are in the yard; of a constant 12 h held for 10 h, 2 h are left."""
    plan, work = drawn(tmp_path, backlog_age="10 h")
    assert first_stages(plan, work).tolist() == [1.0, 0.0, 0.0, 0.0]
    scenario = load(tmp_path, backlog_age="10 h")
    yard = "gates.chi_ma.routes.main.stages.yard.service"
    same = sim.load(scenario.path, set={f"{FLOW}.backlog_age": "10 h", yard: "12 h"})
    work = draw(sim.build_plan(same), 0)
    left = work.service[work.initially_queued[work.row_vehicle] & (work.stage == 0)]
    np.testing.assert_allclose(left, 120.0)


def test_without_an_owners_hold_they_stand_before_the_first_stage(tmp_path: Path) -> None:
    """A line of vehicles not yet served: each is to be served in full."""
    stages = "gates.chi_ma.routes.main.stages"
    held = load(tmp_path, backlog=500)
    scenario = sim.load(held.path, set={f"{stages}.yard.held_by": "gate", f"{FLOW}.backlog": 500})
    plan = sim.build_plan(scenario)
    work = draw(plan, 0)
    assert first_stages(plan, work).tolist() == [1.0, 0.0, 0.0, 0.0]
    queued = work.initially_queued[work.row_vehicle]
    assert work.service[queued & (work.stage == 0)].mean() == pytest.approx(720.0, rel=0.15)


def test_engines_agree_and_nobody_is_lost(tmp_path: Path) -> None:
    """`core` equals `des`, and all of the initial queue are in the log once."""
    plan = sim.build_plan(load(tmp_path, patience="20 h"))
    work = sim.draw(plan, 0)
    logs = [sim.simulate(plan, work, engine) for engine in ("core", "des")]
    assert logs[0].to_polars().equals(logs[1].to_polars())
    assert len(logs[0].outcome) == work.vehicles
    assert int(work.initially_queued.sum()) == 148


def test_an_age_without_an_owner_is_refused(tmp_path: Path) -> None:
    """The message says where to write what; an age of nobody has no effect."""
    held = "gates.chi_ma.routes.main.stages.yard.held_by"
    file = load(tmp_path).path
    with pytest.raises(sim.ScenarioError, match="no stage on this path is held by an owner"):
        sim.load(file, set={f"{FLOW}.backlog_age": "3 h", held: "gate"})
    idle = sim.load(file, set={f"{FLOW}.backlog_age": "3 h", f"{FLOW}.backlog": 0})
    assert "no-effect" in [problem.code for problem in idle.warnings]
