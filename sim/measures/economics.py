"""Money and air: what the hours of :mod:`sim.measures.exposure` cost and emit.

Linear in the hours, so totals are sums over gates, stages and classes. Items:

=============  ==========================================================================
delay          vehicle-hours at the gate, the owner's left out x price of an hour
owner_hold     hours for which the owner keeps the vehicle x price of an hour
virtual_delay  hours booked and waiting elsewhere x price of an hour
driver         hours of trucks, vans and coaches at the gate x driver's wage
parking        their parked hours / 24 x parking fee
fuel           hours with the engine on x idle fuel x price of diesel
cooling        laden hours of cooling units x diesel, or power where they are on a plug
spoilage       value that goods lost
=============  ==========================================================================

CO2 is of engines and cooling units (diesel, and the grid for plugs); NOx and PM2.5 are of
engines alone, because no figure for cooling units is published that fits. Locomotives and
the hours of new cars burn nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.measures.codes import PLANS, flow_names, flows_of, named, stages_of
from sim.measures.exposure import Exposure
from sim.measures.grouping import added, table, total
from sim.plan import DIRECTIONS, Plan
from sim.plan.model import Economics

__all__ = ["AIR", "MONEY", "Places", "costs_table", "places_of", "places_table"]


MONEY = (
    "delay",
    "owner_hold",
    "virtual_delay",
    "driver",
    "parking",
    "fuel",
    "cooling",
    "spoilage",
)
"""Items in VND."""
AIR = {"diesel": "L", "co2": "kg", "nox": "kg", "pm25": "kg"}
"""Quantities burnt and emitted, with their units."""

_STAGE = ("gate", "route", "stage", "role", "side")
_BOUNDS = ("value", "low", "high")
_SAVINGS = ("electric", "plugged")
"""Factors of which more means less cost."""


@dataclass(frozen=True, eq=False)
class Places:
    """Sums over the window by stage, direction and cargo class that a vehicle reached.

    Attributes
    ----------
    stage, flow:
        Shape ``(cells,)``: indices into the plan; of flows the first of its cargo class.
    hours, items:
        Columns of :func:`places_table` but those of whole stays, each of shape ``(cells,)``.
    members, cell:
        Flow and stage, and the cell, of each row of exposure.
    """

    stage: Ints
    flow: Ints
    hours: dict[str, Floats]
    items: dict[str, Floats]
    members: tuple[Ints, Ints]
    cell: Ints


def places_of(plan: Plan, exposure: Exposure) -> Places:
    """Add exposure up by direction and cargo class, and price it."""
    flows = flows_of(plan)
    groups = flows.direction * len(plan.cargo) + flows.cargo
    code = groups[exposure.flow] * len(plan.stages) + exposure.stage
    _, first, cell = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)  # as they are met
    cell, first = np.argsort(order)[cell], first[order]
    hours = {
        **{f"{state}_hours": hours for state, hours in exposure.hours.items()},
        "owner_hours": exposure.owner_hours,
        "laden_hours": exposure.laden_hours,
        "value_lost": exposure.value_lost,
    }
    items = {}
    if plan.economics is not None:
        items = _items(plan, exposure, _factors(plan.economics, "value"))
    return Places(
        exposure.stage[first],
        exposure.flow[first],
        _added(cell, hours, len(first)),
        _added(cell, items, len(first)),
        (exposure.flow, exposure.stage),
        cell,
    )


def _added(cell: Ints, columns: Mapping[str, Floats], size: int) -> dict[str, Floats]:
    """Add columns up by cell."""
    if not columns:
        return {}
    return dict(zip(columns, added(cell, np.stack(list(columns.values())), size), strict=True))


def places_table(
    plan: Plan, places: Places, stays: Mapping[str, Floats] | None = None
) -> pl.DataFrame:
    """One row per stage, direction and cargo class that a vehicle reached.

    Columns
    -------
    gate, route, stage, role, side, direction, cargo
    queue_hours, service_hours, parked_hours, virtual_hours, owner_hours, laden_hours:
        What fell into the measured window, of all vehicles: vehicle-hours, of trains
        wagon-hours. Money and air are of these.
    value_lost:
        VND within the window.
    stays, stay_queue_hours, stay_service_hours, stay_closed_hours, stay_owner_hours,
    stay_virtual_hours:
        Of the vehicles that crossed and whose stay ended in the window: how many came here,
        and all their hours here by clock, before the window too; trains count as one
        vehicle. Mean times of the headline are of these: ``wait.mean`` times its vehicles is
        the sum of ``stay_queue_hours``. The two kinds of hours differ by what these vehicles
        did before the window, and by those that are still there, or lost, at its end. Left
        out without ``stays`` (:func:`sim.measures.stays.stay_hours`).
    the items of :data:`MONEY` in VND and of :data:`AIR` in their units:
        At the central values, null where the scenario has no ``economics`` block.
    """
    stages, flows = stages_of(plan).names, flow_names(plan)
    names = {
        **{name: named(stages[name], places.stage) for name in _STAGE},
        **{name: named(flows[name], places.flow) for name in ("direction", "cargo")},
    }
    unknown = {} if plan.economics is not None else dict.fromkeys((*MONEY, *AIR))
    size = len(places.stage)
    nothing = {name: pl.Series([None] * size, dtype=pl.Float64) for name in unknown}
    reached = {name: hours[places.members] for name, hours in (stays or {}).items()}
    whole = _added(places.cell, reached, size)
    return table({**names, **places.hours, **whole, **places.items, **nothing})


def costs_table(plan: Plan, exposure: Exposure) -> pl.DataFrame:
    """One row per gate, direction and item, per day of the window, with its range.

    Columns: gate, direction, item, unit (``VND/day``, ``L/day``, ``kg/day``), value, low, high.
    Low and high have every factor at that end of its range. Empty without ``economics``.
    """
    directions = len(DIRECTIONS)
    gate = stages_of(plan).gate[exposure.stage]
    code = gate * directions + flows_of(plan).direction[exposure.flow]
    size = len(plan.gates) * directions
    names = [] if plan.economics is None else [*MONEY, *AIR]
    columns: dict[str, Floats] = {}
    for bound in _BOUNDS:
        totals = [np.empty(0)]
        if plan.economics is not None:
            items = _items(plan, exposure, _factors(plan.economics, bound))
            totals = [total(code, items[name], size) / plan.days for name in names]
        columns[bound] = np.stack(totals, axis=-1).ravel() if names else totals[0]
    return table({**_names(tuple(g.id for g in plan.gates) if names else ()), **columns})


@lru_cache(maxsize=PLANS)
def _names(gates: tuple[str, ...]) -> dict[str, pl.Series]:
    """Columns gate, direction, item and unit of the table of costs."""
    units = {**dict.fromkeys(MONEY, "VND/day"), **{n: f"{u}/day" for n, u in AIR.items()}}
    rows = [
        (gate, way, item, unit)
        for gate in gates
        for way in DIRECTIONS
        for item, unit in units.items()
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * 4
    return {
        name: pl.Series(name, list(values), dtype=pl.String)
        for name, values in zip(("gate", "direction", "item", "unit"), columns, strict=True)
    }


def _factors(economics: Economics, bound: str) -> Callable[[str], float]:
    """Look up factors at the centre, or at the cheap or the dear end of their ranges."""
    opposite = {"low": "high", "high": "low", "value": "value"}

    def factor(name: str) -> float:
        end = opposite[bound] if name in _SAVINGS else bound
        return float(getattr(economics.factors[name], end))

    return factor


def _items(plan: Plan, exposure: Exposure, factor: Callable[[str], float]) -> dict[str, Floats]:
    """Every item of each cell."""
    flows = flows_of(plan)
    queue, service, parked, virtual = (
        exposure.hours[s] for s in ("queue", "service", "parked", "virtual")
    )
    at_gate, owner = queue + service + parked, exposure.owner_hours
    engine = flows.engine[exposure.flow].astype(np.float64)
    running = engine * (
        factor("engine_queue") * (queue + service) + factor("engine_parked") * parked
    )
    burning = running * (1.0 - factor("electric"))
    cooling = flows.reefer[exposure.flow] * exposure.laden_hours
    on_plug = factor("plugged")
    diesel_engine = burning * factor("idle_fuel")
    diesel_cooling = cooling * (1.0 - on_plug) * factor("reefer_fuel")
    power = cooling * on_plug * factor("reefer_power")
    diesel = diesel_engine + diesel_cooling
    return {
        "delay": (at_gate - owner) * factor("delay"),
        "owner_hold": owner * factor("delay"),
        "virtual_delay": virtual * factor("delay"),
        "driver": engine * at_gate * factor("driver"),
        "parking": engine * parked / 24.0 * factor("parking"),
        "fuel": diesel_engine * factor("diesel"),
        "cooling": diesel_cooling * factor("diesel") + power * factor("power"),
        "spoilage": exposure.value_lost,
        "diesel": diesel,
        "co2": diesel * factor("co2") + power * factor("grid_co2"),
        "nox": burning * factor("nox") / 1000.0,
        "pm25": burning * factor("pm25") / 1000.0,
    }
