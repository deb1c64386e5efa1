"""Codes of a plan's flows and stages as arrays, and their names as columns.

All of it follows from the plan alone, so it is made once for all replications.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.catalogue import DIRECTIONS, SIDES
from sim.plan import Plan

__all__ = ["PLANS", "flow_names", "flows_of", "named", "stages_of"]

PLANS = 8
"""Plans of which such things are remembered; a sweep goes from one to the next."""

_ENGINES = ("truck", "van", "coach")


@dataclass(frozen=True, eq=False)
class Flows:
    """Attributes of flows, each of shape ``(flows,)``.

    Attributes
    ----------
    gate, direction, cargo:
        Indices into the plan.
    goods:
        The bulletin counts the vehicles; coaches, say, are in no stock of trucks.
    wagons, teu:
        Of trains at rail gates; 0 for others.
    units:
        Wagons of each vehicle, 1 on the road.
    engine:
        The vehicles have an engine that idles, a driver and a parking fee.
    reefer:
        Share of the vehicles with a cooling unit.
    value, life, most:
        VND of a load, minutes until nothing but the salvage value is left, and the share of
        the value that goods can lose.
    """

    gate: Ints
    direction: Ints
    cargo: Ints
    goods: Bools
    wagons: Ints
    teu: Ints
    units: Floats
    engine: Bools
    reefer: Floats
    value: Floats
    life: Floats
    most: Floats


@dataclass(frozen=True, eq=False)
class Stages:
    """Attributes of stages, each of shape ``(stages,)``; ``names`` are columns of tables."""

    gate: Ints
    side: Ints
    kind: Ints
    owner: Bools
    virtual: Bools
    resume: Bools
    names: dict[str, pl.Series]


@lru_cache(maxsize=PLANS)
def flows_of(plan: Plan) -> Flows:
    """Collect the attributes of a plan's flows."""
    rail = np.array([plan.gates[f.gate].mode == "rail" for f in plan.flows], dtype=np.bool_)
    wagons = np.array([f.wagons for f in plan.flows], dtype=np.int64)
    teu = np.array([f.teu for f in plan.flows], dtype=np.int64)
    cargo = [plan.cargo[f.cargo] for f in plan.flows]
    return Flows(
        gate=np.array([f.gate for f in plan.flows], dtype=np.int64),
        direction=np.array([f.direction for f in plan.flows], dtype=np.int64),
        cargo=np.array([f.cargo for f in plan.flows], dtype=np.int64),
        goods=np.array([c.counted_as != "none" for c in cargo], dtype=np.bool_),
        wagons=np.where(rail, wagons, 0),
        teu=np.where(rail, teu, 0),
        units=wagons.astype(np.float64),
        engine=np.array([f.vehicle in _ENGINES for f in plan.flows], dtype=np.bool_),
        reefer=np.array([c.reefer for c in cargo], dtype=np.float64),
        value=np.array([c.value or 0.0 for c in cargo], dtype=np.float64),
        life=np.array([np.inf if c.life is None else c.life for c in cargo], dtype=np.float64),
        most=1.0 - np.array([c.salvage for c in cargo], dtype=np.float64),
    )


@lru_cache(maxsize=PLANS)
def stages_of(plan: Plan) -> Stages:
    """Collect the attributes of a plan's stages."""
    stages = plan.stages
    names: dict[str, list[str]] = {
        "stage": [s.id for s in stages],
        "gate": [plan.gates[s.gate].id for s in stages],
        "route": [plan.routes[s.route].id for s in stages],
        "role": [s.role for s in stages],
        "side": [s.side for s in stages],
        "kind": [s.kind.name.lower() for s in stages],
    }
    return Stages(
        gate=np.array([s.gate for s in stages], dtype=np.int64),
        side=np.array([SIDES.index(s.side) for s in stages], dtype=np.int64),
        kind=np.array([s.kind for s in stages], dtype=np.int64),
        owner=np.array([s.owner for s in stages], dtype=np.bool_),
        virtual=np.array([s.virtual for s in stages], dtype=np.bool_),
        resume=np.array([s.resume for s in stages], dtype=np.bool_),
        names={name: pl.Series(name, values, dtype=pl.String) for name, values in names.items()},
    )


@lru_cache(maxsize=PLANS)
def flow_names(plan: Plan) -> dict[str, pl.Series]:
    """Columns flow, gate, direction and cargo, one value per flow."""
    names: dict[str, list[str]] = {
        "flow": [f.id for f in plan.flows],
        "gate": [plan.gates[f.gate].id for f in plan.flows],
        "direction": [DIRECTIONS[f.direction] for f in plan.flows],
        "cargo": [plan.cargo[f.cargo].id for f in plan.flows],
    }
    return {name: pl.Series(name, values, dtype=pl.String) for name, values in names.items()}


def named(names: pl.Series | Sequence[str], codes: NDArray[np.integer]) -> pl.Series:
    """Column of the names that codes stand for."""
    series = names if isinstance(names, pl.Series) else pl.Series(names, dtype=pl.String)
    return series[pl.Series(codes.astype(np.uint32))]
