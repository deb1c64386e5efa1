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

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.measures.exposure import Exposure
from sim.measures.grouping import table, total
from sim.plan.model import DIRECTIONS, Economics, Plan

__all__ = ["AIR", "MONEY", "costs_table", "places_table"]


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

_BOUNDS = ("value", "low", "high")
_SAVINGS = ("electric", "plugged")
"""Factors of which more means less cost."""


def places_table(
    plan: Plan, exposure: Exposure, stays: Mapping[str, Floats] | None = None
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
    further = {name: hours[exposure.flow, exposure.stage] for name, hours in (stays or {}).items()}
    if plan.economics is not None:
        items = _items(exposure, _factors(plan.economics, "value"))
        return exposure.frame(plan, further | items)
    unknown = [pl.lit(None, pl.Float64).alias(name) for name in (*MONEY, *AIR)]
    return exposure.frame(plan, further).with_columns(unknown)


def costs_table(plan: Plan, exposure: Exposure) -> pl.DataFrame:
    """One row per gate, direction and item, per day of the window, with its range.

    Columns: gate, direction, item, unit (``VND/day``, ``L/day``, ``kg/day``), value, low, high.
    Low and high have every factor at that end of its range. Empty without ``economics``.
    """
    directions = len(DIRECTIONS)
    gate = np.array([s.gate for s in plan.stages], dtype=np.int64)[exposure.stage]
    way = np.array([f.direction for f in plan.flows], dtype=np.int64)[exposure.flow]
    code = gate * directions + way
    size = len(plan.gates) * directions
    names = [] if plan.economics is None else [*MONEY, *AIR]
    columns: dict[str, Floats] = {}
    for bound in _BOUNDS:
        found = [np.empty(0)]
        if plan.economics is not None:
            items = _items(exposure, _factors(plan.economics, bound))
            found = [total(code, items[name], size) / plan.days for name in names]
        columns[bound] = np.stack(found, axis=-1).ravel() if names else found[0]
    cells = [(g.id, d) for g in plan.gates for d in DIRECTIONS] if names else []
    units = {**dict.fromkeys(MONEY, "VND/day"), **{n: f"{u}/day" for n, u in AIR.items()}}
    return table(
        {
            "gate": [gate_id for gate_id, _ in cells for _ in names],
            "direction": [direction for _, direction in cells for _ in names],
            "item": names * len(cells),
            "unit": [units[name] for name in names] * len(cells),
            **columns,
        }
    )


def _factors(economics: Economics, bound: str) -> Callable[[str], float]:
    """Look up factors at the centre, or at the cheap or the dear end of their ranges."""
    opposite = {"low": "high", "high": "low", "value": "value"}

    def factor(name: str) -> float:
        end = opposite[bound] if name in _SAVINGS else bound
        return float(getattr(economics.factors[name], end))

    return factor


def _items(exposure: Exposure, factor: Callable[[str], float]) -> dict[str, Floats]:
    """Every item of each cell."""
    queue, service, parked, virtual = (
        exposure.hours[s] for s in ("queue", "service", "parked", "virtual")
    )
    here, owner = queue + service + parked, exposure.owner_hours
    engine = exposure.engine.astype(np.float64)
    running = engine * (
        factor("engine_queue") * (queue + service) + factor("engine_parked") * parked
    )
    burning = running * (1.0 - factor("electric"))
    cooling = exposure.reefer * exposure.laden_hours
    on_plug = factor("plugged")
    diesel_engine = burning * factor("idle_fuel")
    diesel_cooling = cooling * (1.0 - on_plug) * factor("reefer_fuel")
    power = cooling * on_plug * factor("reefer_power")
    diesel = diesel_engine + diesel_cooling
    return {
        "delay": (here - owner) * factor("delay"),
        "owner_hold": owner * factor("delay"),
        "virtual_delay": virtual * factor("delay"),
        "driver": engine * here * factor("driver"),
        "parking": engine * parked / 24.0 * factor("parking"),
        "fuel": diesel_engine * factor("diesel"),
        "cooling": diesel_cooling * factor("diesel") + power * factor("power"),
        "spoilage": exposure.value_lost,
        "diesel": diesel,
        "co2": diesel * factor("co2") + power * factor("grid_co2"),
        "nox": burning * factor("nox") / 1000.0,
        "pm25": burning * factor("pm25") / 1000.0,
    }
