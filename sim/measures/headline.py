"""The headline: the few numbers by which scenarios are compared, as one long table.

Times are of vehicles that **crossed** within the measured window.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.measures.clocks import Vehicles
from sim.measures.economics import MONEY
from sim.measures.grouping import count, quantiles, ratio, table, total
from sim.plan.model import DIRECTIONS, Plan

__all__ = ["HEADLINES", "headline_table"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HEADLINES = {
    "crossed_per_day": "vehicles/day",
    "arrived_per_day": "vehicles/day",
    "wait_mean": "h",
    "wait_p50": "h",
    "wait_p95": "h",
    "overnight_mean": "h",
    "virtual_mean": "h",
    "owner_hold_mean": "h",
    "door_to_door_mean": "h",
    "door_to_door_p95": "h",
    "vietnam_time_mean": "h",
    "vietnam_time_p95": "h",
    "same_day_share": "%",
    "over_24h_share": "%",
    "wagons_per_day": "wagons/day",
    "teu_per_day": "TEU/day",
    "waiting_2000": "vehicles",
    "cost_per_day": "mn VND/day",
    "co2_per_day": "t/day",
}
"""Measures and their units, in the order of the table."""

_WAYS = ("all", *DIRECTIONS)


def headline_table(
    plan: Plan, vehicles: Vehicles, bulletin: pl.DataFrame, costs: pl.DataFrame
) -> pl.DataFrame:
    """One row per gate, direction and measure: gate, direction, measure, unit, value.

    ``gate`` is ``all`` or a gate's id; ``direction`` is ``all``, ``export`` or
    ``import``. ``value`` is null where it is undefined, e.g. a wait where none crossed.

    Measures
    --------
    crossed_per_day, arrived_per_day:
        Vehicles in the window / days of the window.
    wait_mean, wait_p50, wait_p95:
        Physical wait per vehicle: at the gate, while it was open.
    overnight_mean, virtual_mean, owner_hold_mean, door_to_door_mean, door_to_door_p95,
    vietnam_time_mean, vietnam_time_p95, same_day_share:
        As in :func:`sim.measures.gates.gates_table`.
    over_24h_share:
        Share of vehicles whose physical and overnight wait together exceed 24 h.
    wagons_per_day, teu_per_day:
        Wagons and containers of the trains that crossed; rail gates only, and ``all``.
    waiting_2000:
        Export vehicles waiting at 20:00, mean over the bulletins; direction ``export``
        only.
    cost_per_day, co2_per_day:
        All items of :data:`sim.measures.economics.MONEY`, and CO2, at their central
        values; null without prices.
    """
    size = (len(plan.gates) + 1) * len(_WAYS)
    values = _values(plan, vehicles, size)
    waiting = np.full((len(plan.gates) + 1, len(_WAYS)), np.nan)
    waiting[:, _WAYS.index("export")] = _waiting(plan, bulletin)
    values["waiting_2000"] = waiting.ravel()
    values["cost_per_day"] = _daily(plan, costs, MONEY) / 1e6
    values["co2_per_day"] = _daily(plan, costs, ("co2",)) / 1e3
    long = np.stack([values[measure] for measure in HEADLINES], axis=1)
    gates = ["all", *(gate.id for gate in plan.gates)]
    frame = table(
        {
            "gate": [gate for gate in gates for _ in _WAYS for _ in HEADLINES],
            "direction": [way for _ in gates for way in _WAYS for _ in HEADLINES],
            "measure": list(HEADLINES) * size,
            "unit": list(HEADLINES.values()) * size,
            "value": long.ravel(),
        }
    )
    rail = ["all", *(gate.id for gate in plan.gates if gate.mode == "rail")]
    of_trains = pl.col("measure").is_in(["wagons_per_day", "teu_per_day"])
    return frame.filter(
        (pl.col("measure") != "waiting_2000") | (pl.col("direction") == "export"),
        ~of_trains | pl.col("gate").is_in(rail),
    )


def _values(plan: Plan, vehicles: Vehicles, size: int) -> dict[str, Floats]:
    """Value of each measure but ``waiting_2000`` for each gate and direction."""
    arrived = (vehicles.arrive >= plan.warm_up) & (vehicles.arrive < plan.horizon)
    crossed = _Groups(vehicles, vehicles.crossed, size)
    done = _Groups(vehicles, ~np.isnan(vehicles.vietnam), size)
    wait = vehicles.physical[crossed.who] / 60.0
    overnight = vehicles.overnight[crossed.who] / 60.0
    door = (vehicles.crossed_at - vehicles.arrive)[crossed.who] / 60.0
    vietnam = vehicles.vietnam[done.who] / 60.0
    wait_p50, wait_p95 = crossed.quantiles(wait, (0.5, 0.95))
    return {
        "crossed_per_day": crossed.count() / plan.days,
        "arrived_per_day": _Groups(vehicles, arrived, size).count() / plan.days,
        "wait_mean": crossed.mean(wait),
        "wait_p50": wait_p50,
        "wait_p95": wait_p95,
        "overnight_mean": crossed.mean(overnight),
        "virtual_mean": crossed.mean(vehicles.virtual[crossed.who] / 60.0),
        "owner_hold_mean": crossed.mean(vehicles.owner[crossed.who] / 60.0),
        "door_to_door_mean": crossed.mean(door),
        "door_to_door_p95": crossed.quantiles(door, (0.95,))[0],
        "vietnam_time_mean": done.mean(vietnam),
        "vietnam_time_p95": done.quantiles(vietnam, (0.95,))[0],
        "same_day_share": 100.0 * crossed.mean(vehicles.same_day[crossed.who]),
        "wagons_per_day": crossed.total(vehicles.wagons[crossed.who]) / plan.days,
        "teu_per_day": crossed.total(vehicles.teu[crossed.who]) / plan.days,
        "over_24h_share": 100.0 * crossed.mean(wait + overnight > 24.0),
    }


class _Groups:
    """Vehicles ``who`` count, each in its gate and in all, in its direction and in all.

    Every group belongs to one of these four ways of grouping; its results are of shape
    ``(size,)``, from values of shape ``(who,)``.
    """

    def __init__(self, vehicles: Vehicles, chosen: Bools, size: int) -> None:
        self.who, self._size = np.flatnonzero(chosen), size
        gate, way = 1 + vehicles.gate[self.who], 1 + vehicles.direction[self.who]
        self._codes = [g * len(_WAYS) + w for g in (gate, 0 * gate) for w in (way, 0 * way)]

    def count(self) -> Ints:
        """Members."""
        members = np.zeros(self._size, dtype=np.int64)
        for codes in self._codes:
            members += count(codes, self._size)
        return members

    def total(self, values: NDArray[np.generic]) -> Floats:
        """Sums."""
        sums = np.zeros(self._size)
        for codes in self._codes:
            sums += total(codes, values, self._size)
        return sums

    def mean(self, values: NDArray[np.generic]) -> Floats:
        """Means."""
        return ratio(self.total(values), self.count())

    def quantiles(self, values: Floats, probabilities: Sequence[float]) -> list[Floats]:
        """Quantiles, one array for each probability."""
        found = [quantiles(codes, values, self._size, probabilities) for codes in self._codes]
        return [np.fmax.reduce(ways) for ways in zip(*found, strict=True)]


def _daily(plan: Plan, costs: pl.DataFrame, items: Sequence[str]) -> Floats:
    """Sum of some items per day by gate and direction, each with all; shape ``(size,)``."""
    found = np.full((len(plan.gates) + 1, len(_WAYS)), np.nan)
    if costs.height:
        chosen = costs.filter(pl.col("item").is_in(items))["value"].to_numpy()
        cells = chosen.reshape(len(plan.gates), len(DIRECTIONS), len(items)).sum(axis=2)
        found[1:, 1:] = cells
        found[0, 1:] = cells.sum(axis=0)
        found[:, 0] = found[:, 1:].sum(axis=1)
    return found.ravel()


def _waiting(plan: Plan, bulletin: pl.DataFrame) -> Floats:
    """Mean of the bulletins' stock: all gates together, then each gate."""
    stock = bulletin["waiting"].to_numpy().reshape(len(plan.gates), -1)
    by_gate = ratio(stock.sum(axis=1), np.full(len(plan.gates), stock.shape[1]))
    return np.concatenate([[by_gate.sum()], by_gate])
