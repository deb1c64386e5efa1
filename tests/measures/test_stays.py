"""Whole stays: what the headline says per vehicle is what the places table adds up to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.catalogue import CLOCKS, DIRECTIONS, SIDES, Quantity
from sim.journeys import Journeys
from sim.measures import measure
from sim.measures.clocks import Vehicles, time_vehicles
from sim.measures.rosters import compile_rosters
from sim.measures.visits import time_visits
from sim.plan import Plan
from tests.shipped import FILES

NEAR = 1e-9
SHORT = {"run.warm_up": "1 day", "run.days": 2}


def ended(log: Journeys, plan: Plan) -> tuple[Vehicles, np.ndarray]:
    """Clocks of a log's vehicles, and the gate, direction and cargo class of each."""
    vehicles = time_vehicles(log, plan, time_visits(log, plan, compile_rosters(plan)))
    names = [
        f"{plan.gates[f.gate].id} {DIRECTIONS[f.direction]} {plan.cargo[f.cargo].id}"
        for f in plan.flows
    ]
    return vehicles, np.array(names, dtype=np.str_)[log.workload.flow]


def check(log: Journeys, plan: Plan) -> None:
    """Hold every identity between the tables of one replication."""
    vehicles, kind = ended(log, plan)
    means = ("wait_mean", "stay_mean", *(f"wait_{side}_mean" for side in SIDES))
    asked = [Quantity(mean, *name.split()) for name in np.unique(kind) for mean in means]
    tables = measure(log, plan, asked=asked).tables
    hours = tables["places"].group_by("gate", "direction", "cargo").agg(
        pl.col([f"stay_{clock}_hours" for clock in CLOCKS]).sum()
    )  # fmt: skip
    rows = tables["headline"].filter(pl.col("cargo") != "all", route="all", stage="all")
    value = {(*row[:3], row[5]): row[7] for row in rows.iter_rows()}
    for row in hours.iter_rows(named=True):
        keys = row["gate"], row["direction"], row["cargo"]
        count = int((vehicles.ended & (kind == " ".join(keys))).sum())
        if not count:
            assert value[*keys, "wait_mean"] is None
            continue
        wait = value[*keys, "wait_mean"]
        assert wait * count == pytest.approx(row["stay_queue_hours"], rel=NEAR, abs=NEAR)
        every = sum(row[f"stay_{clock}_hours"] for clock in CLOCKS)
        assert value[*keys, "stay_mean"] * count == pytest.approx(every, rel=NEAR, abs=NEAR)
        sides = sum(value[*keys, f"wait_{side}_mean"] for side in SIDES)
        assert sides == pytest.approx(wait, rel=NEAR, abs=NEAR)
    check_gates(tables)


def check_gates(tables: dict[str, pl.DataFrame]) -> None:
    """By gate and direction, vehicles of the table `gates` times means are sums of hours."""
    head = tables["headline"].filter(cargo="all", route="all", stage="all")
    for row in tables["gates"].filter(pl.col("stays") > 0).iter_rows(named=True):
        here = {"gate": row["gate"], "direction": row["direction"]}
        found = dict(head.filter(**here).select("measure", "value").iter_rows())
        places = tables["places"].filter(**here)
        queue = float(places["stay_queue_hours"].sum())
        assert found["wait_mean"] * row["stays"] == pytest.approx(queue, rel=NEAR, abs=NEAR)
        parts = sum(found[f"wait_{side}_mean"] for side in SIDES)
        assert parts == pytest.approx(found["wait_mean"], rel=NEAR, abs=NEAR)


def check_visits(log: Journeys, plan: Plan) -> None:
    """Hours in line of whole stays are those of their visits, owner's stages left out."""
    vehicles, kind = ended(log, plan)
    visits = time_visits(log, plan, compile_rosters(plan))
    work = log.workload
    places = measure(log, plan).tables["places"]
    found = places.group_by("gate", "direction", "cargo").agg(pl.col("stay_queue_hours").sum())
    owner = np.array([stage.owner for stage in plan.stages])[work.stage]
    queue = np.where(owner, 0.0, np.nan_to_num(visits.physical))
    whole = np.bincount(work.row_vehicle, queue, work.vehicles) / 60.0
    for row in found.iter_rows(named=True):
        mine = kind == f"{row['gate']} {row['direction']} {row['cargo']}"
        stays = float(whole[mine & vehicles.ended].sum())
        assert row["stay_queue_hours"] == pytest.approx(stays, rel=NEAR, abs=NEAR)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 1440.0, 755.5]))
def test_hours_close_on_random_gates(kit, seed: int, warm_up: float) -> None:
    """Means times vehicles are sums of hours, by gate, direction and cargo class."""
    log = kit.random_log(seed, warm_up=warm_up)
    check(log, log.plan)
    check_visits(log, log.plan)


@given(st.integers(0, 2**32))
def test_where_everybody_leaves_both_kinds_of_hours_agree(kit, seed: int) -> None:
    """Of a gate that begins and ends empty the window's hours are those of whole stays."""
    log = kit.random_log(seed, clear=True)
    places = measure(log, log.plan).tables["places"]
    vehicles, _ = ended(log, log.plan)
    if vehicles.ended.all():
        window, stays = (float(places[name].sum()) for name in ("queue_hours", "stay_queue_hours"))
        assert window == pytest.approx(stays, rel=NEAR, abs=NEAR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_hours_close_on_every_shipped_scenario(path: Path) -> None:
    """Two days of each: the identities hold with holds, slots, choices and booking."""
    dated = "from: {" in path.read_text("utf-8")  # its volumes change on days that must come
    plan = sim.build_plan(sim.load(path, set={} if dated else SHORT))
    check(sim.simulate(plan, sim.draw(plan, 0)), plan)
