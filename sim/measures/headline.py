"""The headline: the measures of the catalogue for each gate and direction, and those asked for.

A scope (a gate, a direction, a cargo class, a route) is a set of flows, so counts and sums
are added up by flow once and by scope with one product of matrices; quantiles are taken of
the pooled vehicles of each scope. Scopes with a stage are of visits to that stage.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.catalogue import DIRECTIONS, SIDES, Measure, Quantity
from sim.journeys import Journeys
from sim.measures.bulletin import bulletin_times
from sim.measures.clocks import Vehicles, present_at
from sim.measures.economics import MONEY, Places
from sim.measures.grouping import Select, count, pooled_quantiles, quantiles_of, ratio, total
from sim.measures.scopes import AtStages, Costs, asked_of
from sim.measures.visits import Visits
from sim.plan import Plan

__all__ = ["MeasuredLog", "headline_table"]


_QUANTILES = {"p50": 0.5, "p95": 0.95}
_COSTS: dict[str, tuple[Collection[str], float]] = {"cost": (MONEY, 1e6), "co2": (("co2",), 1e3)}
"""Items of the table of places that are added up, and how many make one of the unit."""


@dataclass(frozen=True, eq=False)
class MeasuredLog:
    """Source of the measures: one replication, its clocks, and where costs arise.

    ``visits`` and ``places`` are asked for only if some quantity is of stages, or a cost;
    ``select`` is that of :func:`sim.measures.grouping.pooled_quantiles`.
    """

    journeys: Journeys
    plan: Plan
    vehicles: Vehicles
    visits: Callable[[], Visits]
    places: Callable[[], Places]
    select: Select | None = None


def headline_table(log: MeasuredLog, asked: Sequence[Quantity] = ()) -> pl.DataFrame:
    """One row per gate, direction and standard measure, then one for each other one asked for.

    Columns
    -------
    gate, direction, cargo, route, stage:
        Where it is taken, ``all`` where it is not narrowed. Gate ``all`` is the road gates
        together, or the stations where there is no road gate; of wagons and containers the
        stations, and of money and air every gate.
    measure, unit:
        As in :data:`sim.catalogue.MEASURES`; a vehicle is a train at a station.
    value:
        Null where it is undefined, e.g. a wait where none crossed.

    Measures
    --------
    crossed, arrived:
        Vehicles in the window / days of the window.
    wait, wait.vietnam, wait.border, wait.china, wait.to_crossing, closed, owner, virtual,
    release, stay:
        Of vehicles that crossed and whose stay ended in the window, over the whole stay: see
        :class:`sim.measures.clocks.Vehicles`. At a stage, of visits whose service began in the
        window, as in :func:`sim.measures.stages.stages_table`.
    waited:
        Hours of ``wait`` of all its vehicles / days of the window.
    within:
        Share of the vehicles of ``wait`` and ``lost`` that crossed and waited no longer.
    door_to_door, same_day:
        Of vehicles that crossed in the window, up to the crossing.
    vietnam_time:
        Of vehicles that finished the Vietnamese side in the window.
    over_24h:
        Share of the vehicles of ``wait`` whose clocks queue and closed exceed 24 h.
    lost:
        Turned back or sold inland / these and the vehicles of ``wait``.
    wagons, teu:
        Of the trains that crossed / days of the window.
    waiting.2000:
        Export vehicles waiting at 20:00, mean over the bulletins.
    cost, co2:
        All items of :data:`sim.measures.economics.MONEY`, and CO2, at their central values;
        null without prices.

    Raises
    ------
    MeasureError
        A quantity asked for names no gate, cargo class, route or stage of the plan.
    """
    wanted = asked_of(log.plan, tuple(asked))
    values = np.full(wanted.columns.height, np.nan)
    of_flows = _OfFlows(log, wanted.sets)
    for measure, rows, sets in wanted.of_flows:
        values[rows] = of_flows.values(measure)[sets]
    for line in wanted.at_stages:
        values[line.row] = _at_stages(log, line)
    if log.plan.economics is not None:
        for costs in wanted.costs:
            values[costs.rows] = _added(log.places(), costs) / log.plan.days
    return wanted.columns.with_columns(pl.Series("value", values, nan_to_null=True))


@dataclass(frozen=True, eq=False)
class _Population:
    """Vehicles that measures are taken of: their numbers, and their flows."""

    vehicles: Ints
    flow: Ints

    @cached_property
    def order(self) -> Ints:
        """Permutation that sorts them by flow."""
        small = np.min_scalar_type(int(self.flow.max(initial=0)))
        return np.argsort(self.flow.astype(small), kind="stable")


class _OfFlows:
    """Values of measures for sets of flows; each population and quantile is worked out once."""

    def __init__(self, log: MeasuredLog, sets: NDArray[np.bool_]) -> None:
        self._log = log
        self._sets = sets
        self._populations: dict[str, _Population] = {}
        self._quantiles: dict[str, dict[str, Floats]] = {}

    def values(self, measure: Measure) -> Floats:
        """Value for every set, shape ``(sets,)``; NaN where undefined."""
        name, days, vehicles = measure.name, self._log.plan.days, self._log.vehicles
        if name in ("crossed", "arrived"):
            return self._number(name) / days
        if name in ("wagons", "teu"):
            amount = vehicles.wagons if name == "wagons" else vehicles.teu
            return self._total("crossed", amount) / days
        if name == "waited":
            return self._total("ended", vehicles.wait / 60.0) / days
        if name == "waiting":
            return self._waiting()
        if name in ("within", "lost"):
            share = self._number("lost")
            below = self._number("ended") + share
            if measure.limit is not None:
                share = self._total("ended", vehicles.wait <= measure.limit)
            return 100.0 * ratio(share, below)
        if name in _SHARES:
            population, pick = _SHARES[name]
            return 100.0 * ratio(self._total(population, pick(vehicles)), self._number(population))
        population, pick = _TIMES[name]
        if measure.statistic == "mean":
            return ratio(self._total(population, pick(vehicles)), self._number(population)) / 60.0
        if name not in self._quantiles:
            quantiles = self._pooled_quantiles(population, pick(vehicles)) / 60.0
            self._quantiles[name] = dict(zip(_QUANTILES, quantiles, strict=True))
        return self._quantiles[name][measure.statistic]

    def _population(self, name: str) -> _Population:
        if name not in self._populations:
            vehicles = self._log.vehicles
            chosen = np.flatnonzero(_POPULATIONS[name](vehicles))
            self._populations[name] = _Population(chosen, vehicles.flow[chosen])
        return self._populations[name]

    def _number(self, population: str) -> Floats:
        """Number of vehicles in every set."""
        flow = self._population(population).flow
        return self._of_sets(count(flow, self._sets.shape[1]).astype(np.float64))

    def _total(self, population: str, values: NDArray[np.generic]) -> Floats:
        """Sum of a value of vehicles in every set; ``values`` has shape ``(vehicles,)``."""
        chosen = self._population(population)
        return self._of_sets(total(chosen.flow, values[chosen.vehicles], self._sets.shape[1]))

    def _of_sets(self, by_flow: Floats) -> Floats:
        added: Floats = np.where(self._sets, by_flow, 0.0).sum(axis=1)
        return added

    def _pooled_quantiles(self, population: str, minutes: Floats) -> Floats:
        """Quantiles of a time over every set, shape ``(quantiles, sets)``."""
        chosen = self._population(population)
        ordered = minutes[chosen.vehicles[chosen.order]]
        ends = np.cumsum(count(chosen.flow, self._sets.shape[1]))
        probabilities = list(_QUANTILES.values())
        return pooled_quantiles(ordered, ends, self._sets, probabilities, self._log.select)

    def _waiting(self) -> Floats:
        """Export vehicles at the gate at 20:00, as the bulletin counts them."""
        vehicles, times = self._log.vehicles, bulletin_times(self._log.plan)
        if not len(times):
            return np.full(len(self._sets), np.nan)
        export = vehicles.goods & (vehicles.direction == DIRECTIONS.index("export"))
        waiting = present_at(vehicles, vehicles.flow, self._sets.shape[1], export, times)
        return self._of_sets(waiting.sum(axis=1) / len(times))


def _at_stages(log: MeasuredLog, line: AtStages) -> float:
    """Value over the visits to one stage, or to all of that name."""
    plan, visits, quantity = log.plan, log.visits(), line.quantity
    pooled = [np.empty(0)]
    for number in line.stages:
        rows = log.journeys.workload.rows(number)
        start = log.journeys.start[rows]
        flow = log.vehicles.flow[log.journeys.workload.row_vehicle[rows]]
        began = (start >= plan.warm_up) & (start < plan.horizon) & line.flows[flow]
        stage = np.full(rows.stop - rows.start, number)
        pooled.append(visits.wait(rows, stage)[_PART[quantity.entry.name]][began])
    minutes = np.concatenate(pooled)
    if not len(minutes):
        return np.nan
    if quantity.entry.limit is not None:
        return 100.0 * float(np.mean(minutes <= quantity.entry.limit))
    if quantity.entry.statistic == "mean":
        return float(minutes.mean()) / 60.0
    return float(quantiles_of(minutes, [_QUANTILES[quantity.entry.statistic]])[0]) / 60.0


def _added(places: Places, costs: Costs) -> Floats:
    """Money or air of the run, shape ``(rows,)``, added up over the cells of places."""
    items, size = _COSTS[costs.name]
    parts = [places.items[item] for item in items]
    while len(parts) > 1:  # the money is of eight items
        parts = [a + b for a, b in zip(parts[::2], parts[1::2], strict=True)]
    amount = parts[0] / size
    cells = costs.stages[:, places.stage] & costs.flows[:, places.flow]
    return np.array([amount[cell].sum() for cell in cells], dtype=np.float64)


_PART = {"wait": 0, "within": 0, "closed": 1, "virtual": 2}
"""Which part of a wait is taken of the visits to a stage: see :meth:`Visits.wait`."""

_POPULATIONS: dict[str, Callable[[Vehicles], NDArray[np.bool_]]] = {
    "arrived": lambda v: v.arrived,
    "crossed": lambda v: v.crossed,
    "ended": lambda v: v.ended,
    "lost": lambda v: v.lost,
    "cleared": lambda v: ~np.isnan(v.vietnam),
}
"""Which vehicles measures are taken of."""

_Pick = Callable[[Vehicles], NDArray[np.generic]]


def _side(number: int) -> tuple[str, Callable[[Vehicles], Floats]]:
    return "ended", lambda v: v.queue[number]


_TIMES: dict[str, tuple[str, Callable[[Vehicles], Floats]]] = {
    "wait": ("ended", lambda v: v.wait),
    **{f"wait.{side}": _side(number) for number, side in enumerate(SIDES)},
    "wait.to_crossing": ("ended", lambda v: v.queue_before),
    "closed": ("ended", lambda v: v.closed),
    "owner": ("ended", lambda v: v.owner),
    "virtual": ("ended", lambda v: v.virtual),
    "release": ("ended", lambda v: v.release),
    "stay": ("ended", lambda v: v.stay),
    "door_to_door": ("crossed", lambda v: v.crossed_at - v.arrive),
    "vietnam_time": ("cleared", lambda v: v.vietnam),
}
"""Vehicles that a time is taken of, and the minutes of every vehicle."""

_SHARES: dict[str, tuple[str, _Pick]] = {
    "same_day": ("crossed", lambda v: v.same_day),
    "over_24h": ("ended", lambda v: v.wait + v.closed > 24.0 * 60.0),
}
"""Vehicles that a share is of, and whether each vehicle counts."""
